"""Listening to the caller beside the keys: what ``CallLine.hear`` does.

The ear stays open between the steps of a menu; each ``hear`` is a turn of its own, and what began to be said before it
belongs to none. When it began is when the ear told of it: times of audio are right to a fraction of a second only, and
somebody may answer as soon as that.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.calls.ears import Ear
from engine.speech.model import Deaf, Final, Heard, Hearing, Listening, Onset, Partial, Told

if TYPE_CHECKING:
    from engine.calls.line import CallLine

EAGER_S = 0.6
"""Where speech does not stop the prompt, an answer may begin so long before the prompt's end."""
STALE_S = 4.0
"""Speech whose end is not told so long after it had to be is not waited for."""


OLD_S = 1.0
"""Speech that began so much earlier than the turn, by the time of its audio, was told late and belongs to none."""


class Turn:
    """One ``hear``; times are the ear's, in seconds after it was opened."""

    def __init__(self, listening: Listening, since: float | None) -> None:
        self.listening = listening
        self.since = since
        """What is said counts from here on; None: nothing counts yet."""
        self.final: Final | None = None
        self.speaking_since: float | None = None

    def counts(self, told_at: float | None, said_at: float) -> bool:
        """Does an utterance that was told of at ``told_at`` and began at ``said_at`` belong to this turn?"""
        if self.since is None or told_at is None:
            return False
        return told_at >= self.since and said_at >= self.since - OLD_S

    def speaks(self, now: float) -> bool:
        """Does somebody speak now?"""
        limit = self.listening.max_s + self.listening.silence_s + STALE_S
        return self.speaking_since is not None and now < self.speaking_since + limit


class CallerEar:
    """The ear at the caller's channel that menus listen with (one a line)."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._ear: Ear | None = None
        self._offset = 0.0
        self._deaf: str | None = None
        self._noted: str | None = None
        self._turn: Turn | None = None
        self._told_at: float | None = None
        """When the utterance that goes on was told of first, and by its audio began."""
        self._said_at = 0.0

    async def hear(self, media: Sequence[str], listening: Listening, *, barge_in: bool, timeout_s: float) -> Heard:
        """See the port ``Line.hear``."""
        line = self._line
        line.check()
        ear = await self._listen(listening)
        turn = self._turn = Turn(listening, self._now(ear) if barge_in else None)
        try:
            digit = await line.play(media, barge_in=barge_in)
            if digit:
                return Heard(digit=digit)
            if not barge_in:
                self._count_from(turn, self._now(ear) - EAGER_S)
            return await self._wait(ear, turn, timeout_s)
        finally:
            self._turn = None

    async def deafen(self) -> None:
        """Close the ear."""
        ear, self._ear = self._ear, None
        self._deaf = self._told_at = None
        if ear is not None:
            await ear.close()

    async def _listen(self, listening: Listening) -> Ear:
        if self._ear is not None and not self._ear.closed:
            await self._ear.listen(listening)
            return self._ear
        channel_id = self._line.call.caller_leg.channel_id
        self._ear = await self._line.ears.open(channel_id, listening, self._on_told, urgent=True)
        return self._ear

    async def _wait(self, ear: Ear, turn: Turn, timeout_s: float) -> Heard:
        until = self._now(ear) + timeout_s
        while turn.final is None:
            now = self._now(ear)
            left = until - now
            if turn.speaks(now):
                left = max(left, 0.25)
            if left <= 0:
                return Heard(deaf=self._deaf)
            digit = await self._line.digit(left)
            if digit:
                return Heard(digit=digit)
        return Heard(final=turn.final)

    def _count_from(self, turn: Turn, since: float) -> None:
        """The prompt is over: who is speaking already may have begun to answer."""
        turn.since = since
        if turn.counts(self._told_at, self._said_at):
            turn.speaking_since = self._told_at

    def _now(self, ear: Ear) -> float:
        return asyncio.get_running_loop().time() - ear.opened

    def _on_told(self, told: Told) -> None:
        turn = self._turn
        match told:
            case Hearing():
                self._offset, self._deaf = told.offset_s, None
                self._note(None)
            case Deaf():
                self._deaf, self._told_at = told.reason, None
                self._note(told.reason)
                if turn is not None:
                    turn.speaking_since = None
            case Onset() | Partial():
                self._begin(told.at_s if isinstance(told, Onset) else told.start_s)
                if turn is not None and turn.counts(self._told_at, self._said_at):
                    turn.speaking_since = self._told_at
                    self._line.hush_prompt()
            case Final():
                self._begin(told.start_s)
                if turn is not None:
                    self._on_final(turn, told)
                self._told_at = None

    def _begin(self, said_s: float) -> None:
        """An utterance goes on, or is told of for the first time."""
        if self._told_at is None and self._ear is not None:
            self._told_at, self._said_at = self._now(self._ear), self._offset + said_s

    def _on_final(self, turn: Turn, final: Final) -> None:
        turn.speaking_since = None
        fits = turn.counts(self._told_at, self._said_at)
        if turn.final is None and fits and (final.text or final.scores):
            turn.final = final
            self._line.hush_prompt()
            self._line.wake()

    def _note(self, deaf: str | None) -> None:
        """The history tells when a caller could not be heard."""
        if deaf != self._noted:
            self._noted = deaf
            if deaf is not None:
                self._line.note("speech_unavailable", reason=deaf)
            else:
                self._line.note("speech_back")
