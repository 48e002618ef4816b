"""The history in the database: read only, for the engine writes it; and the list of who listened to what."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.history.model import Call, CallDetail, CallFilters, Play, PlaysQuery, Recording
from api.history.sight import Sight
from api.web.conditions import Conditions
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.core.ids import ID_TIME_SLACK, time_of

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None
_TOOK_PART = """exists (select from call_legs l where l.call_started_at = c.started_at and l.call_id = c.id
        and l.user_id = {})"""
_TEAM_TOOK_PART = """exists (select from call_legs l where l.call_started_at = c.started_at and l.call_id = c.id
        and l.user_id = any(array(select b.user_id from employee_group_members a
            join employee_group_members b using (group_id) where a.user_id = {0} union select {0})))"""
_RECORDED = "exists (select from recordings r where r.call_id = c.id and r.state = 'done') = {}"


class Stored(NamedTuple):
    """A recording's file and the call that it is of."""

    id: UUID
    call_id: UUID
    call_started_at: datetime
    file: str


class HistoryStore:
    """Statements of the history."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, filters: CallFilters, sight: Sight, limit: int, after: After) -> list[Call]:
        """Newest first, one more than the limit."""
        found = _conditions(filters, sight)
        if after:
            found.add("(c.started_at, c.id) < ({}, {})", *after)
        text = _calls(found, "limit " + found.argument(limit + 1))
        return [msgspec.convert(dict(row), Call) for row in await self._pool.fetch(text, *found.arguments)]

    async def stream(
        self, filters: CallFilters, sight: Sight, most: int, batch: int
    ) -> AsyncGenerator[list[Call], None]:
        """The same as batches from a cursor of the database, ``most`` calls at most."""
        found = _conditions(filters, sight)
        text = _calls(found, "limit " + found.argument(most))
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            cursor = await connection.cursor(text, *found.arguments)
            while rows := await cursor.fetch(batch):
                yield [msgspec.convert(dict(row), Call) for row in rows]

    async def get(self, call_id: UUID, sight: Sight) -> CallDetail | None:
        try:
            at = time_of(call_id)
            first, last = at - ID_TIME_SLACK, at + ID_TIME_SLACK
        except (OverflowError, ValueError):
            return None
        found = Conditions()
        found.add("c.id = {} and c.started_at between {} and {}", call_id, first, last)
        _see(found, sight)
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_calls(found, ""), *found.arguments)
            if row is None:
                return None
            legs = await connection.fetch(_sql.legs, row["started_at"], call_id)
            visits = await connection.fetch(_sql.visits, call_id)
            events = await connection.fetch(_sql.events, row["started_at"], call_id)
            recordings = await connection.fetch(_sql.recordings_of_call, call_id)
        parts = {"legs": legs, "visits": visits, "events": events, "recordings": recordings}
        return msgspec.convert({**row, **{name: [*map(dict, rows)] for name, rows in parts.items()}}, CallDetail)

    async def recordings(self, limit: int, after: After, call_id: UUID | None) -> list[Recording]:
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.recordings, limit + 1, at, id_, call_id)
        return [msgspec.convert(dict(row), Recording) for row in rows]

    async def recording(self, recording_id: UUID) -> Stored | None:
        row = await self._pool.fetchrow(_sql.recording, recording_id)
        return Stored(*row) if row else None

    async def recording_of_call(self, call_id: UUID) -> Stored | None:
        row = await self._pool.fetchrow(_sql.recording_of_call, call_id)
        return Stored(*row) if row else None

    async def took_part(self, recording: Stored, user_id: UUID) -> bool:
        return bool(await self._pool.fetchval(_sql.took_part, recording.call_started_at, recording.call_id, user_id))

    async def note_play(self, play_id: UUID, now: datetime, user_id: UUID, recording: Stored, address: str) -> None:
        await self._pool.execute(_sql.note_play, play_id, now, user_id, recording.id, recording.call_id, address)

    async def plays(self, query: PlaysQuery, after: After) -> list[Play]:
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.plays, query.limit + 1, at, id_, query.call_id, query.user_id)
        return [msgspec.convert(dict(row), Play) for row in rows]


def _calls(found: Conditions, limit: str) -> str:
    return _sql.calls.replace("{where}", found.where).replace("{limit}", limit)


def _conditions(filters: CallFilters, sight: Sight) -> Conditions:
    """The filters as conditions; only those given, so that each statement gets a plan of its own."""
    found = Conditions()
    _see(found, sight)
    found.given("c.started_at >= {}", filters.from_)
    found.given("c.started_at < {}", filters.to)
    found.given("c.direction = {}", filters.direction)
    found.given("c.outcome = {}", filters.outcome)
    found.given("c.queue_id = {}", filters.queue_id)
    found.given("c.number_id = {}", filters.number_id)
    found.given("c.talk_s >= {}", filters.min_talk_s)
    found.given(_TOOK_PART, filters.user_id)
    found.given(_RECORDED, filters.recorded)
    for text, number in (
        ("c.caller {0} {1}", filters.caller),
        ("c.called {0} {1}", filters.called),
        ("(c.caller {0} {1} or c.called {0} {1})", filters.number),
    ):
        if number is not None:
            like = number.endswith("*")
            place = found.argument(number.removesuffix("*") + "%" if like else number)
            found.add(text.format("like" if like else "=", place))
    if filters.q:
        place = found.argument("%" + escape_like(filters.q) + "%")
        found.add(f"(c.caller ilike {place} or c.called ilike {place} or c.caller_name ilike {place})")
    return found


def _see(found: Conditions, sight: Sight) -> None:
    if sight.user_id is not None:
        found.add(_TEAM_TOOK_PART if sight.team else _TOOK_PART, sight.user_id)
