"""Vosk (Kaldi, Apache-2.0): streaming, a model a language, a grammar by which nothing but its phrases is decoded.

A model is a folder with ``am/final.mdl`` (or ``final.mdl``). Models with ``graph/HCLr.fst`` and ``graph/Gr.fst`` take
a grammar when an utterance begins (phrases with words that the model does not know are left out of it); the large ones
with ``graph/HCLG.fst`` do not, and their text is matched.
"""

from pathlib import Path
from typing import Any

from engine.speech.model import Listening
from engine.speech.recognizers import folders
from engine.speech.recognizers.port import Engine, Found, Recognizer, Session

NAME = "vosk"
_LOADED = 2.2
"""Memory of a process for a byte of the model's files, as seen with several models."""
_RUNTIME_MB = 60


def find(models: Path) -> list[Found]:
    made = []
    for folder in folders.folders(models):
        layouts = [name for name in ("am/final.mdl", "final.mdl") if (folder / name).exists()]
        if not layouts and not folder.name.startswith("vosk-"):
            continue
        made.append(_examined(folder, layouts[0] if layouts else "am/final.mdl"))
    return made


def _examined(folder: Path, acoustic: str) -> Found:
    base = "graph/" if acoustic.startswith("am/") else ""
    small = (folder / base / "Gr.fst").is_file()
    graphs = ("HCLr.fst", "Gr.fst") if small else ("HCLG.fst",)
    needed = (acoustic, "conf/mfcc.conf" if base else "mfcc.conf", *(f"{base}{name}" for name in graphs))
    fault = folders.fault(folder, needed)
    if not fault and not folders.installed("vosk"):
        fault = "the Python package vosk is not installed: tools/models fetch silero-vad installs it"
    if fault:
        return Found(NAME, folder.name, None, fault)
    found = folders.card(folder)
    languages = folders.languages(folder, found)
    if not languages:
        fault = f'its language is not known: name it in {folder}/model.json, {{"languages": ["ru"]}}'
        return Found(NAME, folder.name, None, fault)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Found(
        NAME,
        folder.name,
        Engine(
            name=NAME,
            model=folder.name,
            path=str(folder),
            languages=languages,
            grammar="closed" if small else "matched",
            memory_mb=_RUNTIME_MB + round(size * _LOADED / 1e6),
            licence=found.licence if found else "",
        ),
    )


def load(engine: Engine, threads: int) -> Recognizer:
    """Vosk decodes each session in the thread that feeds it, so ``threads`` changes nothing."""
    import vosk

    vosk.SetLogLevel(-1)
    fault = folders.fault(Path(engine.path), ())
    if fault:
        raise ValueError(fault)
    try:
        return VoskRecognizer(engine, vosk.Model(model_path=engine.path))
    except Exception as exc:
        # Vosk raises bare Exception.
        raise ValueError(f"Vosk does not take the model: {exc}") from exc


class VoskRecognizer:
    """A loaded model."""

    def __init__(self, engine: Engine, model: Any) -> None:
        self.engine = engine
        self._model = model

    def open(self, listening: Listening) -> Session:
        from engine.speech.recognizers.kaldi import VoskHearer
        from engine.speech.recognizers.session import SpeechSession

        return SpeechSession(self.engine, listening, VoskHearer(self.engine, self._model))
