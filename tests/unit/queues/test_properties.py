"""Whatever happens, in whatever order: nobody is lost, rung twice or passed for ever."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from engine.queues.distributor import Distributor
from engine.queues.model import Member, Queue, Strategy, Waiter
from tests.unit.queues.support import operator

OPERATORS = range(1, 6)
QUEUES = (UUID(int=1), UUID(int=2), UUID(int=3))
RETRY_S, PRIORITY_S, TALK_S, RING_S = 7, 50, 30.0, 20.0


def configured(strategy: Strategy) -> list[Queue]:
    """Three queues that share operators, in tiers."""
    members = [(1, 2, 3), (2, 3, 4), (1, 2, 3, 4, 5)]
    return [
        Queue(
            id=QUEUES[index],
            strategy=strategy,
            retry_s=RETRY_S,
            priority_s=PRIORITY_S,
            head_start_s=index * 10,
            members=tuple(Member(operator(n), tier=1 + n % 2, place=n) for n in numbers),
        )
        for index, numbers in enumerate(members)
    ]


class Traffic(RuleBasedStateMachine):
    """Callers come and go, phones ring, are answered or not, operators come and go, the configuration changes."""

    waiting = Bundle("waiting")

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.distributor = Distributor()
        self.distributor.configure(configured(Strategy.LONGEST_IDLE), {}, self.now)
        self.inside: dict[UUID, Waiter] = {}
        self.busy: set[UUID] = set()
        self.places: dict[UUID, int] = {}
        self.count = 0

    def decide(self) -> None:
        for offer in self.distributor.decide(self.now):
            assert offer.waiter_id in self.inside
            members = {m.user_id for m in self.distributor.queues[offer.queue_id].members}
            assert offer.users and set(offer.users) <= members
            assert not set(offer.users) & self.busy
            rings_at = [user for waiter in self.inside.values() for user in waiter.offered]
            assert len(rings_at) == len(set(rings_at))
            for user in offer.users:
                assert self.distributor.staff[user].available

    @rule(target=waiting, queue=st.sampled_from(QUEUES), priority=st.integers(0, 3), early=st.floats(0, 500))
    def enter(self, queue: UUID, priority: int, early: float) -> UUID:
        """``early``: a call-back, or who has one, comes with an older place."""
        self.count += 1
        waiter = Waiter(UUID(int=10_000 + self.count), queue, self.now - early, priority)
        self.inside[waiter.id] = waiter
        before = {other: self.distributor.position(other) for other in self.inside}
        self.distributor.enter(waiter, self.now)
        for other, place in before.items():
            if place is not None and self.inside[other].key < waiter.key:
                assert self.distributor.position(other) == place
        self.decide()
        return waiter.id

    @rule(waiter=consumes(waiting))
    def hang_up(self, waiter: UUID) -> None:
        self.inside.pop(waiter, None)
        self.distributor.leave(waiter, self.now)
        self.decide()

    @rule(waiter=waiting, which=st.integers(0, 4))
    def answer(self, waiter: UUID, which: int) -> None:
        offered = self.inside[waiter].offered if waiter in self.inside else ()
        if offered:
            user = offered[which % len(offered)]
            del self.inside[waiter]
            self.busy.add(user)
            self.distributor.answered(waiter, user, self.now)
            self.decide()

    @rule(waiter=waiting, silent=st.booleans())
    def nobody_answers(self, waiter: UUID, silent: bool) -> None:
        found = self.inside.get(waiter)
        if found is not None and found.offered:
            place = self.distributor.position(waiter)
            self.distributor.unanswered(waiter, found.offered if silent else (), self.now)
            assert self.distributor.position(waiter) == place
            self.decide()

    @rule(number=st.sampled_from(OPERATORS), available=st.booleans())
    def operator_changes(self, number: int, available: bool) -> None:
        user = operator(number)
        self.busy.discard(user)
        self.distributor.operator(user, self.now, available=available, online=available, idle_since=self.now)
        self.decide()

    @rule(seconds=st.floats(0.5, 40))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.decide()

    @rule(strategy=st.sampled_from(Strategy))
    def reconfigure(self, strategy: Strategy) -> None:
        order = {queue: [waiter.id for waiter in self.distributor.line(queue)] for queue in QUEUES}
        self.distributor.configure(configured(strategy), {}, self.now)
        assert order == {queue: [waiter.id for waiter in self.distributor.line(queue)] for queue in QUEUES}
        self.decide()

    @invariant()
    def nobody_is_lost(self) -> None:
        lines = [waiter.id for queue in QUEUES for waiter in self.distributor.line(queue)]
        assert sorted(lines) == sorted(self.inside)

    @invariant()
    def places_get_worse_only_by_who_is_due_earlier(self) -> None:
        for queue in QUEUES:
            line = self.distributor.line(queue)
            assert [waiter.key for waiter in line] == sorted(waiter.key for waiter in line)

    @invariant()
    def nobody_idles_while_somebody_waits(self) -> None:
        for queue in self.distributor.queues.values():
            members = {member.user_id for member in queue.members}
            free = [user for user in members if self.distributor.staff[user].is_free(self.now)]
            idle = [waiter for waiter in self.distributor.line(queue.id) if not waiter.offered]
            assert not (free and idle)

    def teardown(self) -> None:
        """With operators at work everybody is served, whatever came before: nobody starves."""
        for number in OPERATORS:
            self.operator_changes(number, True)
        rounds = 0
        while self.inside:
            rounds += 1
            assert rounds < 10 * self.count + 100, "somebody is never served"
            self.now += RETRY_S + TALK_S
            self.decide()
            for waiter in [w for w in self.inside.values() if w.offered]:
                user = waiter.offered[0]
                del self.inside[waiter.id]
                self.distributor.answered(waiter.id, user, self.now)
                self.distributor.operator(user, self.now, available=True, online=True, idle_since=self.now)
            self.decide()


Traffic.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTraffic = pytest.mark.feature("F-PBX-10")(Traffic.TestCase)


@pytest.mark.feature("F-PBX-14")
def test_neither_callers_nor_callbacks_starve_in_an_overloaded_queue() -> None:
    """Twice as many important callers come as one operator can serve; a plain caller and a call-back are served in
    their turn, which is bounded by the head start of a priority."""
    queue = Queue(id=QUEUES[0], members=(Member(operator(1)),), priority_s=PRIORITY_S)
    distributor = Distributor()
    distributor.configure([queue], {}, 0.0)
    plain, callback = Waiter(UUID(int=1), queue.id, 0.0), Waiter(UUID(int=2), queue.id, 0.0, counted=False)
    for waiter in (plain, callback):
        distributor.enter(waiter, 0.0)
    served: dict[UUID, float] = {}
    for step in range(60):
        now = step * TALK_S / 2
        distributor.enter(Waiter(UUID(int=100 + step), queue.id, now, priority=2), now)
        if step % 2 == 0:
            distributor.operator(operator(1), now, available=True, online=True, idle_since=now)
            for offer in distributor.decide(now):
                served[offer.waiter_id] = now
                distributor.answered(offer.waiter_id, operator(1), now)
    assert plain.id in served and callback.id in served
    assert max(served[plain.id], served[callback.id]) <= 2 * 2 * PRIORITY_S + 3 * TALK_S
