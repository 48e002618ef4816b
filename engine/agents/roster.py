"""Who the operators are: read from the database, kept up with its changes; joined to their phones and calls."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.agents.alarms import midnight
from engine.agents.phones import Phones
from engine.agents.service import Presences
from engine.agents.store import AgentStore
from engine.calls.model import Call

TABLES = frozenset(
    {"users", "extensions", "employee_group_members", "user_skills", "partners", "break_reasons", "everything"}
)
"""Tables whose changes concern operators."""


class Roster:
    """Brings presences up at the start and keeps them true."""

    def __init__(
        self, store: AgentStore, presences: Presences, phones: Phones, calls: Callable[[], Sequence[Call]], zone: str
    ) -> None:
        self._store = store
        self._presences = presences
        self._phones = phones
        self._calls = calls
        self._zone = ZoneInfo(zone)

    async def start(self, now: datetime) -> None:
        """Take up what operators were doing when an earlier process ended."""
        await self._load()
        self._presences.restore(await self._store.presences(midnight(now, self._zone)))

    async def follow(self, tables: set[str]) -> None:
        """Tables of the configuration have changed."""
        if tables & TABLES:
            await self._load()
            self._phones.changed()

    async def on_up(self) -> None:
        """Asterisk is connected, and its calls are known."""
        self._presences.sync(self._calls())
        self._phones.connected()

    async def _load(self) -> None:
        self._presences.load(await self._store.operators(), await self._store.breaks())
