"""Takes the journal into PostgreSQL in batches, once, in order, for ever trying again."""

import asyncio
from itertools import islice
from uuid import UUID

import msgspec
from prometheus_client import Counter, Gauge, Histogram

from engine.core import log
from engine.history.journal import Entry, Journal
from engine.history.records import (
    CallbackRow,
    CallRow,
    CdrPosition,
    EventRow,
    FeedRow,
    LegRow,
    MessageRow,
    RecordingRow,
    StateRow,
)
from engine.history.store import UPSERTS, BadRows, Batch, CallStore, Change

_log = log.get("history")
_ROWS = Counter("paylater_history_records", "Journal records taken into the database")
_FAILURES = Counter("paylater_history_failures", "Batches that the database refused or did not answer")
_BACKLOG = Gauge("paylater_history_backlog", "Journal records that wait for the database")
_BATCH_SECONDS = Histogram("paylater_history_batch_seconds", "Time to write one batch")


class _StoredLeg(msgspec.Struct):
    channel_id: str


class _Stored(msgspec.Struct):
    id: UUID
    legs: list[_StoredLeg]


class HistoryWriter:
    """One task that empties the journal into the store."""

    def __init__(self, journal: Journal, store: CallStore, *, batch: int, interval: float) -> None:
        self._journal = journal
        self._store = store
        self._limit = batch
        self._interval = interval
        self._stored_calls: set[UUID] = set()
        self._stored_legs: dict[UUID, set[str]] = {}
        self.failing = False

    async def recover(self) -> list[tuple[bytes, int]]:
        """Take up what earlier processes left in the journal; gives the calls that were being served (see the store).

        What the database has of those calls must be known first, so that their later records change rows and add none.
        """
        self._journal.recover(await self._store.position())
        for encoded, _ in await self._store.live_states():
            call = msgspec.json.decode(encoded, type=_Stored)
            self._stored_calls.add(call.id)
            self._stored_legs[call.id] = {leg.channel_id for leg in call.legs}
        await self.flush()
        return await self._store.live_states()

    async def run(self) -> None:
        """Write until cancelled; a database that is away is tried again, with back-off, and nothing is skipped."""
        while True:
            if self._journal.pending:
                await self.flush()
            await asyncio.sleep(self._interval)

    async def flush(self) -> None:
        """Write everything that is pending now; returns when the database holds it.

        A record that breaks a rule of the database is found by halving, and set aside, so that it holds up no other.
        """
        delay, limit = self._interval, self._limit
        while self._journal.pending:
            entries = list(islice(self._journal.pending, limit))
            batch = self._sort(entries)
            try:
                with _BATCH_SECONDS.time():
                    await self._store.write(batch)
            except BadRows as exc:
                if len(entries) > 1:
                    limit = len(entries) // 2
                    continue
                _log.error("history_record_refused", error=exc.detail, record=entries[0].record)
                self._journal.set_aside(entries[0])
                batch = Batch(position=batch.position)
                await self._store.write(batch)
            except Exception as exc:
                _FAILURES.inc()
                self.failing = True
                _log.warning("history_write_failed", error=f"{type(exc).__name__}: {exc}", pending=len(entries))
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
                await self._drop_committed()
                continue
            delay, limit, self.failing = self._interval, self._limit, False
            self._done(entries, batch)

    async def _drop_committed(self) -> None:
        """A commit whose answer was lost did count: the database knows how far it is."""
        try:
            position = await self._store.position()
        except Exception:
            return
        done = []
        while self._journal.pending and self._journal.pending[0].position <= position:
            done.append(self._journal.pending.popleft())
        if done:
            self._remember(self._sort(done))

    def _done(self, entries: list[Entry], batch: Batch) -> None:
        for _ in entries:
            self._journal.pending.popleft()
        self._remember(batch)
        self._journal.forget(batch.position)
        _ROWS.inc(len(entries))
        _BACKLOG.set(len(self._journal.pending))

    def _remember(self, batch: Batch) -> None:
        self._stored_calls.update(batch.new_calls)
        for leg in batch.new_legs.values():
            self._stored_legs.setdefault(leg.call_id, set()).add(leg.channel_id)
        for row in batch.states.values():
            if row.over:
                self._stored_calls.discard(row.call_id)
                self._stored_legs.pop(row.call_id, None)

    def _sort(self, entries: list[Entry]) -> Batch:
        batch = Batch(position=entries[-1].position)
        for entry in entries:
            record = entry.record
            match record:
                case EventRow():
                    batch.events.append(record)
                case StateRow():
                    batch.states[record.call_id] = record
                case CallRow():
                    known = record.id in self._stored_calls
                    (batch.changed_calls if known else batch.new_calls)[record.id] = record
                case LegRow():
                    known = record.channel_id in self._stored_legs.get(record.call_id, ())
                    (batch.changed_legs if known else batch.new_legs)[record.channel_id] = record
                case RecordingRow():
                    batch.recordings[record.id] = record
                case MessageRow():
                    batch.messages.append(record)
                    batch.changes.append(Change("voicemail", "created", str(record.id), record))
                case FeedRow():
                    batch.changes.append(Change(record.topic, record.kind, record.key, record.data))
                case CdrPosition():
                    batch.cdr_offset = record.offset
                case _:
                    key, _query = UPSERTS[type(record)]
                    batch.upserts.setdefault(type(record), {})[getattr(record, key)] = record
                    if isinstance(record, CallbackRow):
                        batch.changes.append(Change("callbacks", "updated", str(record.id), record))
        self._announce(batch)
        return batch

    def _announce(self, batch: Batch) -> None:
        """One change a call and batch: its live state, or its final row."""
        rows = batch.new_calls | batch.changed_calls
        for call_id in rows.keys() | batch.states.keys():
            state, row = batch.states.get(call_id), rows.get(call_id)
            ended = row is not None and row.ended_at is not None
            kind = "ended" if ended else "started" if call_id in batch.new_calls else "updated"
            data = row if ended or state is None or state.over else state.state
            if data is not None:
                batch.changes.append(Change("calls", kind, str(call_id), data))
