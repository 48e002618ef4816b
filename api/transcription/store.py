"""The queue of transcription in the database, as people order and watch it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.transcription.model import Batch, Job, JobsQuery, Order
from api.web.conditions import Conditions
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_NO_TEXT = """not exists (select from transcripts t where t.recording_id = r.id or (t.call_id = r.call_id
        and t.source = 'live' and exists (select from transcript_segments s where s.transcript_id = t.id)))"""


class TranscriptionStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(self, query: JobsQuery, after: tuple[datetime, UUID] | None) -> list[Job]:
        """The latest first, one more than the limit."""
        found = Conditions()
        found.given("j.state = {}", query.state)
        found.given("j.kind = {}", query.kind)
        found.given("j.batch_id = {}", query.batch_id)
        found.given("coalesce(r.call_id, m.call_id) = {}", query.call_id)
        if after:
            found.add("(j.created_at, j.id) < ({}, {})", *after)
        return await self._jobs(found, "limit " + found.argument(query.limit + 1))

    async def job(self, job_id: UUID) -> Job | None:
        found = Conditions()
        found.add("j.id = {}", job_id)
        return next(iter(await self._jobs(found, "")), None)

    async def order(self, batch_id: UUID, order: Order, user_id: UUID, now: datetime) -> int:
        """Queue what an order names; how many jobs that is. An order of nothing leaves no trace."""
        total = 0
        async with self._pool.acquire() as connection, connection.transaction():
            words = (batch_id, order.language, order.priority, order.again)
            if order.message_ids:
                total += len(await connection.fetch(_sql.order_messages, *words, order.message_ids))
            if order.recording_ids or order.from_ is not None:
                found = _chosen(Conditions(*words), order)
                text = _sql.order_recordings.replace("{where}", found.where)
                total += len(await connection.fetch(text, *found.arguments))
            if total:
                await connection.execute(_sql.put_batch, batch_id, user_id, now, total)
        return total

    async def batch(self, batch_id: UUID) -> Batch | None:
        row = await self._pool.fetchrow(_sql.batch, batch_id)
        return None if row is None else msgspec.convert(dict(row), Batch)

    async def pause(self, batch_id: UUID, paused: bool) -> bool:
        return await self._pool.fetchval(_sql.pause_batch, batch_id, paused) is not None

    async def cancel_batch(self, batch_id: UUID, now: datetime) -> None:
        await self._pool.execute(_sql.cancel_batch, batch_id, now)

    async def cancel(self, job_id: UUID, now: datetime) -> bool:
        return await self._pool.fetchval(_sql.cancel_job, job_id, now) is not None

    async def _jobs(self, found: Conditions, limit: str) -> list[Job]:
        text = _sql.jobs.replace("{where}", found.where).replace("{limit}", limit)
        return [msgspec.convert(dict(row), Job) for row in await self._pool.fetch(text, *found.arguments)]


def _chosen(found: Conditions, order: Order) -> Conditions:
    found.add("r.state = 'done'")
    if order.recording_ids:
        found.add("r.id = any({})", order.recording_ids)
        return found
    found.given("r.started_at >= {}", order.from_)
    found.given("r.started_at < {}", order.to)
    found.given("c.queue_id = {}", order.queue_id)
    found.given("c.operator_id = {}", order.operator_id)
    if not order.again:
        found.add(_NO_TEXT)
    return found
