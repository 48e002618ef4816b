"""Contacts and favourites in the database. Each statement knows who asks: ``Asker``."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from api.contacts import numbers
from api.contacts.model import Colleague, Contact, ContactData, ContactsQuery, EarlierCall, Phone
from api.web.conditions import Conditions
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
Pairs = list[tuple[str, str]]


def _filled(text: str) -> str:
    return text.replace("{columns}", _sql.columns).replace("{seen}", _sql.seen)


GET, _HELD, _BY_PHONE, _FAVOURITES = (_filled(q) for q in (_sql.get, _sql.held, _sql.by_phone, _sql.favourites))
CREATE, ADD_PHONES = _sql.create, _sql.add_phones
_PAGE = _filled(_sql.page)


class Asker(NamedTuple):
    """The user and its partner (None: the company itself): what is seen hangs on both."""

    user_id: UUID
    partner_id: UUID | None


class Place(NamedTuple):
    """Whose a contact is: a user's, a group's, or (neither) everybody's."""

    owner_id: UUID | None
    group_id: UUID | None


class ContactsStore:
    """Statements of contacts."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def page(
        self, asker: Asker, query: ContactsQuery, words: str, digits: str, after: Any
    ) -> list[tuple[str, Contact]]:
        """With what they are sorted by, one more than the limit.

        ``words``: a text search query; ``digits``: of a number; either may be empty.
        """
        text, arguments = page_statement(asker, query, words, digits, after)
        return [(row["sorting"], _contact(row)) for row in await self._pool.fetch(text, *arguments)]

    async def get(self, asker: Asker, contact_id: UUID) -> Contact | None:
        row = await self._pool.fetchrow(GET, *asker, contact_id)
        return _contact(row) if row else None

    async def held(self, connection: Any, asker: Asker, contact_id: UUID) -> tuple[Contact, Place] | None:
        """The contact, held until the transaction ends."""
        row = await connection.fetchrow(_HELD, *asker, contact_id)
        return (_contact(row), Place(row["owner_id"], row["group_id"])) if row else None

    async def create(
        self, connection: Any, asker: Asker, contact_id: UUID, place: Place, data: ContactData, phones: Pairs
    ) -> Any:
        """Version and times of the new row."""
        row = await connection.fetchrow(CREATE, *asker, contact_id, *place, *_written(data))
        if phones:
            await connection.execute(ADD_PHONES, contact_id, *_columns(phones))
        return row

    async def change_row(
        self, connection: Any, contact_id: UUID, place: Place, data: ContactData, phones: Pairs | None
    ) -> None:
        """``phones`` None: they stay."""
        await connection.execute(_sql.change, contact_id, *place, *_written(data))
        if phones is not None:
            await connection.execute(_sql.drop_phones, contact_id)
            if phones:
                await connection.execute(ADD_PHONES, contact_id, *_columns(phones))

    async def drop(self, connection: Any, contact_id: UUID) -> None:
        await connection.execute(_sql.drop, contact_id)

    async def in_group(self, user_id: UUID, group_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.in_group, user_id, group_id))

    async def known(
        self, connection: Any, numbers_: Sequence[str], place: Place, partner_id: UUID | None
    ) -> set[tuple[str, str]]:
        """Names (lower case) and numbers that are there already."""
        rows = await connection.fetch(_sql.known, numbers_, *place, partner_id)
        return {(row["name"], row["number"]) for row in rows}

    async def by_phone(self, asker: Asker, number: str) -> list[Contact]:
        return [_contact(row) for row in await self._pool.fetch(_BY_PHONE, *asker, number)]

    async def colleague(self, asker: Asker, extension: str) -> Colleague | None:
        row = await self._pool.fetchrow(_sql.colleague, extension, asker.partner_id)
        return Colleague(**row) if row else None

    async def earlier_calls(self, asker: Asker, number: str, most: int) -> list[EarlierCall]:
        rows = await self._pool.fetch(_sql.earlier_calls, number, asker.partner_id, most)
        return [EarlierCall(**row) for row in rows]

    async def open_missed(self, asker: Asker, number: str) -> int:
        count: int = await self._pool.fetchval(_sql.open_missed, number, asker.partner_id)
        return count

    async def favourites(self, asker: Asker) -> list[tuple[int, Contact | Colleague]]:
        """Favourites with their places."""
        contacts = await self._pool.fetch(_FAVOURITES, *asker)
        colleagues = await self._pool.fetch(_sql.favourite_colleagues, *asker)
        found: list[tuple[int, Contact | Colleague]] = [(row["place"], _contact(row)) for row in contacts]
        found += [
            (row["place"], Colleague(id=row["id"], name=row["name"], extension=row["extension"])) for row in colleagues
        ]
        return sorted(found, key=lambda item: item[0])

    async def favourites_count(self, user_id: UUID) -> int:
        count: int = await self._pool.fetchval(_sql.favourites_count, user_id)
        return count

    async def add_favourite(self, user_id: UUID, contact_id: UUID | None, colleague_id: UUID | None) -> None:
        await self._pool.execute(_sql.add_favourite, user_id, contact_id, colleague_id)

    async def drop_favourite(self, user_id: UUID, id_: UUID) -> bool:
        return await self._pool.fetchrow(_sql.drop_favourite, user_id, id_) is not None

    async def order_favourites(self, user_id: UUID, ids: Sequence[UUID]) -> None:
        await self._pool.execute(_sql.order_favourites, user_id, ids)

    async def user_visible(self, asker: Asker, user_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.user_visible, user_id, asker.partner_id))


_SCOPES = {
    "own": "c.owner_id is not null",
    "group": "c.group_id is not null",
    "company": "c.owner_id is null and c.group_id is null",
}


def page_statement(asker: Asker, query: ContactsQuery, words: str, digits: str, after: Any) -> tuple[str, list[Any]]:
    """The statement of a page and its arguments."""
    found = Conditions(*asker)
    found.add(_sql.seen)
    if query.scope:
        found.add(_SCOPES[query.scope])
    found.given("c.group_id = {}", query.group_id)
    if words and digits:
        place = found.argument(words)
        found.add(f"(c.words @@ {place}::tsquery or {_numbered(found, digits)})")
    elif words:
        found.add("c.words @@ {}::tsquery", words)
    elif digits:
        found.add(_numbered(found, digits))
    if after:
        found.add("(lower(c.name), c.id) > ({}, {})", *after)
    text = _PAGE.replace("{where}", found.where).replace("{limit}", "limit " + found.argument(query.limit + 1))
    return text, found.arguments


def _numbered(found: Conditions, digits: str) -> str:
    """Numbers that begin or end with the digits; both have an index."""
    begin, end = found.argument(digits + "%"), found.argument(digits[::-1] + "%")
    return f"c.id in (select contact_id from contact_phones where number like {begin} or reverse(number) like {end})"


def _contact(row: Any) -> Contact:
    """Written out, for a list has many: the columns stand in the order of ``columns`` in queries.sql."""
    (
        id_,
        name,
        company,
        position,
        email,
        note,
        group_id,
        version,
        created_at,
        updated_at,
        scope,
        phones,
        favourite,
        *_,
    ) = row
    return Contact(
        id=id_,
        name=name,
        company=company,
        position=position,
        email=email,
        note=note,
        phones=[Phone(number=p["number"], shown=numbers.shown(p["number"]), label=p["label"]) for p in phones],
        scope=scope,
        group_id=group_id,
        favourite=favourite,
        version=version,
        created_at=created_at,
        updated_at=updated_at,
    )


def _written(data: ContactData) -> tuple[str, ...]:
    return data.name.strip(), data.company.strip(), data.position.strip(), data.email, data.note


def _columns(phones: Pairs) -> tuple[list[str], list[str]]:
    return [number for number, _ in phones], [label for _, label in phones]
