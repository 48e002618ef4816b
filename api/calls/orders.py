"""What people do with calls in progress, as the API takes it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from engine.routing.model import Destination, ExtensionNumber

Dialled = Annotated[
    str,
    Meta(pattern=r"^(tel:)?\+?[0-9*#][0-9*# ().-]{0,39}$", description="A number as an extension dials it, or tel:..."),
]
ChannelId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.;-]{1,80}$", description="A member's ``channel_id``")]


class TransferOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the other side goes: a number as an extension dials it, or any destination (a queue, a menu)."""

    to: Dialled | Destination


class PhoneOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to call: a number as an extension dials it."""

    to: Dialled


class MuteOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``on``: nobody hears the member."""

    on: bool = True


class ParkOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """After ``timeout_s`` seconds the call rings at the phone that parked it (two minutes, unless set otherwise)."""

    timeout_s: Annotated[float, Meta(ge=1, le=3600)] | None = None


class RetrieveOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The extension that takes the parked call; one's own by default."""

    extension: ExtensionNumber | None = None


class RecordOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``pause`` keeps silence in the recording until ``resume``: for card numbers and the like."""

    action: Literal["start", "stop", "pause", "resume"]


class DigitsOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Tones to whom one talks with."""

    digits: Annotated[str, Meta(pattern=r"^[0-9A-Da-d*#]{1,40}$")]


class SuperviseOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Hear all (``listen``), be heard by the operator alone (``whisper``), or by all (``barge``)."""

    mode: Literal["listen", "whisper", "barge"]


class Done(msgspec.Struct, kw_only=True):
    """What came of a command: the phone that rings now, the slot in which the call is parked."""

    channel_id: str | None = None
    slot: str | None = None


class CallOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ring the phone of ``from_extension`` (one's own by default); when it answers, dial ``to`` and connect them."""

    to: Dialled
    from_extension: ExtensionNumber | None = None
    caller_id: Annotated[str, Meta(pattern=r"^\+?[0-9]{2,15}$")] | None = None


class Started(msgspec.Struct):
    """The call was accepted; the feed and the history tell how it goes."""

    call_id: UUID


def digits_of(dialled: str) -> str:
    """A number as it is dialled, without what people write it with: ``tel:+7 (495) 100-00-01``."""
    return "".join(char for char in dialled.removeprefix("tel:") if char in "+0123456789*#")
