"""What a signed-in user's own phone is."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import Time
from engine.routing.model import RingSeconds, ToExtension, ToExternal, ToQueue, ToVoicemail


class IceServer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A STUN or TURN server, as the browser's RTCPeerConnection takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class CallerId(msgspec.Struct):
    """A number of ours that may be shown to whom one calls."""

    number: str
    name: str


class OwnForward(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A forwarding rule of one's own extension: see ``Forward``."""

    when: Literal["always", "schedule_open", "schedule_closed", "busy", "no_answer", "unavailable"] = "always"
    to: ToExtension | ToExternal | ToVoicemail | ToQueue
    schedule_id: UUID | None = None
    until: Time | None = None
    after_s: RingSeconds | None = None


class OwnForwards(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All forwarding rules of one's own extension, in order; ``version`` is the extension's, for a change alone."""

    forwards: Annotated[list[OwnForward], Meta(max_length=20)]
    version: int | None = None


class OwnPhone(msgspec.Struct, kw_only=True):
    """The phone of the user's own extension.

    ``kind`` ``webrtc``: a browser signs in as ``uri`` with ``password`` over the WebSocket at ``ws_path`` (same host).
    ``sip``: the extension is a phone of its own; ``password``, ``ws_path`` and ``ice_servers`` are left empty.
    """

    extension: str
    name: str
    kind: str
    uri: str
    username: str
    codecs: list[str]
    password: str | None = None
    ws_path: str | None = None
    ice_servers: list[IceServer] = []
