"""What goes over the events socket: requests out, events and answers in. Pure: no I/O.

``parse`` never raises: a message that can't be read is told apart from an event that this code does not know.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Union
from urllib.parse import quote, urlencode

import msgspec

from engine.ari.events import EVENTS, Event

# The events that the engine acts on; all else stays in Asterisk. RESTResponse carries the answers to our requests
# over the socket: without it here they would be filtered away too. Who handles a new event adds it here.
ALLOWED = (
    "RESTResponse",
    "ApplicationReplaced",
    "StasisStart",
    "StasisEnd",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelTransfer",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
)
# The same for the application that watches phones.
ALLOWED_OF_PHONES = ("RESTResponse", "ApplicationReplaced", "EndpointStateChange")


class Request(msgspec.Struct, frozen=True, tag_field="type", tag="RESTRequest", omit_defaults=True):
    """A REST request inside the socket; ``uri`` has no leading slash and carries the query."""

    request_id: str
    method: str
    uri: str
    content_type: str = ""
    message_body: str = ""
    transaction_id: str = ""


class Unknown(msgspec.Struct, frozen=True):
    """An event of a type that is not declared."""

    type: str


class Malformed(msgspec.Struct, frozen=True):
    """A message that can't be read; ``reason`` is for the log."""

    reason: str


class _Head(msgspec.Struct, frozen=True):
    type: str


_decoder = msgspec.json.Decoder(Union[EVENTS])  # noqa: UP007
_head = msgspec.json.Decoder(_Head)
_encoder = msgspec.json.Encoder()
_known = frozenset(kind.__name__ for kind in EVENTS)


def parse(data: bytes | str) -> Event | Unknown | Malformed:
    """One message of the socket."""
    try:
        event: Event = _decoder.decode(data)
        return event
    except (msgspec.MsgspecError, ValueError, RecursionError) as exc:
        reason = str(exc)
    try:
        kind = _head.decode(data).type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Malformed(reason)
    return Malformed(f"{kind}: {reason}") if kind in _known else Unknown(kind)


def encode(request: Request) -> str:
    return _encoder.encode(request).decode()


def event_filter(allowed: Iterable[str] = ALLOWED) -> dict[str, list[dict[str, str]]]:
    """The body of PUT /applications/{app}/eventFilter."""
    return {"allowed": [{"type": name} for name in allowed]}


def path(*segments: str) -> str:
    """A URI from its segments, each quoted (ids of Local channels hold ``;``, names of recordings ``/``)."""
    return "/".join(quote(segment, safe="") for segment in segments)


def with_query(uri: str, query: Mapping[str, Any] | None) -> str:
    """``uri`` with the options that are not None; true and false as ARI writes them."""
    given = {k: _text(v) for k, v in (query or {}).items() if v is not None}
    return f"{uri}?{urlencode(given, quote_via=quote)}" if given else uri


def operation(method: str, uri: str) -> str:
    """A name for metrics and logs without ids: ``POST channels/answer``."""
    parts = uri.split("?", 1)[0].split("/")
    if parts[0] == "asterisk":
        return f"{method} {'/'.join(parts[:2])}"
    if parts[0] == "recordings":
        del parts[1:2]
    return f"{method} {parts[0]}" + (f"/{parts[2]}" if len(parts) > 2 else "")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
