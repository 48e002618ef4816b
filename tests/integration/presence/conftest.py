"""The engine's presences over a real database, by way of the real journal; a clock that is set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from engine.agents.roster import Roster
from engine.agents.service import Presences
from engine.agents.store import AgentStore
from engine.core import db
from engine.core.config import Settings
from engine.history.journal import Journal
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter
from tests.unit.agents.support import Clock

LUNCH, TRAINING = UUID("00000000-0000-7000-8000-000000000102"), UUID("00000000-0000-7000-8000-000000000103")


class _NoPhones:
    def connected(self) -> None: ...

    def changed(self) -> None: ...


class Node:
    """What an engine has of presence: its parts are real, but for Asterisk."""

    def __init__(self, pool: Any, settings: Settings, clock: Clock) -> None:
        self.pool, self.clock = pool, clock
        self.journal = Journal(settings.spool, max_records=100_000, segment_bytes=1_000_000)
        self.writer = HistoryWriter(self.journal, CallStore(pool, settings.node_id), batch=50, interval=0.01)
        self.presences = Presences(self.journal, clock, settings)
        self.roster = Roster(AgentStore(pool), self.presences, _NoPhones(), lambda: [], settings.timezone)  # type: ignore[arg-type]

    async def start(self) -> None:
        await self.writer.recover()
        await self.roster.start(self.clock.now())

    def pass_time(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)
        self.presences.tick()


class Place:
    """A database with operators 201, 202, 203; ``node`` makes an engine, again after a crash."""

    def __init__(self, pool: Any, settings: Settings) -> None:
        self.pool = pool
        self.settings = settings
        self.clock = Clock()
        self.users = [UUID(int=7000 + n) for n in range(3)]

    async def fill(self) -> None:
        for n, user in enumerate(self.users):
            await self.pool.execute(
                "insert into extensions (id, number, name, password) values (gen_random_uuid(), $1, $1, 'password-1')",
                str(201 + n),
            )
            await self.pool.execute(
                "insert into users (id, login, name, role, extension) values ($1, $2, $3, 'operator', $4)",
                user,
                f"o{n}",
                f"Operator {n}",
                str(201 + n),
            )

    async def node(self, **settings: Any) -> Node:
        made = Node(self.pool, msgspec.structs.replace(self.settings, **settings), self.clock)
        await made.start()
        for n in range(3):
            made.presences.on_phone(str(201 + n), True)
        return made

    async def shift(self, user: UUID, start: datetime, hours: float) -> None:
        await self.pool.execute(
            "insert into shifts (id, user_id, during) values (gen_random_uuid(), $1, tstzrange($2, $3))",
            user,
            start,
            start + timedelta(hours=hours),
        )


@asynccontextmanager
async def place_of(database: str, folder: Path) -> AsyncIterator[Place]:
    settings = Settings(var=folder, database_dsn=database, database_pool_min=1, timezone="Europe/Berlin")
    pool = await db.create_pool(settings)
    try:
        made = Place(pool, settings)
        await made.fill()
        yield made
    finally:
        await pool.close()


@pytest.fixture
async def place(database: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with place_of(database, tmp_path) as made:
        yield made
