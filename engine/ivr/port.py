"""What a flow needs from the rest of the engine: the caller's line, mailboxes, forwarding, prompts, web services.

Flows see nothing else; calls and the composition root implement these, tests and the dry run fake them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from engine.calls.model import Call, DialResult, DialTarget, Leg
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.dialer.campaign import CampaignSettings
from engine.dialer.live.dial import Dial
from engine.history.records import AnswerRow
from engine.ivr.model import Http
from engine.queues.attempt import Attempt
from engine.queues.model import Queue
from engine.queues.service import Queues
from engine.queues.visit import Place, Visit
from engine.routing.model import Destination, ToExternal, ToQueue, VoicemailBox
from engine.routing.outbound import Permission, Refusal
from engine.routing.table import RoutingTable
from engine.speech.model import Heard, Listening

T = TypeVar("T")


class CallFacts(Protocol):
    """The call that the line carries; ``language`` is the language of what is played."""

    id: UUID
    started_at: datetime
    caller: str
    called: str
    language: str
    variables: dict[str, str]
    number_id: UUID | None
    operator_id: UUID | None
    queue_id: UUID | None
    visit_id: UUID | None
    partner_id: UUID | None
    wrap_s: int
    hold_s: float


class Line(Protocol):
    """The caller's line. Every awaiting method raises ``engine.calls.model.HungUp`` when the caller is gone."""

    @property
    def call(self) -> CallFacts: ...

    async def answer(self) -> None:
        """Answer; nothing happens when it is answered already."""

    async def play(self, media: Sequence[str], *, barge_in: bool) -> str | None:
        """Play ARI media URIs (``sound:...``, ``digits:12``) in the call's language.

        Gives the digit that interrupted (``barge_in`` alone), or None when played to the end.
        """

    async def digit(self, timeout_s: float) -> str | None:
        """The next digit (digits pressed earlier first), None after ``timeout_s``."""

    async def hear(self, media: Sequence[str], listening: Listening, *, barge_in: bool, timeout_s: float) -> Heard:
        """Play ``media``, then listen for a digit or an utterance until ``timeout_s`` after its end.

        A digit ends it at once, typed ahead or (with ``barge_in``) during the prompt; with ``barge_in`` speech stops
        the prompt. The time is not over while somebody speaks. Works without any recogniser: see ``Heard.deaf``.
        """

    async def deafen(self) -> None:
        """Stop listening, when no more ``hear`` follows soon; the ear stays open between two."""

    async def record_file(self, name: str, max_seconds: int) -> float:
        """Beep and record the caller into ``name`` (in the folder of recordings, without ending); the seconds kept."""

    async def set_language(self, language: str) -> None:
        """Play what follows in ``language`` (ru, en)."""

    def note(self, kind: str, /, **data: Any) -> None:
        """Put an event into the call's history; ``data`` is JSON-able."""

    def save(self, position: dict[str, Any]) -> None:
        """Keep the flow's place (JSON-able) for an engine that adopts the call."""

    async def guard(self, work: Awaitable[T]) -> T:
        """Await ``work``; a hang-up cancels it."""

    async def record_message(self, *, box: VoicemailBox, max_seconds: int) -> float | None:
        """Beep, record into ``box``, store and note the message; gives its seconds, None if nothing was kept.

        When a recording for this call goes on already (an adopted call), waits for its end instead.
        """

    async def dial(
        self,
        targets: Sequence[DialTarget],
        *,
        timeout_s: float,
        caller_id: str | None,
        quiet: bool = False,
        on_answer: Callable[[Leg], Awaitable[None]] | None = None,
    ) -> DialResult:
        """Ring all ``targets``, connect the first that answers; returns after the conversation, or unanswered.

        ``quiet``: no ring-back; may run in a task beside ``play``, ``music``, ``digit``. ``on_answer`` is awaited when
        a phone answered, before it is connected. Cancelling it while phones ring hangs them up.
        """

    @property
    def in_progress(self) -> str | None:
        """What an adopted call is in the middle of: ``ringing`` or ``talking``; the next ``dial`` goes on with it."""

    async def music(self, on: bool) -> None:
        """Music on hold for the caller; ``play`` ends it: turn it on again after."""

    async def hang_up(self, cause: int = 16) -> None:
        """End the call with a Q.850 cause; raises ``HungUp``."""

    def request_callback(self, number: str) -> None:
        """Store the wish to be called back and note it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A voicemail message; ``media`` is its ARI media URI."""

    id: UUID
    media: str
    caller: str
    heard: bool


class VoicemailBoxPort(Protocol):
    """The messages of boxes."""

    async def count(self, box_id: UUID) -> int:
        """Messages kept in the box."""

    async def messages(self, box_id: UUID) -> list[Message]:
        """The box's messages: new ones first, each part oldest first."""

    async def mark_heard(self, message_id: UUID) -> None: ...

    async def delete(self, message_id: UUID) -> None: ...


class ForwardPort(Protocol):
    """Forwarding of an extension, as its phone sets it."""

    async def forward_on(self, extension: str, when: str, number: str) -> None:
        """Send calls to ``number``, before any other rule; ``when`` as in ``Forward``."""

    async def forward_off(self, extension: str, when: str) -> None:
        """Take the rules of that kind away."""


@dataclass(frozen=True, slots=True)
class Take:
    """A prompt just recorded and not yet kept; ``media`` plays it."""

    name: str
    media: str
    seconds: float


