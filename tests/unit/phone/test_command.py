import json
from pathlib import Path

import pytest

from tools.softphone import command
from tools.softphone.command import Press, parse_press, parse_server


def test_keys_with_and_without_times() -> None:
    assert parse_press("1@3.0,2@6.5") == [Press("1", 3.0), Press("2", 6.5)]
    assert parse_press("1,25#") == [Press("1", None), Press("25#", None)]
    assert parse_press("") == []


@pytest.mark.parametrize("text", ["x", "1@", "1@a", "1 2", "@3"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_press(text)


def test_a_server_without_a_port_has_the_usual_one() -> None:
    assert parse_server("10.0.0.1") == ("10.0.0.1", 5060)
    assert parse_server("10.0.0.1:27060") == ("10.0.0.1", 27060)


def test_the_running_system_is_the_default_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "up.json").write_text(json.dumps({"sip": "127.0.0.1:31060"}))
    monkeypatch.setenv("PAYLATER_VAR", str(tmp_path))
    assert command.default_server() == "127.0.0.1:31060"
