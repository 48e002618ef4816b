"""When is a call-back tried, and what becomes of it after a try? Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import replace

from engine.history.records import CallbackRow
from engine.queues.model import Queue
from engine.routing.schedule import is_open
from engine.routing.table import RoutingTable


class State(StrEnum):
    """The life of a call-back."""

    WAITING = "waiting"
    CALLING = "calling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Result(StrEnum):
    """How a try ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNAVAILABLE = "unavailable"
    OPERATOR_MISSED = "operator_missed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class IllegalTransition(Exception):
    """A step that the transition table does not know."""


_S = State
TRANSITIONS: Mapping[State, frozenset[State]] = {
    _S.WAITING: frozenset({_S.WAITING, _S.CALLING, _S.DONE, _S.FAILED, _S.CANCELLED}),
    _S.CALLING: frozenset({_S.WAITING, _S.CALLING, _S.DONE, _S.FAILED, _S.CANCELLED}),
    _S.DONE: frozenset(),
    _S.FAILED: frozenset({_S.WAITING, _S.DONE, _S.CANCELLED}),
    _S.CANCELLED: frozenset(),
}
OPEN = frozenset({State.WAITING, State.CALLING})
UNCOUNTED = frozenset({Result.OPERATOR_MISSED, Result.INTERRUPTED})
"""The client was not called: the try does not count, and the call-back is in line again at once."""


def advance(state: State, to: State) -> State:
    """``to``, if a call-back may go there from ``state``.

    Raises:
        IllegalTransition: it may not.
    """
    if to not in TRANSITIONS[state]:
        raise IllegalTransition(f"A call-back can't go from {state} to {to}")
    return to


def after_try(row: CallbackRow, result: Result, now: datetime, *, attempts: int, interval_s: int) -> CallbackRow:
    """The call-back after a try that ended with ``result``; ``attempts`` is how many the queue allows.

    A place in the line is never lost: only ``next_at`` tells when it counts again.
    """
    if result is Result.ANSWERED:
        return replace(row, state=advance(State(row.state), State.DONE), done_at=now, last_reason=result, next_at=None)
    if result in UNCOUNTED:
        return replace(row, state=advance(State(row.state), State.WAITING), next_at=None, last_reason=result)
    tried = row.attempts + 1
    if tried >= attempts:
        gone = advance(State(row.state), State.FAILED)
        return replace(row, state=gone, attempts=tried, done_at=now, last_reason=result, next_at=None)
    again = advance(State(row.state), State.WAITING)
    return replace(row, state=again, attempts=tried, next_at=now + timedelta(seconds=interval_s), last_reason=result)


def merged(row: CallbackRow, place_at: datetime, priority: int) -> CallbackRow:
    """Two wishes of one number are one, at the better place."""
    return replace(row, place_at=min(row.place_at or row.requested_at, place_at), priority=max(row.priority, priority))


def may_call(table: RoutingTable, queue: Queue, now: datetime) -> bool:
    """Whether the queue's hours of call-backs are on."""
    schedule = table.schedules.get(queue.callback_schedule_id) if queue.callback_schedule_id is not None else None
    return schedule is None or is_open(schedule, now).open


def shown_number(table: RoutingTable, queue: Queue, row: CallbackRow) -> str:
    """The number that the client is shown: the queue's, else the one that was called; empty: the trunk's."""
    for given in (queue.callback_caller_id, row.called):
        found = table.find_number(given) if given else None
        if found is not None:
            return found.number
    return ""


def named_in(position: Mapping[str, Any] | None) -> list[str]:
    """Call-backs that a call with this saved position is about."""
    kept = position or {}
    found = [kept.get("callback", {}).get("callback_id"), (kept.get("place") or {}).get("callback_id")]
    return [one for one in found if one is not None]
