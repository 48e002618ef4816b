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

    def is_free(self, now: float) -> bool:
        """Whether a call may be offered now."""
        return self.available and self.offered_to is None and self.rests_until <= now


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place in a lane: its tier's rank, its order and how well it meets the needs."""

    tier: int
    place: int
    shortfall: int
    level: int


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
        self.seats: dict[UUID, Seat] = {}
        fits = {}
        for member in queue.members:
            met = fit(needs, staff[member.user_id].skills) if member.user_id in staff else None
            if met is not None:
                fits[member.user_id] = met
        tiers = sorted({member.tier for member in queue.members if member.user_id in fits})
        for place, member in enumerate(sorted(queue.members, key=lambda m: (m.tier, m.place))):
            if member.user_id in fits and member.user_id not in self.seats:
                self.seats[member.user_id] = Seat(tiers.index(member.tier), place, *fits[member.user_id])
        self.free: list[list[Entry]] = [[] for _ in tiers]
        self.online = [0] * len(tiers)
        self._entries: dict[UUID, Entry] = {}
        self._order = STRATEGIES[queue.strategy].order

    # Operators

    def add(self, staff: Staff) -> None:
        """The operator has become free."""
        seat = self.seats[staff.user]
        entry = self._order(
            Candidate(staff.user, seat.place, staff.idle_since, staff.calls_today, seat.shortfall, seat.level)
        )
        self._entries[staff.user] = entry
        insort(self.free[seat.tier], entry)

    def remove(self, user: UUID) -> None:
        """The operator is free no more."""
        entry = self._entries.pop(user, None)
        if entry is not None:
            free = self.free[self.seats[user].tier]
            del free[bisect_left(free, entry)]

    def count_online(self, user: UUID, change: int) -> bool:
        """One more (1) or less (-1) on line; whether that opens or closes lower tiers."""
        tier = self.seats[user].tier
        self.online[tier] += change
        return self.online[tier] <= (1 if change > 0 else 0)

    def remember(self, user: UUID) -> None:
        """``user`` was asked last."""
        seat = self.seats.get(user)
        if seat is not None:
            self.last = (seat.shortfall, seat.place, user)

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
        for rank in range(1, len(self.free)):
            if waited < self.queue.tier_after_s * rank and any(self.online[:rank]):
                break
            count += 1
        return count

    def allowed(self, waited: float) -> int:
        """Levels that an operator may lack for who has waited so many seconds."""
        return int(waited // self.queue.relax_s) if self.queue.relax_s else 0

    def may_serve(self, user: UUID, waited: float) -> bool:
        """Whether that operator may be asked for who has waited so many seconds."""
        seat = self.seats[user]
        return seat.shortfall <= self.allowed(waited) and seat.tier < self.open_tiers(waited)

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
            for level in range(1, max((seat.shortfall for seat in self.seats.values()), default=0) + 1):
                yield waiter.since + self.queue.relax_s * level
