"""What becomes of a delivery after a try: delivered, again later, or dead. Pure; chance is a parameter."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

OPEN_AFTER = 5
"""Failures in a row after which a webhook counts as down: then one delivery at a time finds out how it is."""
# Answers that speak of the one event, not of the receiver's state: sending the others goes on.
_OF_THE_EVENT = frozenset({400, 409, 413, 414, 415, 422})


class Verdict(StrEnum):
    """What an answer means. ``AWAY``: the receiver is not itself (no connection, no answer, 5xx, 429, 404, a page to
    sign in, ...); ``REFUSED``: it does not want this one event; ``SPENT``: it took the event, and what it said of it
    can't be used: sending it again could do it twice."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    AWAY = "away"
    SPENT = "spent"


class Limits(msgspec.Struct, frozen=True):
    """Settings ``webhook_pause_s``, ``webhook_pause_max_s``, ``webhook_hours``, ``webhook_refusals``."""

    pause_s: float
    pause_max_s: float
    hours: float
    refusals: int


class Next(msgspec.Struct, frozen=True):
    """Again at ``at``; None: never, the delivery is dead."""

    at: datetime | None
    refusals: int


def verdict(status: int | None) -> Verdict:
    """Of the answer's status; None: there was no answer."""
    if status is not None and 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.REFUSED if status in _OF_THE_EVENT else Verdict.AWAY


def pause(failures: int, limits: Limits, chance: float) -> float:
    """Seconds to wait after the failure number ``failures`` in a row: between half of a doubling time and all of it,
    so that those who failed together do not come back together. ``chance`` 0..1.

    Source: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), "equal jitter".
    """
    whole = min(limits.pause_max_s, limits.pause_s * 2.0 ** min(30, max(0, failures - 1)))
    return whole * (0.5 + 0.5 * chance)


def after_failure(
    found: Verdict, attempts: int, refusals: int, since: datetime, now: datetime, limits: Limits, chance: float
) -> Next:
    """When to try again a delivery that is in the outbox ``since``, after its try number ``attempts`` failed.

    Who is away is waited for by the clock alone: however often it was tried, nothing is given up within
    ``limits.hours``. Who refuses an event is asked ``limits.refusals`` times; what is spent is not sent again.
    """
    refusals += found in (Verdict.REFUSED, Verdict.SPENT)
    if found is Verdict.SPENT or refusals >= limits.refusals or now - since >= timedelta(hours=limits.hours):
        return Next(None, refusals)
    return Next(now + timedelta(seconds=pause(attempts, limits, chance)), refusals)
