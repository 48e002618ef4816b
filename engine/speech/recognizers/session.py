"""One stream of audio: where utterances begin and end, when partials are due, times, kept audio. For every engine.

Loads numpy: for worker processes alone.
"""

import collections
import threading
import time
from pathlib import Path
from typing import Protocol

import msgspec

from engine.speech.model import RATE, Final, Listening, Onset, Partial, Score, Word
from engine.speech.recognizers import audio, vad
from engine.speech.recognizers.port import Engine, Event

SPEAKS, SILENT = 0.5, 0.35
"""A frame is speech from the first on, and goes on being it down to the second."""
ONSET_FRAMES, ONSET_OF = 3, 5
"""Speech begins when so many of so many frames hold a voice (0.1 s)."""
LEAD_FRAMES = 10
"""Frames before the onset that belong to the utterance (0.32 s)."""
PAUSE_S = 0.3
"""A silence after which the hearer may work ahead: the utterance may be over."""
FIRST_PARTIAL_S = 0.6
LONG_S = 8.0
AFTER_S = 0.1
"""How long after the last frame with a voice a word may end."""
_BYTES = 2 * vad.FRAME


class Heard(msgspec.Struct, kw_only=True):
    """What an utterance was; times of words from the beginning of its audio. Empty text: no speech."""

    text: str = ""
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    language: str = ""
    scores: tuple[Score, ...] = ()


class Hearer(Protocol):
    """An engine's part of one session; called from one thread at a time.

    ``partial_every_s``: audio between two partials; longer when one takes long to make.
    """

    partial_every_s: float

    def begin(self, listening: Listening) -> None:
        """An utterance begins."""
        ...

    def accept(self, pcm: bytes, voiced: bool) -> None:
        """More of its audio; ``voiced``: somebody speaks in it."""
        ...

    def pause(self) -> None:
        """Nobody has spoken for ``PAUSE_S``; the utterance may be over."""
        ...

    def partial(self) -> tuple[str, str]:
        """What it seems to be so far, and its language; empty when nothing can be told."""
        ...

    def final(self) -> Heard:
        """The utterance is over."""
        ...

    def close(self) -> None: ...


