"""``firstcall``: seconds from an empty checkout to the first answered call, and from a warm start to it.

Cold: a clone of this repository, ``tools/up``, a call to the demo's menu, with and without pip's cache; Asterisk's
packages are fetched anew each time. Warm: ``tools/up`` again in the same folder. ``--quick`` measures only a fresh var
folder over the virtual environment and Asterisk that are here already.
"""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from engine.core.config import ROOT
from tools.benchmarks.report import Report


async def run(quick: bool) -> Report:
    return await asyncio.to_thread(_quick if quick else _full)


def _full() -> Report:
    cold: dict[str, float] = {}
    warm: list[float] = []
    for name, extra in (("packages not cached", {"PIP_NO_CACHE_DIR": "1"}), ("packages cached", {})):
        folder = Path(tempfile.mkdtemp(prefix="plb-"))
        folder.chmod(0o755)
        try:
            began = time.monotonic()
            _run(["git", "clone", "--quiet", str(ROOT), str(folder / "clone")], folder, {})
            first, again = _start_twice(folder / "clone", _environment(folder / "clone" / "var") | extra, began)
            cold[name] = first
            warm += again
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Report(
        name="firstcall",
        figures={"cold_s": cold["packages cached"], "warm_s": max(warm)},
        arms={"cold": cold, "warm": {str(i + 1): seconds for i, seconds in enumerate(warm)}},
        rounds=len(cold),
        reach={"warm_s": "<= 10"},
    )


def _quick() -> Report:
    var = Path(tempfile.mkdtemp(prefix="plb-"))
    var.chmod(0o755)
    env = _environment(var)
    shared = ROOT / "var"
    (var / "venv").symlink_to(Path(os.environ.get("PAYLATER_VAR") or shared) / "venv")
    if (shared / "asterisk" / "root").is_dir():
        env.setdefault("PAYLATER_ASTERISK_PREFIX", str(shared / "asterisk" / "root"))
    try:
        cold, warm = _start_twice(ROOT, env, time.monotonic(), starts=1)
    finally:
        shutil.rmtree(var, ignore_errors=True)
    return Report(
        name="firstcall",
        figures={"cold_s": cold, "warm_s": max(warm)},
        arms={"fresh folder, packages here": {"s": cold}, "warm": {"s": max(warm)}},
        rounds=1,
        reach={"warm_s": "<= 10"},
    )


def _start_twice(root: Path, env: Mapping[str, str], began: float, starts: int = 2) -> tuple[float, list[float]]:
    """Seconds to the first answered call: since ``began``, and of each warm start after it."""
    warm = []
    try:
        _first_call(root, env)
        cold = round(time.monotonic() - began, 2)
        for _ in range(starts):
            _run(["tools/down"], root, env)
            again = time.monotonic()
            _first_call(root, env)
            warm.append(round(time.monotonic() - again, 2))
    finally:
        with contextlib.suppress(RuntimeError):
            _run(["tools/down"], root, env)
    return cold, warm


def _first_call(root: Path, env: Mapping[str, str]) -> None:
    _run(["tools/up", "--detach", "--quiet-demo"], root, env)
    _run(["tools/phone", "dial", "74951000001", "--from", "79990000000", "--hang-up-after", "0.2", "--json"], root, env)


def _environment(var: Path) -> dict[str, str]:
    kept = {"PAYLATER_ASTERISK_MIRROR", "PAYLATER_ASTERISK_PREFIX"}
    env = {name: value for name, value in os.environ.items() if not name.startswith("PAYLATER_") or name in kept}
    # A cold start takes a while in which other stands may open: below the ports that they choose from.
    base = random.randrange(5600, 9200, 600)
    own = {"PAYLATER_PORT_BASE": base, "PAYLATER_RTP_FIRST": base + 100, "PAYLATER_RTP_COUNT": 480}
    return env | {"PAYLATER_VAR": str(var)} | {name: str(value) for name, value in own.items()}


def _run(words: list[str], folder: Path, env: Mapping[str, str]) -> None:
    done = subprocess.run(words, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(words)} failed ({done.returncode}):\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
