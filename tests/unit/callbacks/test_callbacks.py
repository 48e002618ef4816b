"""Call-backs: in the line of their queue, tried by rule, merged, given back, never two calls at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.agents.statuses import Status
from engine.callbacks.rules import IllegalTransition, Result, State, advance, after_try
from engine.callbacks.service import Callbacks
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, NotFound, Unavailable
from engine.history.records import AttemptRow, CallbackRow, OfferRow
from engine.queues.attempt import Attempt
from engine.queues.model import Outcome
from engine.queues.visit import Visit
from engine.routing.model import ToQueue
from engine.routing.table import RoutingTable
from tests.unit.queues.fakes import QUEUE, START, Call, Room
from tests.unit.queues.support import operator

pytestmark = pytest.mark.feature("F-PBX-14")
NUMBER, OTHER = "79161110001", "79161110002"


class Desk:
    """Call-backs on a room of queues; calls that would be started are kept in ``opened``."""

    def __init__(self, operators: int = 1, *, ready: bool = True, **options: Any) -> None:
        self.room = Room(operators, options, ready=ready)
        self.opened: list[Attempt] = []
        self.refuse: Exception | None = None
        room = self.room
        self.callbacks = Callbacks(room.queues, room.journal, RoutingTable, room.clock, Settings(), self._open)

    def _open(self, attempt: Attempt) -> None:
        if self.refuse is not None:
            raise self.refuse
        written = self.room.journal.last(AttemptRow)
        assert attempt.call_id in written, "a try is written down before its call is started"
        self.opened.append(attempt)

    def order(self, number: str = NUMBER, visit: Visit | None = None) -> UUID:
        queue = self.room.queues.get(QUEUE)
        assert queue is not None
        return self.callbacks.order(queue, number, called="74950000000", source="queue", visit=visit)

    def look(self, seconds: float = 0.0) -> None:
        self.room.clock.step(seconds)
        self.callbacks.look()
        self.room.queues.decide()

    def row(self, callback_id: UUID) -> CallbackRow:
        found: CallbackRow = self.room.journal.last(CallbackRow)[callback_id]
        return found

    def enter(self, number: int, caller: str = OTHER) -> Visit:
        self.room.clock.step(0.01)
        visit = self.room.queues.enter(Call(UUID(int=number), caller=caller), ToQueue(id=QUEUE))
        assert isinstance(visit, Visit)
        return visit


def test_it_waits_in_the_line_of_callers_at_its_place() -> None:
    desk = Desk(ready=False)
    first = desk.enter(1, NUMBER)
    desk.room.step(10)
    second = desk.enter(2)
    ordered = desk.order(visit=first)
    desk.room.queues.leave(first, Outcome.CALLBACK)
    desk.look()
    assert desk.room.queues.position(second) == 2
    desk.room.presences.set(operator(1), Status.READY)
    desk.room.queues.decide()
    assert [attempt.callback_id for attempt in desk.opened] == [ordered]
    assert desk.row(ordered).state == "calling"
    assert desk.room.presences.get(operator(1)).status is Status.RESERVED


def test_a_conversation_ends_it() -> None:
    desk = Desk()
    ordered = desk.order()
    desk.look()
    (attempt,) = desk.opened
    desk.callbacks.reached(attempt)
    desk.callbacks.connected(attempt)
    row = desk.row(ordered)
    assert (row.state, row.last_reason, row.operator_id) == ("done", "answered", operator(1))
    assert [row.result for row in desk.room.journal.last(AttemptRow).values()] == ["answered"]
    assert [row.result for row in desk.room.journal.last(OfferRow).values()] == ["answered"]
    desk.callbacks.failed(attempt, "failed")
    assert desk.row(ordered).state == "done"


def test_a_client_who_does_not_answer_is_tried_again_and_given_up_by_rule() -> None:
    desk = Desk(callback_attempts=2, callback_interval_s=60)
    ordered = desk.order()
    for left in (1, 0):
        desk.look()
        attempt = desk.opened.pop()
        desk.callbacks.reached(attempt)
        desk.callbacks.failed(attempt, "no_answer")
        desk.room.presences.set(operator(1), Status.READY)
        desk.look(59)
        assert desk.opened == []
        desk.look(1)
        assert len(desk.opened) == left
    row = desk.row(ordered)
    assert (row.state, row.attempts, row.last_reason) == ("failed", 2, "no_answer")


def test_a_silent_operator_costs_no_try_and_the_next_is_asked() -> None:
    desk = Desk(2, strategy="linear")
    ordered = desk.order()
    desk.look()
    desk.callbacks.failed(desk.opened[0], "operator_missed")
    assert desk.room.presences.released == [(operator(1), "missed")]
    desk.look()
    assert [attempt.user_id for attempt in desk.opened] == [operator(1), operator(2)]
    assert desk.row(ordered).attempts == 0


def test_two_wishes_of_one_number_are_one_at_the_better_place() -> None:
    desk = Desk(ready=False)
    early = desk.enter(1, OTHER)
    desk.room.step(30)
    first = desk.order(NUMBER)
    assert desk.order(NUMBER, early) == first
    assert desk.row(first).place_at == early.place.since
    taken = CallbackRow(id=UUID(int=77), number=NUMBER, called="", requested_at=START, queue_id=QUEUE, source="web")
    desk.callbacks.take([taken])
    assert desk.row(taken.id).state == "cancelled" and desk.row(taken.id).last_reason == "merged"
    assert list(desk.callbacks.rows) == [first]


def test_who_calls_in_again_takes_the_place_and_gives_it_back() -> None:
    desk = Desk(ready=False)
    ordered = desk.order(NUMBER)
    desk.look(60)
    other = desk.enter(1)
    back = desk.enter(2, NUMBER)
    assert [desk.room.queues.position(visit) for visit in (back, other)] == [1, 2]
    assert desk.room.queues.distributor.size(QUEUE) == 2, "the call-back is out of the line meanwhile"
    desk.room.queues.leave(back, Outcome.ABANDONED)
    desk.look()
    assert desk.room.queues.distributor.line(QUEUE)[0].id == ordered
    assert desk.row(ordered).state == "waiting"


def test_calls_are_started_within_the_hours_only() -> None:
    desk = Desk()
    later = START + timedelta(hours=3)
    row = CallbackRow(id=UUID(int=5), number=NUMBER, called="", requested_at=START, queue_id=QUEUE, next_at=later)
    desk.callbacks.take([row])
    desk.look(3 * 3600 - 1)
    assert desk.opened == []
    desk.look(1)
    assert len(desk.opened) == 1


@pytest.mark.parametrize(
    ("fault", "state", "attempts"), [(Unavailable("no link"), "waiting", 0), (Forbidden("not allowed"), "waiting", 1)]
)
def test_a_call_that_cannot_be_started_frees_its_operator(fault: Exception, state: str, attempts: int) -> None:
    desk = Desk()
    desk.refuse = fault
    ordered = desk.order()
    desk.look()
    assert desk.room.presences.get(operator(1)).status is Status.READY
    assert (desk.row(ordered).state, desk.row(ordered).attempts) == (state, attempts)
    desk.refuse = None
    desk.look(1000)
    assert len(desk.opened) == 1


def test_a_try_whose_call_is_gone_after_a_restart_is_in_line_again() -> None:
    desk = Desk()
    row = CallbackRow(
        id=UUID(int=5), number=NUMBER, called="", requested_at=START, place_at=START, queue_id=QUEUE, state="calling"
    )
    desk.callbacks.take([row])
    desk.look()
    assert desk.opened == []
    desk.callbacks.settle_lost([])
    desk.look()
    assert [attempt.callback_id for attempt in desk.opened] == [row.id]


def test_by_hand_it_is_changed_and_ended_but_not_while_it_is_called() -> None:
    desk = Desk(ready=False)
    ordered = desk.order()
    desk.callbacks.change(ordered, note="about the bill", priority=2, next_at=None)
    assert (desk.row(ordered).note, desk.row(ordered).priority) == ("about the bill", 2)
    desk.look()
    desk.room.presences.set(operator(1), Status.READY)
    desk.room.queues.decide()
    with pytest.raises(Conflict):
        desk.callbacks.cancel(ordered, done=True)
    desk.callbacks.failed(desk.opened[0], "busy")
    desk.callbacks.cancel(ordered, done=True, by=operator(1))
    assert desk.row(ordered).state == "done"
    with pytest.raises(NotFound):
        desk.callbacks.cancel(ordered, done=False)


def test_only_known_steps_are_taken() -> None:
    assert advance(State.WAITING, State.CALLING) is State.CALLING
    with pytest.raises(IllegalTransition):
        advance(State.DONE, State.WAITING)


@given(results=st.lists(st.sampled_from([r for r in Result if r is not Result.ANSWERED]), max_size=40))
def test_every_callback_comes_to_an_end_and_keeps_its_place_until_then(results: list[Result]) -> None:
    row = CallbackRow(id=UUID(int=1), number=NUMBER, called="", requested_at=START, place_at=START)
    for result in results:
        row = after_try(row, result, START, attempts=3, interval_s=60)
        assert row.place_at == START
        if row.state != State.WAITING:
            break
    counted = sum(result not in (Result.OPERATOR_MISSED, Result.INTERRUPTED) for result in results)
    assert (row.state == State.FAILED) == (counted >= 3)
    assert row.attempts == min(counted, 3)
