"""The distributor: places, tiers, several queues, relaxing needs, silent operators."""

from typing import Any
from uuid import UUID

import pytest

from engine.queues.distributor import Distributor
from engine.queues.model import Member, Offer, Queue, Strategy, Waiter
from tests.unit.queues.support import QUEUE, SKILL, caller, operator, queue_of

pytestmark = pytest.mark.feature("F-PBX-10")
OTHER = UUID(int=9)


def distributor_of(*queues: Queue, skills: Any = None, free: tuple[int, ...] = ()) -> Distributor:
    found = Distributor()
    found.configure(queues, skills or {}, 0.0)
    for number in free:
        ready(found, number, 0.0)
    found.decide(0.0)
    return found


def ready(distributor: Distributor, number: int, now: float, *, available: bool = True, online: bool = True) -> None:
    distributor.operator(operator(number), now, available=available, online=online, idle_since=now)


def enter(distributor: Distributor, number: int, now: float, queue: UUID = QUEUE, **more: Any) -> None:
    distributor.enter(Waiter(caller(number), queue, now, **more), now)


def told(offers: list[Offer]) -> list[tuple[int, tuple[int, ...]]]:
    return [(offer.waiter_id.int - 1000, tuple(user.int - 100 for user in offer.users)) for offer in offers]


def test_a_free_operator_serves_the_first_in_line() -> None:
    line = distributor_of(queue_of(operators=1))
    enter(line, 1, 1.0)
    enter(line, 2, 2.0)
    assert line.decide(2.0) == []
    ready(line, 1, 3.0)
    assert told(line.decide(3.0)) == [(1, (1,))]
    assert (line.position(caller(1)), line.position(caller(2))) == (1, 2)


def test_priority_is_a_head_start_and_passes_nobody_for_ever() -> None:
    line = distributor_of(queue_of(operators=1, priority_s=60))
    enter(line, 1, 0.0)
    enter(line, 2, 30.0, priority=1)
    enter(line, 3, 90.0, priority=1)
    assert [line.position(caller(n)) for n in (2, 1, 3)] == [1, 2, 3]


def test_an_operator_of_two_queues_serves_who_is_due_first() -> None:
    other = Queue(id=OTHER, members=(Member(operator(1)),), head_start_s=100)
    line = distributor_of(queue_of(operators=1), other)
    enter(line, 1, 0.0)
    enter(line, 2, 50.0, OTHER)
    enter(line, 3, 150.0, OTHER)
    ready(line, 1, 200.0)
    served = []
    for now in (200.0, 201.0, 202.0):
        (offer,) = line.decide(now)
        served += told([offer])
        line.answered(offer.waiter_id, operator(1), now)
        ready(line, 1, now + 0.5)
    assert [number for number, _ in served] == [2, 1, 3]


def test_the_silent_one_rests_and_the_next_is_asked_at_once() -> None:
    line = distributor_of(queue_of(Strategy.LINEAR, operators=2, retry_s=30), free=(1, 2))
    enter(line, 1, 0.0)
    assert told(line.decide(0.0)) == [(1, (1,))]
    line.unanswered(caller(1), [operator(1)], 20.0)
    assert told(line.decide(20.0)) == [(1, (2,))]
    enter(line, 2, 21.0)
    assert line.decide(21.0) == []
    assert line.next_at == 50.0
    assert told(line.decide(50.0)) == [(2, (1,))]


def test_a_lone_operator_is_asked_again_after_the_rest() -> None:
    line = distributor_of(queue_of(operators=1, retry_s=30), free=(1,))
    enter(line, 1, 0.0)
    line.decide(0.0)
    line.unanswered(caller(1), [operator(1)], 20.0)
    assert line.decide(49.0) == []
    assert told(line.decide(50.0)) == [(1, (1,))]


def tiers(**more: Any) -> Queue:
    members = (Member(operator(1), tier=1), Member(operator(2), tier=2), Member(operator(3), tier=3))
    return Queue(id=QUEUE, members=members, **more)


def test_the_next_tier_is_asked_when_nobody_of_the_first_is_free() -> None:
    line = distributor_of(tiers(), free=(1, 2, 3))
    for number in (1, 2, 3):
        enter(line, number, 0.0)
    assert told(line.decide(0.0)) == [(1, (1,)), (2, (2,)), (3, (3,))]


