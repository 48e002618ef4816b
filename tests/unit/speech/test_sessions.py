"""Where utterances begin and end, and what is told of them, with an engine that counts; guards against made-up text."""

import itertools
import math
import struct

import pytest

from engine.speech.model import Final, Listening, Onset, Partial, Word
from engine.speech.recognizers import audio, vad
from engine.speech.recognizers.port import Engine, Event
from engine.speech.recognizers.session import Heard, SpeechSession
from engine.speech.recognizers.whispering import guards

pytestmark = pytest.mark.feature("F-PBX-04", "F-PBX-05")

SECOND = 8000


def voice(seconds: float) -> bytes:
    """A tone that swells twice a second, as syllables do."""
    count = int(seconds * SECOND)
    return b"".join(
        struct.pack("<h", int(9000 * abs(math.sin(at / 1300)) * math.sin(at / 7) + at % 40)) for at in range(count)
    )


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SECOND))


class Counter:
    """Hears how many seconds it was given."""

    partial_every_s = 0.5

    def __init__(self) -> None:
        self.got = 0
        self.begun: list[Listening] = []
        self.pauses = 0
        self.closed = False

    def begin(self, listening: Listening) -> None:
        self.got = 0
        self.begun.append(listening)

    def accept(self, pcm: bytes, voiced: bool) -> None:
        self.got += len(pcm) // 2

    def pause(self) -> None:
        self.pauses += 1

    def partial(self) -> tuple[str, str]:
        return f"{self.got / SECOND:.1f}", "ru"

    def final(self) -> Heard:
        words = (Word("far", -5.0, 99.0), Word("back", 0.2, 0.1))
        return Heard(text=f"{self.got / SECOND:.1f}", words=words, confidence=0.9, language="ru")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.setattr(vad, "open_vad", vad.LoudnessVad)
    return Counter()


def session(counter: Counter, **how: object) -> SpeechSession:
    engine = Engine(name="counter", model="", path="", languages=("ru",))
    return SpeechSession(engine, Listening(**how), counter)  # type: ignore[arg-type]


def feed(one: SpeechSession, pcm: bytes, step: int = 1600) -> list[Event]:
    return [event for at in range(0, len(pcm), step) for event in one.feed(pcm[at : at + step])]


def test_an_utterance_begins_with_its_lead_and_ends_after_the_silence_asked_for(counter: Counter) -> None:
    one = session(counter, silence_s=0.5)
    events = feed(one, silence(1.0) + voice(2.0) + silence(1.0))
    assert [type(event) for event in events] == [Onset, *[Partial] * (len(events) - 2), Final] and len(events) > 4
    onset, final = events[0], events[-1]
    assert isinstance(onset, Onset) and 0.95 < onset.at_s < 1.2
    assert isinstance(final, Final) and 2.8 < final.end_s < 3.2 and final.engine == "counter"
    assert 2.6 < float(final.text) < 3.0, "the lead, the speech and half a second"
    assert counter.pauses >= 1
    assert [event.end_s for event in events if isinstance(event, Partial)] == sorted(
        {event.end_s for event in events if isinstance(event, Partial)}
    )


def test_times_of_words_are_put_in_order(counter: Counter) -> None:
    final = feed(session(counter), silence(0.5) + voice(1.0) + silence(1.5))[-1]
    assert isinstance(final, Final)
    times = [time for word in final.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times) and times[0] >= 0.0 and times[-1] <= final.end_s <= 2.4


def test_speech_without_an_end_is_cut_and_goes_on(counter: Counter) -> None:
    one = session(counter, max_s=1.0)
    events = feed(one, voice(3.5)) + one.finish()
    kinds = [type(event) for event in events if not isinstance(event, Partial)]
    assert kinds == [Onset, Final] * (len(kinds) // 2) and len(kinds) >= 6
    finals = [event for event in events if isinstance(event, Final)]
    for before, after in itertools.pairwise(finals):
        assert before.end_s <= after.start_s + 1e-6 and after.start_s - before.end_s < 0.1


def test_how_to_listen_changes_with_the_next_utterance(counter: Counter) -> None:
    one = session(counter, hints="first")
    feed(one, silence(0.5) + voice(0.5))
    one.listen(Listening(hints="second"))
    feed(one, voice(0.5) + silence(1.0) + voice(1.0))
    assert [listening.hints for listening in counter.begun] == ["first", "second"]


def test_pieces_of_any_size_give_the_same(counter: Counter) -> None:
    pcm = silence(0.5) + voice(1.0) + silence(1.0) + voice(0.7) + silence(1.0)
    whole = [event for event in session(counter).feed(pcm) if not isinstance(event, Partial)]
    parts = [event for event in feed(session(Counter()), pcm, 501) if not isinstance(event, Partial)]
    assert whole == parts and len(whole) == 4


def test_a_closed_session_lets_go(counter: Counter) -> None:
    one = session(counter)
    feed(one, silence(0.5) + voice(1.0))
    one.close()
    assert counter.closed and one.feed(voice(1.0)) == [] and one.finish() == []


@pytest.mark.parametrize("rate", [16000, 48000, 11025])
def test_another_rate_keeps_the_sound(rate: int) -> None:
    import numpy as np

    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
    high = np.sin(2 * np.pi * 5200 * np.arange(rate) / rate).astype(np.float32)
    wanted = np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    made = audio.resample(tone + high, rate)
    assert len(made) == 8000
    assert np.abs(made[200:-200] - wanted[200:-200]).max() < 0.02, "what does not fit the rate is filtered out"


@pytest.mark.parametrize(
    "text, left",
    [
        ("Продолжение следует...", ""),
        ("Заказ номер пять. Редактор субтитров А.Семкин", "Заказ номер пять."),
        ("[Музыка] Алло", "Алло"),
        ("Thanks for watching!", ""),
        ("Спасибо.", "Спасибо."),
    ],
)
def test_endings_of_films_are_not_what_callers_say(text: str, left: str) -> None:
    assert guards.clean(text) == left


def test_text_that_was_hardly_said_is_dropped() -> None:
    assert guards.made_up("and so on " * 20, 1.0, -0.1, 0.0), "more letters than can be spoken"
    assert guards.made_up("hello", 1.0, -1.2, 0.8), "nobody spoke, and it is unsure"
    assert guards.made_up("...", 1.0, -0.1, 0.0)
    assert not guards.made_up("hello there", 1.0, -0.4, 0.3)


def test_decoding_that_goes_round_in_circles_is_cut() -> None:
    assert guards.unlooped([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2], 5) == [1, 2, 3, 4, 5]
    assert guards.unlooped([7, 8, 7, 8, 7, 8, 7, 8, 7]) == [7, 8]
    assert guards.unlooped([1, 1, 2, 1, 1]) == [1, 1, 2, 1, 1], "yes, yes"
    assert guards.loops("чтобы выйти из меню, " * 10) and not guards.loops(
        "Пожалуйста, проверьте номер и наберите еще раз."
    )
