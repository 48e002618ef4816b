"""A stream in a worker: recognisers change with the language, times go on."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from engine.speech.model import Final, Listening
from engine.speech.recognizers.port import Engine
from engine.speech.workers.errors import NoEngine
from engine.speech.workers.protocol import Began, Gone, Says
from engine.speech.workers.stream import Stream
from tests.fakes.loud import Loud
from tools.softphone import audio

pytestmark = pytest.mark.feature("F-PBX-20")
FRAME = 320


class Models:
    """One recogniser a language."""

    def __init__(self) -> None:
        self._made = {
            language: Loud(Engine(name=language, model="m", path="", languages=(language,)), ())
            for language in ("ru", "en")
        }

    def recognizer(self, listening: Listening) -> Loud:
        try:
            return self._made[listening.languages[0]]
        except KeyError:
            raise NoEngine("none") from None


def until(done: Callable[[], Any]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)


class Told:
    def __init__(self, language: str) -> None:
        self.words: list[Any] = []
        listening = Listening(languages=(language,), silence_s=0.2)
        self.now = 100.0
        self.stream = Stream(uuid.uuid4(), listening, Models(), 5.0, self.words.append)  # type: ignore[arg-type]
        self.stream.connected = True
        self.stream.start()

    def say(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), FRAME):
            self.now += 0.02
            self.stream.audio(pcm[at : at + FRAME], self.now)

    @property
    def finals(self) -> list[Final]:
        return [word.event for word in self.words if isinstance(word, Says) and isinstance(word.event, Final)]

    @property
    def gone(self) -> str | None:
        return next((word.reason for word in self.words if isinstance(word, Gone)), None)


def test_another_language_is_heard_by_another_recogniser_and_time_goes_on() -> None:
    told = Told("ru")
    told.say(audio.tone(500, 1.0) + bytes(8000))
    until(lambda: told.finals)
    told.stream.listen(Listening(languages=("en",), silence_s=0.2))
    until(lambda: told.stream._new is None)
    told.say(audio.tone(700, 1.0) + bytes(8000))
    until(lambda: len(told.finals) == 2)
    first, second = told.finals
    assert (first.language, first.text, second.language, second.text) == ("ru", "500", "en", "700")
    assert second.start_s == pytest.approx(1.5, abs=0.05)
    assert [word.engine for word in told.words if isinstance(word, Began)] == ["ru"]
    told.stream.end()
    until(lambda: told.gone)
    assert told.gone == "tap_lost"


def test_a_language_that_nobody_hears_ends_the_stream() -> None:
    told = Told("ru")
    told.say(audio.tone(500, 0.2))
    told.stream.listen(Listening(languages=("ja",)))
    until(lambda: told.gone)
    assert told.gone == "no_engine"


def test_a_stream_that_is_closed_tells_nothing_more() -> None:
    told = Told("ru")
    told.say(audio.tone(500, 0.5))
    until(lambda: told.words)
    told.stream.close()
    until(lambda: not told.stream._thread.is_alive())
    assert told.gone is None and not told.finals
