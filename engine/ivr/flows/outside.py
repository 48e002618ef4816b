"""Work of a flow that needs more than the caller's line (the database, a disk) and must not hold the caller up."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from engine.calls.model import HungUp
from engine.core import log
from engine.ivr.port import Line

T = TypeVar("T")
PATIENCE_S = 4.0
_log = log.get("ivr.flows")


class OutsideFailed(Exception):
    """The work failed or took longer than ``PATIENCE_S``."""


async def outside(line: Line, work: Awaitable[T]) -> T:
    """The outcome of ``work``, given up when the caller hangs up.

    Raises:
        HungUp: the caller is gone.
        OutsideFailed: no outcome in time, for whatever reason; it is logged, and the call goes on without.
    """
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await line.guard(work)
    except HungUp:
        raise
    except Exception as exc:
        _log.warning("outside_failed", call_id=str(line.call.id), error=repr(exc)[:200])
        raise OutsideFailed(type(exc).__name__) from exc
