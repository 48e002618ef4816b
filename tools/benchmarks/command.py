"""The command line of the benchmarks."""

import argparse
import asyncio
import contextlib
import importlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.core import config
from tools.benchmarks.report import Report

NAMES = {
    "calls": "calls through our menu and bridge against the same flow in plain dialplan",
    "events": "bytes and engine CPU a call with our event filter against none",
    "overload": "twice the highest rate offered: what is still served",
    "api": "requests against bare handlers with the same SQL; the live feed under 1,000 clients",
    "ingest": "call history against raw COPY and against row-by-row commits",
    "pacing": "the pacing of predictive dialling against fixed ratios and VICIdial's rule, simulated days",
    "queue": "the queue engine on a virtual clock against Erlang-A",
    "routing": "choosing an operator in 1,000 queues of 10,000 operators against a scan",
    "search": "words and phrases in 100,000 transcripts",
    "desk": "lists, searches and analyses of a million requests of 2,000 clients; new ones a second",
    "stt": "speech to text through the whole path against the recogniser fed from memory",
    "amd": "who answers, people or machines, against Asterisk's AMD(), in real calls",
    "import": "a million leads from a file into a list: time, memory, faults found",
    "firstcall": "from a clean clone to the first answered call",
}
_MODULES = {"import": "importing"}
"""Modules of benchmarks whose names Python keeps for itself."""
RESULTS = config.ROOT / "var" / "bench"

Benchmark = Callable[[bool], Awaitable[Report]]


def parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:10} {text}" for name, text in NAMES.items())
    parser = argparse.ArgumentParser(
        "tools/bench",
        description="Measure the product; every figure is a ratio of two arms measured in turn.",
        epilog=f"benchmarks:\n{names}\n\nThe result is written to var/bench/NAME.json as well.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=list(NAMES), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small samples, to see that it works; figures mean little")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    return parser


def main() -> int:
    options = parser().parse_args()
    run: Benchmark = importlib.import_module(f"tools.benchmarks.{_MODULES.get(options.name, options.name)}").run
    # Whatever the parts print goes to stderr: stdout is for the result.
    with contextlib.redirect_stdout(sys.stderr):
        report = asyncio.run(_measure(run, options.quick))
    data = msgspec.json.format(msgspec.json.encode(report), indent=2)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{options.name}{'-quick' if options.quick else ''}.json").write_bytes(data + b"\n")
    if options.json:
        print(msgspec.json.encode(report).decode())
    else:
        show(report)
    return 0


async def _measure(run: Benchmark, quick: bool) -> Report:
    return await run(quick)


def show(report: Report) -> None:
    """The result for people."""
    print(f"\n{report.name}: {report.rounds} rounds on {report.machine['cores']} cores ({report.machine['cpu']})")
    for name, value in report.figures.items():
        aim = f"   (to reach {report.reach[name]})" if name in report.reach else ""
        print(f"  {name:16} {value}{aim}")
    print("arms")
    for name, values in report.arms.items():
        print(f"  {name:16} {_short(values)}")


def _short(values: Any) -> str:
    if isinstance(values, dict):
        return ", ".join(f"{name} {_short(value)}" for name, value in values.items())
    return str(values)


def folder(name: str) -> Path:
    """Files that belong to the benchmarks."""
    return Path(__file__).with_name(name)


if __name__ == "__main__":
    sys.exit(main())
