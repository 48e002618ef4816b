"""Statements of whole accounts."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.clients.store import Held
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_erase = Queries(Path(__file__).with_name("erase.sql"))
_OF_COMPANY = (
    _erase.company_words,
    _erase.company_events,
    _erase.company_work,
    _erase.company_checks,
    _erase.company_watchers,
    _erase.company_letters_in,
    _erase.company_links_out,
    _erase.company_links_in,
    _erase.company_asks,
    _erase.company_outlets,
    _erase.company_registrations,
    _erase.company_feed,
    _erase.company_log,
)
_LONG_S = 600.0
"""Statements that rewrite all requests of a large company take longer than others may."""
_OF_PEOPLE = (
    _erase.drop_addresses,
    _erase.drop_grants,
    _erase.drop_watchers,
    _erase.drop_orders,
    _erase.authors,
    _erase.asks,
)


class DataStore:
    """Export reads with the eyes of who asks; transfer and erasing work on the caller's plain connection."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    # Transfer

    async def swap(self, connection: Any, company: Held, child: Held) -> None:
        """The person of the company's account and the person ``child`` change places, with all that is theirs."""
        both = (company.id, child.id)
        await connection.execute(_sql.nobody, *both)
        first = (child.name, child.email, child.phone, child.language, child.user_id)
        second = (company.person, company.email, company.phone, company.language, company.user_id)
        await connection.execute(_sql.become, company.id, *first)
        await connection.execute(_sql.become_person, child.id, *second)
        for text in (_sql.swap_authors, _sql.swap_words, _sql.swap_events, _sql.swap_orders, _sql.drop_asks):
            await connection.execute(text, *both, timeout=_LONG_S)
        await connection.execute(_sql.swap_addresses, *both, company.email, child.email)
        taken = await connection.fetch(_sql.take_watchers, *both)
        other = {company.id: child.id, child.id: company.id}
        columns = [row["id"] for row in taken], [row["ticket_id"] for row in taken]
        await connection.execute(_sql.put_watchers, *columns, [other[row["account_id"]] for row in taken])

    async def all_outlets(self, connection: Any, company_id: UUID) -> list[UUID]:
        return [row["id"] for row in await connection.fetch(_sql.all_outlets, company_id)]

    # Export

    async def account(self, account_id: UUID) -> dict[str, Any] | None:
        row = await self._pool.fetchrow(_sql.account, account_id)
        return dict(row) if row else None

    async def people(self, company_id: UUID) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._pool.fetch(_sql.people, company_id)]

    async def outlets(self, company_id: UUID, person_id: UUID | None) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._pool.fetch(_sql.outlets, company_id, person_id)]

    async def tickets(self, company_id: UUID, person_id: UUID | None, after: int, limit: int) -> list[dict[str, Any]]:
        """With what was said and their files, by number."""
        rows = await self._pool.fetch(_sql.tickets, company_id, person_id, after, limit)
        return [dict(row) for row in rows]

    # Exports that run: noted without walls, by the database's clock, which all processes share

    async def begin_export(self, account_id: UUID, export_id: UUID, most: int, lease_s: float) -> bool:
        """False: ``most`` of the account run already."""
        async with self._pool.plain.acquire() as connection, connection.transaction():
            await connection.execute(_sql.hold_account, account_id)
            await connection.execute(_sql.drop_exports, account_id, lease_s)
            return await connection.fetchval(_sql.begin_export, account_id, export_id, most, lease_s) is not None

    async def alive_export(self, account_id: UUID, export_id: UUID) -> None:
        """It runs still."""
        await self._pool.plain.execute(_sql.alive_export, account_id, export_id)

    async def end_export(self, export_id: UUID) -> None:
        await self._pool.plain.execute(_sql.end_export, export_id)

    # Erasing

    async def erase(
        self, connection: Any, accounts: Sequence[UUID], company_id: UUID, *, whole: bool, name: str, now: datetime
    ) -> list[str]:
        """Everything personal of ``accounts``; ``whole``: they are the company with all of its people, whose requests
        lose their words. Gives the paths of files that are to go."""
        ids = list(accounts)
        users = await connection.fetch(_erase.users, ids)
        emails = [row["email"] for row in users if row["email"]]
        emails += [row["email"].lower() for row in await self._accounts(connection, ids) if row["email"]]
        user_ids, logins = [row["id"] for row in users], [row["login"] for row in users]
        company = company_id if whole else None
        named = [row["id"] for row in await connection.fetch(_erase.named, ids, company)]
        if whole:
            await connection.execute(_erase.words_later)
        await connection.execute(_erase.accounts, ids, now, name)
        for text in _OF_PEOPLE:
            await connection.execute(text, ids, timeout=_LONG_S)
        await connection.execute(_erase.words, ids, company_id, timeout=_LONG_S)
        await connection.execute(_erase.events, ids, company_id, timeout=_LONG_S)
        await connection.execute(_erase.told_of, emails, company_id, timeout=_LONG_S)
        paths = await self._erase_company(connection, company_id, name) if whole else []
        await connection.execute(_erase.letters, emails)
        await connection.execute(_erase.letters_in, emails)
        await connection.execute(_erase.drop_failures, logins)
        await connection.execute(_erase.drop_users, user_ids, timeout=_LONG_S)
        await connection.execute(_erase.log, [str(id_) for id_ in (*ids, *user_ids, *named)], timeout=_LONG_S)
        await connection.execute(_erase.log_of, user_ids, logins, timeout=_LONG_S)
        return paths

    async def _accounts(self, connection: Any, ids: list[UUID]) -> list[Any]:
        return list(await connection.fetch(_erase.account_emails, ids))

    async def _erase_company(self, connection: Any, company_id: UUID, name: str) -> list[str]:
        paths = [row["path"] for row in await connection.fetch(_erase.company_files, company_id, timeout=_LONG_S)]
        for text in _OF_COMPANY:
            words = (company_id, name) if "$2" in text else (company_id,)
            await connection.execute(text, *words, timeout=_LONG_S)
        await connection.execute(_erase.company_tickets, company_id, name, timeout=_LONG_S)
        await connection.execute(_erase.company_found, company_id, timeout=_LONG_S)
        await connection.execute(_erase.words_now)
        return paths
