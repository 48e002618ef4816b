"""Directories, and who their people are here, in the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.directories.model import Provider, ProviderData
from api.telephony.store import tell
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class State(NamedTuple):
    """A sign-in on its way through a provider."""

    provider_id: UUID
    nonce: str
    verifier: str
    page: str


class Proven(NamedTuple):
    """A user whom a provider has vouched for."""

    provider_id: UUID
    user_id: UUID


class DirectoriesStore:
    """``pool``: plain connections."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def providers(self) -> list[Provider]:
        """By name."""
        return [msgspec.convert(dict(row), Provider) for row in await self._pool.fetch(_sql.providers)]

    async def provider(self, provider_id: UUID, connection: Any = None) -> Provider | None:
        row = await (connection or self._pool).fetchrow(_sql.provider, provider_id)
        return msgspec.convert(dict(row), Provider) if row else None

    async def secret(self, provider_id: UUID) -> str | None:
        """Sealed."""
        return await self._pool.fetchval(_sql.secret, provider_id)

    async def add(self, connection: Any, provider_id: UUID, data: ProviderData, sealed: str | None) -> None:
        await connection.execute(_sql.add, provider_id, *_columns(data), sealed)
        await tell(connection, "created", f"sign-in-providers/{provider_id}", {})

    async def update(
        self, connection: Any, provider_id: UUID, data: ProviderData, another_secret: bool, sealed: str | None
    ) -> None:
        await connection.execute(_sql.update, provider_id, *_columns(data), another_secret, sealed)
        if not data.enabled:
            await connection.execute(_sql.end_sessions, provider_id)
        await tell(connection, "updated", f"sign-in-providers/{provider_id}", {})

    async def delete(self, connection: Any, provider_id: UUID) -> None:
        await connection.execute(_sql.end_sessions, provider_id)
        await connection.execute(_sql.delete, provider_id)
        await tell(connection, "deleted", f"sign-in-providers/{provider_id}", {})

    async def role_rights(self, connection: Any, names: set[str]) -> dict[str, list[str]]:
        """What these roles allow; unknown ones are left out."""
        return {row["name"]: row["rights"] for row in await connection.fetch(_sql.roles, list(names))}

    async def unknown_partners(self, connection: Any, partner_ids: list[UUID]) -> list[str]:
        return [row["id"] for row in await connection.fetch(_sql.unknown_partners, partner_ids)]

    async def user_of(self, connection: Any, provider_id: UUID, subject: str) -> UUID | None:
        return await connection.fetchval(_sql.user_of, provider_id, subject)

    async def add_user(
        self, connection: Any, user_id: UUID, login: str, name: str, email: str | None, role: str, partner: UUID | None
    ) -> bool:
        """False when the login is taken."""
        return await connection.fetchval(_sql.add_user, user_id, login, name, email, role, partner) is not None

    async def add_identity(self, connection: Any, provider_id: UUID, subject: str, user_id: UUID) -> None:
        await connection.execute(_sql.add_identity, provider_id, subject, user_id)

    async def email_taken(self, connection: Any, email: str, user_id: UUID) -> bool:
        return bool(await connection.fetchval(_sql.email_taken, email, user_id))

    async def note(self, connection: Any, user_id: UUID, login: str, action: str, after: dict[str, Any]) -> None:
        """Tell the log of changes."""
        await connection.execute(_sql.note, user_id, login, action, after)

    async def add_state(
        self, state_hash: bytes, browser: bytes, state: State, now: datetime, expires_at: datetime
    ) -> None:
        provider_id, nonce, verifier, page = state
        await self._pool.execute(
            _sql.add_state, state_hash, provider_id, browser, nonce, verifier, page, now, expires_at
        )

    async def take_state(self, state_hash: bytes, browser: bytes, now: datetime) -> State | None:
        row = await self._pool.fetchrow(_sql.take_state, state_hash, browser, now)
        return State(**row) if row else None

    async def add_proven(
        self, code_hash: bytes, browser: bytes, proven: Proven, now: datetime, expires_at: datetime
    ) -> None:
        await self._pool.execute(
            _sql.add_proven, code_hash, proven.provider_id, browser, now, expires_at, proven.user_id
        )

    async def take_proven(self, code_hash: bytes, browser: bytes, now: datetime) -> Proven | None:
        row = await self._pool.fetchrow(_sql.take_proven, code_hash, browser, now)
        return Proven(**row) if row else None

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget_states, before)


def _columns(data: ProviderData) -> tuple[Any, ...]:
    settings = msgspec.to_builtins(data.settings)
    rules = msgspec.to_builtins(data.role_map)
    return data.name, settings["kind"], data.enabled, settings, rules, data.default_role, data.create_users
