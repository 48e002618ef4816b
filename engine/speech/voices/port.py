"""The port to engines that turn text into speech, and the voices of this machine."""

from collections.abc import AsyncGenerator
from typing import Literal, Protocol

import msgspec

from engine.core.errors import PayLaterError

Rate = Literal[8000, 16000]
"""Samples a second that speech is made at: 8000 for calls, 16000 for listening in a browser."""
RATES: tuple[Rate, ...] = (8000, 16000)


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can speak a language.

    ``engine`` and ``name`` are its name (``rhvoice/anna``). ``streaming``: sound comes while the text is being spoken,
    not after. ``version``: of the engine and the voice; part of the key that speech is kept under.
    """

    engine: str
    name: str
    language: str
    gender: Literal["female", "male", ""] = ""
    streaming: bool = False
    rates: tuple[Rate, ...] = RATES
    licence: str = ""
    version: str = ""

    @property
    def id(self) -> str:
        return f"{self.engine}/{self.name}"


class SynthesisFailed(PayLaterError):
    """An engine did not speak; the text says why."""

    code = "synthesis_failed"
    status = 503


class Synthesizer(Protocol):
    """One engine with its voices."""

    name: str

    def voices(self) -> list[Voice]:
        """The voices that can be used now; cheap, nothing is loaded."""
        ...

    def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        """Speech in pieces: signed 16 bit, one channel. Closing the generator ends the work.

        Raises:
            SynthesisFailed: the engine is gone, took too long or refused the text.
        """
        ...

    async def close(self) -> None:
        """End what runs."""
        ...


def pick(
    voices: "list[Voice]",
    language: str,
    order: "tuple[str, ...]",
    wanted: str = "",
    avoid: "frozenset[str]" = frozenset(),
) -> list[Voice]:
    """Who may speak ``language``, the best first, one of each engine. Pure.

    ``order``: names of engines; one that is not named is not used. ``wanted`` (``anna``, ``rhvoice/anna``) comes first
    when it speaks the language. Engines to ``avoid`` (they failed a moment ago) come last.
    """
    fit = [voice for voice in voices if voice.language == language and voice.engine in order]
    fit.sort(key=lambda voice: (voice.engine in avoid, order.index(voice.engine)))
    asked = [voice for voice in fit if wanted and wanted in (voice.id, voice.name) and voice.engine not in avoid]
    chosen: dict[str, Voice] = {voice.engine: voice for voice in reversed(fit)}
    best = [chosen[name] for name in dict.fromkeys(voice.engine for voice in fit)]
    return [*asked[:1], *(voice for voice in best if voice not in asked[:1])]
