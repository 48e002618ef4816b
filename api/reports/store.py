"""Facts of the reports, summed by the database over indexed columns."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.reports.formulas import Tally, Time
from api.web.conditions import Conditions
from api.web.counting import Counting
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_FIELDS = {"break": "on_break"}
_MEMBERS = "(select user_id from employee_group_members where group_id = {})"


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """The period (``last`` is outside) and what it is narrowed to."""

    first: datetime
    last: datetime
    queue_id: UUID | None = None
    user_id: UUID | None = None
    group_id: UUID | None = None
    number_id: UUID | None = None
    target_s: float | None = None
    short_s: float = 0.0
    repeat_days: int = 0


class ReportStore:
    """Statements of the reports."""

    def __init__(self, pool: Any, statement_seconds: float) -> None:
        self._pool = pool
        self._counting = Counting(pool, _sql.more_memory, statement_seconds)

    async def by_queue(self, filters: Filters) -> dict[UUID, Tally]:
        return await self._tallies(filters, lambda _found: "v.queue_id")

    async def by_interval(self, filters: Filters, starts: Sequence[datetime]) -> dict[int, Tally]:
        """Keys count the intervals from 1."""
        return await self._tallies(
            filters, lambda found: f"width_bucket(v.entered_at, {found.argument(starts)}::timestamptz[])"
        )

    async def waits(self, filters: Filters, bands: Sequence[float]) -> list[Any]:
        """Visits by the band of their waiting (0: below the first)."""
        found = _visits(filters)
        text = _fill(_sql.waits, bands=found.argument(bands), where=found.where)
        return await self._counting.fetch(text, found.arguments)

    async def times(
        self, filters: Filters, starts: Sequence[datetime], now: datetime, *, by_user: bool
    ) -> dict[Any, Time]:
        """Presence by operator, or by interval (counted from 1)."""
        found = Conditions(filters.first, filters.last, starts, now)
        _people(found, "t.user_id", filters)
        if filters.queue_id is not None:
            found.add("t.user_id in (select user_id from queue_people where queue_id = {})", filters.queue_id)
        user, bucket = ("t.user_id", "0") if by_user else ("null::uuid", "n")
        text = _fill(_sql.presence, user=user, bucket=bucket, where=found.where)
        rows = await self._counting.fetch(text, found.arguments)
        times: dict[Any, Time] = {}
        for row in rows:
            time = times.setdefault(row["user_id"] if by_user else row["bucket"], Time())
            name = _FIELDS.get(row["status"], row["status"])
            setattr(time, name, getattr(time, name) + row["seconds"])
        return times

    async def offers(self, filters: Filters) -> dict[UUID, Any]:
        found = _period("o.offered_at", filters)
        found.given("o.queue_id = {}", filters.queue_id)
        _people(found, "o.user_id", filters)
        return _keyed(await self._counting.fetch(_fill(_sql.offers, where=found.where), found.arguments))

    async def calls_of_operators(self, filters: Filters) -> dict[UUID, Any]:
        found = _calls(filters)
        found.add("c.operator_id is not null")
        return _keyed(await self._counting.fetch(_fill(_sql.calls_of_operators, where=found.where), found.arguments))

    async def calls_by_number(self, filters: Filters) -> dict[str, Any]:
        found = _calls(filters)
        found.add("c.direction = 'inbound'")
        return _keyed(await self._counting.fetch(_fill(_sql.calls_by_number, where=found.where), found.arguments))

    async def calls_by_outcome(self, filters: Filters) -> list[Any]:
        found = _calls(filters)
        found.add("c.ended_at is not null")
        return await self._counting.fetch(_fill(_sql.calls_by_outcome, where=found.where), found.arguments)

    async def calls_by_interval(self, filters: Filters, starts: Sequence[datetime]) -> dict[int, Any]:
        found = _calls(filters)
        text = _fill(_sql.calls_by_interval, starts=found.argument(starts), where=found.where)
        return _keyed(await self._counting.fetch(text, found.arguments))

    async def queue_names(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        return dict(await self._pool.fetch(_sql.queue_names, ids))

    async def user_names(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        return dict(await self._pool.fetch(_sql.user_names, ids))

    async def number_names(self, numbers: Sequence[str]) -> dict[str, str]:
        return dict(await self._pool.fetch(_sql.number_names, numbers))

    async def _tallies(self, filters: Filters, key: Callable[[Conditions], str]) -> dict[Any, Tally]:
        """Sums by a key, from three statements at once: visits, wrap-up after them, numbers that came again."""
        visits, wraps, repeats = _visits(filters), _visits(filters), _visits(filters)
        target = "coalesce(q.target_s, 20)"
        if filters.target_s is not None:
            target = visits.argument(filters.target_s) + "::double precision"
        short = visits.argument(filters.short_s) + "::double precision"
        statements = [(visits, _fill(_sql.visits, key=key(visits), target=target, short=short, where=visits.where))]
        statements.append((wraps, _fill(_sql.wraps, key=key(wraps), where=wraps.where, **_span(wraps, filters))))
        if filters.repeat_days:
            days = repeats.argument(filters.repeat_days) + "::integer"
            parts = {"key": key(repeats), "where": repeats.where, "days": days}
            statements.append((repeats, _fill(_sql.repeats, **parts, **_span(repeats, filters))))
        answers = await asyncio.gather(*(self._counting.fetch(text, found.arguments) for found, text in statements))
        sums: dict[Any, dict[str, Any]] = {}
        for row in chain(*answers):
            sums.setdefault(row["key"], {}).update(row)
        return {key: msgspec.convert(values, Tally) for key, values in sums.items()}


def _fill(text: str, **parts: str) -> str:
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def _keyed(rows: list[Any]) -> dict[Any, Any]:
    return {row["key"]: row for row in rows}


def _period(column: str, filters: Filters) -> Conditions:
    found = Conditions()
    found.add(f"{column} >= {{}}", filters.first)
    found.add(f"{column} < {{}}", filters.last)
    return found


def _people(found: Conditions, column: str, filters: Filters) -> None:
    found.given(f"{column} = {{}}", filters.user_id)
    found.given(f"{column} in {_MEMBERS}", filters.group_id)


def _span(found: Conditions, filters: Filters) -> dict[str, str]:
    return {
        "from": found.argument(filters.first) + "::timestamptz",
        "to": found.argument(filters.last) + "::timestamptz",
    }


def _visits(filters: Filters) -> Conditions:
    found = _period("v.entered_at", filters)
    found.given("v.queue_id = {}", filters.queue_id)
    found.given("exists (select from calls c where c.id = v.call_id and c.number_id = {})", filters.number_id)
    _people(found, "v.operator_id", filters)
    return found


def _calls(filters: Filters) -> Conditions:
    found = _period("c.started_at", filters)
    found.given("c.queue_id = {}", filters.queue_id)
    found.given("c.number_id = {}", filters.number_id)
    _people(found, "c.operator_id", filters)
    return found
