"""What routing knows: destinations, numbers, extensions, schedules, blacklist. Pure data; the API validates with it."""

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import msgspec

Digits = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{2,15}$", description="A phone number, E.164 or internal")]
ExtensionNumber = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,8}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^(ru|en)$")]
RingSeconds = Annotated[int, msgspec.Meta(ge=5, le=300)]


class ToMenu(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="menu", tag_field="kind"):
    """A voice menu."""

    id: UUID


class ToExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="extension", tag_field="kind"):
    """An internal number."""

    number: ExtensionNumber


class ToGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="group", tag_field="kind"):
    """A ring group."""

    id: UUID


class ToVoicemail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="voicemail", tag_field="kind"):
    """A voicemail box."""

    box_id: UUID


class ToExternal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="external", tag_field="kind"):
    """A number on the phone network, by a trunk (the first enabled one when none is named).

    ``extension``: in whose name; its rules of calls outside hold and its limits count. ``caller_id``: the number to
    show, one of ours; by default it is chosen by extension, rules and trunk.
    """

    number: Digits
    trunk_id: UUID | None = None
    caller_id: Digits | None = None
    extension: ExtensionNumber | None = None


class ToSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="schedule", tag_field="kind"):
    """A schedule, which chooses by the time of the call."""

    id: UUID


class ToMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="message", tag_field="kind"):
    """A message, then hang up. ``sound`` is a core sound (``ss-noservice``); ``prompt_id`` an uploaded one."""

    prompt_id: UUID | None = None
    sound: str | None = None


class ToHangup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="hangup", tag_field="kind"):
    """End the call: ``busy`` (SIP 486), ``reject`` (403), ``unknown`` (404), ``normal``."""

    how: Annotated[str, msgspec.Meta(pattern="^(busy|reject|unknown|normal)$")] = "normal"


class ToQueue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="queue", tag_field="kind"):
    """A queue of callers; a higher ``priority`` is served first."""

    id: UUID
    priority: int | None = None


class ToCallback(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="callback", tag_field="kind"):
    """Order a call back from a queue, then hang up."""

    queue_id: UUID


Destination = (
    ToMenu | ToExtension | ToGroup | ToVoicemail | ToExternal | ToSchedule | ToMessage | ToHangup | ToQueue | ToCallback
)


class Interval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Open hours of a weekday (1 = Monday ... 7), ``end`` not included; an ``end`` of ``00:00`` is midnight."""

    day: Annotated[int, msgspec.Meta(ge=1, le=7)]
    start: time
    end: time


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Open hours within one day."""

    start: time
    end: time


class ScheduleException(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days (``first`` to ``last``, both included) that do not follow the week: a holiday or special hours.

    ``hours`` empty: closed all day. ``destination``: where calls go while closed on these days, if not the usual one.
    """

    first: date
    last: date
    name: str = ""
    hours: tuple[Hours, ...] = ()
    destination: Destination | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Weekly hours in an IANA time zone with exceptions, and where to go when open and when closed."""

    id: UUID
    name: str
    timezone: str
    weekly: tuple[Interval, ...]
    exceptions: tuple[ScheduleException, ...] = ()
    open: Destination
    closed: Destination


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A DID: the digits as dialled, without a plus sign."""

    id: UUID
    number: str
    name: str
    language: str
    destination: Destination
    languages: tuple[str, ...] = ()
    """What its callers may speak beside ``language``; empty: that alone."""
    record: bool = False
    max_calls: int | None = None
    fallback_extension: str | None = None
    partner_id: UUID | None = None
    """Whose calls they are."""
    enabled: bool = True


class Forward(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A forwarding rule of an extension, until a time.

    Before its phone rings: ``always``, or while a schedule is open or closed. After it rang in vain: ``busy`` (the
    phone is in use or declines), ``no_answer`` (after ``after_s`` seconds, if that is sooner than its ring time),
    ``unavailable`` (the phone is not registered). The first rule that fits holds.
    """

    when: Annotated[
        str, msgspec.Meta(pattern="^(always|schedule_open|schedule_closed|busy|no_answer|unavailable)$")
    ] = "always"
    to: Destination
    schedule_id: UUID | None = None
    until: datetime | None = None
    after_s: RingSeconds | None = None


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """An internal number with its phone."""

    id: UUID
    number: str
    name: str
    ring_s: int = 30
    caller_id: str | None = None
    voicemail_box_id: UUID | None = None
    forwards: tuple[Forward, ...] = ()
    enabled: bool = True


class RingGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Extensions that ring together (``ring_all``) or one after another (``linear``)."""

    id: UUID
    name: str
    strategy: str
    members: tuple[str, ...]
    ring_s: int
    no_answer: Destination | None = None


class SpeedDial(msgspec.Struct, frozen=True, kw_only=True):
    """A short code that extensions may dial."""

    id: UUID
    code: str
    name: str
    destination: Destination


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Whose an extension is: the user and the employee groups of the user."""

    extension: str
    user_id: UUID
    groups: frozenset[UUID] = frozenset()


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whom and which numbers a rule concerns; all three of the first empty: everybody; no prefix: every number."""

    users: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    extensions: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()


class OutboundRule(Scope, frozen=True, kw_only=True):
    """Who may call which numbers outside: ``allow`` within a schedule and limits, or not at all.

    ``max_calls`` at once and ``max_minutes_day`` count the calls that the rule concerns: of each extension alone, or of
    all ``together``.
    """

    id: UUID
    position: int
    name: str
    allow: bool = True
    schedule_id: UUID | None = None
    max_calls: int | None = None
    max_minutes_day: int | None = None
    together: bool = False


class CallerIdRule(Scope, frozen=True, kw_only=True):
    """The number of ours that is shown."""

    id: UUID
    position: int
    name: str
    caller_id: str


class BlacklistAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a blocked caller gets: ``reject``, a ``message`` (sound or prompt) or ``voicemail`` (a box)."""

    kind: Annotated[str, msgspec.Meta(pattern="^(reject|message|voicemail)$")] = "reject"
    prompt_id: UUID | None = None
    sound: str | None = None
    box_id: UUID | None = None


class BlacklistEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A blocked caller: the exact digits or a prefix, until a time (none: for good)."""

    id: UUID
    pattern: str
    kind: str
    reason: str = ""
    until: datetime | None = None
    action: BlacklistAction = BlacklistAction()


class VoicemailBox(msgspec.Struct, frozen=True, kw_only=True):
    """Where callers leave messages."""

    id: UUID
    name: str
    greeting_prompt_id: UUID | None = None
    max_message_s: int = 180
    max_messages: int = 200


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A way to the phone network; ``name`` is its PJSIP endpoint."""

    id: UUID
    name: str
    caller_id: str | None = None
    max_channels: int | None = None
    enabled: bool = True


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded or recorded prompt; ``file`` is relative to the prompts folder, without ending."""

    id: UUID
    name: str
    language: str
    file: str
