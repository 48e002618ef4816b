"""Who serves whom: events in, offers out. Pure, on any clock; the same object serves live calls and the virtual clock.

The order of a line: who has the earliest ``due = since - head start of the queue - priority x its step`` is served
first, in one queue and over all queues of an operator. This is the dynamic priority discipline of J. R. Jackson ("Some
problems in queueing with dynamic priorities", 1960): priority is a head start, so that nobody is passed for ever. A
place is fixed when it is taken: it gets worse only by those who come with an earlier ``due``.

Events only take note; ``decide`` makes the offers that follow from all of them. After it no free operator is left who
could serve somebody who waits. All times are seconds of one clock.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from engine.queues.lane import Lane, Needs, Staff
from engine.queues.model import Offer, Queue, Waiter


class Distributor:
    """Lines of all queues and all operators."""

    def __init__(self) -> None:
        self.queues: dict[UUID, Queue] = {}
        self.staff: dict[UUID, Staff] = {}
        self.waiters: dict[UUID, Waiter] = {}
        """Everybody who waits or is being offered."""
        self.last_asked: dict[UUID, UUID] = {}
        """Queue -> operator asked last (round robin)."""
        self._lines: dict[UUID, list[tuple[float, UUID]]] = {}
        self._lanes: dict[tuple[UUID, Needs], Lane] = {}
        self._freed: dict[UUID, None] = {}
        self._stirred: dict[UUID, None] = {}
        self._timers: list[tuple[float, int, UUID]] = []
        self._number = count()

    # Events

    def configure(self, queues: Iterable[Queue], skills: Mapping[UUID, Mapping[UUID, int]], now: float) -> None:
        """Queues as they are from now on, and the skills of every operator who may be a member.

        Who waits in a queue that is gone stays in its line unserved, until it leaves.
        """
        self.queues = {queue.id: queue for queue in queues}
        members = {member.user_id for queue in self.queues.values() for member in queue.members}
        self.staff = {user: self.staff.get(user) or Staff(user) for user in members | set(skills)}
        for user, staff in self.staff.items():
            staff.skills = skills.get(user, {})
            staff.posts = []
        self._lanes = {}
        for queue_id in self.queues:
            self._lines.setdefault(queue_id, [])
            self._lane(queue_id, {})
        for waiter in self.waiters.values():
            lane = self._lane_of(waiter)
            if lane is not None:
                lane.waiters += 1
                if not waiter.offered:
                    lane.push(waiter)
                    self._stir(waiter, lane, now)
        for user, staff in self.staff.items():
            if staff.is_free(now):
                self._freed[user] = None

    def remember(self, last_asked: Mapping[UUID, UUID]) -> None:
        """Who was asked last in each queue, before this process began."""
        self.last_asked.update(last_asked)
        for lane in self._lanes.values():
            if lane.queue.id in last_asked:
                lane.remember(last_asked[lane.queue.id])

    def operator(
        self,
        user: UUID,
        now: float,
        *,
        available: bool,
        online: bool,
        idle_since: float = 0.0,
        calls_today: int = 0,
    ) -> None:
        """What an operator does now."""
        staff = self.staff.setdefault(user, Staff(user))
        if staff.online != online:
            staff.online = online
            for post in staff.posts:
                if post.count_online(1 if online else -1):
                    self._stirred.update((waiter_id, None) for _, waiter_id in post.lane.waiting)
        if (staff.available, staff.idle_since, staff.calls_today) == (available, idle_since, calls_today):
            return
        self._occupy(staff)
        staff.available, staff.idle_since, staff.calls_today = available, idle_since, calls_today
        self._free(staff, now)

    def enter(self, waiter: Waiter, now: float) -> None:
        """Somebody joins a line; ``offered`` not empty: operators are being asked already (after a restart)."""
        queue = self.queues.get(waiter.queue_id)
        if queue is not None:
            waiter.due = waiter.since - queue.head_start_s - waiter.priority * queue.priority_s
        self.waiters[waiter.id] = waiter
        insort(self._lines.setdefault(waiter.queue_id, []), waiter.key)
        lane = self._lane_of(waiter)
        if lane is not None:
            lane.waiters += 1
        for user in waiter.offered:
            staff = self.staff.setdefault(user, Staff(user))
            self._occupy(staff)
            staff.offered_to = waiter.id
        if lane is not None and not waiter.offered:
            lane.push(waiter)
            self._stir(waiter, lane, now)

    def leave(self, waiter_id: UUID, now: float) -> None:
        """Somebody left a line; operators who were asked for it are free again."""
        waiter = self.waiters.pop(waiter_id, None)
        if waiter is None:
            return
        line = self._lines[waiter.queue_id]
        at = bisect_left(line, waiter.key)
        del line[at]
        lane = self._lane_of(waiter)
        if lane is not None:
            lane.pull(waiter)
            lane.waiters -= 1
            if not lane.waiters and waiter.needs:
                self._drop(lane, frozenset(waiter.needs.items()))
        self._take_back(waiter, now)

    def answered(self, waiter_id: UUID, user: UUID | None, now: float) -> None:
        """``user`` took the one who waited: others who were asked are free again, ``user`` is busy until told else."""
        waiter = self.waiters.get(waiter_id)
        if waiter is None:
            return
        staff = self.staff.get(user) if user is not None else None
        if staff is not None:
            self._occupy(staff)
            staff.available = False
        self.leave(waiter_id, now)

    def unanswered(self, waiter_id: UUID, silent: Collection[UUID], now: float) -> None:
        """Nobody took the offer: the one who waits keeps the place, who was ``silent`` rests for a while."""
        waiter = self.waiters.get(waiter_id)
        if waiter is None:
            return
        queue = self.queues.get(waiter.queue_id)
        waiter.tried |= set(silent)
        for user in silent:
            staff = self.staff.get(user)
            if staff is not None and queue is not None and queue.retry_s:
                self.rest(user, now + queue.retry_s)
        self._take_back(waiter, now)
        lane = self._lane_of(waiter)
        if lane is not None:
            lane.push(waiter)
            self._stir(waiter, lane, now)

    def withdraw(self, waiter_id: UUID, user: UUID, now: float) -> None:
        """An operator of an offer can't be asked after all; without any left, the one who waits is back in line."""
        waiter = self.waiters[waiter_id]
        waiter.offered = tuple(other for other in waiter.offered if other != user)
        self.staff[user].offered_to = None
        lane = self._lane_of(waiter)
        if not waiter.offered and lane is not None:
            lane.push(waiter)
            self._stir(waiter, lane, now)

    def rest(self, user: UUID, until: float) -> None:
        """Ask an operator nothing before ``until``."""
        staff = self.staff[user]
        self._occupy(staff)
        staff.rests_until = until
        heappush(self._timers, (until, next(self._number), user))

    # Decisions

    def decide(self, now: float) -> list[Offer]:
        """Offers that are due."""
        while self._timers and self._timers[0][0] <= now:
            self._on_timer(heappop(self._timers)[2], now)
        offers: list[Offer] = []
        while self._freed:
            user = next(iter(self._freed))
            offer = self._serve(user, now)
            if offer is None:
                self._freed.pop(user, None)
            else:
                offers.append(offer)
        if self._stirred:
            stirred = [self.waiters[waiter_id] for waiter_id in self._stirred if waiter_id in self.waiters]
            self._stirred.clear()
            for waiter in sorted(stirred, key=lambda w: w.key):
                lane = self._lane_of(waiter)
                offer = None if waiter.offered or lane is None else self._offer(waiter, lane, now)
                if offer is not None:
                    offers.append(offer)
        return offers

    @property
    def next_at(self) -> float | None:
        """When ``decide`` may have something to do though nothing happens."""
        return self._timers[0][0] if self._timers else None

    # What is asked

    def position(self, waiter_id: UUID) -> int | None:
        """Place in the line, 1 is next."""
        waiter = self.waiters.get(waiter_id)
        return bisect_left(self._lines[waiter.queue_id], waiter.key) + 1 if waiter is not None else None

    def line(self, queue_id: UUID) -> list[Waiter]:
        """Who waits in a queue, in order."""
        return [self.waiters[waiter_id] for _, waiter_id in self._lines.get(queue_id, ())]

    def size(self, queue_id: UUID) -> int:
        """How many wait in a queue, call-backs too."""
        return len(self._lines.get(queue_id, ()))

    def online(self, queue_id: UUID) -> int:
        """Operators on line who may serve a queue."""
        lane = self._lane(queue_id, {})
        return sum(lane.online) if lane is not None else 0

    def free(self, queue_id: UUID) -> int:
        """Operators who would be asked now."""
        lane = self._lane(queue_id, {})
        return sum(map(len, lane.free)) if lane is not None else 0

    def queues_of(self, user: UUID) -> list[UUID]:
        """Queues that an operator serves."""
        staff = self.staff.get(user)
        return list(dict.fromkeys(post.lane.queue.id for post in staff.posts)) if staff is not None else []

    # Within

    def _lane(self, queue_id: UUID, needs: Mapping[UUID, int]) -> Lane | None:
        queue = self.queues.get(queue_id)
        if queue is None:
            return None
        key = queue_id, frozenset(needs.items())
        lane = self._lanes.get(key)
        if lane is None:
            every = dict(queue.skills)
            for skill, level in needs.items():
                every[skill] = max(level, every.get(skill, 0))
            lane = self._lanes[key] = Lane(queue, every, self.staff)
            if queue_id in self.last_asked:
                lane.remember(self.last_asked[queue_id])
            for user, post in lane.posts.items():
                staff = self.staff[user]
                staff.posts.append(post)
                if staff.online:
                    post.count_online(1)
                if staff.available and staff.offered_to is None and not staff.rests_until:
                    post.join(staff)
                elif staff.available and staff.offered_to is None:
                    heappush(self._timers, (staff.rests_until, next(self._number), user))
        return lane

    def _lane_of(self, waiter: Waiter) -> Lane | None:
        return self._lane(waiter.queue_id, waiter.needs)

    def _drop(self, lane: Lane, needs: Needs) -> None:
        del self._lanes[lane.queue.id, needs]
        for user, post in lane.posts.items():
            self.staff[user].posts.remove(post)

    def _occupy(self, staff: Staff) -> None:
        self._freed.pop(staff.user, None)
        for post in staff.posts:
            post.leave()

    def _free(self, staff: Staff, now: float) -> None:
        if staff.is_free(now):
            staff.rests_until = 0.0
            for post in staff.posts:
                post.join(staff)
            self._freed[staff.user] = None

    def _take_back(self, waiter: Waiter, now: float) -> None:
        users, waiter.offered = waiter.offered, ()
        for user in users:
            staff = self.staff.get(user)
            if staff is not None and staff.offered_to == waiter.id:
                staff.offered_to = None
                self._free(staff, now)

    def _stir(self, waiter: Waiter, lane: Lane, now: float) -> None:
        self._stirred[waiter.id] = None
        for at in lane.turns(waiter):
            if at > now:
                heappush(self._timers, (at, next(self._number), waiter.id))

    def _on_timer(self, subject: UUID, now: float) -> None:
        if subject in self.waiters:
            self._stirred[subject] = None
        elif (staff := self.staff.get(subject)) is not None and staff.rests_until:
            self._free(staff, now)

    def _serve(self, user: UUID, now: float) -> Offer | None:
        """An offer for the one who waits first in all lanes of a free operator."""
        best: tuple[tuple[float, UUID], Lane] | None = None
        for post in self.staff[user].posts:
            for key in post.lane.waiting:
                if best is not None and key >= best[0]:
                    break
                if post.may_serve(now - self.waiters[key[1]].since):
                    best = key, post.lane
                    break
        return self._offer(self.waiters[best[0][1]], best[1], now) if best is not None else None

    def _offer(self, waiter: Waiter, lane: Lane, now: float) -> Offer | None:
        users = lane.pick(now - waiter.since, waiter.tried)
        if not users:
            return None
        lane.pull(waiter)
        waiter.offered = tuple(users)
        for user in users:
            staff = self.staff[user]
            self._occupy(staff)
            staff.offered_to = waiter.id
        self.last_asked[waiter.queue_id] = users[-1]
        lane.remember(users[-1])
        return Offer(waiter.id, waiter.queue_id, waiter.offered)
