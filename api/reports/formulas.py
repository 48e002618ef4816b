"""The formulas of the reports. Pure: sums of facts come in, figures go out; a ratio without a base is None.

Source of the definitions: B. Cleveland, "Call Center Management on Fast Forward" (ways to count a service level, ASA,
AHT, occupancy); where the trade has several ways, the one taken is written below. Words used here:

- a *visit* is a caller's stay in a queue; *answered* when an operator talked to the caller;
- *abandoned*: the caller hung up while waiting; *short*: within ``short_abandon_s`` of entering;
- *lost*: sent away by our rules unserved (waited too long, queue full, no operators, a fault);
- *left*: by the caller's own choice (exit digit, call-back) or moved to another queue; counts neither way;
- *target*: the queue's ``target_s`` (or the one asked for); *in* means within it.
"""

from enum import StrEnum

import msgspec


class ServiceLevel(StrEnum):
    """Usual ways to count the service level; the setting ``service_level`` or the request chooses."""

    WITHOUT_SHORT = "without_short"
    AFTER_TARGET = "after_target"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONS_GOOD = "abandons_good"


class Tally(msgspec.Struct, kw_only=True):
    """Sums over visits; durations in seconds. Tallies of parts add up to the tally of the whole."""

    offered: int = 0
    waiting: int = 0
    answered: int = 0
    answered_in: int = 0
    abandoned: int = 0
    abandoned_in: int = 0
    short: int = 0
    lost: int = 0
    left: int = 0
    callbacks: int = 0
    wait_answered_s: float = 0.0
    wait_abandoned_s: float = 0.0
    wait_max_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_s: float = 0.0
    known: int = 0
    """Answered visits of callers with a number."""
    repeated: int = 0
    """Those of ``known`` whose number called again within the days asked for."""

    def add(self, other: "Tally") -> None:
        """Take the other's sums in."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, max(mine, theirs) if name == "wait_max_s" else mine + theirs)


class Time(msgspec.Struct, kw_only=True):
    """Seconds that operators spent in each status."""

    ready: float = 0.0
    reserved: float = 0.0
    on_call: float = 0.0
    wrap_up: float = 0.0
    on_break: float = 0.0
    away: float = 0.0

    def add(self, other: "Time") -> None:
        """Take the other's seconds in."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def service_level(tally: Tally, way: ServiceLevel) -> float | None:
    """Share of callers served within the target.

    - ``without_short``: answered in / (answered + abandoned - short + lost). Live figures of queues use it too.
    - ``after_target``: answered in / (answered + abandoned after the target + lost). Who hung up before the target had
      no chance to be served in time, and counts neither way.
    - ``offered``: answered in / (answered + abandoned + lost): the strictest.
    - ``answered``: answered in / answered: blind to those who gave up.
    - ``abandons_good``: (answered in + abandoned in) / (answered + abandoned + lost): the mildest.
    """
    demand = tally.answered + tally.abandoned + tally.lost
    match way:
        case ServiceLevel.WITHOUT_SHORT:
            return ratio(tally.answered_in, demand - tally.short)
        case ServiceLevel.AFTER_TARGET:
            return ratio(tally.answered_in, demand - tally.abandoned_in)
        case ServiceLevel.OFFERED:
            return ratio(tally.answered_in, demand)
        case ServiceLevel.ANSWERED:
            return ratio(tally.answered_in, tally.answered)
        case ServiceLevel.ABANDONS_GOOD:
            return ratio(tally.answered_in + tally.abandoned_in, demand)


def abandonment(tally: Tally) -> float | None:
    """(Abandoned - short) / (answered + abandoned - short + lost): short abandons are left out on both sides."""
    real = tally.abandoned - tally.short
    return ratio(real, tally.answered + real + tally.lost)


def abandonment_with_short(tally: Tally) -> float | None:
    """Abandoned / (answered + abandoned + lost)."""
    return ratio(tally.abandoned, tally.answered + tally.abandoned + tally.lost)


def speed_of_answer(tally: Tally) -> float | None:
    """ASA, seconds: waiting of answered callers, from entering the queue to the answer, / answered."""
    return ratio(tally.wait_answered_s, tally.answered)


def time_to_abandon(tally: Tally) -> float | None:
    """Seconds of waiting of those who gave up / abandoned."""
    return ratio(tally.wait_abandoned_s, tally.abandoned)


def handling(talk_s: float, hold_s: float, wrap_s: float, handled: int) -> float | None:
    """AHT, seconds: (talk + hold + wrap-up) / conversations; ``talk_s`` is without hold, as in the history."""
    return ratio(talk_s + hold_s + wrap_s, handled)


def first_contact(tally: Tally) -> float | None:
    """FCR by repeat calls: share of answered callers (with a number) whose number did not call again within the days
    asked for. Visits younger than those days are judged by what is known by now."""
    return ratio(tally.known - tally.repeated, tally.known)


def signed_on(time: Time) -> float:
    """Seconds signed on: everything but offline."""
    return time.ready + time.reserved + time.on_call + time.wrap_up + time.on_break + time.away


def occupancy(time: Time) -> float | None:
    """(On calls + wrap-up) / (signed on - breaks - away).

    A phone that rings (reserved) counts as waiting for work. All terms come from the same intervals of presence, so it
    never exceeds one.
    """
    return ratio(time.on_call + time.wrap_up, signed_on(time) - time.on_break - time.away)


def ratio(part: float, whole: float) -> float | None:
    """``part / whole``; None where there is no whole."""
    return part / whole if whole > 0 else None
