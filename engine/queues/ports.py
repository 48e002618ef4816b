"""What queues need of others: a journal, operators' presences, call-backs. Implemented above and beside."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.agents.model import Operator, Presence
from engine.history.records import Record


class Journal(Protocol):
    """Where facts go first."""

    def append(self, *records: Record) -> None: ...


class Presences(Protocol):
    """What queues need of operators' presences; see ``engine.agents.service``."""

    operators: Mapping[UUID, Operator]
    on_change: list[Callable[[UUID], None]]

    def get(self, user_id: UUID) -> Presence: ...
    def by_extension(self, number: str) -> Operator | None: ...
    def available(self, user_id: UUID) -> bool: ...
    def reserve(self, user_id: UUID, call_id: UUID, *, until: datetime) -> bool: ...
    def release(self, user_id: UUID, call_id: UUID, why: str) -> None: ...


class CallbackDesk(Protocol):
    """Open call-backs, as queues see them."""

    def claim(self, queue_id: UUID, number: str) -> tuple[UUID, datetime, int] | None:
        """The open call-back of a number that calls in again: its id, place and priority; it waits until settled."""

    def reclaim(self, callback_id: UUID) -> None:
        """After a restart: who ordered this one is on the line."""

    def settle(self, callback_id: UUID, *, served: bool) -> None:
        """The one who called in was served, or left: then the call-back has its place again."""
