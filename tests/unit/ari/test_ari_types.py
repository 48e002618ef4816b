"""The typed events and models are those of the Asterisk that we run."""

from pathlib import Path

import pytest

from engine.ari import events
from engine.core.config import ROOT
from tools.ari_types import __main__ as command
from tools.ari_types import generate
from tools.stack.stand import asterisk_prefix


@pytest.fixture(scope="module")
def declarations() -> Path:
    try:
        folder = Path(asterisk_prefix() or "/") / "usr/share/asterisk/rest-api"
    except Exception as exc:
        pytest.skip(f"no Asterisk here: {exc}")
    if not (folder / "events.json").is_file():
        pytest.skip(f"this Asterisk ships no declarations: {folder}")
    return folder


def test_making_the_types_anew_gives_the_files_in_the_repository(
    declarations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([str(declarations), "--check"]) == 0, capsys.readouterr().out


def test_files_that_differ_are_named_and_written(declarations: Path, tmp_path: Path) -> None:
    assert command.main([str(declarations), "--check", "--out", str(tmp_path)]) == 1
    assert not list(tmp_path.iterdir())
    assert command.main([str(declarations), "--out", str(tmp_path)]) == 0
    for name in ("models.py", "events.py"):
        assert (tmp_path / name).read_text() == (ROOT / "engine" / "ari" / name).read_text()


def test_every_declared_event_has_a_type(declarations: Path) -> None:
    made = generate.generate(declarations)["events.py"]
    for kind in events.EVENTS:
        assert f"class {kind.__name__}(Event, " in made
    assert max(map(len, made.splitlines())) <= generate.LINE
