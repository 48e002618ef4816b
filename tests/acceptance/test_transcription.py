"""The queue of transcription in the whole product: an engine that is killed, an engine that hears tones, real files."""

import asyncio
import contextlib
import random
import wave
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.core import ids
from engine.media import stereo
from tests.fakes import loud
from tools.soaks.check import eventually
from tools.softphone import audio
from tools.stack.stand import ApiError, Stack

pytestmark = pytest.mark.timeout(240)
COUNT = 500
QUICK = {
    "PAYLATER_SPEECH_ENGINES": loud.NAME,
    "PAYLATER_SPEECH_BATCH_JOBS": "4",
    "PAYLATER_SPEECH_BATCH_RETRY_S": "0.2",
    "PAYLATER_SPEECH_BATCH_ATTEMPTS": "3",
    "PAYLATER_SPEECH_BATCH_LEAST_S": "0.1",
    "PAYLATER_SPEECH_BATCH": "missing",
}


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole product with an engine that hears tones (``500`` is said by a tone of 500 Hz)."""
    models = tmp_path_factory.mktemp("models")
    loud.lay(models)
    stand = Stack("postgres,asterisk,engine,api", ("--quiet-demo",), {**QUICK, "PAYLATER_MODELS": str(models)})
    try:
        stand.open()
        yield stand
    finally:
        stand.close(keep_logs=request.session.testsfailed > 0)


def sound(*parts: tuple[int, float]) -> bytes:
    """Tones and silences (0) one after another: Hz and seconds."""
    return b"".join(audio.tone(hz, s) if hz else bytes(2 * int(s * audio.RATE)) for hz, s in parts)


def write(path: Path, left: bytes, right: bytes | None = None) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1 if right is None else 2, 2, audio.RATE, 0, "NONE", ""))
        if right is None:
            file.writeframes(left)
        else:
            both = array("h", bytes(2 * max(len(left), len(right))))
            both[0 : len(left) // 2 * 2 : 2] = array("h", left)
            both[1 : len(right) // 2 * 2 : 2] = array("h", right)
            file.writeframes(both.tobytes())
    return path


def channel(path: Path, number: int, start_s: float, end_s: float) -> bytes:
    samples = array("h", path.read_bytes()[stereo.HEADER :])[number :: stereo.channels_of(path)]
    return samples[int(start_s * audio.RATE) : int(end_s * audio.RATE)].tobytes()


class Shelf:
    """Calls, recordings and messages as the engine would have written them."""

    def __init__(self, stack: Stack, db: Any, api: Any) -> None:
        self.stack, self.db, self.api = stack, db, api
        self.folder = stack.settings.recordings
        self.node = stack.settings.node_id

    async def call(self, at: datetime) -> UUID:
        call_id = ids.new_id(at)
        await self.db.execute("select ensure_call_partitions($1)", at)
        await self.db.execute(
            "insert into calls (id, started_at, node_id, direction, caller, caller_name, called, language, answered_at,"
            " ended_at, outcome, talk_s, served_by) values ($1, $2, $3, 'inbound', '79160000001', '', '74951000001',"
            " 'ru', $2, $2, 'answered', 1, 'engine')",
            *(call_id, at, self.node),
        )
        return call_id

    async def recording(self, left: bytes, right: bytes | None = None, at: datetime | None = None) -> tuple[UUID, Path]:
        """A recording of a call of its own."""
        at = at or datetime.now(UTC)
        call_id, id_ = await self.call(at), uuid4()
        path = write(self.folder / f"call-{id_}.wav", left, right)
        await self.db.execute(
            "insert into recordings (id, call_id, call_started_at, file, started_at, duration_s, size_bytes, state,"
            " channels) values ($1, $2, $3, $4, $3, $5, $6, 'done', $7)",
            *(id_, call_id, at, path.name, len(left) / 16000, path.stat().st_size, 1 if right is None else 2),
        )
        return id_, path

    async def job(self, subject: UUID, *states: str) -> Any:
        """The job of a recording or message, as soon as it is in one of these states."""

        async def found() -> Any:
            row = await self.db.fetchrow("select * from transcription_jobs where subject_id = $1", subject)
            return row if row is not None and row["state"] in states else None

        row = await eventually(found, 30)
        told = await self.db.fetch(
            "select state, error, attempts from transcription_jobs where subject_id = $1", subject
        )
        assert row, f"the job did not come to {states}: {told}"
        return row

    async def said(self, transcript_id: UUID) -> list[tuple[str, str]]:
        """Side and text of each segment."""
        rows = await self.db.fetch(
            "select side, text from transcript_segments where transcript_id = $1 order by seq", transcript_id
        )
        return [(row["side"], row["text"]) for row in rows]


@contextlib.asynccontextmanager
async def shelf(stack: Stack) -> AsyncIterator[Shelf]:
    async with stack.db() as db, stack.api() as api:
        yield Shelf(stack, db, api)


@pytest.mark.feature("F-PBX-20")
async def test_hundreds_of_recordings_are_each_done_once_though_the_engine_is_killed(ready_stack: Stack) -> None:
    """Queued by one order, killed twice in the middle: each has one text, of its own sides, told once."""
    # A day of which an earlier try has no recordings.
    at = datetime.now(UTC) - timedelta(days=random.randrange(20, 300))
    async with shelf(ready_stack) as own:
        plan = {}
        rows, calls = [], []
        await own.db.execute("select ensure_call_partitions($1)", at)
        for number in range(COUNT):
            tones = loud.TONES[number % 6], loud.TONES[(number + 1 + number % 5) % 6]
            id_, began = uuid4(), at + timedelta(seconds=number)
            call_id, path = ids.new_id(began), own.folder / f"call-{id_}.wav"
            sample = own.folder / f"sample-{tones[0]}-{tones[1]}.wav"
            if not sample.exists():
                write(sample, sound((tones[0], 0.2), (0, 0.1)), sound((0, 0.1), (tones[1], 0.2)))
            path.hardlink_to(sample)
            plan[id_] = [("client", str(tones[0])), ("operator", str(tones[1]))]
            calls.append((call_id, began, own.node, "inbound", "1", "", "2", "ru", "engine", 1.0))
            rows.append((id_, call_id, began, path.name, began, 0.3, 1000, "done", 2))
        columns = "id started_at node_id direction caller caller_name called language served_by talk_s"
        await own.db.copy_records_to_table("calls", columns=columns.split(), records=calls)
        columns = "id call_id call_started_at file started_at duration_s size_bytes state channels"
        await own.db.copy_records_to_table("recordings", columns=columns.split(), records=rows)
        order = {"from": at.isoformat(), "to": (at + timedelta(days=1)).isoformat()}
        batch = await own.api.post("/transcription-jobs", json=order)
        assert (batch["total"], batch["queued"]) == (COUNT, COUNT)
        assert (await own.api.post("/transcription-jobs", json=order))["total"] == 0, "they are on their way already"

        async def done(share: float) -> bool:
            found = await own.api.get(f"/transcription-batches/{batch['id']}")
            return bool(found["done"] >= share * COUNT)

        for share in (0.2, 0.5):
            assert await eventually(lambda part=share: done(part), 90, 0.2)
            old = await asyncio.to_thread(ready_stack.kill, "engine")
            assert not await done(1.0), "killed too late to prove anything"
            await asyncio.to_thread(ready_stack.wait_restarted, "engine", old)
        assert await eventually(lambda: done(1.0), 90, 0.2), await own.db.fetch(
            "select state, error, count(*) from transcription_jobs group by 1, 2"
        )
        found = await own.api.get(f"/transcription-batches/{batch['id']}")
        assert (found["done"], found["failed"], found["queued"], found["running"]) == (COUNT, 0, 0, 0)
        said: dict[UUID, list[tuple[str, str]]] = {}
        for row in await own.db.fetch(
            "select t.recording_id, s.side, s.text"
            " from transcripts t join transcript_segments s on s.transcript_id = t.id"
            " where t.recording_id = any($1) order by t.id, s.seq",
            list(plan),
        ):
            said.setdefault(row["recording_id"], []).append((row["side"], row["text"]))
        assert said == plan
        assert (
            await own.db.fetchval("select count(*) from transcripts where recording_id = any($1)", list(plan)) == COUNT
        )
        told = await own.db.fetch("select data from changes where topic = 'transcripts' and kind = 'job'")
        times = Counter(change["data"]["subject_id"] for change in told if change["data"]["state"] == "done")
        assert {times[str(id_)] for id_ in plan} == {1}, "a text was stored twice, or not told"


@pytest.mark.feature("F-PBX-06", "F-PBX-20")
async def test_a_message_becomes_text_by_itself(ready_stack: Stack) -> None:
    async with shelf(ready_stack) as own:
        now, id_ = datetime.now(UTC), uuid4()
        call_id = await own.call(now)
        path = write(own.folder / f"voicemail-{id_}.wav", sound((500, 0.5), (0, 0.8), (1150, 0.5)))
        await own.db.execute(
            "insert into voicemail_messages (id, box_id, call_id, caller, created_at, file, duration_s, size_bytes)"
            " values ($1, $2, $3, '79160000001', $4, $5, 1.8, 100)",
            *(id_, UUID("00000000-0000-7000-8000-000000000001"), call_id, now, path.name),
        )
        await own.job(id_, "done")
        text = await own.api.get(f"/voicemail-messages/{id_}/transcript")
        assert [one["text"] for one in text["segments"]] == ["500", "1150"]
        assert text["segments"][1]["start_s"] == pytest.approx(1.3, abs=0.1)
        listed = (await own.api.get("/voicemail-messages", params={"call_id": str(call_id)}))["items"]
        assert [one["text"] for one in listed] == ["500 1150"]


@pytest.mark.feature("F-PBX-20", "F-PBX-21")
async def test_what_is_hidden_in_text_is_silent_in_its_channel(ready_stack: Stack) -> None:
    """By a rule, in a recording's own text; and by the live text of a call, whose times begin elsewhere."""
    async with shelf(ready_stack) as own:
        rule = {"name": f"tone {uuid4().hex[:6]}", "kind": "pattern", "pattern": "1700"}
        rule_id = (await own.api.post("/masking-rules", json=rule))["id"]
        left, right = sound((500, 0.5), (0, 1.0), (1700, 0.5), (0, 1.0), (500, 0.5)), sound((900, 3.5))

        async def hidden() -> Any:
            """A recording that was made text after the engine had heard of the rule, and its texts."""
            id_, path = await own.recording(left, right)
            texts = await own.said((await own.job(id_, "done"))["transcript_id"])
            return (path, texts) if ("client", "***") in texts else None

        try:
            found = await eventually(hidden, 30)
        finally:
            await own.api.delete(f"/masking-rules/{rule_id}")
        assert found, "the rule hides nothing"
        path, texts = found
        assert texts == [("client", "500"), ("operator", "900"), ("client", "***"), ("client", "500")]
        assert not any(channel(path, 0, 1.5, 2.0))
        assert audio.tone_share(channel(path, 0, 0.0, 0.5), 500) > 0.9
        assert audio.tone_share(channel(path, 1, 1.4, 2.1), 900) > 0.9
        assert not [one.name for one in own.folder.iterdir() if one.suffix == ".muting"]
        live, path = await own.recording(sound((500, 3.0)), sound((900, 3.0)))
        await own.job(live, "done")
        began = await own.db.fetchrow("select call_id, started_at from recordings where id = $1", live)
        told = uuid4()
        await own.db.execute(
            "insert into transcript_segments (transcript_id, seq, side, start_s, end_s, text, masked, words)"
            " values ($1, 0, 'operator', 0.0, 1.0, 'код ***', true, $2)",
            *(told, [["код", 0.0, 0.3, 1.0], ["***", 0.5, 1.0, 1.0]]),
        )
        await own.db.execute(
            "insert into transcripts (id, call_id, call_started_at, source, state, started_at, masked)"
            " values ($1, $2, $3::timestamptz, 'live', 'done', $3::timestamptz + interval '1 second', true)",
            *(told, began["call_id"], began["started_at"]),
        )
        assert await eventually(
            lambda: own.db.fetchval("select muted_at is not null from recordings where id = $1", live), 30
        )
        assert not any(channel(path, 1, 1.5, 2.0))
        assert audio.tone_share(channel(path, 1, 0.5, 1.0), 900) > 0.9
        assert audio.tone_share(channel(path, 0, 1.5, 2.0), 500) > 0.9


