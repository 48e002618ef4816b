"""``Queues``: visits and offers written as they happen, places taken up again, presences let go."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from engine.agents.statuses import Status
from engine.calls.model import Leg, LegRole, Tried
from engine.history.records import OfferRow, VisitRow
from engine.queues.model import Outcome
from engine.queues.orphans import Orphans
from engine.queues.visit import Place, Refusal, Visit
from engine.routing.model import ToMessage, ToQueue
from tests.unit.queues.fakes import QUEUE, START, Call, Room
from tests.unit.queues.support import operator

pytestmark = pytest.mark.feature("F-PBX-11")
TO = ToQueue(id=QUEUE)


def enter(room: Room, number: int, to: ToQueue = TO, **more: Any) -> Visit:
    room.clock.step(0.01)
    visit = room.queues.enter(Call(UUID(int=number), **more), to)
    assert isinstance(visit, Visit)
    return visit


def leg(number: int) -> Leg:
    return Leg(
        channel_id="c", role=LegRole.CALLEE, number=str(200 + number), endpoint="", started_at=START,
        user_id=operator(number),
    )  # fmt: skip


async def offered(room: Room, visit: Visit) -> list[str]:
    """Numbers that ring for a visit."""
    task = asyncio.create_task(room.queues.offer(visit))
    await asyncio.sleep(0)
    room.queues.decide()
    ring = await asyncio.wait_for(task, 1)
    return [target.number for target in ring.targets]


def visits(room: Room) -> list[VisitRow]:
    return list(room.journal.last(VisitRow).values())


def results(room: Room) -> list[str]:
    return [row.result for row in room.journal.last(OfferRow).values()]


async def test_an_answered_visit_is_written_with_its_times() -> None:
    room = Room(1)
    visit = enter(room, 1)
    assert (visit.call.queue_id, visit.call.visit_id) == (QUEUE, visit.id)
    assert await offered(room, visit) == ["201"]
    assert room.presences.get(operator(1)).status is Status.RESERVED
    room.step(7)
    room.queues.answered(visit, leg(1))
    assert (visit.call.operator_id, visit.call.wrap_s) == (operator(1), 15)
    room.step(60)
    visit.call.hold_s = 5.0
    room.queues.leave(visit, Outcome.ABANDONED)
    (row,) = visits(room)
    assert (row.outcome, row.wait_s, row.talk_s, row.hold_s) == ("answered", 7.0, 55.0, 5.0)
    assert row.operator_id == operator(1)
    assert results(room) == ["answered"]
    assert room.presences.released == []


async def test_a_silent_operator_is_missed_and_the_next_asked() -> None:
    room = Room(2, {"strategy": "linear"})
    visit = enter(room, 1)
    assert await offered(room, visit) == ["201"]
    room.step(20)
    room.queues.unanswered(visit, (Tried("201", operator(1), "no_answer"),))
    assert await offered(room, visit) == ["202"]
    assert room.presences.released == [(operator(1), "missed")]
    assert visit.place.tried == [operator(1)]
    room.queues.leave(visit, Outcome.ABANDONED)
    assert results(room) == ["missed", "cancelled"]
    assert room.presences.released[-1] == (operator(2), "cancelled")
    assert visits(room)[0].outcome == "abandoned"


async def test_ring_all_cancels_those_who_were_slower() -> None:
    room = Room(3, {"strategy": "ring_all"})
    visit = enter(room, 1)
    assert await offered(room, visit) == ["201", "202", "203"]
    room.queues.answered(visit, leg(2))
    assert sorted(results(room)) == ["answered", "cancelled", "cancelled"]
    assert {why for _, why in room.presences.released} == {"cancelled"}


async def test_a_colleague_who_picks_the_call_up_is_the_operator() -> None:
    room = Room(2, {"strategy": "linear"})
    visit = enter(room, 1)
    await offered(room, visit)
    picked = leg(2)
    picked.user_id = None
    room.queues.answered(visit, picked)
    assert visit.place.answered_by == operator(2)
    assert results(room) == ["cancelled"]


def test_positions_and_expected_waits_are_written_at_the_entry() -> None:
    room = Room(1, ready=False)
    room.presences.set(operator(1), Status.ON_CALL)
    rows = [enter(room, number).place for number in (1, 2, 3)]
    assert [row.position for row in rows] == [1, 2, 3]
    assert [row.estimated_wait_s for row in rows] == [180.0, 360.0, 540.0]


def test_important_numbers_and_destinations_go_ahead() -> None:
    room = Room(1, {"vip_numbers": ("+7 916 000-00-01",), "vip_priority": 2}, ready=False)
    plain = enter(room, 1)
    vip = enter(room, 2, caller="79160000001")
    sent = enter(room, 3, ToQueue(id=QUEUE, priority=3))
    assert [room.queues.position(visit) for visit in (sent, vip, plain)] == [1, 2, 3]


def test_full_and_deserted_queues_refuse_with_a_visit_that_is_over() -> None:
    room = Room(1, {"max_waiting": 1, "when_empty": "leave"}, ready=False)
    first = room.queues.enter(Call(UUID(int=1)), TO)
    assert isinstance(first, Visit), "just after a start nobody can be known to work"
    full = room.queues.enter(Call(UUID(int=2)), TO)
    assert full == Refusal(Outcome.FULL)
    room.queues.leave(first, Outcome.ABANDONED)
    room.step(10)
    assert room.queues.enter(Call(UUID(int=3)), TO) == Refusal(Outcome.NO_OPERATORS)
    assert [row.outcome for row in visits(room)] == ["abandoned", "full", "no_operators"]
    assert all(row.ended_at is not None for row in visits(room))
    picture = room.queues.board.picture(room.queues.distributor.queues[QUEUE])
    assert (picture["entered_today"], picture["abandoned_today"], picture["lost_today"]) == (3, 1, 3)


def test_limits_of_waiting_are_told() -> None:
    room = Room(1, {"max_wait_s": 30})
    visit = enter(room, 1)
    assert room.queues.limit(visit) is None
    room.step(30)
    assert room.queues.limit(visit) is Outcome.TIMEOUT


async def test_a_new_process_goes_on_with_every_place() -> None:
    old = Room(1, ready=False)
    kept = [msgspec.to_builtins(enter(old, number).place) for number in (1, 2)]
    new = Room(1, ready=False)
    new.clock.at = old.clock.at + timedelta(seconds=5)
    late = enter(new, 3)
    back = [
        new.queues.enter(Call(UUID(int=number)), TO, msgspec.convert(place, Place))
        for number, place in enumerate(kept, 1)
    ]
    assert all(isinstance(visit, Visit) for visit in back)
    line = new.queues.distributor.line(QUEUE)
    assert [waiter.id for waiter in line] == [UUID(kept[0]["visit_id"]), UUID(kept[1]["visit_id"]), late.id]
    assert len(visits(new)) == 1, "a stay that goes on is not entered again"


async def test_an_offer_in_progress_is_not_made_twice() -> None:
    old = Room(1)
    visit = enter(old, 1)
    await offered(old, visit)
    kept = msgspec.convert(msgspec.to_builtins(visit.place), Place)
    new = Room(1)
    again = new.queues.enter(Call(UUID(int=1)), TO, kept)
    other = enter(new, 2)
    new.queues.decide()
    assert isinstance(again, Visit)
    assert (await new.queues.offer(again)).targets[0].number == "201"
    assert other.place.asked == []
    new.queues.answered(again, leg(1))
    assert results(new) == ["answered"]


async def test_a_call_that_ended_while_no_engine_ran_is_closed_from_its_place() -> None:
    old = Room(1)
    waits, talks = enter(old, 1), enter(old, 2)
    await offered(old, waits)
    talks.place.answered_at, talks.place.answered_by = old.clock.now(), operator(1)
    new = Room(1)
    for visit in (waits, talks):
        call = replace(visit.call, position={
            "destination": {"kind": "queue", "id": str(QUEUE)}, "place": msgspec.to_builtins(visit.place),
        })  # fmt: skip
        new.step(30)
        new.queues.on_ended(call)
        new.queues.on_ended(call)
    assert [row.outcome for row in visits(new)] == ["abandoned", "answered"]
    assert results(new) == ["cancelled"]
    assert visits(new)[1].talk_s == pytest.approx(60.0, abs=0.1)


async def test_a_reservation_that_fails_passes_the_offer_on() -> None:
    room = Room(2, {"strategy": "linear"})
    reserve = room.presences.reserve

    def refuse(user_id: UUID, call_id: UUID, *, until: Any) -> bool:
        return user_id != operator(1) and reserve(user_id, call_id, until=until)

    room.presences.reserve = refuse  # type: ignore[method-assign]
    visit = enter(room, 1)
    assert await offered(room, visit) == ["202"]
    assert results(room) == ["offered"]


def test_a_change_of_the_queue_holds_for_who_waits() -> None:
    room = Room(1, ready=False)
    visit = enter(room, 1)
    room.load(ring_s=33, timeout_to=ToMessage(sound="x"), max_wait_s=5)
    assert visit.queue.ring_s == 33
    room.step(6)
    assert room.queues.limit(visit) is Outcome.TIMEOUT


def test_the_service_level_counts_who_was_answered_in_time() -> None:
    room = Room(1, {"target_s": 20}, ready=False)
    for number, wait in enumerate((5, 30), 1):
        visit = enter(room, number)
        room.step(wait)
        room.queues.answered(visit, leg(1))
        room.queues.leave(visit, Outcome.ANSWERED)
    quick, patient = enter(room, 8), enter(room, 9)
    room.step(2)
    room.queues.leave(quick, Outcome.ABANDONED)
    room.step(60)
    room.queues.leave(patient, Outcome.ABANDONED)
    picture = room.queues.board.picture(room.queues.distributor.queues[QUEUE])
    assert picture["service_level"] == pytest.approx(33.3)
    assert (picture["answered_today"], picture["abandoned_today"], picture["waiting"]) == (2, 2, 0)
    room.step(86_400)
    assert room.queues.board.picture(room.queues.distributor.queues[QUEUE])["entered_today"] == 0


def test_what_a_killed_process_had_not_saved_is_taken_up_or_closed() -> None:
    old = Room(1)
    again, gone = enter(old, 1), enter(old, 2)
    old.queues.decide()
    rows, offers = old.journal.last(VisitRow), old.journal.last(OfferRow)
    new = Room(1, ready=False)
    new.queues.orphans = Orphans(rows.values(), offers.values())
    new.step(60)
    assert enter(new, 1).id == again.id, "the call comes to its queue without a saved place"
    assert enter(new, 1, ToQueue(id=QUEUE)).id != again.id
    closed = new.queues.orphans.close(new.clock.now())
    assert [(row.id, row.outcome) for row in closed if isinstance(row, VisitRow)] == [(gone.id, "abandoned")]
    assert [row.result for row in closed if isinstance(row, OfferRow)] == ["cancelled"]
