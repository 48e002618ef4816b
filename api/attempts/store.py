"""Attempts, clients of campaigns and dispositions in the database: read."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.attempts.model import Attempt, AttemptFilters, CampaignAttemptsQuery, CampaignLead, DispositionData, LeadsQuery
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from api.web.conditions import Conditions
from api.web.paging import escape_like
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
READ, OWN, WRITE, CONTROL = "campaigns.read", "campaigns.own", "campaigns.write", "campaigns.control"
DISPOSITIONS = Resource(
    path="dispositions",
    table="dispositions",
    title="Disposition",
    write=DispositionData,
    label="code",
    search=("code", "title", "title_en"),
    read_right=f"{READ}|{OWN}",
    write_right=WRITE,
)


class DispositionStore(TelephonyStore):
    """``TelephonyStore`` of dispositions."""

    async def of(self, campaign_id: UUID | None) -> list[Any]:
        """In their order; None: every one."""
        text = _sql.dispositions.replace("{columns}", ", ".join(DISPOSITIONS.read_columns))
        rows = await self._pool.fetch(text, campaign_id)
        return [msgspec.convert(dict(row), DISPOSITIONS.stored) for row in rows]

    async def is_used(self, connection: Any, id_: UUID) -> bool:
        return bool(await connection.fetchval(_sql.disposition_used, id_))


class AttemptStore:
    """Reads attempts and clients of campaigns."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(
        self,
        filters: CampaignAttemptsQuery,
        campaign_id: UUID | None,
        own: UUID | None,
        after: tuple[datetime, UUID] | None,
    ) -> list[Attempt]:
        """Newest first, one more than the limit; ``own``: those of this operator alone."""
        found = _conditions(filters, campaign_id, own)
        if after:
            found.add("(a.claimed_at, a.id) < ({}, {})", *after)
        order = f"order by a.claimed_at desc, a.id desc limit {found.argument(filters.limit + 1)}"
        return await self._attempts(found, order)

    async def stream(
        self, filters: AttemptFilters, campaign_id: UUID, own: UUID | None, most: int, batch: int
    ) -> AsyncGenerator[list[Attempt], None]:
        """The same as batches from a cursor of the database, ``most`` at most."""
        found = _conditions(filters, campaign_id, own)
        text = _filled(found, f"order by a.claimed_at desc, a.id desc limit {found.argument(most)}")
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            cursor = await connection.cursor(text, *found.arguments)
            while rows := await cursor.fetch(batch):
                yield [msgspec.convert(dict(row), Attempt) for row in rows]

    async def get(self, id_: UUID, own: UUID | None) -> Attempt | None:
        found = Conditions()
        found.add("a.id = {}", id_)
        found.given("a.operator_id = {}", own)
        rows = await self._attempts(found, "")
        return rows[0] if rows else None

    async def is_visible(self, id_: UUID) -> bool:
        """Whether whoever asks may see the attempt."""
        return await self._pool.fetchrow(_sql.visible, id_) is not None

    async def results(self, after: int, campaign_id: UUID | None, limit: int) -> tuple[list[Attempt], int | None]:
        """Results noted after that number, one more than the limit may be there; gives the number of the last of
        those within it. Of an attempt that was noted again later only the later one is given."""
        found = Conditions()
        found.add("r.id > {}", after)
        found.given("a.campaign_id = {}", campaign_id)
        found.add("not exists (select from campaign_results n where n.attempt_id = r.attempt_id and n.id > r.id)")
        text = _sql.attempts.replace("{more}", ", r.id as result_id")
        text = text.replace("{joins}", "join campaign_results r on r.attempt_id = a.id").replace("{where}", found.where)
        text = text.replace("{order}", f"order by r.id limit {found.argument(limit + 1)}")
        rows = await self._pool.fetch(text, *found.arguments)
        items = [msgspec.convert(dict(row), Attempt) for row in rows]
        return items, rows[:limit][-1]["result_id"] if rows else None

    async def leads(
        self, campaign_id: UUID, query: LeadsQuery, now: datetime, after: UUID | None
    ) -> list[CampaignLead]:
        """By id, one more than the limit."""
        found = Conditions()
        found.add("x.campaign_id = {}", campaign_id)
        found.given("x.state = {}", query.state)
        found.given("x.result = {}", query.result)
        found.given("x.list_id = {}", query.list_id)
        found.given("x.lead_id > {}", after)
        if query.due:
            found.add("x.state = 'waiting' and x.next_at <= {}", now)
        if query.q:
            place = found.argument(f"%{escape_like(query.q)}%")
            found.add(f"(l.name ilike {place} or l.external_id ilike {place} or k.address ilike {place})")
        text = _sql.leads.replace("{limit}", found.argument(query.limit + 1)).replace("{where}", found.where)
        return [msgspec.convert(dict(row), CampaignLead) for row in await self._pool.fetch(text, *found.arguments)]

    async def _attempts(self, found: Conditions, order: str) -> list[Attempt]:
        text = _filled(found, order)
        return [msgspec.convert(dict(row), Attempt) for row in await self._pool.fetch(text, *found.arguments)]


def _filled(found: Conditions, order: str) -> str:
    text = _sql.attempts.replace("{more}", "").replace("{joins}", "")
    return text.replace("{where}", found.where).replace("{order}", order)


def _conditions(filters: AttemptFilters, campaign_id: UUID | None, own: UUID | None) -> Conditions:
    """Only those given, so that each statement gets a plan of its own."""
    found = Conditions()
    found.given("a.campaign_id = {}", campaign_id)
    found.given("a.operator_id = {}", own)
    found.given("a.claimed_at >= {}", filters.from_)
    found.given("a.claimed_at < {}", filters.to)
    found.given("a.outcome = {}", filters.outcome)
    found.given("a.operator_id = {}", filters.operator_id)
    found.given("a.list_id = {}", filters.list_id)
    found.given("a.lead_id = {}", filters.lead_id)
    found.given("a.disposition_id = {}", filters.disposition_id)
    found.given("a.number = {}", filters.number)
    found.given("a.address = {}", filters.address)
    found.given("coalesce(a.corrected, a.verdict) = {}", filters.verdict)
    found.given("a.abandoned = {}", filters.abandoned)
    found.given("(a.ended_at is null) = {}", filters.open)
    if filters.q:
        place = found.argument(f"%{escape_like(filters.q)}%")
        found.add(f"(a.address like {place} or l.name ilike {place})")
    return found