@pytest.mark.feature("F-PBX-20")
async def test_broken_files_are_given_up_and_orders_are_held_back_and_cancelled(ready_stack: Stack) -> None:
    async with shelf(ready_stack) as own:
        broken, path = await own.recording(b"", at=datetime.now(UTC) - timedelta(days=10))
        path.write_bytes(b"this is no sound")
        gone, path = await own.recording(sound((500, 0.3)), at=datetime.now(UTC) - timedelta(days=10))
        path.unlink()
        await own.api.post("/transcription-jobs", json={"recording_ids": [str(broken), str(gone)]})
        failed = await own.job(broken, "failed")
        assert failed["attempts"] == 3
        assert failed["error"]
        assert (await own.job(gone, "failed"))["error"] == "The recording's file is gone"
        path.write_bytes(write(own.folder / "whole.wav", sound((500, 0.3))).read_bytes())
        batch = await own.api.post("/transcription-jobs", json={"recording_ids": [str(gone)]})
        assert batch["total"] == 1
        assert (await own.job(gone, "done"))["error"] is None
        assert (await own.api.post("/transcription-jobs", json={"recording_ids": [str(gone)]}))["total"] == 0
        first = (await own.job(gone, "done"))["transcript_id"]
        again = {"recording_ids": [str(gone)], "again": True}
        batch = await own.api.post("/transcription-jobs", json=again)
        assert batch["total"] == 1
        assert await eventually(lambda: _over(own, batch["id"]), 30)
        assert (await own.job(gone, "done"))["transcript_id"] == first, "a text takes the place of the one before"
        assert await own.said(first) == [("client", "500")]