class SpeechSession:
    """The port's ``Session`` over a ``Hearer``."""

    def __init__(self, engine: Engine, listening: Listening, hearer: Hearer) -> None:
        self._engine = engine
        self._listening = listening
        self._hearer = hearer
        self._vad = vad.open_vad()
        self._lock = threading.Lock()
        self._closed = False
        self._rest = b""
        self._frames = 0
        """Frames heard."""
        self._lead: collections.deque[tuple[bytes, bool]] = collections.deque(maxlen=LEAD_FRAMES)
        self._told_s = 0.0
        """End of the last final."""
        self._current: _Utterance | None = None
        self.live = True
        """Whether somebody waits: a file has no partials, and nothing is worked ahead but in long utterances."""

    def feed(self, pcm: bytes) -> list[Event]:
        with self._lock:
            if self._closed:
                return []
            data = self._rest + pcm
            whole = len(data) // _BYTES * _BYTES
            self._rest = data[whole:]
            events: list[Event] = []
            for at in range(0, whole, _BYTES):
                self._frame(data[at : at + _BYTES], events)
            if self._current is not None:
                self._current.hand_over(self._hearer)
                self._partial(self._current, events)
            return events

    def listen(self, listening: Listening) -> None:
        with self._lock:
            self._listening = listening

    def finish(self) -> list[Event]:
        with self._lock:
            events: list[Event] = []
            if self._current is not None and not self._closed:
                self._end(self._current, events)
            return events

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._current = None
                self._hearer.close()
                self._vad.close()

    def _frame(self, pcm: bytes, events: list[Event]) -> None:
        likely = self._vad.voice(audio.samples(pcm))
        self._frames += 1
        if self._current is None:
            self._wait(pcm, likely >= SPEAKS, events)
        else:
            self._follow(self._current, pcm, likely >= SILENT, events)

    def _wait(self, pcm: bytes, voiced: bool, events: list[Event]) -> None:
        """Nobody has spoken so far."""
        self._lead.append((pcm, voiced))
        recent = list(self._lead)[-ONSET_OF:]
        if not voiced or sum(frame[1] for frame in recent) < ONSET_FRAMES:
            return
        first = next(at for at, frame in enumerate(recent) if frame[1])
        onset = self._frames - len(recent) + first
        self._begin(onset, b"".join(frame[0] for frame in self._lead), events)
        self._lead.clear()

    def _begin(self, onset: int, lead: bytes, events: list[Event]) -> None:
        at_s = max(self._told_s, onset * vad.FRAME_S)
        self._current = _Utterance(self._listening, self._frames * vad.FRAME - len(lead) // 2, at_s, self._frames)
        self._hearer.begin(self._listening)
        self._current.take(lead, True)
        events.append(Onset(at_s))

    def _follow(self, current: "_Utterance", pcm: bytes, voiced: bool, events: list[Event]) -> None:
        """An utterance goes on."""
        current.take(pcm, voiced)
        if voiced:
            current.voiced_at = self._frames
        silence = (self._frames - current.voiced_at) * vad.FRAME_S
        length = self._frames * vad.FRAME_S - current.start / RATE
        if silence >= current.listening.silence_s:
            self._end(current, events)
        elif length >= current.listening.max_s:
            self._end(current, events)
            if silence < PAUSE_S:
                self._begin(self._frames, b"", events)
        elif silence - vad.FRAME_S < PAUSE_S <= silence and (self.live or length >= LONG_S):
            current.hand_over(self._hearer)
            self._hearer.pause()

    def _partial(self, current: "_Utterance", events: list[Event]) -> None:
        now_s = self._frames * vad.FRAME_S
        if now_s < current.partial_at_s or not self.live:
            return
        began = time.perf_counter()
        text, language = self._hearer.partial()
        # A slow machine tells less often, so that it is never late.
        current.partial_at_s = now_s + max(self._hearer.partial_every_s, 2 * (time.perf_counter() - began))
        if text and text != current.text:
            current.text = text
            events.append(Partial(text, current.at_s, now_s, language))

    def _end(self, current: "_Utterance", events: list[Event]) -> None:
        self._current = None
        current.hand_over(self._hearer)
        heard = self._hearer.final()
        now_s = self._frames * vad.FRAME_S
        end_s = max(current.at_s, min(now_s, current.voiced_at * vad.FRAME_S))
        least_s = max(self._told_s, current.at_s - LEAD_FRAMES * vad.FRAME_S)
        words = in_order(heard.words, current.start / RATE, least_s, min(now_s, end_s + AFTER_S))
        self._told_s = max(end_s, words[-1].end_s if words else 0.0)
        events.append(
            Final(
                text=heard.text,
                start_s=min(current.at_s, words[0].start_s) if words else current.at_s,
                end_s=self._told_s,
                words=words,
                confidence=heard.confidence if heard.text else 0.0,
                language=heard.language or current.listening.languages[0],
                scores=heard.scores if heard.text else (),
                engine=self._engine.name,
            )
        )
        if current.listening.keep:
            audio.write_wav(Path(current.listening.keep), bytes(current.kept))


class _Utterance:
    """What is known of an utterance while it goes on. ``start``: first sample; ``at_s``: when speech began."""

    def __init__(self, listening: Listening, start: int, at_s: float, voiced_at: int) -> None:
        self.listening = listening
        self.start = start
        self.at_s = at_s
        self.voiced_at = voiced_at
        """Frame of the stream that last held a voice."""
        self.partial_at_s = at_s + FIRST_PARTIAL_S
        self.text = ""
        self.kept = bytearray()
        self._new = bytearray()
        self._voiced = False

    def take(self, pcm: bytes, voiced: bool) -> None:
        self._new += pcm
        self._voiced |= voiced
        if self.listening.keep:
            self.kept += pcm

    def hand_over(self, hearer: Hearer) -> None:
        """Give the hearer what has come since the last time."""
        if self._new:
            hearer.accept(bytes(self._new), self._voiced)
            self._new.clear()
            self._voiced = False


def in_order(words: tuple[Word, ...], offset_s: float, least_s: float, most_s: float) -> tuple[Word, ...]:
    """Words in times of the stream: none begins before the one before it has ended, or ends after ``most_s``."""
    made: list[Word] = []
    before = least_s
    for word in words:
        start = min(max(before, word.start_s + offset_s), most_s)
        before = min(max(start, word.end_s + offset_s), most_s)
        made.append(Word(word.text, round(start, 3), round(before, 3), round(word.confidence, 3)))
    return tuple(made)
