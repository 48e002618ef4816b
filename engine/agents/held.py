"""The presences of now: each change goes to the journal, then to who listens; nothing else changes them."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol
from uuid import UUID

from prometheus_client import Gauge

from engine.agents import rows
from engine.agents.model import Presence
from engine.agents.statuses import Status
from engine.agents.transitions import Change
from engine.core.clock import Clock
from engine.history.records import Record

_OPERATORS = Gauge("paylater_operators", "Operators by what they do", ["status"])


class Journal(Protocol):
    """Where facts go first."""

    def append(self, *records: Record) -> None: ...


class Held:
    """Presences by operator. ``on_keep`` gets each new one, ``on_change`` the operator's id after news."""

    def __init__(self, journal: Journal, clock: Clock, node_id: str, on_keep: Callable[[Presence], None]) -> None:
        self.on_change: list[Callable[[UUID], None]] = []
        self._journal = journal
        self._clock = clock
        self._node_id = node_id
        self._on_keep = on_keep
        self._presences: dict[UUID, Presence] = {}
        self._reserved: dict[UUID, set[UUID]] = {}
        """Call -> operators who are reserved for it."""

    def __iter__(self) -> Iterator[Presence]:
        return iter(list(self._presences.values()))

    def __getitem__(self, user_id: UUID) -> Presence:
        return self._presences[user_id]

    def get(self, user_id: UUID) -> Presence | None:
        """What is held of that operator."""
        return self._presences.get(user_id)

    def reserved_for(self, call_id: UUID) -> list[UUID]:
        """Operators who are reserved for a call."""
        return list(self._reserved.get(call_id, ()))

    def keep(self, presence: Presence) -> None:
        """Take a presence as it is: no news for anybody, nothing for the journal."""
        before = self._presences.get(presence.user_id)
        if before is not None and before.status is Status.RESERVED and before.call_id in self._reserved:
            self._reserved[before.call_id].discard(presence.user_id)
            if not self._reserved[before.call_id]:
                del self._reserved[before.call_id]
        if presence.status is Status.RESERVED and presence.call_id is not None:
            self._reserved.setdefault(presence.call_id, set()).add(presence.user_id)
        self._presences[presence.user_id] = presence
        self._on_keep(presence)

    def drop(self, user_id: UUID) -> None:
        """The user is no operator any more."""
        del self._presences[user_id]

    def settle(self, change: Change) -> None:
        """Write a change down, then tell it; one that changes nothing is no news."""
        presence, interval = change
        before = self._presences[presence.user_id]
        if presence is before or presence == before:
            return
        self.keep(presence)
        self._journal.append(*rows.of_change(presence, interval, self._node_id, self._clock.now()))
        _OPERATORS.labels(before.status).dec()
        _OPERATORS.labels(presence.status).inc()
        self.tell(presence.user_id)

    def tell(self, user_id: UUID) -> None:
        """What concerns this operator has changed."""
        for tell in self.on_change:
            tell(user_id)

    def count(self) -> None:
        """Set the gauge anew, after operators came or went."""
        found = Counter(presence.status for presence in self._presences.values())
        for status in Status:
            _OPERATORS.labels(status).set(found[status])
