"""The command line: ``tools/soak campaign``."""

import argparse
import asyncio
import json
import logging
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from engine.dialer.outcomes import Mode
from tools.soaks.campaigns.running import KILLS, Wanted, campaigns
from tools.soaks.check import Findings

EPILOG = """\
customers are told apart by the last two digits of their number (tools/soaks/campaigns/behaviours.py): they answer, are
busy, ring out, are refused, are machines, hang up, press digits; a twentieth of the leads may not be called at all.
exit status 1 when a call, a lead or an operator does not agree with what the phones saw.
"""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "tools/soak campaign",
        description="Campaigns of the dialler against simulated customers, totals compared call by call.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--leads", type=int, default=2000, help="customers of each campaign (2000)")
    parser.add_argument("--agents", type=int, default=20, help="operators with simulated phones (20)")
    parser.add_argument("--mode", choices=[*Mode, "all"], default="predictive")
    parser.add_argument("--speed", type=float, default=5.0, help="conversations and ringing are so much shorter (5)")
    parser.add_argument("--wrap", type=int, default=1, metavar="S", help="seconds of operators after each call (1)")
    parser.add_argument("--kill", choices=[name for name in KILLS if name], default="", help="kill -9 on the way")
    parser.add_argument("--detection", choices=("off", "own", "asterisk"), default="off", help="who answers (off)")
    parser.add_argument("--limit", type=float, default=3600.0, metavar="S", help="seconds that a campaign may take")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument("--worst", type=int, default=40, help="problems that are printed (40)")
    return parser


def _tell(mode: Mode, one: Findings, most: int) -> None:
    """A campaign is over."""
    print(f"{mode}: " + ", ".join(f"{name} {value}" for name, value in one.facts.items()), flush=True)
    for problem in one.problems[:most]:
        print(f"    {problem}", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    options = parser().parse_args(words)
    logging.basicConfig(level=logging.CRITICAL)
    modes = tuple(Mode) if options.mode == "all" else (Mode(options.mode),)
    wanted = Wanted(
        leads=options.leads,
        agents=options.agents,
        modes=modes,
        speed=options.speed,
        wrap_s=options.wrap,
        kill=options.kill,
        detection=options.detection,
        limit_s=options.limit,
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: setattr(wanted, "limit_s", 0.0))  # told as far as it came
    from tools.stack.stand import Stack  # a temporary folder and ports of its own

    stack = Stack("postgres,asterisk,engine,api", ("--quiet-demo",), {"PAYLATER_SPEECH_BATCH": "off"})
    began = time.monotonic()
    try:
        stack.open()
        found = asyncio.run(campaigns(stack, wanted, lambda mode, one: _tell(mode, one, options.worst)))
    finally:
        stack.close(keep_logs=True)
    report = {
        "leads": wanted.leads,
        "agents": wanted.agents,
        "kill": wanted.kill,
        "speed": wanted.speed,
        "detection": wanted.detection,
        "seconds": round(time.monotonic() - began, 1),
        "modes": found.facts,
        "problems": found.problems,
    }
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    print(f"{len(found.problems)} problems" if found.problems else "every call agrees")
    return 1 if found.problems else 0
