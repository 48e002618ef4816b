"""The database side of calls: batches of journal entries, states to adopt, the node's heartbeat."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from engine.core.db import Queries
from engine.core.errors import PayLaterError
from engine.history.records import (
    AlertRow,
    AnswerRow,
    AttemptRow,
    CallbackRow,
    CallRow,
    DialRow,
    EventRow,
    IntervalRow,
    LeadRow,
    LegRow,
    MessageRow,
    OfferRow,
    OptOutRow,
    PacingRow,
    PresenceRow,
    RecordingRow,
    SegmentRow,
    StateRow,
    TranscriptRow,
    VisitRow,
)

_Q = Queries(Path(__file__).with_name("queries.sql"))
_CALL_COLUMNS = [field.name for field in msgspec.structs.fields(CallRow)]
_LEG_COLUMNS = [field.name for field in msgspec.structs.fields(LegRow)]
_CHANGING = (
    *("id", "started_at", "language", "answered_at", "ended_at", "outcome", "ended_by", "cause", "talk_s"),
    *("variables", "caller_name", "called", "number_id", "direction", "operator_id", "queue_id", "partner_id"),
    *("hold_s", "parent_id"),
)
_EVENT_COLUMNS = [field.name for field in msgspec.structs.fields(EventRow)]
UPSERTS: dict[type, tuple[str, str]] = {
    VisitRow: ("id", _Q.upsert_visits),
    OfferRow: ("id", _Q.upsert_offers),
    CallbackRow: ("id", _Q.upsert_callbacks),
    AttemptRow: ("id", _Q.upsert_attempts),
    IntervalRow: ("id", _Q.insert_intervals),
    PresenceRow: ("user_id", _Q.upsert_presence),
    TranscriptRow: ("id", _Q.upsert_transcripts),
    SegmentRow: ("id", _Q.upsert_segments),
    AnswerRow: ("id", _Q.insert_answers),
    AlertRow: ("id", _Q.insert_alerts),
    OptOutRow: ("id", _Q.insert_opt_outs),
    DialRow: ("id", _Q.upsert_dials),
    LeadRow: ("attempt_id", _Q.upsert_leads),
    PacingRow: ("key", _Q.insert_pacing),
}
"""Rows whose later form replaces the earlier: the field that names a row, the query that takes them as a JSON array.

