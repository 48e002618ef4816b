"""Accounts, outlets, grants and addresses in the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.clients.model import Client, ClientAddress, ClientsQuery, NewOutlet, Outlet, OutletData
from api.web.conditions import Conditions
from api.web.paging import escape_like
from api.web.scope import ScopedPool
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_OUTLET = {
    name: getattr(_sql, name).replace("{columns}", _sql.outlet_columns) for name in ("outlets", "outlet", "hold_outlet")
}
_GET = _sql.get.replace("{columns}", _sql.columns)


class Held(msgspec.Struct, frozen=True):
    """An account that is about to be changed."""

    id: UUID
    parent_id: UUID | None
    user_id: UUID | None
    name: str
    contact: str
    email: str
    phone: str
    timezone: str
    language: str
    state: str
    partner_id: UUID | None
    version: int

    @property
    def company_id(self) -> UUID:
        return self.parent_id or self.id

    @property
    def person(self) -> str:
        """The name of who signs in."""
        return self.contact or self.name


class Known(NamedTuple):
    """Whom an address belongs to: the account, its company, an outlet where the address is of one; a person's name."""

    account_id: UUID
    parent_id: UUID
    outlet_id: UUID | None
    name: str
    language: str


class ClientStore:
    """Reads with the eyes of who asks; changes on plain connections (``change``), which every other method that takes a
    connection works on."""

    def __init__(self, pool: ScopedPool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._pool.plain.acquire() as connection, connection.transaction():
            yield connection

    async def page(self, query: ClientsQuery, after: tuple[str, UUID] | None) -> list[Client]:
        """Companies by name, one more than the limit."""
        found = Conditions()
        found.add("a.parent_id is null")
        if query.q:
            found.add(_sql.found.format(found.argument("%" + escape_like(query.q) + "%")))
        if query.state is None:
            found.add("a.state <> 'closed'")
        found.given("a.state = {}", query.state)
        found.given("a.partner_id = {}", query.partner_id)
        return await self._clients(found, query.limit, after)

    async def children(self, parent_id: UUID, limit: int, after: tuple[str, UUID] | None) -> list[Client]:
        """People of a company by name, one more than the limit; those who were erased are not people any more."""
        found = Conditions(parent_id)
        found.add("a.parent_id = $1 and a.state <> 'closed'")
        return await self._clients(found, limit, after)

    async def _clients(self, found: Conditions, limit: int, after: tuple[str, UUID] | None) -> list[Client]:
        if after is not None:
            found.add("(lower(a.name), a.id) > ({}, {})", *after)
        text = _sql.page.replace("{columns}", _sql.columns).replace("{where}", found.where)
        text = text.replace("{limit}", "limit " + found.argument(limit + 1))
        return [_client(row) for row in await self._pool.fetch(text, *found.arguments)]

    async def get(self, account_id: UUID, connection: Any = None) -> Client | None:
        row = await (connection or self._pool).fetchrow(_GET, account_id)
        return _client(row) if row else None

    async def hold(self, connection: Any, account_id: UUID) -> dict[UUID, Held]:
        """The account's company and all of its people; empty: there is no such account."""
        rows = await connection.fetch(_sql.hold, account_id)
        return {row["id"]: msgspec.convert(dict(row), Held) for row in rows}

    async def insert(
        self, connection: Any, account_id: UUID, parent: Held | None, fields: dict[str, Any], now: datetime
    ) -> bool:
        """A company, or a person of ``parent``. False: the id is taken."""
        same = {"timezone": parent.timezone, "language": parent.language} if parent else {}
        values = {"contact": "", "phone": "", "tax_id": "", "note": "", "partner_id": None} | same | fields
        if parent:
            values["partner_id"] = parent.partner_id
        names = ("name", "contact", "email", "phone", "tax_id", "timezone", "language", "partner_id", "note")
        words = [values[name] for name in names]
        made = await connection.fetchval(_sql.insert, account_id, parent.id if parent else None, *words, now)
        return made is not None

    async def update(self, connection: Any, account_id: UUID, fields: dict[str, Any]) -> None:
        places = "".join(f", {name} = ${n}" for n, name in enumerate(fields, start=2))
        text = f"update client_accounts set version = version + 1, updated_at = now(){places} where id = $1"
        await connection.execute(text, account_id, *fields.values())
        if "partner_id" in fields:
            await connection.execute(_sql.of_partner, account_id, fields["partner_id"])

    async def count_children(self, connection: Any, parent_id: UUID) -> int:
        count: int = await connection.fetchval(_sql.count_children, parent_id)
        return count

    async def grant(self, connection: Any, account: Held, outlets: Sequence[UUID]) -> None:
        """Exactly these outlets, which are of the account's company."""
        await connection.execute(_sql.revoke, account.id, list(outlets))
        await connection.execute(_sql.grant, account.id, account.company_id, list(outlets))

    async def outlets_there(self, connection: Any, company_id: UUID, outlets: Sequence[UUID]) -> set[UUID]:
        return {row["id"] for row in await connection.fetch(_sql.outlets_there, company_id, list(outlets))}

    async def set_state(self, connection: Any, account_id: UUID, state: str) -> None:
        await connection.execute(_sql.set_state, account_id, state)

    # Outlets

    async def outlets(
        self, company_id: UUID, limit: int, after: tuple[str, UUID] | None, text: str | None
    ) -> list[Outlet]:
        """By name, one more than the limit."""
        name, id_ = after or (None, None)
        pattern = "%" + escape_like(text) + "%" if text else None
        rows = await self._pool.fetch(_OUTLET["outlets"], company_id, limit + 1, name, id_, pattern)
        return [msgspec.convert(dict(row), Outlet) for row in rows]

    async def outlet(
        self, company_id: UUID, outlet_id: UUID, connection: Any = None, *, hold: bool = False
    ) -> Outlet | None:
        text = _OUTLET["hold_outlet" if hold else "outlet"]
        row = await (connection or self._pool).fetchrow(text, company_id, outlet_id)
        return msgspec.convert(dict(row), Outlet) if row else None

    async def count_outlets(self, connection: Any, company_id: UUID) -> int:
        count: int = await connection.fetchval(_sql.count_outlets, company_id)
        return count

    async def insert_outlet(
        self, connection: Any, outlet_id: UUID, company_id: UUID, new: OutletData | NewOutlet
    ) -> None:
        words = (new.name.strip(), new.address.strip(), new.phone.strip(), new.external_id, new.enabled)
        await connection.execute(_sql.insert_outlet, outlet_id, company_id, *words)

    async def update_outlet(self, connection: Any, outlet_id: UUID, fields: dict[str, Any]) -> None:
        places = "".join(f", {name} = ${n}" for n, name in enumerate(fields, start=2))
        text = f"update outlets set version = version + 1, updated_at = now(){places} where id = $1"
        await connection.execute(text, outlet_id, *fields.values())

    async def delete_outlet(self, connection: Any, company_id: UUID, outlet_id: UUID) -> None:
        await connection.execute(_sql.delete_outlet, company_id, outlet_id)

    # Addresses

    async def addresses(self, account_id: UUID) -> list[ClientAddress]:
        return [ClientAddress(**row) for row in await self._pool.fetch(_sql.addresses, account_id)]

    async def addresses_taken(
        self, connection: Any, account_id: UUID, items: Sequence[ClientAddress]
    ) -> set[tuple[str, str]]:
        """Those that are another account's."""
        rows = await connection.fetch(_sql.addresses_taken, account_id, *_columns(items)[:2])
        return {(row["kind"], row["address"]) for row in rows}

    async def set_addresses(self, connection: Any, account_id: UUID, items: Sequence[ClientAddress]) -> None:
        """Exactly these."""
        await connection.execute(_sql.drop_addresses, account_id)
        await self.add_addresses(connection, account_id, items)

    async def add_addresses(self, connection: Any, account_id: UUID, items: Sequence[ClientAddress]) -> None:
        """These too; what is another's stays there."""
        await connection.execute(_sql.add_addresses, account_id, *_columns(items))

    async def by_address(self, kind: str, address: str) -> Known | None:
        """Among active accounts, with no walls: calls and letters come in for nobody in particular."""
        row = await self._pool.plain.fetchrow(_sql.by_address, kind, address)
        return Known(*row) if row else None

    # People who sign in

    async def user_known(self, connection: Any, word: str) -> UUID | None:
        """Whose login or e-mail address that is; nobody makes another user until the transaction ends."""
        await connection.execute(_sql.hold_users)
        found: UUID | None = await connection.fetchval(_sql.user_known, word)
        return found

    async def set_user(self, connection: Any, account_id: UUID, user_id: UUID) -> None:
        await connection.execute(_sql.set_user, account_id, user_id)

    async def rename_user(self, connection: Any, user_id: UUID, name: str, language: str, email: str) -> None:
        await connection.execute(_sql.rename_user, user_id, name, language, email)

    async def keep_out(self, connection: Any, company_id: UUID, now: datetime, why: str) -> None:
        """Users of a company's people may sign in, or not, as their accounts stand; sessions of those who may not
        end."""
        await connection.execute(_sql.keep_out, company_id, now)
        await connection.execute(_sql.end_sessions, company_id, now, why)


def _client(row: Any) -> Client:
    return msgspec.convert(dict(row), Client)


def _columns(items: Sequence[ClientAddress]) -> tuple[list[str], list[str], list[UUID | None]]:
    return [item.kind for item in items], [item.address for item in items], [item.outlet_id for item in items]
