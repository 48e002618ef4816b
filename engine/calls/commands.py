"""What can be done with a live call, as it is sent to the control address. Pure data."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

ChannelId = Annotated[str, Meta(min_length=1, max_length=80)]
To = Annotated[str, Meta(pattern=r"^\+?[0-9*#]{1,40}$")] | dict[str, Any]
"""A number as an extension dials it, or a destination (``{"kind": "menu", ...}``)."""


class By(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who commands: the user, their extension, and their rights beyond the calls that they take part in."""

    user_id: UUID | None = None
    extension: str | None = None
    supervise: bool = False
    control: bool = False


class _Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """``do`` names the command."""


class Hold(_Command, frozen=True, tag="hold"):
    """Step out of the conversation; whoever is left alone hears music."""


class Unhold(_Command, frozen=True, tag="unhold"):
    """Come back."""


class Transfer(_Command, frozen=True, tag="transfer"):
    """Send the other side on and leave."""

    to: To


class Consult(_Command, frozen=True, tag="consult"):
    """Ask somebody while the other side waits."""

    to: To


class Complete(_Command, frozen=True, tag="complete"):
    """Connect the other side with who is asked, and leave; a phone that still rings gets the call when it answers."""


class Cancel(_Command, frozen=True, tag="cancel"):
    """End the consultation and come back."""


class Swap(_Command, frozen=True, tag="swap"):
    """Talk with the other of the two."""


class Add(_Command, frozen=True, tag="add"):
    """Call somebody into the conversation; who is being consulted joins at once."""

    to: To


class Rejoin(_Command, frozen=True, tag="rejoin"):
    """Ring one's own phone again, which lost the call (a page loaded anew): the new leg takes the old one's place."""


class Remove(_Command, frozen=True, tag="remove"):
    """Take a member, or a phone that rings, out."""

    channel_id: ChannelId


class Mute(_Command, frozen=True, tag="mute"):
    """Nobody hears a member any more, or again."""

    channel_id: ChannelId
    on: bool


class Park(_Command, frozen=True, tag="park"):
    """Leave the other side in a parking slot; it comes back after ``timeout_s`` seconds."""

    timeout_s: Annotated[float, Meta(ge=1, le=3600)] | None = None


class Retrieve(_Command, frozen=True, tag="retrieve"):
    """Take a parked call at an extension (one's own by default)."""

    extension: str | None = None


class Record(_Command, frozen=True, tag="record"):
    """Record from now on, end it, or keep silence in the recording for a while."""

    action: Literal["start", "stop", "pause", "resume"]


class Digits(_Command, frozen=True, tag="digits"):
    """Send tones to whom one talks with."""

    digits: Annotated[str, Meta(pattern=r"^[0-9A-Da-d*#]{1,40}$")]


class Supervise(_Command, frozen=True, tag="supervise"):
    """Ring one's own phone to hear a call, be heard by its operator alone, or by all; may be changed at any time."""

    mode: Literal["listen", "whisper", "barge"]


class TakeOver(_Command, frozen=True, tag="take_over"):
    """Take the operator's place."""


class Unsupervise(_Command, frozen=True, tag="unsupervise"):
    """Leave the call that one supervises."""


class HangUp(_Command, frozen=True, tag="hang_up"):
    """Leave the call; who takes no part in it ends it."""


Command = (
    Hold
    | Unhold
    | Transfer
    | Consult
    | Complete
    | Cancel
    | Swap
    | Add
    | Rejoin
    | Remove
    | Mute
    | Park
    | Retrieve
    | Record
    | Digits
    | Supervise
    | TakeOver
    | Unsupervise
    | HangUp
)


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command and who gives it."""

    by: By
    command: Command
