"""Transcribes a file: one channel of a recording, faster than it was spoken. A task of speech workers.

The file goes through a session as a call would, so that text, times and ends of utterances are those of a live call;
it is fed as fast as it is decoded, and partials are not made.
"""

import threading
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.speech.model import RATE, Final, Listening

if TYPE_CHECKING:
    from engine.speech.recognizers.port import Recognizer
    from engine.speech.tasks import TaskTools

PIECE_S = 2.0
"""Audio between two looks at whether somebody still waits."""
SILENCE_S = 0.6


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How much of the file is done, of how much, in seconds."""

    done_s: float
    of_s: float


class Transcribed(msgspec.Struct, frozen=True):
    """The end of a task: ``engine`` and ``model`` that heard the file, how long it is, which language was spoken most
    (by length of utterances)."""

    engine: str
    model: str
    duration_s: float
    language: str


def transcribe(
    tools: "TaskTools", path: str, channel: int = 0, listening: Listening | dict[str, object] | None = None
) -> Generator[Progress | Final, None, Transcribed]:
    """Finals of one channel of a WAV file (8, 16 or 48 kHz), with progress between them; at last ``Transcribed``.

    Raises:
        ValueError: the file can't be read, or has no such channel.
        NoEngine: nothing here hears these languages.
    """
    wanted = msgspec.convert(listening or {}, Listening) if not isinstance(listening, Listening) else listening
    wanted = msgspec.structs.replace(wanted, silence_s=SILENCE_S, keep=None)
    return (yield from transcribed(tools.recognizer(wanted), Path(path), channel, wanted, tools.cancelled))


def transcribed(
    recognizer: "Recognizer", path: Path, channel: int, listening: Listening, cancelled: threading.Event
) -> Generator[Progress | Final, None, Transcribed]:
    """The same with a recogniser at hand."""
    from engine.speech.recognizers import audio
    from engine.speech.recognizers.session import SpeechSession

    try:
        values = audio.read_wav(path, channel)
    except OSError as exc:
        raise ValueError(f"{path.name} can't be read: {exc.strerror}") from exc
    whole = len(values) / RATE
    spoken: dict[str, float] = {}
    session = recognizer.open(listening)
    if isinstance(session, SpeechSession):
        session.live = False
    try:
        step = int(PIECE_S * RATE)
        for at in range(0, len(values) + step, step):
            if cancelled.is_set():
                return Transcribed(recognizer.engine.name, recognizer.engine.model, whole, "")
            piece = audio.pcm(values[at : at + step])
            for event in session.feed(piece) if piece else session.finish():
                if isinstance(event, Final) and event.text:
                    spoken[event.language] = spoken.get(event.language, 0.0) + event.end_s - event.start_s
                    yield event
            yield Progress(min(whole, (at + step) / RATE), whole)
    finally:
        session.close()
    language = max(spoken, key=spoken.__getitem__, default="")
    return Transcribed(recognizer.engine.name, recognizer.engine.model, whole, language)
