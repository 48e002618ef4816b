"""The command line of the soaks: long runs of the fault scenarios."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tools.soaks import conversations, hangups, hostile, inbound, menus, outages, voice
from tools.soaks.check import Findings

if TYPE_CHECKING:
    from tools.stack.stand import Stack

Scenario = Callable[["Stack"], Awaitable[Findings]]

NAMES: dict[str, tuple[str, Scenario]] = {
    "menus": ("20 callers in menus, engine killed three times", lambda s: menus.menus(s, 20, 3)),
    "messages": ("10 voicemails being spoken, engine killed", lambda s: menus.messages(s, 10)),
    "conversations": ("10 conversations, engine killed three times", lambda s: conversations.conversations(s, 10, 3)),
    "ari": ("Asterisk's REST interface out of reach for 5 s", lambda s: outages.ari(s, 6)),
    "asterisk": ("Asterisk killed with calls in it", lambda s: outages.asterisk(s, 6)),
    "database": ("PostgreSQL away for 30 s under calls", lambda s: outages.database(s, 6)),
    "database-restart": ("PostgreSQL killed under calls", lambda s: outages.database_restart(s, 6)),
    "api": ("api killed under calls", lambda s: outages.api(s, 6)),
    "disk": ("no room for recordings (needs root)", lambda s: hangups.disk(s, 4)),
    "hangups": ("callers hang up at every step", lambda s: hangups.hangups(s, 6, 24, seed=time.monotonic_ns())),
    "inbound": ("50 operators, 60 callers in 3 queues for 10 minutes, engine killed", lambda s: inbound.inbound(s)),
    "voice": ("callers who talk to menus in Russian and English, success rates", lambda s: voice.soak(s)),
    "hostile": ("malformed and flooding SIP", lambda s: hostile.hostile(s, 60, 200, 30)),
}


def parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:17} {text}" for name, (text, _) in NAMES.items())
    parser = argparse.ArgumentParser(
        "tools/soak",
        description="Long runs of faults against a product of its own; exit status 1 when something did not hold.",
        epilog=f"scenarios:\n{names}\n  {'all':17} one after another\n"
        f"  {'campaign':17} campaigns of the dialler, with options of their own: tools/soak campaign --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=[*NAMES, "all"], metavar="NAME")
    parser.add_argument("--minutes", type=float, default=0.0, help="repeat for so long (default: once)")
    return parser


def main() -> int:
    if sys.argv[1:2] == ["campaign"]:
        from tools.soaks.campaigns import command

        return command.main(sys.argv[2:])
    options = parser().parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    names = list(NAMES) if options.name == "all" else [options.name]
    from tools.stack.stand import Stack  # the tests' own stack: a temporary folder and ports of its own

    stack = Stack("postgres,asterisk,engine,api", ("--quiet-demo",))
    try:
        stack.open()
        problems = asyncio.run(_run(stack, names, options.minutes * 60))
    finally:
        stack.close(keep_logs=True)
    print(f"{problems} problems" if problems else "all held")
    return 1 if problems else 0


async def _run(stack: "Stack", names: list[str], seconds: float) -> int:
    until = time.monotonic() + seconds
    problems = 0
    while True:
        for name in names:
            began = time.monotonic()
            found = await NAMES[name][1](stack)
            facts = ", ".join(f"{key} {value}" for key, value in found.facts.items())
            verdict = "held" if not found.problems else f"{len(found.problems)} PROBLEMS"
            print(f"{name:17} {time.monotonic() - began:6.1f} s  {verdict}  {facts}", flush=True)
            for problem in found.problems:
                print(f"    {problem}", flush=True)
            problems += len(found.problems)
        if time.monotonic() >= until:
            return problems


if __name__ == "__main__":
    sys.exit(main())
