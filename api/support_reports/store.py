"""Facts of reports on support, summed by the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.support_reports.formulas import Tally
from api.web.conditions import Conditions
from api.web.counting import Counting
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_KEYS = {"category": "t.category_id", "operator": "coalesce(t.solved_by, t.assignee_id)", "account": "t.account_id"}


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """The period (``last`` is outside) and what it is narrowed to; ``partner_id``: of whoever asks."""

    first: datetime
    last: datetime
    category_id: UUID | None = None
    account_id: UUID | None = None
    partner_id: UUID | None = None


class Line(msgspec.Struct, frozen=True):
    """A line with the share that it should solve."""

    line: int
    name: str
    name_en: str
    target_share: float


class SupportReportStore:
    """``plain``: events are shown to no role of the walls, so a partner's requests are chosen by the filter."""

    def __init__(self, plain: Any, statement_seconds: float) -> None:
        self._plain = plain
        self._counting = Counting(plain, _sql.planning, statement_seconds)

    async def by_line(self, filters: Filters) -> tuple[dict[str | None, Tally], Tally]:
        """Sums by line, and with each request once. Raises Unavailable."""
        return await self._tallies(_sql.by_line, filters)

    async def by_fact(self, by: str, filters: Filters) -> tuple[dict[str | None, Tally], Tally]:
        """Sums by category, operator or account, and of all. Raises Unavailable."""
        return await self._tallies(_sql.by_fact.replace("{key}", _KEYS[by]), filters)

    async def lines(self) -> list[Line]:
        return [Line(*row) for row in await self._plain.fetch(_sql.lines)]

    async def names(self, by: str, keys: Sequence[str]) -> dict[str, str]:
        """Names of categories, operators or accounts by id."""
        return dict(await self._plain.fetch(getattr(_sql, f"{by}_names"), keys))

    async def _tallies(self, rows: str, filters: Filters) -> tuple[dict[str | None, Tally], Tally]:
        """Sums by key, and of all rows together.

        Raises:
            Unavailable: it takes longer than a report may.
        """
        found = _conditions(filters)
        rows = rows.replace("{facts}", _sql.facts).replace("{where}", found.where)
        text = _sql.figures.replace("{rows}", rows)
        fetched = await self._counting.fetch(text, found.arguments)
        tallies, total = {}, Tally()
        for row in fetched:
            tally = msgspec.convert({name: row[name] for name in Tally.__struct_fields__}, Tally)
            if row["whole"]:
                total = tally
            else:
                tallies[row["key"]] = tally
        return tallies, total


def _conditions(filters: Filters) -> Conditions:
    found = Conditions(filters.first, filters.last)
    found.add("t.merged_into_id is null")
    found.given("t.category_id = {}", filters.category_id)
    found.given("t.account_id = {}", filters.account_id)
    found.given("t.partner_id = {}", filters.partner_id)
    return found
