"""Who has the last word on a field that two desks share. Pure; ``api.desk_link`` tells the rule in words.

A stamp is the time of a change and the desk where it was made. For each field the latest stamp counts. The state is
what was written last, unless a closing is later than every reopening: then it is closed. All of it depends on the set
of changes alone and not on the order in which they become known, so that desks that know the same changes have the same
state. A desk stamps its own change later than all that it knows of the field (L. Lamport, "Time, Clocks, and the
Ordering of Events in a Distributed System", 1978), so clocks that differ part nobody.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.tickets.states import MOVES, WORKING, State, Who

_TICK = timedelta(microseconds=1)


class Side(StrEnum):
    """Of a desk, as it sees it."""

    HERE = "here"
    THERE = "there"


class Stamp(msgspec.Struct, frozen=True):
    """When and where something was changed."""

    at: datetime
    side: Side


class Clocks(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the changes of a linked request. ``fields``: of each; ``written``: the state that was written
    last; ``closed``, ``reopened``: the last of these."""

    fields: dict[str, Stamp] = {}
    state: State = State.NEW
    written: Stamp | None = None
    closed: Stamp | None = None
    reopened: Stamp | None = None


def later(one: Stamp | None, other: Stamp | None, owner: Side) -> bool:
    """Is ``one`` later than ``other``? At the same moment the owner of the request is; of the same desk what was told
    later is."""
    if one is None or other is None:
        return one is not None
    if one.at != other.at:
        return one.at > other.at
    return one.side == other.side or one.side == owner


def result(clocks: Clocks, owner: Side) -> State:
    """The state that the request should have."""
    if later(clocks.closed, clocks.reopened, owner):
        return State.CLOSED
    return clocks.state


def write_state(clocks: Clocks, to: State, stamp: Stamp, owner: Side) -> Clocks:
    """With one more change of the state."""
    made = clocks
    if to is State.CLOSED and later(stamp, made.closed, owner):
        made = msgspec.structs.replace(made, closed=stamp)
    if to is State.REOPENED and later(stamp, made.reopened, owner):
        made = msgspec.structs.replace(made, reopened=stamp)
    if later(stamp, made.written, owner):
        made = msgspec.structs.replace(made, written=stamp, state=to)
    return made


def write_fields(clocks: Clocks, names: list[str], stamp: Stamp, owner: Side) -> tuple[Clocks, list[str]]:
    """With changes of fields; also those of ``names`` whose change is the last."""
    won = [name for name in names if later(stamp, clocks.fields.get(name), owner)]
    return msgspec.structs.replace(clocks, fields={**clocks.fields, **dict.fromkeys(won, stamp)}), won


def tick(clocks: Clocks, now: datetime, names: list[str] | None = None) -> datetime:
    """The time of a change that is made here now, of the fields ``names`` (None: the state): later than all that is
    known of it."""
    known = (
        [clocks.written, clocks.closed, clocks.reopened]
        if names is None
        else [clocks.fields.get(name) for name in names]
    )
    return max([now, *(stamp.at + _TICK for stamp in known if stamp is not None)])


def steps(before: State, to: State) -> list[State]:
    """Moves that bring a request from one state to another; none where they mean the same: a request that is worked on
    need not become new or reopened."""
    if before is to or (before in WORKING and to in (State.NEW, State.REOPENED)):
        return []
    if to in (State.NEW, State.REOPENED):
        return [State.REOPENED if State.REOPENED in MOVES[Who.LINK][before] else State.IN_WORK]
    return [to] if to in MOVES[Who.LINK][before] else [State.REOPENED, to]
