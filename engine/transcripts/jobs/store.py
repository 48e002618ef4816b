"""The database side of transcription: the queue of jobs, what they are about, what they come to."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.core.db import Queries
from engine.history.records import AlertRow, SegmentRow, TranscriptRow
from engine.history.store import UPSERTS
from engine.transcripts.jobs.model import Job, JobState, Lost, Mute, Outcome, hidden_in
from engine.transcripts.model import HIDDEN

_Q = Queries(Path(__file__).with_name("queries.sql"))
TOPIC = "transcripts"


class JobStore:
    """Jobs of one node; others' are not touched."""

    def __init__(self, pool: Any, node_id: str) -> None:
        self._pool = pool
        self._node_id = node_id

    async def enqueue(self, since: datetime, least_s: float, *, all_calls: bool) -> None:
        """Jobs for recordings and messages since then that have none; again and again it comes to the same."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_Q.enqueue_recordings, self._node_id, since, least_s, all_calls)
            await connection.execute(_Q.enqueue_messages, self._node_id, since, least_s)

    async def release_left(self, now: datetime) -> None:
        """An earlier process of this node is gone, and with it what it was doing."""
        await self._pool.execute(_Q.release_left, self._node_id, now)

    async def claim(self, now: datetime, stale_before: datetime) -> Job | None:
        """The next job that is due, now this process's; None when there is none."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_Q.claim, self._node_id, now, stale_before)
            if row is None:
                return None
            query = _Q.recording if row["kind"] == "recording" else _Q.message
            subject = await connection.fetchrow(query, row["subject_id"])
        return msgspec.convert(dict(row) | dict(subject or {}), Job)

    async def next_due(self, claim_s: float) -> datetime | None:
        """When a job is due that is not due now; None when none waits."""
        due: datetime | None = await self._pool.fetchval(_Q.next_due, self._node_id, timedelta(seconds=claim_s))
        return due

    async def tell_progress(self, job: Job, now: datetime, share: float) -> Job:
        """How far a job is (0..1), with a fresh claim.

        Raises:
            Lost: it is not ours any more.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_Q.tell_progress, job.id, job.claimed_at, now, share) is None:
                raise Lost
            await self._feed(connection, job, JobState.RUNNING, progress=round(share, 3))
        return msgspec.structs.replace(job, claimed_at=now)

    async def complete(self, job: Job, outcome: Outcome, now: datetime) -> None:
        """The job is done: its text takes the place of an earlier one of the same job, all in one transaction.

        Raises:
            Lost: it is not ours any more; nothing is written.
        """
        row = outcome.transcript
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.fetchval(_Q.finish, job.id, job.claimed_at, JobState.DONE, now, row.id, None)
            if done is None:
                raise Lost
            await connection.execute(_Q.forget_segments, row.id)
            for kind, rows in ((SegmentRow, outcome.segments), (TranscriptRow, (row,)), (AlertRow, outcome.alerts)):
                if rows:
                    await connection.execute(UPSERTS[kind][1], _json(rows))
            await self._feed(connection, job, JobState.DONE, progress=1.0, transcript_id=row.id)
            await _tell(connection, *_told(row, outcome.alerts))

    async def fail(self, job: Job, now: datetime, error: str) -> None:
        """The job is given up. A claim that is another's stays."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(
                _Q.finish, job.id, job.claimed_at, JobState.FAILED, now, None, error[:500]
            )
            if found is not None:
                await self._feed(connection, job, JobState.FAILED, error=error[:500])

    async def put_back(self, job: Job, at: datetime, error: str, *, counts: bool) -> None:
        """To be tried again; ``counts``: it was a try. A claim that is another's stays."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(_Q.put_back, job.id, job.claimed_at, at, error[:500], 0 if counts else 1)
            if found is not None:
                await self._feed(connection, job, JobState.QUEUED, error=error[:500])

    async def to_mute(self, since: datetime) -> list[Mute]:
        """Recordings that hold what the live texts of their calls hide."""
        found = []
        async with self._pool.acquire() as connection:
            for row in await connection.fetch(_Q.to_mute, self._node_id, since):
                later = (row["said_from"] - row["started_at"]).total_seconds()
                stretches = [
                    (side, round(start + later, 3), round(end + later, 3))
                    for segment in await connection.fetch(_Q.hidden_segments, row["transcript_id"], HIDDEN)
                    for side, (start, end) in hidden_in(
                        segment["side"], segment["start_s"], segment["end_s"], segment["words"], HIDDEN
                    )
                ]
                found.append(
                    Mute(recording_id=row["id"], file=row["file"], channels=row["channels"], stretches=tuple(stretches))
                )
        return found

    async def muted(self, recording_id: UUID, now: datetime) -> None:
        """What was to be silenced is."""
        await self._pool.execute(_Q.muted, recording_id, now)

    async def _feed(self, connection: Any, job: Job, state: JobState, **more: Any) -> None:
        data = {
            "id": job.id,
            "kind": job.kind,
            "subject_id": job.subject_id,
            "batch_id": job.batch_id,
            "call_id": job.call_id,
            "operator_id": job.operator_id,
            "queue_id": job.queue_id,
            "partner_id": job.partner_id,
            "state": state,
            "attempts": job.attempts,
        }
        await _tell(connection, ("job", str(job.call_id or job.subject_id), data | more))


def _told(row: TranscriptRow, alerts: tuple[AlertRow, ...]) -> list[tuple[str, str, Any]]:
    """The text of a call is there, and what rules found in it."""
    if row.call_id is None:
        return []
    whose = {
        "transcript_id": row.id,
        "call_id": row.call_id,
        "partner_id": row.partner_id,
        "operator_id": row.operator_id,
        "queue_id": row.queue_id,
        "users": [str(row.operator_id)] if row.operator_id else [],
    }
    closed = {
        "source": row.source,
        "duration_s": row.duration_s,
        "measures": row.measures,
        "sentiment": row.sentiment,
        "language": row.language,
        "engine": row.engine,
    }
    told: list[tuple[str, str, Any]] = [("closed", str(row.call_id), whose | closed)]
    return told + [("alert", str(row.call_id), whose | msgspec.structs.asdict(alert)) for alert in alerts]


async def _tell(connection: Any, *changes: tuple[str, str, Any]) -> None:
    if changes:
        kinds, keys, data = (list(column) for column in zip(*changes, strict=True))
        await connection.execute(_Q.add_changes, [TOPIC] * len(kinds), kinds, keys, data)


def _json(rows: Any) -> str:
    return msgspec.json.encode([msgspec.structs.asdict(row) for row in rows]).decode()
