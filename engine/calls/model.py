"""The call: what it is, its legs, how it ends. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from engine.calls.states import CallState, LegState, advance_call, advance_leg
from engine.calls.talk.state import Talk


class HungUp(Exception):
    """The caller's channel is gone: raised in the flow at whatever it awaits."""


class Direction(StrEnum):
    """Where the call came from and goes to, seen from the company."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class LegRole(StrEnum):
    """What a leg does in the call: it called (the first leg), was called, is asked for advice, or supervises."""

    CALLER = "caller"
    CALLEE = "callee"
    CONSULT = "consult"
    SUPERVISOR = "supervisor"


class EndedBy(StrEnum):
    """Who ended the call first."""

    CALLER = "caller"
    CALLEE = "callee"
    SYSTEM = "system"


class Outcome(StrEnum):
    """How a call ended, in the terms of the history."""

    ANSWERED = "answered"
    SERVED = "served"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    FAILED = "failed"
    TURNED_AWAY = "turned_away"


@dataclass(frozen=True, slots=True)
class DialTarget:
    """A phone to ring: ``endpoint`` as Asterisk dials it (``PJSIP/101``), ``number`` as people know it.

    ``charged_to``: the extension in whose name a number outside is called; ``caller_id``: the number that it is shown,
    if another than the rest. ``auto_answer``: the phone is asked to answer by itself.
    """

    endpoint: str
    number: str
    user_id: UUID | None = None
    charged_to: str | None = None
    caller_id: str | None = None
    auto_answer: bool = False


class Tried(msgspec.Struct, frozen=True):
    """A phone that did not answer: busy, no_answer, unavailable, rejected, failed or cancelled."""

    number: str
    user_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class DialResult:
    """What came of ringing.

    ``reason`` is ``answered``, ``busy``, ``no_answer``, ``unavailable``, ``rejected``, ``failed`` or, after a
    conversation, ``transferred``. ``leg`` answered; ``tried`` did not; ``next`` is the destination (as JSON) that the
    conversation was sent on to.
    """

    answered: bool
    reason: str
    leg: "Leg | None" = None
    tried: tuple[Tried, ...] = ()
    next: dict[str, Any] | None = None


class Leg(msgspec.Struct, kw_only=True):
    """One channel of a call. Times in UTC; ``cause`` is Q.850. ``held``: waits in music; ``muted``: is not heard.

    ``charged_to``: the extension in whose name a number outside was called.
    """

    channel_id: str
    role: LegRole
    number: str
    endpoint: str
    started_at: datetime
    state: LegState = LegState.DIALING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int | None = None
    user_id: UUID | None = None
    charged_to: str | None = None
    held: bool = False
    muted: bool = False

    def move(self, to: LegState) -> None:
        """Go to the state ``to``; an impossible step raises ``IllegalTransition``."""
        self.state = advance_leg(self.state, to)


class Operation(msgspec.Struct, kw_only=True):
    """What Asterisk is doing for the call right now, so that another engine process can wait for its end.

    ``kind`` is ``dial`` (phones ring), ``talk`` (see ``Call.talk``) or ``message`` (a voicemail is being recorded).
    """

    kind: str
    started_at: datetime
    deadline: datetime | None = None
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class RecordedSide(msgspec.Struct, kw_only=True):
    """One side of a recorded leg: its snoop channel and its file (name without ending).

    ``at``: when the file began; ``over``: nothing comes to it any more.
    """

    channel: str
    name: str
    at: datetime | None = None
    over: bool = False


class CallRecording(msgspec.Struct, kw_only=True):
    """A recording that goes on, or whose sides wait to be joined into the file ``name``.

    ``leg`` is the channel that is recorded; ``sides``: ``in`` is what it says, ``out`` what it hears.
    ``channel``: the only channel of a recording of both sides in one, as earlier versions made them.
    """

    id: UUID
    name: str
    started_at: datetime
    leg: str = ""
    sides: dict[str, RecordedSide] = msgspec.field(default_factory=dict)
    error: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        if self.channel is not None and not self.sides:
            self.sides = {"both": RecordedSide(channel=self.channel, name=self.name)}

    @property
    def over(self) -> bool:
        """Whether nothing comes to it any more."""
        return all(side.over for side in self.sides.values())


class Ending(msgspec.Struct, kw_only=True):
    """Facts from which the outcome is told, gathered while the call runs."""

    message_left: bool = False
    rejected: bool = False
    dial_reason: str | None = None
    flow_finished: bool = False
    failed: bool = False


class Call(msgspec.Struct, kw_only=True):
    """A live call; the same struct, encoded, is its state in the journal."""

    id: UUID
    node_id: str
    direction: Direction
    caller: str
    called: str
    started_at: datetime
    legs: list[Leg]
    caller_name: str = ""
    number_id: UUID | None = None
    language: str = "ru"
    record: bool = False
    state: CallState = CallState.STARTED
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    talk_started_at: datetime | None = None
    talk_s: float = 0.0
    hold_s: float = 0.0
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    visit_id: UUID | None = None
    partner_id: UUID | None = None
    parent_id: UUID | None = None
    wrap_s: int = 0
    """Seconds of wrap-up that the operator gets after the call; 0: none."""
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    cause: int | None = None
    variables: dict[str, str] = msgspec.field(default_factory=dict)
    portrait: dict[str, str] = msgspec.field(default_factory=dict)
    """What the customer's own system tells of who calls in, for the screens of operators; see ``engine.dialer``."""
    dial: dict[str, Any] | None = None
    """An attempt of a campaign, as the dialler keeps it: whom we have called, and how far it is."""
    position: dict[str, Any] | None = None
    operation: Operation | None = None
    playback_id: str | None = None
    bridge_id: str | None = None
    talk: Talk | None = None
    """The conversation in progress."""
    record_paused: bool = False
    recording: CallRecording | None = None
    recorded: list[CallRecording] = msgspec.field(default_factory=list)
    """Recordings that are over and whose sides are not joined yet."""
    ending: Ending = msgspec.field(default_factory=Ending)
    event_count: int = 0
    leg_count: int = 0
    bridge_count: int = 0

    @property
    def caller_leg(self) -> Leg:
        """The leg that opened the call."""
        return self.legs[0]

    def leg(self, channel_id: str) -> Leg | None:
        """The leg on that channel."""
        return next((leg for leg in self.legs if leg.channel_id == channel_id), None)

    def move(self, to: CallState) -> None:
        """Go to the state ``to``; an impossible step raises ``IllegalTransition``."""
        self.state = advance_call(self.state, to)

    def next_channel_id(self) -> str:
        """A channel id of ours for the call's next leg."""
        self.leg_count += 1
        return f"{self.id.hex}-{self.leg_count}"

    def next_bridge_id(self) -> str:
        """A bridge id of ours that no bridge of the call had before."""
        self.bridge_count += 1
        return f"{self.id.hex}-bridge-{self.bridge_count}"


def outcome_of(call: Call) -> Outcome:
    """The outcome of a call that has ended, the strongest fact first."""
    ending = call.ending
    if call.talk_s > 0 or call.talk_started_at is not None:
        return Outcome.ANSWERED
    if ending.message_left:
        return Outcome.VOICEMAIL
    if ending.rejected:
        return Outcome.REJECTED
    if ending.failed:
        return Outcome.FAILED
    if not ending.flow_finished:
        return Outcome.ABANDONED
    reasons = {"busy": Outcome.BUSY} | dict.fromkeys(("no_answer", "unavailable", "rejected"), Outcome.NO_ANSWER)
    if ending.dial_reason in reasons:
        return reasons[ending.dial_reason]
    if ending.dial_reason == "failed":
        return Outcome.FAILED
    return Outcome.SERVED
