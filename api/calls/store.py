"""Calls in the database: read only, for the engine writes them."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.calls.model import Call, CallbackRequest, CallDetail, CallsQuery, Recording
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.core.ids import ID_TIME_SLACK, time_of

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None


class CallsStore:
    """Statements of the history."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, query: CallsQuery, after: After) -> list[Call]:
        """Newest first, one more than the limit."""
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(
            _sql.calls,
            query.limit + 1,
            at,
            id_,
            query.from_,
            query.to,
            query.direction,
            query.outcome,
            _party(query.caller),
            _party(query.called),
            "%" + escape_like(query.q) + "%" if query.q else None,
        )
        return [msgspec.convert(dict(row), Call) for row in rows]

    async def get(self, call_id: UUID) -> CallDetail | None:
        try:
            at = time_of(call_id)
            first, last = at - ID_TIME_SLACK, at + ID_TIME_SLACK
        except (OverflowError, ValueError):
            return None
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_sql.call, call_id, first, last)
            if row is None:
                return None
            legs = await connection.fetch(_sql.legs, row["started_at"], call_id)
            events = await connection.fetch(_sql.events, row["started_at"], call_id)
            recordings = await connection.fetch(_sql.recordings_of_call, call_id)
        parts = {"legs": _dicts(legs), "events": _dicts(events), "recordings": _dicts(recordings)}
        return msgspec.convert({**row, **parts}, CallDetail)

    async def recordings(self, limit: int, after: After, call_id: UUID | None) -> list[Recording]:
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.recordings, limit + 1, at, id_, call_id)
        return [msgspec.convert(dict(row), Recording) for row in rows]

    async def recording_file(self, recording_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.recording_file, recording_id)

    async def call_recording_file(self, call_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.call_recording_file, call_id)

    async def callbacks(self, limit: int, after: After, only_open: bool) -> list[CallbackRequest]:
        at, id_ = after or (None, None)
        rows = await self._pool.fetch(_sql.callbacks, limit + 1, at, id_, only_open)
        return [msgspec.convert(dict(row), CallbackRequest) for row in rows]

    async def live_node(self, call_id: UUID) -> str | None:
        return await self._pool.fetchval(_sql.live_node, call_id)

    async def extension_enabled(self, number: str) -> bool | None:
        """None: there is no such extension."""
        return await self._pool.fetchval(_sql.extension_enabled, number)


def _dicts(rows: Any) -> Any:
    return [dict(row) for row in rows]


def _party(text: str | None) -> str | None:
    """A LIKE pattern: ``7495*`` finds the beginning, else the whole number."""
    return text.removesuffix("*") + "%" if text and text.endswith("*") else text
