"""One person of a conversation who is listened to: an ear, and what of it belongs to the conversation."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine.speech.model import Deaf, Final, Hearing, Listening, Onset, Partial, Told
from engine.transcripts.model import Speaker, Stretch, Utterance, Word, audible


class Ear(Protocol):
    """See `engine.calls.ears.Ear`."""

    started_at: datetime
    over: asyncio.Event

    def on_channel_down(self) -> None: ...

    async def close(self) -> None: ...


class Ears(Protocol):
    """See `engine.calls.ears.Ears`."""

    async def open(self, channel_id: str, listening: Listening, tell: Callable[[Told], None]) -> Any: ...


class Hears(Protocol):
    """Who is told what a listener hears; times from the transcript's start."""

    def on_partial(self, listener: "Listener", text: str, start_s: float, end_s: float) -> None: ...

    def on_final(self, listener: "Listener", utterance: Utterance | None) -> None:
        """None: what was begun was no speech, or was not for the others."""

    def on_hearing(self, listener: "Listener", deaf: str | None) -> None:
        """Whether it hears; ``deaf`` says why not."""


@dataclass(eq=False)
class Listener:
    """Listens to ``speaker``. ``deaf``: why nothing is heard; empty before it is known."""

    speaker: Speaker
    hears: Hears
    began: datetime
    """The transcript's start."""
    ear: Ear | None = None
    deaf: str | None = ""
    engine: str = ""
    speaking: bool = False
    """An utterance has begun, and its end was not told."""
    ending: bool = False
    _offset_s: float = 0.0
    _base_s: float = 0.0
    _aside: list[Stretch] = field(default_factory=list)
    _aside_since: float | None = None

    async def open(self, ears: Ears, listening: Listening) -> None:
        """Begin to listen."""
        self.ear = await ears.open(self.speaker.channel_id, listening, self.on_told)
        self._base_s = (self.ear.started_at - self.began).total_seconds()
        if self.ending:
            self.ear.on_channel_down()

    def end(self) -> None:
        """Listen no more; what was said last is told yet."""
        if not self.ending:
            self.ending = True
            if self.ear is not None:
                self.ear.on_channel_down()

    @property
    def is_heard(self) -> bool:
        """Whether the others hear this one, and so does the recogniser."""
        return self.deaf is None and self._aside_since is None and not self.ending

    def step(self, now_s: float, *, aside: bool) -> None:
        """From now on the others hear this one, or do not."""
        if aside and self._aside_since is None:
            self._aside_since = now_s
        elif not aside and self._aside_since is not None:
            self._aside.append((self._aside_since, now_s))
            self._aside_since = None

    def on_told(self, told: Told) -> None:
        """A word of the ear."""
        match told:
            case Hearing():
                self._offset_s, self.engine, was_deaf = told.offset_s, told.engine, self.deaf
                self.deaf = None
                if was_deaf is not None:
                    self.hears.on_hearing(self, None)
            case Deaf():
                self.speaking = False
                if self.deaf != told.reason:
                    self.deaf = told.reason
                    self.hears.on_hearing(self, told.reason)
            case Onset():
                self.speaking = True
            case Partial():
                self.speaking = True
                if self._aside_since is None:
                    start, end = self._at(told.start_s), self._at(told.end_s)
                    self.hears.on_partial(self, told.text, start, end)
            case Final():
                self.speaking = False
                self.hears.on_final(self, self._utterance(told))

    def _at(self, seconds: float) -> float:
        return round(max(self._base_s + self._offset_s + seconds, 0.0), 3)

    def _utterance(self, final: Final) -> Utterance | None:
        """What was said for the others to hear."""
        if not final.text.strip():
            return None
        words = (Word(w.text, self._at(w.start_s), self._at(w.end_s), round(w.confidence, 3)) for w in final.words)
        utterance = Utterance(
            side=self.speaker.side,
            user_id=self.speaker.user_id,
            start_s=self._at(final.start_s),
            end_s=self._at(final.end_s),
            text=final.text.strip(),
            words=tuple(words),
            confidence=round(final.confidence, 3),
            language=final.language or None,
            engine=final.engine or self.engine,
        )
        aside = self._aside if self._aside_since is None else [*self._aside, (self._aside_since, float("inf"))]
        return audible(utterance, aside)