They are written in this order within a batch: who is done with an attempt (LeadRow) comes after the attempt (DialRow).
"""


class BadRows(PayLaterError):
    """The database refuses a batch for what is in it; the same batch will never do."""

    code = "history_rows_refused"


class Change(NamedTuple):
    """A line of the feed that the live WebSocket reads."""

    topic: str
    kind: str
    key: str
    data: Any


class Batch(msgspec.Struct, kw_only=True):
    """Journal entries sorted by what is done with them; each call, leg and state once, in its last form."""

    new_calls: dict[UUID, CallRow] = msgspec.field(default_factory=dict)
    changed_calls: dict[UUID, CallRow] = msgspec.field(default_factory=dict)
    new_legs: dict[str, LegRow] = msgspec.field(default_factory=dict)
    changed_legs: dict[str, LegRow] = msgspec.field(default_factory=dict)
    events: list[EventRow] = msgspec.field(default_factory=list)
    states: dict[UUID, StateRow] = msgspec.field(default_factory=dict)
    recordings: dict[UUID, RecordingRow] = msgspec.field(default_factory=dict)
    messages: list[MessageRow] = msgspec.field(default_factory=list)
    upserts: dict[type, dict[Any, Any]] = msgspec.field(default_factory=dict)
    changes: list[Change] = msgspec.field(default_factory=list)
    cdr_offset: int | None = None
    position: int = 0


class CallStore:
    """Reads and writes the tables of calls for one node."""

    def __init__(self, pool: Any, node_id: str) -> None:
        self._pool = pool
        self._node_id = node_id
        self._months: set[tuple[int, int]] = set()

    async def position(self) -> int:
        """The last journal position that the database holds."""
        return await self._pool.fetchval(_Q.position, self._node_id) or 0

    async def cdr_offset(self) -> int:
        """How far Asterisk's call detail file has been read, in bytes."""
        return await self._pool.fetchval(_Q.position, f"{self._node_id}/cdr") or 0

    async def live_states(self) -> list[tuple[bytes, int]]:
        """Calls that this node was serving, oldest first: encoded state and the number of the next event."""
        rows = await self._pool.fetch(_Q.live_states, self._node_id)
        return [(row["state"].encode(), row["next_event"]) for row in rows]

    async def left_live(self) -> list[tuple[UUID, datetime]]:
        """Calls of this node among the live ones that have not changed for a while: ids and starts."""
        return [(row["call_id"], row["started_at"]) for row in await self._pool.fetch(_Q.left_live, self._node_id)]

    async def known_calls(self, ids: Sequence[UUID], first: datetime, last: datetime) -> set[UUID]:
        """Those of ``ids`` that the history holds; they started between ``first`` and ``last``."""
        slack = timedelta(minutes=1)
        rows = await self._pool.fetch(_Q.known_calls, list(ids), first - slack, last + slack)
        return {row["id"] for row in rows}

    async def heartbeat(self, control_url: str, started_at: datetime) -> None:
        """Tell the API that this node lives and where."""
        await self._pool.execute(_Q.heartbeat, self._node_id, control_url, started_at)

    async def trim_changes(self, keep_hours: int) -> None:
        """Forget changes older than ``keep_hours``."""
        await self._pool.execute(_Q.trim_changes, keep_hours)

    async def write(self, batch: Batch) -> None:
        """Write a batch in one transaction, its position with it; nothing of it counts if the transaction fails.

        Raises:
            BadRows: a row breaks a rule of the database.
        """
        await self._ensure_months(batch)
        try:
            await self._write(batch)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as exc:
            raise BadRows(str(exc)) from exc

    async def _write(self, batch: Batch) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await _copy(connection, "calls", _CALL_COLUMNS, batch.new_calls.values())
            await _copy(connection, "call_legs", _LEG_COLUMNS, batch.new_legs.values())
            await _copy(connection, "call_events", _EVENT_COLUMNS, batch.events)
            await _update_calls(connection, list(batch.changed_calls.values()))
            await _update_legs(connection, list(batch.changed_legs.values()))
            await self._write_states(connection, batch)
            for recording in batch.recordings.values():
                await connection.execute(_Q.put_recording, *msgspec.structs.astuple(recording))
            for message in batch.messages:
                await connection.execute(_Q.put_message, *msgspec.structs.astuple(message))
            if LeadRow in batch.upserts:
                await connection.execute(_Q.by_index)
            for kind, (_key, query) in UPSERTS.items():
                if rows := batch.upserts.get(kind):
                    await connection.execute(query, _json(list(rows.values())))
            await connection.execute(_Q.set_position, self._node_id, batch.position)
            if batch.cdr_offset is not None:
                await connection.execute(_Q.set_position, f"{self._node_id}/cdr", batch.cdr_offset)
            if batch.changes:
                await connection.execute(_Q.add_changes, *(list(column) for column in zip(*batch.changes, strict=True)))

    async def _ensure_months(self, batch: Batch) -> None:
        times = {row.started_at for row in batch.new_calls.values()}
        for at in times | {datetime.now(UTC), datetime.now(UTC) + timedelta(days=3)}:
            utc = at.astimezone(UTC)
            if (utc.year, utc.month) not in self._months:
                await self._pool.execute(_Q.ensure_month, utc)
                self._months.add((utc.year, utc.month))

    async def _write_states(self, connection: Any, batch: Batch) -> None:
        live = [row for row in batch.states.values() if not row.over]
        gone = [row.call_id for row in batch.states.values() if row.over]
        if live:
            await connection.execute(
                _Q.put_states,
                [row.call_id for row in live],
                [row.started_at for row in live],
                [bytes(row.state).decode() for row in live],
                self._node_id,
            )
        if gone:
            await connection.execute(_Q.drop_states, gone)


def _json(rows: list[Any]) -> str:
    return msgspec.json.encode([msgspec.structs.asdict(row) for row in rows]).decode()


async def _copy(connection: Any, table: str, columns: list[str], rows: Any) -> None:
    if rows:
        await connection.copy_records_to_table(table, columns=columns, records=map(msgspec.structs.astuple, rows))


async def _update_calls(connection: Any, rows: list[CallRow]) -> None:
    if not rows:
        return
    await connection.execute(_Q.update_calls, *([getattr(row, name) for row in rows] for name in _CHANGING))


async def _update_legs(connection: Any, rows: list[LegRow]) -> None:
    if not rows:
        return
    names = ("call_id", "call_started_at", "channel_id", "answered_at", "ended_at", "cause", "role", "user_id")
    await connection.execute(_Q.update_legs, *([getattr(row, name) for row in rows] for name in names))
