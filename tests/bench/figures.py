"""What a benchmark must print."""

import json
import os
import subprocess
import sys
from typing import Any

from engine.core.config import ROOT

FIGURES = {
    "calls": {"ratio_ivr", "ratio_bridge"},
    "events": {"bytes_ratio", "cpu_ratio", "p99_ms"},
    "overload": {"goodput_ratio", "harmed"},
    "api": {"ratio_get", "ratio_list", "ratio_create", "ws_p99_ms"},
    "ingest": {"ratio_copy", "ratio_rows", "lost"},
    "pacing": {"N5", "N10", "square"},
    "queue": {"max_error_pct"},
    "routing": {"p99_ms", "growth"},
    "search": {"p50_ms", "p95_ms", "worst_kind_p95_ms"},
    "desk": {
        *("list_p95_ms", "search_p95_ms", "analysis_p95_ms", "list_ratio", "search_ratio", "analysis_ratio"),
        *("intake_per_s", "intake_ratio"),
    },
    "stt": {"ratio_streams", "wer_ours", "wer_direct"},
    "import": {"seconds", "rows_s", "again_rows_s", "memory_mb", "ratio_copy", "missed"},
    "amd": {"recall", "false_machine", "recall_ratio", "decision_p95_s"},
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


def check(name: str, result: dict[str, Any]) -> None:
    assert result["name"] == name
    assert set(result["figures"]) == FIGURES[name]
    assert all(isinstance(value, int | float) for value in result["figures"].values())
    assert result["rounds"] >= 1
    assert result["arms"]
    assert result["machine"]["cores"]
