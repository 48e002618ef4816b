"""A voicemail message through the queue with the real recogniser: a person's voice at 8 kHz."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from engine.asterisk import places
from engine.core import config, db, ids
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.speech.recognizers import port
from engine.speech.workers.pool import Workers
from engine.transcripts.jobs.service import TranscriptionJobs
from engine.transcripts.jobs.store import JobStore
from engine.transcripts.store import Rules
from tools.soaks.check import eventually
from tools.stack.stand import asterisk_prefix

MODELS = config.ROOT / "var" / "models"
PROMPT = "vm-intro"
WORDS = {"leave", "message", "tone", "hang", "press"}
"""Of "Please leave your message after the tone. When done hang up or press the pound key."."""


@pytest.fixture
def speech() -> Iterator[Path]:
    """The prompt as Asterisk's package has it, spoken by a person."""
    found = [engine for engine in port.present(MODELS, ["whisper"]) if "en" in engine.languages]
    if not found:
        pytest.skip("no model of Whisper: tools/models fetch whisper-base")
    settings = Settings(asterisk_prefix=asterisk_prefix())
    sounds = [*(places.installed(settings, "usr/share/asterisk") / "sounds").rglob(f"{PROMPT}.wav")]
    english = [path for path in sounds if "/en" in str(path)]
    if not english:
        pytest.skip("the English prompts of Asterisk are not installed: asterisk-core-sounds-en-wav")
    yield english[0]


@pytest.mark.feature("F-PBX-06", "F-PBX-20")
async def test_a_message_is_transcribed_by_whisper(database: str, speech: Path, tmp_path: Path) -> None:
    settings = Settings(
        var=tmp_path,
        models=MODELS,
        speech_engines="whisper",
        speech_modest=False,
        database_dsn=database,
        database_pool_min=1,
    )
    settings.recordings.mkdir(parents=True)
    now = datetime.now(UTC)
    pool = await db.create_pool(settings)
    async with Tasks() as tasks:
        workers = Workers(settings, tasks)
        await workers.start()
        jobs = TranscriptionJobs(JobStore(pool, "node1"), workers, settings, SystemClock(), tasks, Rules)
        tasks.spawn(jobs.run(), name="transcription")
        call_id, message_id = ids.new_id(now), uuid4()
        shutil.copy(speech, settings.recordings / "message.wav")
        await pool.execute("select ensure_call_partitions($1)", now)
        await pool.execute(
            "insert into calls (id, started_at, node_id, direction, caller, caller_name, called, language, served_by,"
            " talk_s) values ($1, $2, 'node1', 'inbound', '1', '', '2', 'en', 'engine', 0)",
            *(call_id, now),
        )
        await pool.execute(
            "insert into voicemail_messages (id, box_id, call_id, caller, created_at, file, duration_s, size_bytes)"
            " values ($1, $1, $2, '1', $3, 'message.wav', 5, 1)",
            *(message_id, call_id, now + timedelta(seconds=5)),
        )
        try:
            found = "select t.* from transcripts t where message_id = $1 and state = 'done'"
            row = await eventually(lambda: pool.fetchrow(found, message_id), 60)
            assert row, await pool.fetch("select state, error from transcription_jobs")
            said = await pool.fetch("select text, words from transcript_segments where transcript_id = $1", row["id"])
            text = " ".join(one["text"] for one in said).lower()
            assert sum(word in text for word in WORDS) >= 3, text
            assert row["language"] == "en"
            assert row["engine"] == "whisper"
            assert all(word[1] <= word[2] for one in said for word in one["words"])
            looked_for = (
                "select count(*) from transcripts where search_client @@ phraseto_tsquery('speech', 'messages')"
            )
            assert await pool.fetchval(looked_for) == ("message" in text)
        finally:
            tasks.cancel()
            workers.stop()
    await pool.close()
