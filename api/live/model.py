"""What goes over the live WebSocket.

Client: ``{"type": "auth", "token": ...}`` first (again with a fresh token before the old one is over).
Server: ``ready`` once, then ``change`` messages; ``reset`` when what was missed is not kept any more: read anew;
``partial`` messages with text that may still change (topic ``transcripts``), which bear no cursor and never come again.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

# Topic -> the rights of which it needs one; who has no more than calls.own sees the calls it takes part in.
TOPICS = {
    "calls": "calls.read|calls.own",
    "callbacks": "callbacks.read|calls.read",
    "missed": "missed.read",
    "operators": "presence.read|presence.self",
    "queues": "queues.read",
    "voicemail": "recordings.read",
    "transcripts": "recordings.read|calls.own",
    "campaigns": "campaigns.read|campaigns.own",
    "tickets": "tickets.read",
    "portal": "tickets.own",
    "config": "telephony.read",
}
_ONE = f"({'|'.join(TOPICS)})"
_LIST = f"^{_ONE}(,{_ONE}){{0,9}}$"


class LiveQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``topics``: comma-separated. ``since``: the last cursor seen."""

    topics: Annotated[str, Meta(pattern=_LIST)] = "calls,config"
    since: Annotated[int, Meta(ge=0, le=2**62)] | None = None


class Auth(msgspec.Struct):
    """The first message of a client."""

    type: Literal["auth"]
    token: Annotated[str, Meta(max_length=8000)]


class Change(msgspec.Struct, kw_only=True, tag="change", tag_field="type"):
    """One change; ``cursor`` is what to resume from after it."""

    cursor: int
    at: datetime
    topic: str
    kind: str
    key: str
    data: Any


class Partial(msgspec.Struct, kw_only=True, tag="partial", tag_field="type"):
    """What somebody seems to be saying just now.

    ``data`` has side, user_id, text, start_s and end_s (from the transcript's beginning). It replaces the one before of
    that speaker; the ``segment`` that follows replaces it; an empty text takes it back.
    """

    topic: str
    key: str
    data: Any


class Ready(msgspec.Struct, kw_only=True, tag="ready", tag_field="type"):
    """Signed in; changes after ``cursor`` follow."""

    cursor: int


class Reset(msgspec.Struct, kw_only=True, tag="reset", tag_field="type"):
    """Changes between the client's cursor and now are lost: read everything anew, then go on from ``cursor``."""

    cursor: int


class Close(IntEnum):
    """Why the server closed; the client resumes by cursor after all but the first three."""

    MALFORMED = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    NO_AUTH_IN_TIME = 4408
    TOO_SLOW = 4429
    GOING_AWAY = 1001
