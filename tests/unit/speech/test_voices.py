"""Who speaks a text, what happens when a voice fails, what is kept. Engines here are small ones of the test."""

import asyncio
import wave
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest

from engine.core.config import Settings
from engine.core.errors import Conflict
from engine.speech.voices.cache import SpeechCache, key_of
from engine.speech.voices.port import Rate, SynthesisFailed, Voice, pick
from engine.speech.voices.service import Voices

pytestmark = pytest.mark.feature("F-PBX-04")


def voice(engine: str, name: str, language: str = "ru", **facts: object) -> Voice:
    return Voice(engine=engine, name=name, language=language, **facts)  # type: ignore[arg-type]


ANNA, IRINA, XENIA, SLT = (
    voice("good", "anna"),
    voice("good", "irina"),
    voice("best", "xenia"),
    voice("good", "slt", "en"),
)


class Engine:
    """Speaks a byte a letter; ``fails`` before or ``late`` in the middle; ``hold`` keeps it from speaking."""

    def __init__(self, name: str, voices: list[Voice], fails: str = "") -> None:
        self.name = name
        self._voices = voices
        self.fails = fails
        self.said: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()

    def voices(self) -> list[Voice]:
        return self._voices

    async def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        self.said.append(text)
        await self.hold.wait()
        if self.fails == "early":
            raise SynthesisFailed("no breath")
        yield b"\1\0" * len(text)
        if self.fails == "late":
            raise SynthesisFailed("out of breath")

    async def close(self) -> None:
        pass


def voices_of(tmp_path: Path, *engines: Engine, **settings: object) -> Voices:
    made = msgspec.structs.replace(Settings(), var=tmp_path, voice_order="best,good,poor", **settings)
    return Voices(made, engines)


def frames(path: Path) -> int:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getnframes()


def test_the_best_engine_speaks_and_each_engine_once() -> None:
    voices, order = [ANNA, IRINA, XENIA, SLT], ("best", "good")
    assert pick(voices, "ru", order) == [XENIA, ANNA]
    assert pick(voices, "ru", order, "irina") == [IRINA, XENIA, ANNA]
    assert pick(voices, "ru", order, "good/irina") == [IRINA, XENIA, ANNA]
    assert pick(voices, "ru", order, "nobody") == [XENIA, ANNA]
    assert pick(voices, "ru", order, "slt") == [XENIA, ANNA], "a voice of another language is not taken"
    assert pick(voices, "ru", order, avoid=frozenset({"best"})) == [ANNA, XENIA]
    assert pick(voices, "en", ("best",)) == [] == pick(voices, "de", order)


async def test_the_next_engine_speaks_when_one_fails_and_the_first_rests(tmp_path: Path) -> None:
    best, good = Engine("best", [XENIA], "early"), Engine("good", [ANNA, SLT])
    voices = voices_of(tmp_path, best, good)
    said = await voices.say("Привет", "ru")
    assert said is not None and said.voice == ANNA and frames(said.path) == 6
    assert voices.failures["best"].text == "no breath"
    await voices.file("Пока", "ru")
    assert best.said == ["Привет"], "an engine that has just failed is not asked first again"
    good.fails = "early"
    assert await voices.file("Ещё", "ru") is None
    assert await voices.file("Hello", "de") is None


async def test_a_text_is_made_once_also_for_two_at_a_time_and_for_the_next_process(tmp_path: Path) -> None:
    good = Engine("good", [ANNA])
    voices = voices_of(tmp_path, good)
    assert voices.kept("Привет", "ru") is None
    good.hold.clear()
    first, second = asyncio.create_task(voices.file("Привет", "ru")), asyncio.create_task(voices.file("Привет", "ru"))
    await asyncio.sleep(0.02)
    first.cancel()
    good.hold.set()
    path = await second
    assert good.said == ["Привет"], "who gives up takes nothing from the other"
    assert path is not None and path == voices.kept("Привет", "ru")
    again = voices_of(tmp_path, good)
    await again.start()
    assert again.kept("Привет", "ru") == path and again.kept("Привет", "ru", rate=16000) is None
    newer = Engine("good", [msgspec.structs.replace(ANNA, version="2")])
    assert voices_of(tmp_path, newer).kept("Привет", "ru") is None, "another version speaks anew"


async def test_more_texts_than_may_wait_are_refused(tmp_path: Path) -> None:
    good = Engine("good", [ANNA])
    voices = voices_of(tmp_path, good, voice_waiting=3, voice_processes=1)
    good.hold.clear()
    waiting = [asyncio.create_task(voices.file(text, "ru")) for text in ("раз", "два", "три")]
    await asyncio.sleep(0.02)
    with pytest.raises(Conflict):
        await voices.file("четыре", "ru")
    assert good.said == ["раз"], "one at a time"
    good.hold.set()
    assert all(await asyncio.gather(*waiting))
    await voices.quiet()
    await voices.close()


async def test_a_stream_is_kept_when_it_was_whole(tmp_path: Path) -> None:
    best, good = Engine("best", [XENIA], "early"), Engine("good", [ANNA])
    voices = voices_of(tmp_path, best, good)
    sound = b"".join([piece async for piece in voices.stream("Раз. Два.", "ru")])
    assert good.said == ["Раз.", "Два."] and len(sound) > 2 * 8
    kept = voices.kept("Раз. Два.", "ru")
    assert kept is not None and 2 * frames(kept) == len(sound)
    good.fails = "late"
    with pytest.raises(SynthesisFailed):
        [piece async for piece in voices.stream("Три.", "ru")]
    assert voices.kept("Три.", "ru") is None
    assert voices.waiting == 0


async def test_the_least_lately_used_go_first_and_young_files_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = SpeechCache(tmp_path, 2 * (1000 + 44))
    one, two, three = (key_of(word) for word in ("one", "two", "three"))
    for key in (one, two):
        await cache.put(key, bytes(1000), 8000)
    await cache.put(three, bytes(1000), 8000)
    assert len(cache) == 3, "a file that may be about to be played stays"
    monkeypatch.setattr("engine.speech.voices.cache.YOUNG_S", 0.0)
    assert cache.find(one) is not None
    await cache.put(key_of("four"), bytes(100), 8000)
    assert cache.find(two) is None and cache.find(one) is not None
    assert cache.bytes <= 2 * 1044 and not list(tmp_path.glob("*/*.new"))
    left = sorted(path.stem for path in tmp_path.glob("*/*.wav"))
    (tmp_path / one[:2] / "torn.123.new").write_bytes(b"RIFF")
    again = SpeechCache(tmp_path, 10_000)
    again.load()
    assert len(again) == len(left) and not list(tmp_path.glob("*/*.new"))
    cache.path(one).unlink()
    assert cache.find(one) is None, "a file that somebody took away is made anew"


async def test_a_full_disk_keeps_nothing_and_streams_on(tmp_path: Path) -> None:
    good = Engine("good", [ANNA])
    voices = voices_of(tmp_path, good)
    (tmp_path / "speech").write_text("no folder", encoding="utf-8")
    assert await voices.file("Привет", "ru") is None
    assert b"".join([piece async for piece in voices.stream("Привет", "ru")])