async def _over(own: Shelf, batch_id: str) -> bool:
    return bool((await own.api.get(f"/transcription-batches/{batch_id}"))["progress"] == 1.0)


@pytest.mark.feature("F-PBX-20")
async def test_an_order_waits_goes_on_and_ends_when_people_say_so(ready_stack: Stack) -> None:
    async with shelf(ready_stack) as own:
        at = datetime.now(UTC) - timedelta(days=10)
        found = [(await own.recording(sound((500, 0.3)), at=at))[0] for _ in range(3)]
        engine = await asyncio.to_thread(ready_stack.pid, "engine")
        await asyncio.to_thread(ready_stack.stop, "engine")
        assert engine
        batch = await own.api.post("/transcription-jobs", json={"recording_ids": [str(id_) for id_ in found]})
        place = f"/transcription-batches/{batch['id']}"
        assert (await own.api.patch(place, json={"paused": True}))["paused"]
        await asyncio.to_thread(ready_stack.start, "engine")
        await asyncio.to_thread(ready_stack.wait_ready, "engine")
        other, _ = await own.recording(sound((700, 0.3)))
        await own.job(other, "done")
        assert (await own.api.get(place))["queued"] == 3, "what is held back is passed over"
        jobs = (await own.api.get("/transcription-jobs", params={"batch_id": batch["id"]}))["items"]
        assert {job["subject_id"] for job in jobs} == {str(id_) for id_ in found}
        await own.api.delete(f"/transcription-jobs/{jobs[0]['id']}")
        with pytest.raises(ApiError) as over:
            await own.api.delete(f"/transcription-jobs/{jobs[0]['id']}")
        assert over.value.status == 409
        await own.api.patch(place, json={"paused": False})
        assert await eventually(lambda: _over(own, batch["id"]), 30)
        whole = await own.api.get(place)
        assert (whole["done"], whole["cancelled"]) == (2, 1)
