"""The api in this process on a free port, over a real PostgreSQL."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec
import pytest

from api.app import serve
from api.auth.passwords import hash_password
from engine.core import ids, migrate
from engine.core.config import Settings

BIN = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="session")
def _cluster() -> Iterator[str]:
    """A throw-away cluster; gives a DSN without the database's name."""
    folder = tempfile.mkdtemp(prefix="paylater-pg-")
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = _free_port()
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    data = f"{folder}/data"
    subprocess.run([*as_user, str(BIN / "initdb"), "-D", data, "-A", "trust", "-U", "paylater", "--no-sync"], **run)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    control = [*as_user, str(BIN / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
    subprocess.run([*control, "-o", options, "start"], **run)
    yield f"postgresql://paylater@127.0.0.1:{port}"
    subprocess.run([*control, "-m", "immediate", "stop"], **run)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(_cluster: str) -> AsyncIterator[str]:
    """A migrated database of this test alone."""
    admin = await asyncpg.connect(f"{_cluster}/postgres")
    try:
        if not await admin.fetchval("select exists (select from pg_database where datname = 'empty_paylater')"):
            await admin.execute("create database empty_paylater")
            connection = await asyncpg.connect(f"{_cluster}/empty_paylater")
            await migrate.apply(connection, migrate.available())
            await connection.close()
        name = f"t{secrets.token_hex(6)}"
        await admin.execute(f"create database {name} template empty_paylater")
        yield f"{_cluster}/{name}"
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


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


@dataclass
class Api:
    settings: Settings
    url: str
    anonymous: Client
    db: Any

    async def add_user(self, login: str, role: str) -> None:
        await self.db.execute(
            "insert into users (id, login, name, password_hash, role) values ($1, $2, $2, $3, $4)",
            ids.new_id(datetime.now(UTC)),
            login,
            HASH,
            role,
        )

    async def user(self, role: str) -> Client:
        await self.add_user(f"some-{role}", role)
        return await self.anonymous.login(f"some-{role}")


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


@pytest.fixture
async def api(api_settings: Settings) -> AsyncIterator[Api]:
    db = await asyncpg.connect(api_settings.database_dsn)
    await db.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: msgspec.json.encode(v).decode(), decoder=msgspec.json.decode
    )
    async with serve(api_settings) as url, aiohttp.ClientSession() as session:
        yield Api(api_settings, url, Client(session, url), db)
    await db.close()


@pytest.fixture
async def admin(api: Api) -> Client:
    return await api.user("admin")
