"""tools/dialplan trace: the path of a call, told by the code that serves calls."""

import argparse
from datetime import datetime

from engine.core import config
from engine.core.db import create_pool
from engine.core.errors import InvalidInput, NotFound
from engine.ivr.model import parse_menu
from engine.ivr.trace import trace
from engine.queues.model import parse_queue
from engine.routing.store import load
from engine.routing.table import RoutingTable
from engine.speech.voices.service import Voices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Fill in the command's options."""
    parser.add_argument("--from", dest="caller", default="", help="the caller's number")
    parser.add_argument("--to", dest="called", required=True, help="the number that is dialled")
    parser.add_argument(
        "--at", help="when: 2026-12-31T18:30, with +03:00 for a zone other than this machine's; else now"
    )
    parser.add_argument("--digits", default="", help="what the caller presses in menus; , lets one wait run out")
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        metavar="WORDS",
        help="what the caller says where a menu listens; once for each utterance, in their order",
    )
    parser.add_argument("--internal", metavar="EXT", help="the call is dialled on the phone of this extension")
    parser.add_argument("--no-answer", action="store_true", help="phones that ring are not answered")
    parser.add_argument(
        "--http", choices=("ok", "fail"), default="ok", help="how web requests of menus end; none is sent"
    )
    parser.set_defaults(run=_run)


async def _run(args: argparse.Namespace) -> int:
    if not args.caller and args.internal is None:
        raise InvalidInput("Say who calls: --from NUMBER, or --internal EXTENSION")
    settings = config.load()
    table = await _read_table(settings)
    if args.internal is not None and args.internal not in table.extensions:
        raise NotFound(f"There is no extension {args.internal}")
    path = await trace(
        table,
        args.caller or args.internal,
        args.called,
        read_time(args.at),
        args.digits,
        args.internal,
        http=args.http,
        answered=not args.no_answer,
        voice=any(map(Voices(settings).speaks, ("ru", "en"))),
        say=args.say,
        settings=settings,
    )
    print("\n".join(path.lines()))
    for skipped in table.skipped:
        print(f"Left out, for it can't be read: {skipped}")
    return 0


def read_time(text: str | None) -> datetime:
    """The time of ``--at``, aware; without a zone it is this machine's.

    Raises:
        InvalidInput: it is no time.
    """
    if text is None:
        return datetime.now().astimezone()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInput(f"--at {text}: {exc}; write it like 2026-12-31T18:30") from exc
    return at if at.tzinfo is not None else at.astimezone()


async def _read_table(settings: config.Settings) -> RoutingTable:
    pool = await create_pool(settings)
    try:
        return await load(pool, parse_menu, parse_queue)
    finally:
        await pool.close()
