"""Each benchmark runs and prints what it must; its figures mean nothing here."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from engine.core import config
from engine.core.config import ROOT
from engine.speech.model import Listening
from engine.speech.recognizers import port

FIGURES = {
    "calls": {"ratio_ivr", "ratio_bridge"},
    "events": {"bytes_ratio", "cpu_ratio", "p99_ms"},
    "overload": {"goodput_ratio", "harmed"},
    "api": {"ratio_get", "ratio_list", "ratio_create", "ws_p99_ms"},
    "ingest": {"ratio_copy", "ratio_rows", "lost"},
    "queue": {"max_error_pct"},
    "routing": {"p99_ms", "growth"},
    "search": {"p50_ms", "p95_ms", "worst_kind_p95_ms"},
    "stt": {"ratio_streams", "wer_ours", "wer_direct"},
    "firstcall": {"cold_s", "warm_s"},
}


def bench(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.benchmarks.command", name, "--quick", "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170, cwd=ROOT, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    result: dict[str, Any] = json.loads(lines[0])
    return result


@pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed: apt-get install sip-tester")
@pytest.mark.parametrize("name", ["calls", "events", "overload"])
def test_load_benchmarks_print_their_figures(name: str) -> None:
    check(name, bench(name))


@pytest.mark.parametrize("name", ["queue", "routing", "ingest", "api", "search", "firstcall"])
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


def check(name: str, result: dict[str, Any]) -> None:
    assert result["name"] == name
    assert set(result["figures"]) == FIGURES[name]
    assert all(isinstance(value, int | float) for value in result["figures"].values())
    assert result["rounds"] >= 1
    assert result["arms"]
    assert result["machine"]["cores"]
