"""An engine for tests that hears tones: what is said is the tone's frequency, ``500``. Quick, exact, breaks on request.

Its model is the folder ``loud`` among the models. The file ``how`` in it may hold ``damaged`` (can't be loaded),
``deadly`` (loading ends the process), ``slow 1.5`` (so many seconds for each second of speech) or ``stuck``.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from engine.speech.model import RATE, Final, Listening, Onset, Partial, Score, Word
from engine.speech.recognizers.port import Engine, Event, Found

NAME = "tests.fakes.loud"
TONES = (500, 700, 900, 1150, 1400, 1700)
FRAME = RATE // 50 * 2
LOUD = 400
PARTIAL_S = 0.3


def lay(models: Path, how: str = "") -> None:
    """Put the model into a folder of models."""
    folder = models / "loud"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "how").write_text(how)


def find(models: Path) -> list[Found]:
    folder = models / "loud"
    if not folder.is_dir():
        return []
    engine = Engine(name=NAME, model="loud", path=str(folder), languages=("ru", "en"), grammar="scored")
    return [Found(NAME, "loud", engine)]


def load(engine: Engine, threads: int = 0) -> "Loud":
    how = (Path(engine.path) / "how").read_text().split()
    if how[:1] == ["damaged"]:
        raise RuntimeError("the model is damaged")
    if how[:1] == ["deadly"]:
        os._exit(9)
    return Loud(engine, how)


class Loud:
    def __init__(self, engine: Engine, how: Sequence[str]) -> None:
        self.engine = engine
        self.how = how

    def open(self, listening: Listening) -> "LoudSession":
        return LoudSession(self, listening)


class LoudSession:
    def __init__(self, loud: Loud, listening: Listening) -> None:
        self._loud = loud
        self._listening = self._next = listening
        self._rest = b""
        self._frames = 0
        self._speech = b""
        self._began = self._last = self._told = 0.0
        self._speaking = False

    def listen(self, listening: Listening) -> None:
        self._next = listening

    def feed(self, pcm: bytes) -> list[Event]:
        from tools.softphone import audio

        events: list[Event] = []
        data = self._rest + pcm
        whole = len(data) // FRAME * FRAME
        self._rest = data[whole:]
        for at in range(0, whole, FRAME):
            frame = data[at : at + FRAME]
            events += self._frame(frame, audio.level(frame) >= LOUD)
        return events

    def _frame(self, frame: bytes, loud: bool) -> list[Event]:
        now = self._frames / 50
        self._frames += 1
        events: list[Event] = []
        if loud:
            self._work()
            if not self._speaking:
                self._speaking, self._began, self._told, self._speech = True, now, now, b""
                self._listening = self._next
                events.append(Onset(now))
            self._last = now + 0.02
            self._speech += frame
        if not self._speaking:
            return events
        if now - self._told >= PARTIAL_S and loud:
            self._told = now
            events.append(Partial(self._text(), self._began, self._last, self._listening.languages[0]))
        if now - self._last >= self._listening.silence_s or now - self._began >= self._listening.max_s:
            events.append(self._final())
        return events

    def _final(self) -> Final:
        text, listening = self._text(), self._listening
        self._speaking = False
        scores = ()
        if listening.grammar is not None:
            scores = tuple(Score(phrase.key, 0.9) for phrase in listening.grammar.phrases if phrase.text == text)
        return Final(
            text=text,
            start_s=self._began,
            end_s=self._last,
            words=(Word(text, self._began, self._last),),
            scores=scores,
            language=listening.languages[0],
            engine=NAME,
        )

    def _text(self) -> str:
        from tools.softphone import audio

        return str(max(TONES, key=lambda hz: audio.tone_share(self._speech[-RATE:], hz)))

    def _work(self) -> None:
        if self._loud.how[:1] == ["slow"]:
            time.sleep(float(self._loud.how[1]) / 50)
        while self._loud.how[:1] == ["stuck"]:
            time.sleep(0.1)

    def finish(self) -> list[Event]:
        return [self._final()] if self._speaking else []

    def close(self) -> None:
        self._speaking = False
