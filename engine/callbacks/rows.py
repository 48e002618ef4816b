"""Tries of call-backs as rows of the history. Pure."""

from datetime import datetime

from engine.callbacks.rules import Result
from engine.history.records import AttemptRow, OfferRow
from engine.queues.attempt import Attempt


def attempt_row(attempt: Attempt, result: Result | None = None, ended_at: datetime | None = None) -> AttemptRow:
    """A try, written before its call is started and again when it is over."""
    return AttemptRow(
        id=attempt.call_id,
        callback_id=attempt.callback_id,
        started_at=attempt.offered_at,
        operator_id=attempt.user_id,
        ended_at=ended_at,
        result=result,
    )


def offer_row(attempt: Attempt, result: str = "offered", ended_at: datetime | None = None) -> OfferRow:
    """An offer of a call-back bears the call-back's id in place of a visit's."""
    return OfferRow(
        id=attempt.offer_id,
        visit_id=attempt.callback_id,
        queue_id=attempt.queue_id,
        call_id=attempt.call_id,
        user_id=attempt.user_id,
        offered_at=attempt.offered_at,
        ended_at=ended_at,
        result=result,
    )
