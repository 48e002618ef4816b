"""Transcripts and alerts in the database: read only but for who has seen an alert."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.transcripts.model import Alert, AlertsQuery, Segment, Transcript, measures_of
from api.web.conditions import Conditions
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None
MOST_ALERTS = 500
"""Alerts that are told with a transcript."""


class Found(NamedTuple):
    """A transcript without its parts, and when its call began."""

    transcript: Transcript
    call_started_at: datetime | None


class TranscriptsStore:
    """Statements of transcripts."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def of_call(self, call_id: UUID, source: str | None) -> Found | None:
        return _found(await self._pool.fetchrow(_sql.of_call, call_id, source))

    async def of_message(self, message_id: UUID) -> Found | None:
        return _found(await self._pool.fetchrow(_sql.of_message, message_id))

    async def took_part(self, call_id: UUID, call_started_at: datetime, user_id: UUID) -> bool:
        """Whether the user took part in the call, otherwise than as a supervisor."""
        return bool(await self._pool.fetchval(_sql.took_part, call_started_at, call_id, user_id))

    async def segments(self, transcript_id: UUID) -> list[Segment]:
        """In order of time."""
        return [msgspec.convert(dict(row), Segment) for row in await self._pool.fetch(_sql.segments, transcript_id)]

    async def alerts_of(self, transcript_id: UUID) -> list[Alert]:
        """In order of time."""
        found = Conditions()
        found.add("a.transcript_id = {}", transcript_id)
        return (await self._alerts(found, MOST_ALERTS))[::-1]

    async def alerts(self, query: AlertsQuery, after: After) -> list[Alert]:
        """Newest first, one more than the limit."""
        found = Conditions()
        found.given("a.created_at >= {}", query.from_)
        found.given("a.created_at < {}", query.to)
        found.given("(a.seen_at is not null) = {}", query.seen)
        for name in ("severity", "side", "rule_id", "call_id", "operator_id", "queue_id"):
            found.given(f"a.{name} = {{}}", getattr(query, name))
        if after:
            found.add("(a.created_at, a.id) < ({}, {})", *after)
        return await self._alerts(found, query.limit + 1)

    async def alert(self, alert_id: UUID) -> Alert | None:
        found = Conditions()
        found.add("a.id = {}", alert_id)
        return next(iter(await self._alerts(found, 1)), None)

    async def mark_seen(self, alert_id: UUID, user_id: UUID, now: datetime) -> None:
        """Note who has seen it, unless somebody had before."""
        await self._pool.execute(_sql.mark_seen, alert_id, user_id, now)

    async def _alerts(self, found: Conditions, limit: int) -> list[Alert]:
        place = "limit " + found.argument(limit)
        text = _sql.alerts.replace("{where}", found.where).replace("{limit}", place)
        return [msgspec.convert(dict(row), Alert) for row in await self._pool.fetch(text, *found.arguments)]


def _found(row: Any) -> Found | None:
    if row is None:
        return None
    values = dict(row)
    began = values.pop("call_started_at")
    values["measures"] = measures_of(values["measures"])
    return Found(msgspec.convert(values, Transcript), began)
