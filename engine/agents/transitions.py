"""What an event makes of a presence: pure functions, ``now`` is a parameter.

Each gives the new presence and the interval that ended, or None. An event that changes nothing gives the presence
itself. Times never go back: an event told late counts from the start of the present status at the earliest.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from engine.agents.model import Interval, Presence, Rules, Wanted
from engine.agents.statuses import CHOSEN, Status, Why, advance

Change = tuple[Presence, Interval | None]
BUSY = frozenset({Status.RESERVED, Status.ON_CALL})
READY = Wanted(status=Status.READY)


def choose(presence: Presence, wanted: Wanted, now: datetime) -> Change:
    """A person takes a status; during a reservation or a call it is kept for afterwards."""
    if wanted.status not in CHOSEN:
        raise ValueError(f"{wanted.status} follows from calls")
    if presence.status in BUSY:
        kept = None if wanted.status is Status.READY else wanted
        return msgspec.structs.replace(presence, wanted=kept, missed_in_row=0), None
    same = presence.status is wanted.status and presence.reason_id == wanted.reason_id and presence.why == wanted.why
    if same:
        return presence, None
    return _take(presence, wanted, now, missed_in_row=0)


def reserve(presence: Presence, call_id: UUID, until: datetime, now: datetime) -> Change:
    """A call is about to ring."""
    return _go(presence, Status.RESERVED, now, call_id=call_id, until=until)


def release(presence: Presence, call_id: UUID, missed: bool, now: datetime, rules: Rules) -> Change:
    """The reservation for ``call_id`` is over without an answer; ``missed`` counts towards being away."""
    if presence.status is not Status.RESERVED or presence.call_id != call_id:
        return presence, None
    in_row = presence.missed_in_row + 1 if missed else presence.missed_in_row
    wanted = presence.wanted or READY
    if missed and rules.missed_limit and in_row >= rules.missed_limit and wanted.status is Status.READY:
        wanted, in_row = Wanted(status=Status.AWAY, why=Why.MISSED), 0
    return _take(presence, wanted, now, missed_in_row=in_row)


def on_call(presence: Presence, call_id: UUID, now: datetime) -> Change:
    """The operator is in a call; what was done before is taken up again after it. Who is signed off stays so."""
    if presence.status is Status.OFFLINE or (presence.status is Status.ON_CALL and presence.call_id == call_id):
        return presence, None
    wanted = presence.wanted
    if presence.status in (Status.BREAK, Status.AWAY):
        wanted = wanted if presence.why is Why.PHONE else _resting(presence, now)
    return _go(presence, Status.ON_CALL, now, call_id=call_id, wanted=wanted, wrap_s=presence.wrap_s, missed_in_row=0)


def owe_wrap_up(presence: Presence, seconds: int) -> Presence:
    """A call that deserves a wrap-up has ended while others may go on."""
    if presence.status is not Status.ON_CALL or seconds <= presence.wrap_s:
        return presence
    return msgspec.structs.replace(presence, wrap_s=seconds)


def calls_over(presence: Presence, now: datetime) -> Change:
    """The last call has ended: wrap-up where one is owed, else what was wanted."""
    if presence.status is not Status.ON_CALL:
        return presence, None
    if presence.wrap_s:
        at = max(now, presence.since)
        until = at + timedelta(seconds=presence.wrap_s)
        return _go(presence, Status.WRAP_UP, now, call_id=presence.call_id, until=until, wanted=presence.wanted)
    return _take(presence, presence.wanted or READY, now)


def extend(presence: Presence, seconds: int, rules: Rules) -> Presence:
    """A longer wrap-up, in all no longer than the limit."""
    if presence.status is not Status.WRAP_UP or presence.until is None:
        return presence
    latest = max(presence.since + timedelta(seconds=rules.wrap_up_max_s), presence.until)
    return msgspec.structs.replace(presence, until=min(presence.until + timedelta(seconds=seconds), latest))


def phone_lost(presence: Presence, now: datetime) -> Change:
    """The phone has been gone for longer than the grace: who waits for calls is away until it is back."""
    if presence.status is not Status.READY:
        return presence, None
    return _go(presence, Status.AWAY, now, why=Why.PHONE, wanted=READY)


def phone_back(presence: Presence, now: datetime) -> Change:
    """The phone is registered again."""
    if presence.status is not Status.AWAY or presence.why is not Why.PHONE:
        return presence, None
    return _take(presence, presence.wanted or READY, now)


def idle(presence: Presence, now: datetime) -> Change:
    """Nothing was heard of the person for long."""
    if presence.status is not Status.READY:
        return presence, None
    return _go(presence, Status.AWAY, now, why=Why.IDLE, wanted=READY)


def active(presence: Presence, now: datetime) -> Change:
    """The person is there again."""
    if presence.status is not Status.AWAY or presence.why is not Why.IDLE:
        return presence, None
    return _take(presence, presence.wanted or READY, now)


def sign_off(presence: Presence, now: datetime) -> Change:
    """Who is no operator any more is offline, whatever goes on."""
    return _go(presence, Status.OFFLINE, now)


def due(presence: Presence, rules: Rules) -> datetime | None:
    """When the present status ends by itself."""
    match presence.status:
        case Status.RESERVED | Status.WRAP_UP:
            return presence.until
        case Status.AWAY if rules.away_limit_s:
            return presence.since + timedelta(seconds=rules.away_limit_s)
        case Status.BREAK if rules.away_limit_s and presence.until is not None:
            return max(presence.since, presence.until) + timedelta(seconds=rules.away_limit_s)
    return None


def expire(presence: Presence, now: datetime, rules: Rules) -> Change:
    """What time alone does: frees a reservation, ends a wrap-up, signs off who is away or over a break for long."""
    at = due(presence, rules)
    if at is None or now < at:
        return presence, None
    if presence.status in (Status.AWAY, Status.BREAK):
        return _go(presence, Status.OFFLINE, now)
    return _take(presence, presence.wanted or READY, now)


def _resting(presence: Presence, now: datetime) -> Wanted:
    """What a call interrupts, with the time that is left of it."""
    left = None if presence.until is None else max(presence.until - now, timedelta()).total_seconds()
    return Wanted(status=presence.status, reason_id=presence.reason_id, why=presence.why, limit_s=left)


def _take(presence: Presence, wanted: Wanted, now: datetime, **fields: Any) -> Change:
    until = None if wanted.limit_s is None else max(now, presence.since) + timedelta(seconds=wanted.limit_s)
    return _go(presence, wanted.status, now, reason_id=wanted.reason_id, why=wanted.why, until=until, **fields)


def _go(presence: Presence, status: Status, now: datetime, **fields: Any) -> Change:
    """The one place where a status changes."""
    advance(presence.status, status)
    at = max(now, presence.since)
    kept = {"missed_in_row": presence.missed_in_row, **fields}
    new = Presence(
        user_id=presence.user_id,
        since=at,
        status=status,
        reachable=presence.reachable,
        last_call_at=presence.last_call_at,
        calls_today=presence.calls_today,
        talk_today_s=presence.talk_today_s,
        **kept,
    )
    if presence.status is Status.ON_CALL:
        new = _counted(new, presence, at)
    if presence.status is Status.OFFLINE or at <= presence.since:
        return new, None
    return new, Interval(
        status=presence.status,
        reason_id=presence.reason_id,
        why=presence.why,
        call_id=presence.call_id,
        began=presence.since,
        ended=at,
    )


def _counted(new: Presence, old: Presence, at: datetime) -> Presence:
    """A call has ended (or another one is in its place): it counts."""
    talked = (at - old.since).total_seconds()
    return msgspec.structs.replace(
        new, last_call_at=at, calls_today=old.calls_today + 1, talk_today_s=old.talk_today_s + talked
    )
