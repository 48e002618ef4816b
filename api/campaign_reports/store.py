"""Facts of reports on campaigns, summed by the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.campaign_reports.formulas import MACHINE, PERSON, Tally
from api.web.conditions import Conditions
from api.web.counting import Counting
from engine.core.db import Queries
from engine.dialer.outcomes import NOT_DIALED, Outcome

_sql = Queries(Path(__file__).with_name("queries.sql"))
_UNCOUNTED = sorted(outcome.value for outcome in NOT_DIALED | {Outcome.FAILED})
"""No attempts against the caps, unless the phone rang."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Attempts claimed from ``first`` to before ``last``, and what they are narrowed to."""

    first: datetime
    last: datetime
    campaign_ids: tuple[UUID, ...] | None = None
    list_id: UUID | None = None
    operator_id: UUID | None = None


class CampaignReportStore:
    """Statements of reports on campaigns."""

    def __init__(self, pool: Any, statement_seconds: float) -> None:
        self._pool = pool
        self._counting = Counting(pool, _sql.more_memory, statement_seconds)

    async def tallies(self, filters: Filters, key: str) -> tuple[dict[Any, Tally], Tally]:
        """Sums by a column of ``dial_attempts``, and of all together."""
        found = _conditions(filters)
        return await self._tallies(found, key)

    async def by_interval(self, filters: Filters, starts: Sequence[datetime]) -> tuple[dict[int, Tally], Tally]:
        """Keys count the intervals from 1."""
        found = _conditions(filters)
        return await self._tallies(found, f"width_bucket(a.claimed_at, {found.argument(starts)}::timestamptz[])")

    async def answers(self, filters: Filters) -> list[Any]:
        """Questions and answers with their counts."""
        found = _conditions(filters)
        return await self._counting.fetch(_filled(_sql.answers, where=found.where), found.arguments)

    async def names(self, of: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Names by id; ``of``: campaign, list, user or disposition."""
        return dict(await self._pool.fetch(getattr(_sql, f"{of}_names"), ids))

    async def compliance(
        self, first: datetime, last: datetime, zone: str, campaign_id: UUID | None
    ) -> tuple[list[Any], dict[UUID, Any], dict[UUID, int], list[Any]]:
        """Sums of each campaign, its caps, its opt-outs, and days."""
        span = [first, last, zone, campaign_id]
        sums = await self._counting.fetch(_filled(_sql.compliance), span)
        caps = await self._counting.fetch(_sql.caps, [*span, _UNCOUNTED])
        outs = await self._counting.fetch(_sql.opt_outs, [first, last, campaign_id])
        days = await self._counting.fetch(_filled(_sql.days), span)
        return (
            sums,
            {row["campaign_id"]: row for row in caps},
            {row["campaign_id"]: row["opt_outs"] for row in outs},
            days,
        )

    async def _tallies(self, found: Conditions, key: str) -> tuple[dict[Any, Tally], Tally]:
        rows = await self._counting.fetch(_filled(_sql.tallies, key=key, where=found.where), found.arguments)
        tallies, total = {}, Tally()
        for row in rows:
            values = {name: row[name] for name in Tally.__struct_fields__}
            if row["whole"]:
                total = msgspec.convert(values, Tally)
            else:
                tallies[row["key"]] = msgspec.convert(values, Tally)
        return tallies, total


def _conditions(filters: Filters) -> Conditions:
    found = Conditions()
    found.add("a.ended_at is not null and a.claimed_at >= {} and a.claimed_at < {}", filters.first, filters.last)
    found.given("a.campaign_id = any ({})", filters.campaign_ids)
    found.given("a.list_id = {}", filters.list_id)
    found.given("a.operator_id = {}", filters.operator_id)
    return found


def _filled(text: str, **parts: str) -> str:
    for name, part in (parts | {"person": PERSON, "machine": MACHINE}).items():
        text = text.replace("{" + name + "}", part)
    return text
