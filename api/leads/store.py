"""Leads in the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.imports.preparing import Prepared, Way
from api.leads import choosing
from api.leads.model import Lead, LeadFilter, LeadsQuery, Standing
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_GET, _HELD, _PAGE = (text.replace("{columns}", _sql.columns) for text in (_sql.get, _sql.held, _sql.page))


class LeadStore:
    """``pool``: that of the request."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def page(self, list_id: UUID, query: LeadsQuery, after: UUID | None) -> list[Lead]:
        """In the order in which they came, one more than the limit."""
        found = choosing.of_query(list_id, query, after)
        text, arguments = choosing.limited(_PAGE, found, query.limit + 1)
        return [_lead(row) for row in await self._pool.fetch(text, *arguments)]

    async def get(self, lead_id: UUID) -> Lead | None:
        row = await self._pool.fetchrow(_GET, lead_id)
        return _lead(row) if row else None

    async def held(self, connection: Any, lead_id: UUID) -> Lead | None:
        """The lead, held until the transaction ends."""
        row = await connection.fetchrow(_HELD, lead_id)
        return _lead(row) if row else None

    async def standings(self, lead_id: UUID) -> list[Standing]:
        return [Standing(**row) for row in await self._pool.fetch(_sql.standings, lead_id)]

    async def change_row(self, connection: Any, lead: Lead, ways: Sequence[Way] | None) -> None:
        """``ways`` None: the contacts stay."""
        words = (lead.id, lead.external_id, lead.name, lead.language, lead.timezone, lead.data, lead.enabled)
        await connection.execute(_sql.change_fields, *words)
        if ways is not None:
            await connection.execute(_sql.drop_contacts, lead.id)
            rows = [(lead.id, position, lead.list_id, *way) for position, way in enumerate(ways, start=1)]
            await connection.executemany(_sql.put_contact, rows)

    async def delete(self, lead_id: UUID) -> bool:
        return await self._pool.fetchval(_sql.delete, lead_id) is not None

    async def delete_chosen(self, list_id: UUID, wanted: LeadFilter, most: int) -> int:
        """How many went, at most ``most``."""
        text, arguments = choosing.limited(_sql.delete_chosen, choosing.of_filter([list_id], wanted), most)
        return int((await self._pool.execute(text, *arguments)).split()[-1])

    async def count_chosen(self, list_ids: Sequence[UUID], wanted: LeadFilter, most: int) -> int:
        text, arguments = choosing.limited(_sql.count_chosen, choosing.of_filter(list_ids, wanted), most)
        return int(await self._pool.fetchval(text, *arguments))

    async def chosen(
        self, list_ids: Sequence[UUID], wanted: LeadFilter, after: UUID | None, most: int
    ) -> tuple[list[Prepared], UUID | None]:
        """Leads that the filter means, ready to be put into another list, and the last one's id."""
        text, arguments = choosing.limited(_sql.chosen, choosing.of_filter(list_ids, wanted, after), most)
        rows = await self._pool.fetch(text, *arguments)
        found = [
            Prepared(
                line=place,
                external_id=row["external_id"],
                name=row["name"],
                language=row["language"],
                timezone=row["timezone"],
                data=row["data"],
                ways=[Way(*way) for way in row["ways"]],
                enabled=row["enabled"],
            )
            for place, row in enumerate(rows, start=1)
        ]
        return found, rows[-1]["id"] if rows else None

    async def contacts(self, user_id: UUID, partner_id: UUID | None, ids: Any, groups: Any, most: int) -> list[Any]:
        """Contacts of the directory that the user sees."""
        return list(await self._pool.fetch(_sql.contacts, user_id, partner_id, ids, groups, most))

    async def partners_of(self, list_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
        return {row["id"]: row["partner_id"] for row in await self._pool.fetch(_sql.partners_of, list(list_ids))}


def _lead(row: Any) -> Lead:
    return msgspec.convert(dict(row), Lead)
