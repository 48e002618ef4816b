"""``ingest``: the history of calls through journal and writer, against COPY of the same rows and row-by-row commits.

A call is one row in ``calls``, two in ``call_legs`` and eight in ``call_events``. Our arm appends to the journal on
disk, writes in batches and keeps the journal's position and the feed of changes; COPY writes the bare rows in batches
of the same size, one transaction each; the third arm inserts and commits each row alone. ``lost``: calls that a killed
process had written to its journal and that the database does not have after its successor has run.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from engine.core import db
from engine.core.config import ROOT
from engine.history.journal import Journal
from engine.history.records import CallRow, EventRow, LegRow, Record
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter
from tools.benchmarks.report import Report, ratio, spread

_EVENTS = ("started", "routed", "answered", "menu", "choice", "dialing", "bridged", "hangup")
_BATCH = 1000
_SPACE = UUID("0f7a7f62-2a57-4a6c-93ab-7b1c2b1a3a55")
_TABLES: dict[Any, str] = {CallRow: "calls", LegRow: "call_legs", EventRow: "call_events"}


def records_of(number: int, start: datetime) -> list[Record]:
    """A whole answered call as the journal holds it."""
    call_id = uuid5(_SPACE, f"{start.timestamp()} {number}")
    begin = start + timedelta(milliseconds=number)
    end = begin + timedelta(seconds=90)
    call = CallRow(
        id=call_id, started_at=begin, node_id="bench", direction="inbound", caller=f"7916{number:07}", caller_name="",
        called="74951000001", number_id=None, language="ru", answered_at=begin, ended_at=end, outcome="answered",
        ended_by="caller", cause=16, talk_s=60.0, served_by="engine", variables={},
    )  # fmt: skip
    legs = [
        LegRow(
            call_id=call_id, call_started_at=begin, channel_id=f"{call_id}-{role}", role=role, number="101",
            endpoint="PJSIP/101", started_at=begin, answered_at=begin, ended_at=end, cause=16,
        )
        for role in ("caller", "callee")
    ]  # fmt: skip
    events = [
        EventRow(
            call_id=call_id, call_started_at=begin, seq=seq, at=begin, kind=kind, data={"step": "main", "digit": "1"}
        )
        for seq, kind in enumerate(_EVENTS)
    ]
    return [call, *legs, *events]


async def run(quick: bool) -> Report:
    from tools.stack.stand import Stand

    calls, few, rounds = (600, 20, 2) if quick else (20_000, 300, 7)
    stand = await asyncio.to_thread(_opened, Stand("postgres", env={"PAYLATER_DATABASE_FSYNC": "true"}))
    pool = await db.create_pool(stand.settings)
    ours: list[float] = []
    copy: list[float] = []
    rows: list[float] = []
    try:
        await pool.execute("select ensure_call_partitions(now())")
        for _ in range(rounds):
            ours.append(await _timed(pool, calls, _through_journal))
            copy.append(await _timed(pool, calls, _copy))
            rows.append(await _timed(pool, few, _row_by_row))
        lost = sum([await _lost(pool, stand.settings.database_dsn) for _ in range(1 if quick else 3)])
    finally:
        await pool.close()
        await asyncio.to_thread(stand.close)
    against_copy, against_rows = ratio(ours, copy), ratio(ours, rows)
    return Report(
        name="ingest",
        figures={"ratio_copy": against_copy["ratio"], "ratio_rows": against_rows["ratio"], "lost": lost},
        arms={
            "ours rows/s": spread(ours),
            "COPY rows/s": spread(copy),
            "row by row rows/s": spread(rows),
            "95 % interval": {"ratio_copy": against_copy, "ratio_rows": against_rows},
        },
        rounds=rounds,
        reach={"ratio_copy": ">= 0.7", "ratio_rows": ">= 20", "lost": "0"},
    )


def _opened(stand: Any) -> Any:
    stand.open()
    return stand


async def _timed(pool: Any, calls: int, write: Any) -> float:
    """Rows a second that ``write`` gets into empty tables."""
    await pool.execute("truncate calls, call_legs, call_events, changes, journal_positions")
    start = datetime.now(UTC)
    records = [record for number in range(calls) for record in records_of(number, start)]
    await pool.execute("checkpoint")
    began = time.perf_counter()
    await write(pool, records)
    took = time.perf_counter() - began
    held = await pool.fetchval("select count(*) from calls")
    if held != calls:
        raise RuntimeError(f"{held} of {calls} calls arrived")
    return len(records) / took


async def _through_journal(pool: Any, records: Sequence[Record]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="plb-"))
    journal = Journal(folder, max_records=10**9, segment_bytes=16_000_000)
    journal.recover(0)
    writer = HistoryWriter(journal, CallStore(pool, "bench"), batch=_BATCH, interval=0.05)
    try:
        for i in range(0, len(records), 11):
            journal.append(*records[i : i + 11])
        await writer.flush()
    finally:
        journal.close()
        shutil.rmtree(folder)


async def _copy(pool: Any, records: Sequence[Record]) -> None:
    for i in range(0, len(records), _BATCH):
        async with pool.acquire() as connection, connection.transaction():
            for kind, table in _TABLES.items():
                chosen = [r for r in records[i : i + _BATCH] if type(r) is kind]
                if chosen:
                    columns = [field.name for field in msgspec.structs.fields(kind)]
                    await connection.copy_records_to_table(
                        table, columns=columns, records=map(msgspec.structs.astuple, chosen)
                    )


async def _row_by_row(pool: Any, records: Sequence[Record]) -> None:
    async with pool.acquire() as connection:
        statements = {kind: await connection.prepare(_insert(kind)) for kind in _TABLES}
        for record in records:
            await statements[type(record)].fetch(*msgspec.structs.astuple(record))


def _insert(kind: Any) -> str:
    columns = [field.name for field in msgspec.structs.fields(kind)]
    places = ", ".join(f"${i}" for i in range(1, len(columns) + 1))
    return f"insert into {_TABLES[kind]} ({', '.join(columns)}) values ({places})"


async def _lost(pool: Any, dsn: str) -> int:
    """Kill a writing process in the middle; its successor takes up its journal: calls that are then missing."""
    await pool.execute("truncate calls, call_legs, call_events, changes, journal_positions")
    folder = Path(tempfile.mkdtemp(prefix="plb-"))
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.benchmarks.ingest", str(folder), dsn, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert victim.stdout is not None
    written = 0
    try:
        while written < 3000:
            written = int(await asyncio.wait_for(victim.stdout.readline(), 30) or b"0")
        victim.kill()
        # What it said before it died counts as well.
        rest = (await victim.stdout.read()).split(b"\n")[:-1]
        written = max([written, *(int(line) for line in rest if line)])
        await victim.wait()
        store = CallStore(pool, "bench")
        journal = Journal(folder, max_records=10**9, segment_bytes=16_000_000)
        journal.recover(await store.position())
        await HistoryWriter(journal, store, batch=_BATCH, interval=0.05).flush()
        journal.close()
        whole = await pool.fetchval(
            "select count(*) from calls c"
            " join (select call_id, count(*) as n from call_events group by call_id) e on e.call_id = c.id and e.n = $1"
            " join (select call_id, count(*) as n from call_legs group by call_id) l on l.call_id = c.id and l.n = 2",
            len(_EVENTS),
        )
    finally:
        shutil.rmtree(folder)
    return max(0, written - int(whole))


async def _be_victim(folder: Path, dsn: str) -> None:
    """Write calls for ever, and tell after each how many are in the journal."""
    pool = await db.create_pool(msgspec.structs.replace(_settings(), database_dsn=dsn))
    journal = Journal(folder, max_records=10**9, segment_bytes=500_000)
    journal.recover(0)
    writer = HistoryWriter(journal, CallStore(pool, "bench"), batch=_BATCH, interval=0.02)
    task = asyncio.create_task(writer.run())
    start = datetime.now(UTC)
    for number in range(10**6):
        journal.append(*records_of(number, start))
        print(number + 1, flush=True)
        if number % 20 == 0:
            await asyncio.sleep(0.002)
    await task


def _settings() -> Any:
    from engine.core import config

    return config.load({})


if __name__ == "__main__":
    asyncio.run(_be_victim(Path(sys.argv[1]), sys.argv[2]))
