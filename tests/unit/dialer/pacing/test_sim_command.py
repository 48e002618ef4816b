"""``tools/sim campaign``."""

import json
from pathlib import Path

import pytest

from tools.simulation.command import main


def test_a_day_is_drawn_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, figures = tmp_path / "day.svg", tmp_path / "day.json"
    settings = ["campaign", "--agents", "6", "--hours", "1", "--lunch", "0.5:0.5", "--lists", "a:1.5,b:0.5"]
    assert main([*settings, "--svg", str(picture), "--json", str(figures)]) == 0
    printed = capsys.readouterr().out
    assert "occupancy" in printed
    assert "█" in printed
    written = json.loads(figures.read_text())
    assert written["humans"] > 0
    assert len(written["slices"]) == 6
    assert written["slices"][0]["operators"] == 6
    assert written["slices"][4]["operators"] < 4
    assert picture.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--human", "90", "--bad", "30"], "at most 100"),
        (["--lunch", "4"], "no number"),
        (["--target", "80"], "0.5"),
        (["--agents", "0"], "1 to 1000"),
    ],
)
def test_settings_without_sense_are_told(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["campaign", *options]) == 2
    assert said in capsys.readouterr().err
