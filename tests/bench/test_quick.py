"""Other benchmarks run and print what they must; their figures mean nothing here."""

import pytest

from engine.core import config
from engine.speech.model import Listening
from engine.speech.recognizers import port
from tests.bench.figures import FIGURES, bench, check


@pytest.mark.parametrize("name", ["queue", "routing", "ingest", "api", "search", "import", "firstcall"])
def test_other_benchmarks_print_their_figures(name: str) -> None:
    result = bench(name)
    check(name, result)
    if name == "ingest":
        assert result["figures"]["lost"] == 0


@pytest.mark.feature("F-PBX-05")
def test_speech_to_text_prints_its_figures() -> None:
    languages = (Listening(languages=("ru",)), Listening(languages=("en",)))
    engines = port.present(config.load().models)
    if not all(port.choose(engines, listening) for listening in languages):
        pytest.skip("no model hears Russian and English: tools/models fetch whisper-base")
    result = bench("stt")
    check("stt", result)
    assert result["figures"]["wer_ours"] < 0.6


@pytest.mark.feature("F-DIAL-09")
def test_who_answers_prints_its_figures() -> None:
    result = bench("amd")
    check("amd", result)
    assert result["arms"]["ours"]["by"] == {"own": 8}


@pytest.mark.feature("F-DIAL-10c")
def test_pacing_prints_its_figures() -> None:
    result = bench("pacing")
    assert set(result["figures"]) == FIGURES["pacing"]
    assert set(result["arms"]) >= {"progressive", "fixed_ratio", "vicidial", "bound"}
    for size in ("N5", "N10"):
        ours, progressive = result["figures"][size], result["arms"]["progressive"][size]
        assert set(ours) >= {"occupancy", "abandon", "days_over"}
        assert 0.5 < progressive["occupancy"] < ours["occupancy"] < 1
    assert set(result["figures"]["square"]) == {"N10"}
