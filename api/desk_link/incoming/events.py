"""Events of another desk, read. Pure."""

import base64
import binascii
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.desk_link.mapping import Inbound, InKind
from api.web.paging import Time
from api.web.problems import invalid
from engine.core.pointers import find

Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Short = Annotated[str, Meta(max_length=300, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Meta(max_length=100_000, pattern=r"^[^\x00]*$")]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The request: ``id``, ``number`` there; ``remote_id``: its id here, where the other desk knows it."""

    id: Id
    number: Short | int | None = None
    remote_id: Short | None = None


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None
    account: Short | None = None
    outlet: Short | None = None


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is about, in words of the other desk; what is missing stays as it is."""

    subject: Short | None = None
    description: Text | None = None
    priority: Short | None = None
    category: Short | None = None
    language: Short | None = None
    author: Author = Author()


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """Something said. ``author``: ``client``, else it was said by staff of the other desk."""

    text: Annotated[Text, Meta(min_length=1)]
    id: Id | None = None
    public: bool = True
    author: Short | None = None
    name: Short | None = None


class SentFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file: its content is ``data`` in base64, or the part ``file`` of the form, whose SHA-256 is ``sha256``.
    ``comment_id``: the comment that it came with."""

    id: Id
    name: Annotated[Short, Meta(min_length=1)]
    public: bool = True
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    data: str | None = None
    comment_id: Short | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``at``: when it was, by the clock of the other desk. ``ticket`` is in all kinds but ``ping``;
    ``fields`` in created and fields, ``state`` in status (and created, where the request is not new), ``comment`` and
    ``file`` in those."""

    event_id: Id
    kind: InKind
    at: Time
    ticket: About | None = None
    fields: Fields = Fields()
    state: Short | None = None
    comment: Comment | None = None
    file: SentFile | None = None


def read(data: bytes, inbound: Inbound) -> Event:
    """The event in a body, by the link's own mapping where it has one.

    Raises:
        InvalidInput: it is no event; the message says where and why.
    """
    try:
        document = msgspec.json.decode(data)
        if inbound.map:
            document = mapped(document, inbound)
        event = msgspec.convert(document, Event, strict=not inbound.map)
    except msgspec.ValidationError as exc:
        raise invalid("body", exc) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise invalid("body", "Send the event as JSON") from None
    needed = {"status": event.state, "comment": event.comment, "file": event.file, "ping": True}
    if event.kind != "ping" and event.ticket is None:
        raise invalid("body.ticket", "Say which request it is about")
    if needed.get(event.kind, True) is None:
        name = "state" if event.kind == "status" else event.kind
        raise invalid(f"body.{name}", f"An event {event.kind} holds it")
    return event


def mapped(document: Any, inbound: Inbound) -> dict[str, Any]:
    """Another desk's document in our form."""
    made: dict[str, Any] = {}
    for ours, theirs in inbound.map.items():
        try:
            value = find(document, theirs)
        except LookupError:
            continue
        *folders, name = [part.replace("~1", "/").replace("~0", "~") for part in ours.split("/")[1:]]
        place = made
        for folder in folders:
            inner = place.setdefault(folder, {})
            place = inner if isinstance(inner, dict) else {}
        place[name] = _scalar(value)
    kind = made.get("kind")
    if isinstance(kind, str) and inbound.kinds:
        made["kind"] = inbound.kinds.get(kind, kind)
    return made


def content(file: SentFile) -> bytes | None:
    """What the event itself holds of a file; None: nothing, it came as a part of the form.

    Raises:
        InvalidInput: it is no base64.
    """
    if file.data is None:
        return None
    try:
        return base64.b64decode(file.data, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("body.file.data", "Send the content in base64") from None


def _scalar(value: Any) -> Any:
    """Ids that are numbers elsewhere are text here."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return msgspec.json.encode(value).decode()
    return value
