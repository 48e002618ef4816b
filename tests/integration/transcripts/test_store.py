"""Live transcripts over a real journal and a real database, from one process to the next."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from engine.calls.ledger import Ledger
from engine.core import db
from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.history.journal import Journal
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter
from engine.transcripts.service import LiveTranscripts
from engine.transcripts.store import TranscriptStore
from tests.unit.transcripts.support import QUEUE, FakeClock, FakeLine, FakeWorkers, settle

pytestmark = pytest.mark.feature("F-PBX-20")


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Any]:
    pool = await db.create_pool(Settings(database_dsn=database, database_pool_min=1))
    yield pool
    await pool.close()


class Process:
    """An engine process as far as transcripts go: its journal is a file, what it tells goes into the database."""

    def __init__(self, pool: Any, folder: Path, clock: FakeClock, tasks: Tasks) -> None:
        self.workers = FakeWorkers()
        self.workers.scores = {}
        self.journal = Journal(folder, max_records=1000, segment_bytes=1_000_000)
        self.writer = HistoryWriter(self.journal, CallStore(pool, "node1"), batch=100, interval=0.01)
        self.ledger = Ledger(self.journal, clock)  # type: ignore[arg-type]
        self.live = LiveTranscripts(
            self.journal,
            clock,  # type: ignore[arg-type]
            Settings(speech_last_words_s=0.1),
            tasks,
            TranscriptStore(pool, "node1"),
            self.workers,
            of_queue={QUEUE: True}.get,
            languages=lambda call: ("ru",),
        )

    async def start(self) -> None:
        await self.writer.recover()
        await self.live.follow({"everything"})
        await self.live.restore()

    async def begin(self, line: FakeLine) -> None:
        self.live.on_talk(line)  # type: ignore[arg-type]
        await settle()
        for ear in line.ears.all[-2:]:
            ear.hears()


async def test_a_killed_process_is_followed_under_the_same_id_and_nothing_is_raw(pool: Any, tmp_path: Path) -> None:
    clock = FakeClock()
    async with Tasks() as tasks:
        rule = "insert into speech_rules (id, name, kind, phrases) values ($1, 'r', 'keyword', array['жалоба'])"
        await pool.execute(rule, uuid4())
        first, line = Process(pool, tmp_path, clock, tasks), FakeLine(clock)
        await first.start()
        first.ledger.opened(line.call)
        await first.begin(line)
        line.ears.of("client").says("моя жалоба и карта 4276 5500 1234 5679 вот что", 1.0, 6.0)
        line.ears.of("operator").says("слушаю", 8.0)
        # What is in the journal's file is all that outlives a kill -9.
        clock.forward(20.0)
        second = Process(pool, tmp_path, clock, tasks)
        await second.start()
        await second.begin(line)
        line.ears.of("client").says("жалоба снова", 1.0)
        clock.forward(5.0)
        line.call.talk, line.call.ended_at = None, clock.now()
        second.ledger.closed(line.call)
        second.live.on_ended(line.call)
        await asyncio.sleep(0.5)
        await second.writer.flush()
    (row,) = await pool.fetch("select * from transcripts")
    assert (row["state"], row["call_id"], row["masked"], row["duration_s"]) == ("done", line.call.id, True, 25.0)
    assert row["sentiment"] == 0.0 and row["measures"]["words"] == {"client": 8, "operator": 1}
    segments = await pool.fetch("select * from transcript_segments order by seq")
    assert [(s["seq"], s["side"], s["start_s"]) for s in segments] == [
        (0, "client", 1.0),
        (1, "operator", 8.0),
        (2, "client", 21.0),
    ]
    assert segments[0]["text"] == "моя жалоба и карта *** вот что" and segments[2]["sentiment"] == 0.0
    assert await pool.fetchval("select count(*) from speech_alerts") == 1
    kinds = [
        row["kind"] for row in await pool.fetch("select kind from changes where topic = 'transcripts' order by id")
    ]
    assert kinds.count("opened") == kinds.count("closed") == 1 and kinds[-1] == "closed"
    stored = [path.read_text() for path in tmp_path.rglob("*.jsonl")] + [str(await pool.fetch("select * from changes"))]
    assert not any(digits in text for text in [*stored, str(segments)] for digits in ("4276", "5679"))


async def test_a_transcript_whose_call_ended_unseen_is_closed_at_the_start(pool: Any, tmp_path: Path) -> None:
    clock = FakeClock()
    async with Tasks() as tasks:
        first, line = Process(pool, tmp_path, clock, tasks), FakeLine(clock)
        await first.start()
        first.ledger.opened(line.call)
        await first.begin(line)
        line.ears.of("client").says("алло", 1.0)
        clock.forward(10.0)
        line.call.ended_at = clock.now()
        first.ledger.closed(line.call)
        second = Process(pool, tmp_path, clock, tasks)
        await second.start()
        await asyncio.sleep(0.5)
        await second.writer.flush()
    row = await pool.fetchrow("select state, duration_s from transcripts")
    assert tuple(row) == ("done", 10.0)


async def test_rules_that_can_not_be_used_are_left_out_and_others_serve(pool: Any) -> None:
    insert = "insert into masking_rules (id, name, kind, pattern, enabled) values ($1, $2, 'pattern', $3, $4)"
    for name, pattern, enabled in (("bad", "(a+)+", True), ("off", "x", False), ("good", "код ([0-9]+)", True)):
        await pool.execute(insert, uuid4(), name, pattern, enabled)
    rules = await TranscriptStore(pool, "node1").rules()
    assert {rule.kind if rule.kind != "pattern" else rule.name for rule in rules.masking} == {
        "card",
        "passport",
        "good",
    }


async def test_partials_are_notices_that_nobody_keeps(pool: Any, database: str) -> None:
    heard: list[str] = []
    listening = asyncio.Event()

    async def connected() -> None:
        listening.set()

    settings = Settings(database_dsn=database)
    listener = asyncio.create_task(db.listen(settings, ["speech"], lambda _c, text: heard.append(text), connected))
    await asyncio.wait_for(listening.wait(), 10)
    await TranscriptStore(pool, "node1").tell_partials([json.dumps({"key": "1"}), json.dumps({"key": "2"})])
    for _ in range(100):
        await asyncio.sleep(0.02)
        if len(heard) == 2:
            break
    listener.cancel()
    assert [json.loads(text)["key"] for text in heard] == ["1", "2"]
    assert await pool.fetchval("select count(*) from changes") == 0
