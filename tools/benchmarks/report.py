"""What a benchmark tells: figures, arms, samples, how sure they are, and the machine."""

import os
import platform
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec


class Report(msgspec.Struct, kw_only=True):
    """The result of a benchmark; ``--json`` prints it as one object."""

    name: str
    figures: dict[str, Any]
    arms: dict[str, Any]
    rounds: int
    machine: dict[str, Any] = msgspec.field(default_factory=lambda: machine())
    reach: dict[str, str] = msgspec.field(default_factory=dict)
    """What each figure is meant to reach, as told to people."""


def machine() -> dict[str, Any]:
    """Facts that a figure hangs on."""
    models = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory[0] / 1e6, 1) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def ratio(ours: Sequence[float], theirs: Sequence[float], *, rounds: int = 2000) -> dict[str, float]:
    """Ratio of the means of two arms measured in pairs, with its 95 % confidence interval (bootstrap over pairs)."""
    pairs = list(zip(ours, theirs, strict=True))
    chance = random.Random(7)
    drawn = sorted(_of_means(chance.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return {
        "ratio": round(_of_means(pairs), 4),
        "low": round(drawn[int(0.025 * rounds)], 4),
        "high": round(drawn[int(0.975 * rounds)], 4),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, least, most and standard deviation."""
    return {
        "mean": round(statistics.fmean(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
        "sd": round(statistics.stdev(values), 3) if len(values) > 1 else 0.0,
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0..1) of the sample does not exceed; 0 of an empty one."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _of_means(pairs: Sequence[tuple[float, float]]) -> float:
    below = sum(pair[1] for pair in pairs)
    return sum(pair[0] for pair in pairs) / below if below else 0.0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
