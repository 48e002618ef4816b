"""SIPp as a load generator: one run at one rate."""

import asyncio
import contextlib
import csv
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

SCENARIOS = Path(__file__).with_name("scenarios")
_LONGEST_CALL = 12


class Outcome(NamedTuple):
    """Calls of a run; ``rate`` is what SIPp really started each second."""

    started: int
    served: int
    failed: int
    rate: float
    seconds: float

    @property
    def good(self) -> bool:
        """Fewer than 0.1 % failed."""
        return self.started > 0 and self.failed * 1000 < self.started


def require() -> None:
    """Raises RuntimeError when SIPp is not installed."""
    if shutil.which("sipp") is None:
        raise RuntimeError("SIPp is missing: apt-get install sip-tester (tools/test does it)")


async def offer(scenario: str, server: tuple[str, int], number: str, rate: float, seconds: float) -> Outcome:
    """Offer calls to ``number`` at ``rate`` a second for ``seconds``, and wait for the last one to end."""
    calls = max(1, round(rate * seconds))
    longest, at_once = round(seconds + 2 * _LONGEST_CALL), max(100, round(rate * _LONGEST_CALL))
    with tempfile.TemporaryDirectory(prefix="plb-") as folder:
        stats = Path(folder, "stats.csv")
        words = [
            "sipp", f"{server[0]}:{server[1]}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-s", number,
            "-i", "127.0.0.1", "-p", str(server[1] + 4), "-r", f"{rate:g}",
            "-m", str(calls), "-l", str(at_once),
            "-nostdin", "-trace_stat", "-stf", str(stats), "-fd", "1", "-timeout", str(longest),
            "-timeout_error", "-max_retrans", "4", "-buff_size", "4000000",
        ]  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        rows = await asyncio.to_thread(_read, stats)
    if not rows:
        raise RuntimeError(f"SIPp did not run: {errors.decode(errors='replace')[-500:]}")
    return _outcome(rows)


def _read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _outcome(rows: list[dict[str, str]]) -> Outcome:
    last = rows[-1]
    started, served = int(last["TotalCallCreated"]), int(last["SuccessfulCall(C)"])
    offering = [row for row in rows if int(row["OutgoingCall(P)"])]
    rates = [float(row["CallRate(P)"]) for row in offering[:-1] or offering]
    seconds = float(rows[-1]["CurrentTime"].split()[-1]) - float(rows[0]["StartTime"].split()[-1])
    return Outcome(started, served, started - served, sum(rates) / max(1, len(rates)), seconds)


@contextlib.asynccontextmanager
async def agent(port: int) -> AsyncIterator[None]:
    """A phone on ``port`` that answers every call at once."""
    with tempfile.TemporaryDirectory(prefix="plb-") as folder:
        words = [
            "sipp", "-sf", str(SCENARIOS / "agent.xml"), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-aa",
            "-buff_size", "4000000", "-l", "5000",
        ]  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        await asyncio.sleep(0.5)
        if process.returncode is not None:
            raise RuntimeError("SIPp does not run as an agent")
        try:
            yield
        finally:
            process.kill()
            await process.wait()
