"""What clients write for each resource of the PBX; what they read back is that and id, version and times.

A field left unset (``UNSET``) is not touched by a change; secrets are written and never read back.
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.web.paging import Time
from engine.ivr.model import MenuDefinition
from engine.routing.model import (
    BlacklistAction,
    Destination,
    Digits,
    ExtensionNumber,
    Forward,
    Interval,
    RingSeconds,
    ScheduleException,
)

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^\S")]
Language = Literal["ru", "en"]
Codec = Literal["alaw", "ulaw", "g722", "opus", "gsm"]
Codecs = Annotated[list[Codec], Meta(min_length=1, max_length=5)]
Calls = Annotated[int, Meta(ge=1, le=100_000)]


class Written(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of what clients write."""


class NumberData(Written, kw_only=True):
    """A DID, digits as dialled, without a plus sign, and where its calls go.

    ``language`` is what its callers hear; ``languages`` what they may speak where menus detect it.
    """

    number: Annotated[str, Meta(pattern=r"^[0-9]{2,15}$")]
    name: Name
    destination: Destination
    trunk_id: UUID | None = None
    language: Language = "ru"
    languages: Annotated[list[Language], Meta(max_length=2)] = []
    record: bool = False
    max_calls: Calls | None = None
    fallback_extension: ExtensionNumber | None = None
    partner_id: UUID | None = None
    enabled: bool = True


class TrunkData(Written, kw_only=True):
    """A way to the phone network: ``registering`` with a login there, or known by its addresses (``ip``)."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    kind: Literal["registering", "ip"]
    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 5060
    transport: Literal["udp", "tcp"] = "udp"
    username: Annotated[str, Meta(pattern=r"^[!-~]{1,100}$")] | None = None
    match: Annotated[list[Annotated[str, Meta(pattern=r"^[0-9A-Fa-f.:/]{2,50}$")]], Meta(max_length=50)] = []
    codecs: Codecs = msgspec.field(default_factory=lambda: ["alaw", "ulaw"])
    caller_id: Digits | None = None
    max_channels: Calls | None = None
    enabled: bool = True


class TrunkWrite(TrunkData, kw_only=True):
    """A trunk as written; the password is never read back."""

    password: Annotated[str, Meta(pattern=r"^[!-~]{1,100}$")] | UnsetType | None = UNSET


class ExtensionData(Written, kw_only=True):
    """An internal number and its phone: ``sip``, a phone of its own, or ``webrtc``, the browser of its user."""

    number: ExtensionNumber
    name: Name
    kind: Literal["sip", "webrtc"] = "sip"
    codecs: Codecs = msgspec.field(default_factory=lambda: ["opus", "alaw", "ulaw"])
    caller_id: Digits | None = None
    max_contacts: Annotated[int, Meta(ge=1, le=20)] = 5
    ring_s: RingSeconds = 30
    voicemail_box_id: UUID | None = None
    forwards: Annotated[list[Forward], Meta(max_length=20)] = []
    enabled: bool = True


class ExtensionWrite(ExtensionData, kw_only=True):
    """An extension as written; without a password a strong one is made. Phones get it from ``.../phone``."""

    password: Annotated[str, Meta(pattern=r"^[!-~]{8,100}$")] | UnsetType = UNSET


Prefixes = Annotated[list[Annotated[str, Meta(pattern=r"^[0-9]{1,15}$")]], Meta(max_length=500)]


class ScopeData(Written, kw_only=True):
    """Whom and which numbers a rule concerns; ``users``, ``groups`` and ``extensions`` all empty: everybody.

    ``prefixes``: the first digits of numbers in international form (``79``, ``44``); empty: every number. Rules are
    looked through by ``position``, and the first that fits holds.
    """

    name: Name
    position: Annotated[int, Meta(ge=0, le=1_000_000)] = 100
    users: Annotated[list[UUID], Meta(max_length=1000)] = []
    groups: Annotated[list[UUID], Meta(max_length=100)] = []
    extensions: Annotated[list[ExtensionNumber], Meta(max_length=1000)] = []
    prefixes: Prefixes = []
    enabled: bool = True


class OutboundRuleData(ScopeData, kw_only=True):
    """Who may call which numbers outside; what no rule is about may be called.

    ``allow`` false: not at all. Else while ``schedule_id`` is open, up to ``max_calls`` at once and ``max_minutes_day``
    a day, counted for each extension, or for all that the rule concerns ``together``.
    """

    allow: bool = True
    schedule_id: UUID | None = None
    max_calls: Calls | None = None
    max_minutes_day: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    together: bool = False


class CallerIdRuleData(ScopeData, kw_only=True):
    """The number of ours that is shown outside: digits as in ``numbers``.

    It comes after a number chosen for the call and the extension's own, before the trunk's.
    """

    caller_id: Annotated[str, Meta(pattern=r"^[0-9]{2,15}$")]


class FeatureCode(msgspec.Struct, kw_only=True):
    """A code that phones dial; ``dial`` has its argument in angle brackets."""

    dial: str
    feature: str
    ru: str
    en: str


class GroupData(Written, kw_only=True):
    """Extensions that ring together or one after another."""

    name: Name
    members: Annotated[list[ExtensionNumber], Meta(min_length=1, max_length=200)]
    strategy: Literal["ring_all", "linear"] = "ring_all"
    ring_s: RingSeconds = 30
    no_answer: Destination | None = None


class ScheduleData(Written, kw_only=True):
    """Weekly hours with exceptions in a time zone, and where calls go when open and when closed."""

    name: Name
    timezone: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$", description="IANA name: Europe/Moscow")]
    weekly: Annotated[list[Interval], Meta(max_length=100)]
    exceptions: Annotated[list[ScheduleException], Meta(max_length=1000)] = []
    open: Destination
    closed: Destination


class MenuData(Written, kw_only=True):
    """A voice menu; checked as a whole."""

    name: Name
    definition: MenuDefinition


class SpeedDialData(Written, kw_only=True):
    """A short code that extensions may dial."""

    code: Annotated[str, Meta(pattern=r"^[0-9*#]{1,8}$")]
    name: Name
    destination: Destination


class BlacklistData(Written, kw_only=True):
    """A blocked caller."""

    pattern: Annotated[str, Meta(pattern=r"^[0-9]{1,15}$")]
    kind: Literal["exact", "prefix"] = "exact"
    reason: Annotated[str, Meta(max_length=300)] = ""
    until: Time | None = None
    action: BlacklistAction = BlacklistAction()


class VoicemailBoxData(Written, kw_only=True):
    """Where callers leave messages."""

    name: Name
    greeting_prompt_id: UUID | None = None
    max_message_s: Annotated[int, Meta(ge=3, le=3600)] = 180
    max_messages: Annotated[int, Meta(ge=1, le=100_000)] = 200


class Phone(msgspec.Struct, kw_only=True):
    """What a phone needs to register; ``password`` only for those who may change extensions."""

    number: str
    name: str
    username: str
    server: str
    port: int
    transport: str
    codecs: list[str]
    password: str | None = None
