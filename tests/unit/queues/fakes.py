"""In-memory parts around ``Queues``: presences, a journal, a clock that is set, calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.agents.model import Operator, Presence
from engine.agents.statuses import Status
from engine.core.config import Settings
from engine.history.records import Record
from engine.queues.service import Queues
from tests.unit.queues.support import QUEUE, operator, queue_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def step(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Journal:
    rows: list[Record] = field(default_factory=list)

    def append(self, *records: Record) -> None:
        self.rows += records

    def last(self, kind: type) -> dict[UUID, Any]:
        """The last form of each row of a kind, in the order in which they began."""
        return {row.id: row for row in self.rows if isinstance(row, kind)}


class Presences:
    """Operators 1..n, all off line at first."""

    def __init__(self, count: int) -> None:
        self.operators = {
            operator(n): Operator(
                user_id=operator(n), name=f"n{n}", login=f"n{n}", extension=str(200 + n), endpoint=f"PJSIP/{200 + n}"
            )
            for n in range(1, count + 1)
        }
        self.on_change: list[Callable[[UUID], None]] = []
        self.states = {
            user: Presence(user_id=user, since=START, reachable=True, status=Status.OFFLINE) for user in self.operators
        }
        self.released: list[tuple[UUID, str]] = []

    def get(self, user_id: UUID) -> Presence:
        return self.states[user_id]

    def by_extension(self, number: str) -> Operator | None:
        return next((one for one in self.operators.values() if one.extension == number), None)

    def available(self, user_id: UUID) -> bool:
        return self.states[user_id].status is Status.READY

    def reserve(self, user_id: UUID, call_id: UUID, *, until: datetime) -> bool:
        if not self.available(user_id):
            return False
        self.set(user_id, Status.RESERVED)
        return True

    def release(self, user_id: UUID, call_id: UUID, why: str) -> None:
        self.released.append((user_id, why))
        if self.states[user_id].status is Status.RESERVED:
            self.set(user_id, Status.READY)

    def set(self, user_id: UUID, status: Status) -> None:
        self.states[user_id] = Presence(user_id=user_id, since=START, reachable=True, status=status)
        for tell in self.on_change:
            tell(user_id)


@dataclass
class Call:
    """What queues see of a call."""

    id: UUID
    caller: str = "79161234567"
    hold_s: float = 0.0
    queue_id: UUID | None = None
    visit_id: UUID | None = None
    partner_id: UUID | None = None
    operator_id: UUID | None = None
    wrap_s: int = 0
    position: dict[str, Any] | None = None


@dataclass
class Room:
    """Queues with all that they need; ``count`` operators who are ready."""

    count: int = 2
    options: dict[str, Any] = field(default_factory=dict)
    ready: bool = True

    def __post_init__(self) -> None:
        self.clock, self.journal, self.presences = Clock(), Journal(), Presences(self.count)
        self.queues = Queues(self.presences, self.journal, self.clock, Settings())
        self.load(**self.options)
        if self.ready:
            for user in self.presences.operators:
                self.presences.set(user, Status.READY)
        self.queues.decide()

    def load(self, **options: Any) -> None:
        self.queues.load([queue_of(operators=self.count, **options)])

    def step(self, seconds: float) -> None:
        self.clock.step(seconds)
        self.queues.decide()


__all__ = ["QUEUE", "START", "Call", "Clock", "Journal", "Presences", "Room"]
