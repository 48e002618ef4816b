"""Conversations with their text in the database, as the engine writes them."""

import math
import struct
import wave
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.core import ids
from tests.integration.api.test_calls import START, add_call

WORD_S = 0.4
PAUSE_S = 1.0
SAID = (
    ("client", "Добрый день, я заказывал холодильник, и его до сих пор не привезли", 0.1),
    ("operator", "Здравствуйте, меня зовут Анна, назовите номер договора", 0.2),
    ("client", "Номер карты *** а договора не помню", 0.0),
    ("client", "Верните деньги, я буду жаловаться", -0.8),
    ("operator", "Доставка завтра с девяти до двенадцати", 0.3),
    ("client", "Спасибо большое, жду", 0.9),
)


def segments(said: Any = SAID) -> list[dict[str, Any]]:
    """Rows of ``transcript_segments``: words follow each other, stretches are parted by a pause."""
    found, at = [], 0.5
    for seq, (side, text, sentiment) in enumerate(said):
        words = []
        for word in text.split():
            words.append([word, round(at, 2), round(at + WORD_S - 0.05, 2), 0.9])
            at += WORD_S
        found.append(
            {
                "seq": seq,
                "side": side,
                "start_s": words[0][1],
                "end_s": words[-1][2],
                "text": text,
                "words": words,
                "confidence": 0.9,
                "language": "ru",
                "sentiment": sentiment,
                "masked": "***" in text,
            }
        )
        at += PAUSE_S
    return found


async def add_transcript(
    api: Any, call_id: UUID | None, started_at: datetime = START, said: Any = SAID, **more: Any
) -> UUID:
    """The text of a call that is over, or of a message."""
    transcript_id = ids.new_id(started_at)
    rows = segments(said)
    values: dict[str, Any] = {
        "source": "live",
        "state": "open",
        "engine": "whisper",
        "language": "ru",
        "duration_s": rows[-1]["end_s"] + 1,
        "sentiment": -0.1,
        "masked": any(row["masked"] for row in rows),
        "measures": {
            "talk_s": {"client": 9.2, "operator": 5.6},
            "talk_ratio": 0.38,
            "silence_s": 6.0,
            "longest_silence_s": 1.5,
            "interruptions": {"client": 1, "operator": 0},
        },
    }
    key = {"call_id": call_id, "call_started_at": started_at} if call_id else {}
    await api.insert("transcripts", id=transcript_id, started_at=started_at, **(values | key | more))
    for row in rows:
        await api.insert("transcript_segments", transcript_id=transcript_id, **row)
    await api.db.execute("update transcripts set state = 'done' where id = $1", transcript_id)
    return transcript_id


def write_stereo(path: Path, seconds: int = 30) -> None:
    """Two voices by turns: the client on the left, the operator on the right."""
    frames = bytearray()
    for n in range(8000 * seconds):
        at = n / 8000
        left, right = ((1.0, 0.02), (0.02, 1.0))[int(at / 4) % 2]
        loud = 9000 * math.sin(2 * math.pi * 300 * at) * (0.4 + 0.6 * abs(math.sin(5 * at)))
        frames += struct.pack("<hh", int(left * loud), int(right * loud))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(frames))


async def add_talk(api: Any, at: datetime = START, said: Any = SAID, **call: Any) -> tuple[UUID, UUID, UUID]:
    """A call with its recording and its text; gives the ids of call, recording and transcript."""
    call_id = await add_call(api, at, **call)
    recording_id = ids.new_id(at)
    write_stereo(api.settings.recordings / f"talk-{recording_id}.wav")
    await api.insert(
        "recordings",
        id=recording_id,
        call_id=call_id,
        call_started_at=at,
        file=f"talk-{recording_id}.wav",
        started_at=at - timedelta(seconds=0.5),
        duration_s=30,
        size_bytes=960_044,
        channels=2,
        state="done",
    )
    return call_id, recording_id, await add_transcript(api, call_id, at, said)