class RecordPromptPort(Protocol):
    """Records a prompt over the phone."""

    async def record(self, line: Line, prompt_id: UUID) -> Take:
        """Beep and record until ``#``, silence or the prompt limit. Raises ``HungUp``."""

    async def keep(self, prompt_id: UUID, take: Take) -> None:
        """Make ``take`` the prompt's sound."""

    async def drop(self, take: Take) -> None:
        """Delete ``take``."""


class WebPort(Protocol):
    """Asks web services for menus."""

    async def ask(self, step: Http, variables: Mapping[str, str]) -> "WebAnswer":
        """Send the step's request, read its answer.

        Raises:
            WebFailed: no fit answer within the deadline.
        """


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """HTTP status and the values that the step's mapping picked."""

    status: int
    values: Mapping[str, str]


class WebFailed(Exception):
    """A web service gave nothing that can be used; the text says why, and holds no secret."""


Synthesizer = Callable[[str, str, str], Awaitable[str | None]]
"""(text, language, voice) -> media URI of the spoken text, None when no voice speaks it; an empty ``voice``: any."""


PickUpCall = Callable[[Line, str], None]
"""(line, extension): connect the line to the caller who rings at the extension and raise ``HungUp``, since the line's
channel belongs to that other call then; nothing happens when nobody rings there."""


class CallbackPort(Protocol):
    """Takes wishes to be called back."""

    def order(
        self,
        queue: Queue,
        number: str,
        *,
        called: str,
        source: str,
        call_id: UUID | None = None,
        visit: Visit | None = None,
    ) -> UUID:
        """Call ``number`` (normalised) back in its turn, which is that of ``visit`` where there is one.

        A number that waits for a call-back of that queue already keeps the better place. Gives the call-back's id.
        """

    def adopted(self, attempt: Attempt) -> None:
        """The call of this try is being served."""

    def reached(self, attempt: Attempt) -> None:
        """Operator first: the operator's phone answered."""

    def handed_over(self, attempt: Attempt) -> None:
        """Client first: the client answered, and waits in the queue from now on."""

    def connected(self, attempt: Attempt) -> None:
        """Both talk."""

    def failed(self, attempt: Attempt, reason: str) -> None:
        """The try is over without a conversation; ``reason`` as in ``DialResult``, or ``operator_missed``."""


class DialerPort(Protocol):
    """What flows of campaigns tell the dialler, and ask it; see ``engine.dialer.live.dials``."""

    def dial_of(self, call: Call) -> Dial:
        """The attempt that a call was made for."""

    def settings_of(self, dial: Dial) -> CampaignSettings:
        """Settings of its campaign."""

    def early(self, dial: Dial, kind: str, confidence: float | None, after_s: float | None, by: str) -> None:
        """What is heard before the answer says that nobody will pick up."""

    def verdict(self, dial: Dial, kind: str | None, confidence: float | None, after_s: float | None, by: str) -> bool:
        """Who answered; whether it is to be served as a person."""

    def wanted_after_all(self, dial: Dial) -> None:
        """A machine is to be connected like a person."""

    def leave_message(self, dial: Dial) -> None:
        """A machine hears a message."""

    def queue_place(self, dial: Dial) -> Place:
        """The client's place in the campaign's queue, with the operator who is kept for it."""

    def reached(self, dial: Dial) -> None:
        """Operator first: the operator's phone answered."""

    def late(self, dial: Dial) -> None:
        """No operator was there in time; one may come yet."""

    def abandon(self, dial: Dial) -> None:
        """No operator was there in time, and none will come."""

    def opt_out(self, dial: Dial) -> None:
        """The person does not want to be called again."""


InQueue = Callable[["Line", "FlowTools", ToQueue, Mapping[str, Any] | None], Awaitable[Destination | int]]
"""(line, tools, queue, place kept): serve a caller in a queue; gives where the call goes on, or a cause."""


RetrieveCall = Callable[[Line, str], None]
"""(line, slot): connect the line to the call that is parked in the slot and raise ``HungUp``, as ``PickUpCall`` does;
nothing happens when the slot is empty."""


def nobody_waits(line: Line, slot: str) -> None:
    """No call is parked anywhere."""


KeepAnswer = Callable[[AnswerRow], None]
"""Store what a caller answered to an open question."""


def keeps_nothing(_answer: AnswerRow) -> None:
    """No answer is stored."""


Hide = Callable[[str], str]
"""Words as they may be stored: personal data is hidden by rule."""


def hides_nothing(text: str) -> str:
    """There are no rules."""
    return text


Permit = Callable[[ToExternal], Permission | Refusal]
"""May a number outside be called now, in the name of the extension that the destination names?"""


@dataclass(frozen=True)
class FlowTools:
    """Everything a flow may use beside the line. ``table`` gives the newest configuration."""

    table: Callable[[], RoutingTable]
    web: WebPort
    synthesizer: Synthesizer | None
    clock: Clock
    settings: Settings
    voicemail: VoicemailBoxPort
    forwards: ForwardPort
    recorder: RecordPromptPort
    pick_up: PickUpCall
    permit: Permit
    in_queue: InQueue
    queues: Queues | None = None
    callbacks: CallbackPort | None = None
    retrieve: RetrieveCall = nobody_waits
    keep_answer: KeepAnswer = keeps_nothing
    hide: Hide = hides_nothing
    dialer: DialerPort | None = None