def test_with_a_wait_the_next_tier_opens_after_it() -> None:
    line = distributor_of(tiers(tier_after_s=10))
    ready(line, 1, 0.0, available=False)
    ready(line, 2, 0.0)
    ready(line, 3, 0.0)
    enter(line, 1, 0.0)
    enter(line, 2, 5.0)
    assert line.decide(9.0) == []
    assert told(line.decide(10.0)) == [(1, (2,))]
    assert line.decide(19.0) == []
    assert told(line.decide(25.0)) == [(2, (3,))]


def test_the_next_tier_opens_at_once_where_nobody_of_the_first_works() -> None:
    line = distributor_of(tiers(tier_after_s=600))
    ready(line, 1, 0.0, available=False)
    ready(line, 2, 0.0)
    enter(line, 1, 0.0)
    assert line.decide(1.0) == []
    ready(line, 1, 2.0, available=False, online=False)
    assert told(line.decide(2.0)) == [(1, (2,))]


def test_needs_relax_with_the_wait_but_never_to_nothing() -> None:
    queue = queue_of(Strategy.SKILLS, operators=3, skills={SKILL: 5}, relax_s=10)
    line = distributor_of(queue, skills={operator(1): {SKILL: 3}, operator(2): {}}, free=(1, 2, 3))
    enter(line, 1, 0.0)
    assert line.decide(0.0) == []
    assert line.decide(10.0) == []
    assert told(line.decide(20.0)) == [(1, (1,))]
    enter(line, 2, 21.0)
    assert line.decide(1000.0) == []


def test_a_caller_with_needs_of_its_own_holds_up_nobody() -> None:
    queue = queue_of(operators=2)
    line = distributor_of(queue, skills={operator(2): {SKILL: 7}})
    enter(line, 1, 0.0, needs={SKILL: 5})
    enter(line, 2, 1.0)
    ready(line, 1, 2.0)
    assert told(line.decide(2.0)) == [(2, (1,))]
    ready(line, 2, 3.0)
    assert told(line.decide(3.0)) == [(1, (2,))]
    line.answered(caller(1), operator(2), 4.0)
    assert line.position(caller(1)) is None


def test_ring_all_frees_those_who_were_not_needed() -> None:
    line = distributor_of(queue_of(Strategy.RING_ALL, operators=3), free=(1, 2, 3))
    enter(line, 1, 0.0)
    enter(line, 2, 0.0)
    assert told(line.decide(0.0)) == [(1, (1, 2, 3))]
    line.answered(caller(1), operator(2), 3.0)
    assert told(line.decide(3.0)) == [(2, (1, 3))]


def test_who_hangs_up_frees_whom_was_asked() -> None:
    line = distributor_of(queue_of(operators=1), free=(1,))
    enter(line, 1, 0.0)
    enter(line, 2, 1.0)
    line.decide(1.0)
    line.leave(caller(1), 2.0)
    assert told(line.decide(2.0)) == [(2, (1,))]


def test_round_robin_remembers_over_a_restart() -> None:
    queue = queue_of(Strategy.ROUND_ROBIN, operators=3)
    line = distributor_of(queue, free=(1, 2, 3))
    line.remember({QUEUE: operator(2)})
    enter(line, 1, 0.0)
    assert told(line.decide(0.0)) == [(1, (3,))]


def test_who_was_being_asked_before_a_restart_is_not_asked_for_another() -> None:
    line = distributor_of(queue_of(operators=1), free=(1,))
    enter(line, 1, 0.0, offered=(operator(1),))
    enter(line, 2, 1.0)
    assert line.decide(1.0) == []
    line.unanswered(caller(1), [], 2.0)
    assert told(line.decide(2.0)) == [(1, (1,))]


def test_a_change_of_configuration_keeps_every_place() -> None:
    line = distributor_of(queue_of(operators=1))
    for number in (1, 2, 3):
        enter(line, number, float(number))
    line.configure([queue_of(operators=2, strategy=Strategy.RING_ALL)], {}, 4.0)
    ready(line, 2, 5.0)
    assert told(line.decide(5.0)) == [(1, (2,))]
    assert [line.position(caller(n)) for n in (1, 2, 3)] == [1, 2, 3]
    line.configure([], {}, 6.0)
    ready(line, 1, 7.0)
    assert line.decide(7.0) == []
    line.leave(caller(2), 8.0)
    assert line.size(QUEUE) == 2


def test_who_left_the_members_is_asked_no_more() -> None:
    line = distributor_of(queue_of(operators=2), free=(1, 2))
    line.configure([queue_of(operators=1)], {}, 1.0)
    enter(line, 1, 2.0)
    enter(line, 2, 2.0)
    assert told(line.decide(2.0)) == [(1, (1,))]
