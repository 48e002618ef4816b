"""The product's processes, in the order in which they start."""

import signal
import sys
from functools import partial

from engine.asterisk import places
from engine.core.config import Settings
from tools.stack import ready
from tools.stack.install import postgres
from tools.stack.supervisor import Service


def database(settings: Settings) -> Service:
    return Service(
        "postgres",
        postgres.command(settings),
        partial(ready.database, settings, "postgres"),
        stop_signal=signal.SIGINT,
    )


def asterisk(settings: Settings) -> Service:
    return Service("asterisk", places.command(settings), partial(ready.asterisk, settings))


def engine(settings: Settings) -> Service:
    return Service("engine", python("engine"), partial(ready.engine, settings), stop_timeout=settings.drain_timeout + 5)


def api(settings: Settings) -> Service:
    return Service("api", python("api"), partial(ready.api, settings))


def demo(_settings: Settings) -> Service:
    """Simulated callers; they are ready as soon as they run."""
    return Service("demo", python("tools.stack.demo"), _at_once)


def python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


async def _at_once() -> None:
    return None
