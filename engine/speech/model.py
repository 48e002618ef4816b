"""What recognisers are asked and what they tell. Pure data; times are seconds from the first sample that was heard."""

from typing import Annotated

import msgspec

RATE = 8000
"""Samples a second of all speech that the engine moves: signed 16-bit little-endian, one channel."""


class Phrase(msgspec.Struct, frozen=True):
    """Words that a caller may say, in lower case as they sound, and what they mean (``key``)."""

    key: str
    text: str


class Grammar(msgspec.Struct, frozen=True):
    """All that is expected to be said; anything else matches nothing."""

    phrases: tuple[Phrase, ...]


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """How to listen.

    ``languages``: the first is the likely one; with several the language of each utterance is detected. ``hints``:
    words of the field that the recogniser may expect. An utterance ends after ``silence_s`` of silence, or at
    ``max_s``. ``keep``: file that the audio of each utterance is written to (WAV, 8 kHz; the last one stays).
    """

    languages: tuple[str, ...] = ("ru",)
    grammar: Grammar | None = None
    hints: str = ""
    silence_s: Annotated[float, msgspec.Meta(ge=0.2, le=5)] = 0.7
    max_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 20.0
    keep: str | None = None


class Word(msgspec.Struct, frozen=True):
    """A word with its time and how sure the recogniser is (0..1)."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


class Score(msgspec.Struct, frozen=True):
    """How well a phrase of the grammar fits what was said (0..1)."""

    key: str
    confidence: float


class Onset(msgspec.Struct, frozen=True, tag="onset"):
    """Somebody begins to speak."""

    at_s: float


class Partial(msgspec.Struct, frozen=True, tag="partial"):
    """What an utterance seems to be so far; replaced by the next of it, and by its ``Final``."""

    text: str
    start_s: float
    end_s: float
    language: str = ""


class Final(msgspec.Struct, frozen=True, kw_only=True, tag="final"):
    """An utterance that is over; told once.

    ``scores``: with a grammar, the phrases that fit, best first; empty when none does.
    """

    text: str
    start_s: float
    end_s: float
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    language: str = ""
    scores: tuple[Score, ...] = ()
    engine: str = ""


class Deaf(msgspec.Struct, frozen=True, tag="deaf"):
    """Nothing is heard for now, and why: ``no_engine``, ``no_capacity``, ``worker_lost``, ``tap_lost``."""

    reason: str


class Hearing(msgspec.Struct, frozen=True, tag="hearing"):
    """Heard (again) from now on; ``offset_s``: times of what follows count from so long after the ear was opened."""

    offset_s: float
    engine: str = ""


Told = Onset | Partial | Final | Deaf | Hearing
"""What an ear tells, in this order: ``Hearing`` or ``Deaf`` first."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What came of listening to a caller: a digit, or an utterance; neither set: silence until the time was over.

    ``final``: with a grammar, nothing that fits leaves its ``scores`` empty. ``deaf``: nothing was pressed, and
    nothing could be heard at the end (the reason, as in ``Deaf``): ask for digits.
    """

    digit: str | None = None
    final: Final | None = None
    deaf: str | None = None
