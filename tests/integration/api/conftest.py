"""The api in this process on a free port, over a real PostgreSQL."""

import asyncio
import inspect
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import argon2
import asyncpg
import msgspec
import pytest
from aiohttp import web

from api import app
from api.web.route import Route
from engine.core import ids
from engine.core.clock import SystemClock
from engine.core.config import Settings
from tests.integration.api.fake_engine import FakeEngine

PASSWORD = "correct horse battery"
HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Checked at the price that it names: next to nothing."""


@dataclass
class Answer:
    status: int
    headers: Any
    raw: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.raw)


@dataclass
class Client:
    """Speaks HTTP to the api as one user."""

    session: aiohttp.ClientSession
    url: str
    token: str | None = None
    prefix: str = "/api/v1"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Answer:
        headers = {**self.headers, **kwargs.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            kwargs["data"] = msgspec.json.encode(body)
            headers.setdefault("Content-Type", "application/json")
        async with self.session.request(method, self.url + self.prefix + path, headers=headers, **kwargs) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.send("GET", path, params={k: str(v) for k, v in params.items()})
        assert answer.status == 200, answer.raw
        return answer.json

    async def post(self, path: str, body: Any, status: int = 201) -> Any:
        answer = await self.send("POST", path, body)
        assert answer.status == status, answer.raw
        return answer.json if answer.raw else None

    async def login(self, login: str, password: str = PASSWORD) -> "Client":
        answer = await self.send("POST", "/auth/login", {"login": login, "password": password})
        assert answer.status == 200, answer.raw
        return Client(self.session, self.url, answer.json["access_token"])


class MovableClock(SystemClock):
    """The machine's clock, which tests may stop and put forward."""

    ahead = 0.0
    stopped: tuple[datetime, float] | None = None

    def stop(self) -> None:
        self.stopped = (super().now(), super().monotonic())

    def now(self) -> datetime:
        return (self.stopped[0] if self.stopped else super().now()) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return (self.stopped[1] if self.stopped else super().monotonic()) + self.ahead


async def until(check: Callable[[], Any], seconds: float = 15.0) -> Any:
    """The first true answer of ``check`` (plain or awaited)."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = check()
        found = await found if inspect.isawaitable(found) else found
        if found or asyncio.get_running_loop().time() > end:
            assert found, "it did not come about in time"
            return found
        await asyncio.sleep(0.02)


@dataclass
class Api:
    settings: Settings
    url: str
    anonymous: Client
    db: Any
    clock: MovableClock
    routes: tuple[Route, ...]

    async def add_user(self, login: str, role: str, **columns: Any) -> UUID:
        user_id = ids.new_id(datetime.now(UTC))
        values = {"id": user_id, "login": login, "name": login, "password_hash": HASH, "role": role}
        await self.insert("users", **(values | columns))
        return user_id

    async def insert(self, table: str, **values: Any) -> None:
        """A row as the engine would write it."""
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await self.db.execute(f"insert into {table} ({', '.join(values)}) values ({places})", *values.values())

    async def user(self, role: str, login: str = "", **columns: Any) -> Client:
        login = login or f"some-{role}"
        await self.add_user(login, role, **columns)
        return await self.anonymous.login(login)


@pytest.fixture
def api_settings(database: str, tmp_path: Path) -> Settings:
    settings = Settings(
        var=tmp_path,
        http_port=0,
        database_dsn=database,
        database_pool_min=1,
        token_secret=secrets.token_hex(32),
        control_token=secrets.token_hex(16),
        engine_timeout=2.0,
    )
    settings.recordings.mkdir(parents=True)
    settings.prompts.mkdir(parents=True)
    return settings


@asynccontextmanager
async def serving(settings: Settings, clock: MovableClock | None = None) -> AsyncIterator[Api]:
    """The api under these settings, and a connection to its database. ``clock``: shared with another."""
    clock = clock or MovableClock()
    db = await asyncpg.connect(settings.database_dsn)
    await db.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: msgspec.json.encode(v).decode(), decoder=msgspec.json.decode
    )
    composed: list[web.Application] = []

    try:
        async with app.serve(settings, clock, composed.append) as url, aiohttp.ClientSession() as session:
            yield Api(settings, url, Client(session, url), db, clock, composed[0][app.ROUTES])
    finally:
        await db.close()


@pytest.fixture
async def api(api_settings: Settings) -> AsyncIterator[Api]:
    async with serving(api_settings) as served:
        yield served


@pytest.fixture
async def admin(api: Api) -> Client:
    return await api.user("admin")


@pytest.fixture
async def engine(api: Api) -> AsyncIterator[FakeEngine]:
    """An engine that the database lists as alive."""
    fake = FakeEngine(api.settings.control_token)
    runner = web.AppRunner(fake.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    await api.db.execute(
        "insert into engine_nodes (id, control_url, started_at, heartbeat_at) "
        "values ('node1', $1, now(), now() + '1h')",
        f"http://{host}:{port}",
    )
    yield fake
    await runner.cleanup()
