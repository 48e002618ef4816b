"""Users, sessions and failed sign-ins in the database, as sign-in needs them."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.auth.attempts import Failures, Limits, tried, wait
from api.auth.model import Account
from api.web.route import CLIENT_RIGHT, ClientScope, Identity
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Peer(NamedTuple):
    """Where a request comes from."""

    address: str
    agent: str

    def cut(self) -> "Peer":
        return Peer(self.address[:100], self.agent[:300])


class NewSession(NamedTuple):
    """A session to begin."""

    id: UUID
    user_id: UUID
    login: str
    now: datetime
    expires_at: datetime
    peer: Peer
    provider_id: UUID | None


class AuthStore:
    """Statements of sign-in. ``pool``: plain connections, for these rows are nobody's data."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def account_by_login(self, login: str) -> Account | None:
        return _account(await self._pool.fetchrow(_sql.account_by_login, login))

    async def account_by_id(self, user_id: UUID) -> Account | None:
        return _account(await self._pool.fetchrow(_sql.account_by_id, user_id))

    async def add_session(self, new: NewSession, token_hash: bytes) -> None:
        """A new session with its first refresh token; the log of changes tells of it."""
        async with self._pool.acquire() as connection, connection.transaction():
            peer = new.peer.cut()
            values = (new.id, new.user_id, new.now, new.expires_at, *peer, new.provider_id)
            await connection.execute(_sql.add_session, *values)
            await connection.execute(_sql.add_refresh_token, token_hash, new.id, new.now)
            await connection.execute(_sql.note_sign_in, new.user_id, new.now)
            told = (new.user_id, new.login, peer.address, "signed_in", str(new.id), {"agent": peer.agent})
            await connection.execute(_sql.audit_sign_in, *told)

    async def note_refusal(self, login: str, address: str, why: str) -> None:
        await self._pool.execute(
            _sql.audit_sign_in, None, login[:100], address[:100], "sign_in_refused", None, {"why": why}
        )

    async def rotate(
        self, old_hash: bytes, new_hash: bytes, now: datetime, expires_at: datetime, peer: Peer
    ) -> tuple[UUID, UUID] | None:
        """Use ``old_hash`` up and put ``new_hash`` in its place: the session's and the user's id.

        None when the token is unknown or its session over. A token that was used before ends the session.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_sql.refresh_token, old_hash)
            if row is None or row["revoked_at"] is not None or row["expires_at"] <= now:
                return None
            if row["used_at"] is not None:
                await connection.execute(_sql.revoke_session, row["session_id"], now, "refresh token used twice")
                return None
            await connection.execute(_sql.use_refresh_token, old_hash, now)
            await connection.execute(_sql.add_refresh_token, new_hash, row["session_id"], now)
            await connection.execute(_sql.prolong_session, row["session_id"], now, expires_at, *peer.cut())
            return row["session_id"], row["user_id"]

    async def revoke_session(self, session_id: UUID, now: datetime, why: str) -> None:
        await self._pool.execute(_sql.revoke_session, session_id, now, why)

    async def identity(self, session_id: UUID, now: datetime) -> Identity | None:
        """Who a session speaks for; none when it is over or its user blocked. Whoever has an account of a client is a
        client and nothing else, whatever its role allows."""
        row = await self._pool.fetchrow(_sql.identity, session_id, now)
        if row is None:
            return None
        client, rights = _client(row), frozenset(row["rights"])
        if client is not None:
            rights = frozenset({CLIENT_RIGHT}) if rights & {CLIENT_RIGHT, "*"} else frozenset()
        who = (row["user_id"], row["session_id"], row["login"], row["role"])
        return Identity(*who, rights, row["partner_id"], client)

    async def session_provider(self, session_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.session_provider, session_id)

    async def set_password(self, user_id: UUID, session_id: UUID, password_hash: str, now: datetime) -> list[UUID]:
        """A new password; every other session of the user ends: their ids."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.set_password, user_id, password_hash)
            rows = await connection.fetch(_sql.revoke_other_sessions, user_id, session_id, now)
        return [row["id"] for row in rows]

    async def set_language(self, user_id: UUID, language: str) -> None:
        await self._pool.execute(_sql.set_language, user_id, language)

    async def forget(self, before: datetime) -> None:
        """Sessions and failures that were over before."""
        await self._pool.execute(_sql.forget_sessions, before)
        await self._pool.execute(_sql.forget_failures, before)

    async def begin_try(self, limits: dict[str, Limits], now: datetime) -> float:
        """Count a try of each key; seconds to wait when one of them must (then none is counted).

        A try counts before it is known to fail, so that many at once can't slip through.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            before: dict[str, Failures] = {}
            for key in sorted(limits):
                await connection.execute(_sql.hold_failures, key, now)
                before[key] = Failures(*(await connection.fetchrow(_sql.failures, key)))
            longest = max(wait(failures, now) for failures in before.values())
            if longest <= 0:
                for key, failures in before.items():
                    await connection.execute(_sql.set_failures, key, *tried(failures, now, limits[key]))
            return longest

    async def end_try(self, forgiven: str, taken_back: str) -> None:
        """The try succeeded: all failures of one key are forgiven, those of the other lose this one."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.forgive, forgiven)
            await connection.execute(_sql.take_back, taken_back)

    async def use_totp_step(self, user_id: UUID, step: int) -> bool:
        """Whether the code of this step is good still; from now on it is not."""
        return await self._pool.fetchval(_sql.use_totp_step, user_id, step) is not None

    async def use_recovery_code(self, user_id: UUID, code_hash: bytes, now: datetime) -> bool:
        return await self._pool.fetchval(_sql.use_recovery_code, user_id, code_hash, now) is not None


def _client(row: Any) -> ClientScope | None:
    if row["account_id"] is None:
        return None
    outlets = None if row["outlets"] is None else frozenset(row["outlets"])
    return ClientScope(row["account_id"], row["parent_id"], outlets)


def _account(row: Any) -> Account | None:
    return None if row is None else msgspec.convert(dict(row), Account)
