"""One lane of a queue: those who wait with the same needs, and the operators who may serve them, both in order.

Nearly all queues have one lane. Everything is kept sorted, so that choosing never scans. Pure.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.queues.model import Queue, Waiter
from engine.queues.strategies import STRATEGIES, Candidate, Entry, choose, fit

Needs = frozenset[tuple[UUID, int]]


@dataclass(slots=True)
class Staff:
    """An operator as the distributor knows it; times in seconds.

    ``available``: would take a call; ``online``: works now (also while on a call or in wrap-up).
    """

    user: UUID
    available: bool = False
    online: bool = False
    skills: Mapping[UUID, int] = field(default_factory=dict)
    idle_since: float = 0.0
    calls_today: int = 0
    rests_until: float = 0.0
    offered_to: UUID | None = None
    posts: "list[Post]" = field(default_factory=list)
    """The operator's place in each lane that it serves."""

    def is_free(self, now: float) -> bool:
        """Whether a call may be offered now."""
        return self.available and self.offered_to is None and self.rests_until <= now


@dataclass(slots=True, eq=False)
class Post:
    """A member's place in a lane: its tier's rank, its order, how well it meets the needs; ``entry`` while free."""

    lane: "Lane"
    tier: int
    place: int
    shortfall: int
    level: int
    entry: Entry | None = None

    def join(self, staff: Staff) -> None:
        """The operator has become free."""
        self.leave()
        self.entry = self.lane.order(
            Candidate(staff.user, self.place, staff.idle_since, staff.calls_today, self.shortfall, self.level)
        )
        insort(self.lane.free[self.tier], self.entry)

    def leave(self) -> None:
        """The operator is free no more."""
        if self.entry is not None:
            free = self.lane.free[self.tier]
            del free[bisect_left(free, self.entry)]
            self.entry = None

    def count_online(self, change: int) -> bool:
        """One more (1) or less (-1) on line; whether that opens or closes lower tiers."""
        online = self.lane.online
        online[self.tier] += change
        return online[self.tier] <= (1 if change > 0 else 0)

    def may_serve(self, waited: float) -> bool:
        """Whether this operator may be asked for who has waited so many seconds."""
        return self.shortfall <= self.lane.allowed(waited) and self.tier < self.lane.open_tiers(waited)


class Lane:
    """Waiters and free operators of ``(queue, needs)``."""

    def __init__(self, queue: Queue, needs: Mapping[UUID, int], staff: Mapping[UUID, Staff]) -> None:
        self.queue = queue
        self.needs = needs
        self.waiting: list[tuple[float, UUID]] = []
        """Keys of those who wait and are not being offered."""
        self.waiters = 0
        """All who are in this lane, offered ones too."""
        self.last: Entry | None = None
        """Who was asked last (round robin)."""
        self.posts: dict[UUID, Post] = {}
        self.order = STRATEGIES[queue.strategy].order
        fits = {}
        for member in queue.members:
            met = fit(needs, staff[member.user_id].skills) if member.user_id in staff else None
            if met is not None:
                fits[member.user_id] = met
        tiers = sorted({member.tier for member in queue.members if member.user_id in fits})
        for place, member in enumerate(sorted(queue.members, key=lambda m: (m.tier, m.place))):
            if member.user_id in fits and member.user_id not in self.posts:
                self.posts[member.user_id] = Post(self, tiers.index(member.tier), place, *fits[member.user_id])
        self._worst = max((post.shortfall for post in self.posts.values()), default=0)
        self.free: list[list[Entry]] = [[] for _ in tiers]
        self.online = [0] * len(tiers)

    def remember(self, user: UUID) -> None:
        """``user`` was asked last."""
        post = self.posts.get(user)
        if post is not None:
            self.last = (post.shortfall, post.place, user)

    # Waiters

    def push(self, waiter: Waiter) -> None:
        insort(self.waiting, waiter.key)

    def pull(self, waiter: Waiter) -> None:
        at = bisect_left(self.waiting, waiter.key)
        if at < len(self.waiting) and self.waiting[at] == waiter.key:
            del self.waiting[at]

    # Choosing

    def open_tiers(self, waited: float) -> int:
        """Tiers that may be asked for who has waited so many seconds."""
        count = 1
        if len(self.free) < 2:
            return count
        for rank in range(1, len(self.free)):
            if waited < self.queue.tier_after_s * rank and any(self.online[:rank]):
                break
            count += 1
        return count

    def allowed(self, waited: float) -> int:
        """Levels that an operator may lack for who has waited so many seconds."""
        return int(waited // self.queue.relax_s) if self.queue.relax_s else 0

    def pick(self, waited: float, tried: Collection[UUID] = ()) -> list[UUID]:
        """Free operators to ask now for who has waited so many seconds, first those who were not ``tried`` yet."""
        allowed, tiers = self.allowed(waited), self.free[: self.open_tiers(waited)]
        if tried:
            for free in tiers:
                fresh = [entry for entry in free if entry[-1] not in tried]
                if users := choose(self.queue.strategy, fresh, allowed, self.last):
                    return users
        for free in tiers:
            if users := choose(self.queue.strategy, free, allowed, self.last):
                return users
        return []

    def turns(self, waiter: Waiter) -> Iterator[float]:
        """Times at which more operators may be asked for this waiter, if it still waits then."""
        if self.queue.tier_after_s:
            for rank in range(1, len(self.free)):
                yield waiter.since + self.queue.tier_after_s * rank
        if self.queue.relax_s:
            for level in range(1, self._worst + 1):
                yield waiter.since + self.queue.relax_s * level
