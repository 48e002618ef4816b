"""The same tests for every engine that is installed: what a session promises holds for all of them."""

import os
import random
import re
import struct
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.speech.model import Final, Listening
from engine.speech.recognizers import audio, files, port
from tests.unit.speech.recognizers import (
    SILENCE,
    Case,
    Said,
    case,
    engine,
    finals,
    hear,
    onsets,
    partials,
    resident_mb,
)

pytestmark = [pytest.mark.feature("F-PBX-04", "F-PBX-05"), pytest.mark.timeout(240)]


class Engine:
    """A loaded model and what it can be asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = engine(name)
        self.asked: Case = case(name)
        self.recognizer = port.load(self.found, 2)

    def open(self, said: Said) -> port.Session:
        return self.recognizer.open(said.listening)


@pytest.fixture(scope="module", params=port.ADAPTERS)
def heard(request: pytest.FixtureRequest) -> Iterator[Engine]:
    yield Engine(request.param)


def words(text: str) -> list[str]:
    return re.sub(r"[^\w ]", " ", text.lower().replace("ё", "е")).split()


def likeness(said: str, text: str) -> float:
    """Share of the words that were said which were heard."""
    wanted = words(said)
    return sum(word in words(text) for word in wanted) / len(wanted)


def assert_in_order(events: list[port.Event]) -> None:
    """Times go forward; every onset has one final, and what is told between belongs to it."""
    before, speaking = 0.0, False
    for event in events:
        if isinstance(event, Final):
            assert speaking and before - 0.35 <= event.start_s <= event.end_s
            times = [time for word in event.words for time in (word.start_s, word.end_s)]
            assert times == sorted(times) and all(event.start_s <= time <= event.end_s for time in times)
            assert 0 <= event.confidence <= 1 and all(0 <= word.confidence <= 1 for word in event.words)
            before, speaking = event.end_s, False
        elif hasattr(event, "at_s"):
            assert not speaking and event.at_s >= before
            before, speaking = event.at_s, True
        else:
            assert speaking and before <= event.start_s + 0.001 <= event.end_s
    assert not speaking


def test_speech_becomes_words_with_partials_before_the_final(heard: Engine) -> None:
    said = heard.asked.first
    events = hear(heard.open(said), said.pcm)
    assert_in_order(events)
    final = [one for one in finals(events) if one.text]
    assert len(final) == 1 and final[0].engine == heard.name
    assert likeness(said.words, final[0].text) >= 0.7, final
    assert len(final[0].words) >= 0.7 * len(words(said.words))
    told = partials(events)
    assert told and [one.end_s for one in told] == sorted({one.end_s for one in told})
    assert len(told[-1].text) >= len(told[0].text)
    assert final[0].language == said.listening.languages[0]
    if said.key:
        assert final[0].scores[0].key == said.key and final[0].scores[0].confidence >= 0.3


def test_silence_and_noise_say_nothing(heard: Engine) -> None:
    chance = random.Random(7)
    hiss = b"".join(struct.pack("<h", chance.randrange(-60, 60)) for _ in range(8000 * 3))
    with_session = heard.open(heard.asked.first)
    assert with_session.feed(bytes(2 * 8000 * 10)) == []
    assert not [one for one in finals(hear(with_session, hiss)) if one.text]
    assert with_session.finish() == []


def test_garbage_harms_nobody(heard: Engine) -> None:
    chance = random.Random(3)
    session = heard.open(heard.asked.first)
    events: list[port.Event] = []
    for piece in (b"", b"\x01", chance.randbytes(4001), b"\xff\x7f\x00\x80" * 4000, chance.randbytes(15_999)):
        events += session.feed(piece)
    events += session.feed(SILENCE) + session.finish()
    assert_in_order(events)
    said = heard.asked.short
    assert any(one.text for one in finals(hear(heard.open(said), said.pcm)))


def test_another_language_or_grammar_from_the_next_utterance_on(heard: Engine) -> None:
    first, second = heard.asked.first, heard.asked.second
    session = heard.open(first)
    events = session.feed(first.pcm[: len(first.pcm) // 2])
    session.listen(second.listening)
    events += hear(session, first.pcm[len(first.pcm) // 2 :])
    events += hear(session, second.pcm)
    assert_in_order(events)
    texts = [one for one in finals(events) if one.text]
    assert likeness(first.words, texts[0].text) >= 0.5
    assert texts[0].language == first.listening.languages[0]
    assert likeness(second.words, " ".join(one.text for one in texts[1:])) >= 0.6
    assert texts[-1].language == second.listening.languages[0]


def test_the_end_of_the_audio_ends_the_utterance(heard: Engine) -> None:
    said = heard.asked.short
    session = heard.open(said)
    events = session.feed(said.pcm)
    events += session.finish()
    assert_in_order(events)
    assert len(finals(events)) == len(onsets(events)) >= 1
    assert session.finish() == []


def test_a_closed_session_tells_nothing(heard: Engine) -> None:
    said = heard.asked.first
    session = heard.open(said)
    session.feed(said.pcm[: len(said.pcm) // 2])
    session.close()
    assert session.feed(said.pcm) == [] and session.finish() == []
    session.close()


def test_several_sessions_at_once_do_not_mix(heard: Engine) -> None:
    asked = [heard.asked.first, heard.asked.second, heard.asked.short]
    texts: dict[int, str] = {}

    def listen(number: int, said: Said) -> None:
        session = heard.open(said)
        texts[number] = " ".join(one.text for one in finals(hear(session, said.pcm, 0.4)))
        session.close()

    threads = [threading.Thread(target=listen, args=(number, said)) for number, said in enumerate(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, said in enumerate(asked):
        assert likeness(said.words, texts[number]) >= 0.6, texts


def test_the_audio_of_an_utterance_is_kept(heard: Engine, tmp_path: Path) -> None:
    said = heard.asked.short
    path = tmp_path / "kept.wav"
    listening = Listening(
        languages=said.listening.languages, grammar=said.listening.grammar, keep=str(path), silence_s=0.3
    )
    session = heard.recognizer.open(listening)
    events = hear(session, said.pcm)
    spoken = finals(events)[-1]
    kept = audio.read_wav(path)
    assert spoken.end_s - spoken.start_s <= len(kept) / 8000 + 0.1
    assert abs(kept).max() > 0.05


def stereo(path: Path, rate: int, left: bytes, right: bytes) -> Path:
    """A WAV file of two channels at ``rate``, of PCM at 8 kHz."""
    sides = [audio.resample(audio.samples(side), audio.RATE, rate) for side in (left, right)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(audio.pcm(np.stack(sides, axis=1).reshape(-1)))
    return path


def test_a_side_of_a_recording_is_transcribed_faster_than_it_was_spoken(heard: Engine, tmp_path: Path) -> None:
    said = heard.asked.first
    speech = SILENCE[:8000] + said.pcm + SILENCE[:24000]
    for rate, channel in ((16000, 1), (48000, 0)):
        sides = [bytes(len(speech)), speech] if channel else [speech, bytes(len(speech))]
        path = stereo(tmp_path / f"{rate}.wav", rate, *sides)
        began = time.monotonic()
        items = list(files.transcribed(heard.recognizer, path, channel, said.listening, threading.Event()))
        assert time.monotonic() - began < max(4 * len(speech) / 16000, 4.0)
        text = " ".join(item.text for item in items if isinstance(item, Final))
        assert likeness(said.words, text) >= 0.7, text
        done = [item.done_s for item in items if isinstance(item, files.Progress)]
        assert done == sorted(done) and done[-1] == pytest.approx(len(speech) / 16000, abs=0.01)
    silent = files.transcribed(heard.recognizer, path, 1, said.listening, threading.Event())
    assert not [item for item in silent if isinstance(item, Final)]
    with pytest.raises(ValueError, match="no channel 2"):
        list(files.transcribed(heard.recognizer, path, 2, said.listening, threading.Event()))
    (tmp_path / "bad.wav").write_bytes(b"RIFF")
    for name in ("bad.wav", "missing.wav"):
        with pytest.raises(ValueError, match=name):
            list(files.transcribed(heard.recognizer, tmp_path / name, 0, said.listening, threading.Event()))
    stop = threading.Event()
    stop.set()
    assert list(files.transcribed(heard.recognizer, path, 0, said.listening, stop)) == []


def test_short_utterances_leave_nothing_behind(heard: Engine) -> None:
    """Two thousand with PAYLATER_LONG_TESTS; fewer otherwise, by what one costs the engine."""
    said = heard.asked.short
    many = 2000 if os.environ.get("PAYLATER_LONG_TESTS") else heard.asked.many
    data = said.pcm + bytes(2 * 8000)

    def utter(times: int) -> None:
        session = heard.open(said)
        for number in range(times):
            told = [one for one in finals(session.feed(data)) if one.text]
            assert len(told) == 1 and said.key in (said.key and told[0].scores[0].key, ""), told
            if number % 20 == 19:
                session.close()
                session = heard.open(said)
        session.close()

    utter(max(5, many // 10))
    before = resident_mb()
    utter(many)
    assert resident_mb() - before < 12, "memory grows with every utterance"
