"""A line without a phone: the caller's digits come from a script, everything that happens is written down."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from engine.calls.model import DialResult, DialTarget, HungUp, Leg
from engine.ivr.dryrun.speech import said_words, understood
from engine.ivr.dryrun.words import cause_words
from engine.ivr.model import Http
from engine.ivr.port import Line, Message, Take, WebAnswer, WebFailed
from engine.routing.model import VoicemailBox
from engine.speech.model import Heard, Listening

T = TypeVar("T")
Tell = Callable[[str, dict[str, Any], str], None]
"""(kind, data, text): one thing happened; an empty text is found by kind."""
PAUSE = ","
SILENCES = 40
"""Silences after which the scripted caller hangs up: a menu that asks for ever is shown as such."""
MESSAGE_S = 5.0
NO_CALL = UUID(int=0)


@dataclass
class ScriptedCall:
    """`engine.ivr.port.CallFacts` of a call that does not exist."""

    caller: str
    called: str
    language: str
    number_id: UUID | None = None
    id: UUID = NO_CALL
    started_at: datetime = datetime.max
    variables: dict[str, str] = field(default_factory=dict)
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    visit_id: UUID | None = None
    partner_id: UUID | None = None
    wrap_s: int = 0
    hold_s: float = 0.0


class ScriptedLine:
    """`engine.ivr.port.Line` with no I/O.

    The caller hears each prompt to its end, then says the next of ``say`` where somebody listens, else presses the next
    of ``digits`` (``,`` in both: lets one wait run out), and stays silent when none is left. Phones that ring answer,
    or not, as ``answered`` says.
    """

    def __init__(
        self,
        call: ScriptedCall,
        digits: str,
        tell: Tell,
        media: Callable[[Sequence[str]], str],
        *,
        answered: bool,
        say: Sequence[str] = (),
    ) -> None:
        self.call = call
        self._digits = deque(digits)
        self._say = deque(say)
        self._tell = tell
        self._media = media
        self._answers = answered
        self._answered = False
        self._silences = 0

    async def answer(self) -> None:
        if not self._answered:
            self._answered = True
            self.note("answered")

    async def play(self, media: Sequence[str], *, barge_in: bool) -> str | None:
        if media:
            self._tell("play", {"media": list(media)}, f"Plays {self._media(media)}")
        return None

    async def digit(self, timeout_s: float) -> str | None:
        digit = self._digits.popleft() if self._digits else None
        if digit is not None and digit != PAUSE:
            self._tell("digit", {"digit": digit}, f"Caller presses {digit}")
            return digit
        if digit is None and self._say and (said := self._say.popleft()) != PAUSE:
            self._tell("said", {"said": said, "scores": []}, f'Caller says "{said}"; nobody listens here')
            return None
        self._silences += digit is None
        if self._silences > SILENCES:
            self._tell("endless", {}, "The caller would be asked for ever; the dry run ends here")
            raise HungUp
        self._tell("silence", {"seconds": timeout_s}, f"Caller is silent for {timeout_s:g} s")
        return None

    async def hear(self, media: Sequence[str], listening: Listening, *, barge_in: bool, timeout_s: float) -> Heard:
        await self.play(media, barge_in=barge_in)
        if not self._say or self._say[0] == PAUSE:
            return Heard(digit=await self.digit(timeout_s))
        final = understood(self._say.popleft(), listening)
        scores = [[score.key, score.confidence] for score in final.scores]
        self._tell("said", {"said": final.text, "scores": scores}, said_words(final, listening))
        return Heard(final=final)

    async def deafen(self) -> None:
        """Nothing listens."""

    async def set_language(self, language: str) -> None:
        self.call.language = language

    def note(self, kind: str, /, **data: Any) -> None:
        self._tell(kind, data, "")

    def save(self, position: dict[str, Any]) -> None:
        """Nothing to keep: there is no call to adopt."""

    async def guard(self, work: Awaitable[T]) -> T:
        return await work

    async def record_file(self, name: str, max_seconds: int) -> float:
        self._tell("recorded", {"seconds": max_seconds}, f"Records the caller ({max_seconds} s at most)")
        return MESSAGE_S

    async def record_message(self, *, box: VoicemailBox, max_seconds: int) -> float | None:
        text = f'Caller leaves a message in box "{box.name}" ({max_seconds} s at most)'
        self._tell("voicemail", {"box": str(box.id)}, text)
        return MESSAGE_S

    async def music(self, on: bool) -> None:
        """Told with what the caller waits for."""

    @property
    def in_progress(self) -> str | None:
        return None

    async def dial(
        self,
        targets: Sequence[DialTarget],
        *,
        timeout_s: float,
        caller_id: str | None,
        quiet: bool = False,
        on_answer: Callable[[Leg], Awaitable[None]] | None = None,
    ) -> DialResult:
        numbers = [target.number for target in targets]
        shown = f", showing {caller_id}" if caller_id else ""
        self._tell("ring", {"numbers": numbers}, f"Rings {', '.join(numbers)} for {timeout_s:g} s{shown}")
        if self._answers:
            self._tell("talk", {"numbers": numbers}, "Somebody answers and talks")
            return DialResult(answered=True, reason="answered")
        self._tell("unanswered", {"numbers": numbers}, "Nobody answers")
        return DialResult(answered=False, reason="no_answer")

    async def hang_up(self, cause: int = 16) -> None:
        self._tell("hangup", {"cause": cause}, f"Hangs up ({cause_words(cause)})")
        raise HungUp

    def request_callback(self, number: str) -> None:
        self.note("callback_requested", number=number)


class ScriptedWeb:
    """`engine.ivr.port.WebPort` that asks nobody: each value of an answer names where it would come from."""

    def __init__(self, tell: Tell, *, ok: bool) -> None:
        self._tell = tell
        self._ok = ok

    async def ask(self, step: Http, variables: Mapping[str, str]) -> WebAnswer:
        self._tell("http_asked", {"url": step.url}, f"Would ask {step.method} {step.url} (not sent)")
        if not self._ok:
            raise WebFailed("taken as failed")
        return WebAnswer(200, {name: f"<{pointer}>" for name, pointer in step.mapping.items()})


class ScriptedPorts:
    """Mailboxes (empty), forwarding (told, not done) and recording of prompts (none)."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    async def count(self, box_id: UUID) -> int:
        return 0

    async def messages(self, box_id: UUID) -> list[Message]:
        return []

    async def mark_heard(self, message_id: UUID) -> None:
        """There is no message."""

    async def delete(self, message_id: UUID) -> None:
        """There is no message."""

    async def forward_on(self, extension: str, when: str, number: str) -> None:
        data = {"extension": extension, "number": number, "when": when}
        self._tell("would_forward", data, f"Would forward {extension} to {number} ({when.replace('_', ' ')})")

    async def forward_off(self, extension: str, when: str) -> None:
        data = {"extension": extension, "when": when}
        self._tell("would_forward", data, f"Would end the forwarding of {extension} ({when.replace('_', ' ')})")

    def pick_up(self, line: Line, extension: str) -> None:
        self._tell("would_pick_up", {"extension": extension}, f"Would answer the call that rings at {extension}")
        raise HungUp

    async def record(self, line: Line, prompt_id: UUID) -> Take:
        return Take("", "", 0.0)

    async def keep(self, prompt_id: UUID, take: Take) -> None:
        """Nothing was recorded."""

    async def drop(self, take: Take) -> None:
        """Nothing was recorded."""


@dataclass(frozen=True)
class StoppedClock:
    """`engine.core.clock.Clock` at one moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0
