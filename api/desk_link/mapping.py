"""How another desk is spoken to: its operations as templates, its words for ours. Pure."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.desk_link.templates import BadTemplate, check_body, check_path
from api.tickets.model import Priority
from api.tickets.states import State
from engine.core.pointers import is_pointer

OutKind = Literal["create", "comment", "status", "fields", "file"]
InKind = Literal["created", "comment", "status", "fields", "file", "ping"]
OPERATIONS: tuple[OutKind, ...] = ("create", "comment", "status", "fields", "file")
Pointer = Annotated[str, Meta(max_length=300, pattern=r"^/", description="JSON pointer (RFC 6901)")]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
Header = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
Errors = list[dict[str, str]]


class Operation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One request of the other desk's API.

    ``path``: below the link's address, a template whose values are quoted; ``body``: JSON, a template in which each
    ``{{ value }}`` becomes a JSON value by itself (write no quotes around it). ``multipart``: a form; its part ``part``
    holds that JSON (no ``part``: each member of the object is a part), ``file_part`` the file. ``remote_id``,
    ``remote_number``, ``remote_state``: where they stand in the answer.
    """

    method: Literal["GET", "POST", "PUT", "PATCH"] = "POST"
    path: Annotated[str, Meta(max_length=1000, pattern=r"^/")]
    body: Annotated[str, Meta(max_length=20_000)] = ""
    encoding: Literal["json", "multipart"] = "json"
    part: Annotated[str, Meta(max_length=60, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    file_part: Annotated[str, Meta(max_length=60, pattern=r"^[A-Za-z0-9_\[\]-]+$")] = "file"
    remote_id: Pointer | None = None
    remote_number: Pointer | None = None
    remote_state: Pointer | None = None


class NoAuth(msgspec.Struct, frozen=True, tag_field="kind", tag="none", forbid_unknown_fields=True):
    """Nothing is shown."""


class BasicAuth(msgspec.Struct, frozen=True, tag_field="kind", tag="basic", forbid_unknown_fields=True):
    """HTTP Basic: ``user``, and the secret as the password."""

    user: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^:\x00-\x1f]+$")]


class BearerAuth(msgspec.Struct, frozen=True, tag_field="kind", tag="bearer", forbid_unknown_fields=True):
    """``Authorization: Bearer <secret>``."""


class HeaderAuth(msgspec.Struct, frozen=True, tag_field="kind", tag="header", forbid_unknown_fields=True):
    """``<name>: <prefix><secret>``."""

    name: Header
    prefix: Annotated[str, Meta(max_length=40, pattern=r"^[ -~]*$")] = ""


class HmacAuth(msgspec.Struct, frozen=True, tag_field="kind", tag="hmac", forbid_unknown_fields=True):
    """``<name>: t=<unix seconds>,v1=<hex>``: HMAC-SHA256 with the secret over ``<t>.<body>``; of a form over the part
    that holds the JSON."""

    name: Header = "PayLater-Signature"


Auth = NoAuth | BasicAuth | BearerAuth | HeaderAuth | HmacAuth


class Inbound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Events that do not come in our own form. ``map``: our place (``/ticket/id``) -> theirs; places that are not named
    stay empty. ``kinds``: their word for a kind of event -> ours. Empty: events are in our form."""

    map: Annotated[dict[Pointer, Pointer], Meta(max_length=60)] = {}
    kinds: Annotated[dict[Word, InKind], Meta(max_length=60)] = {}


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the other desk is spoken to. An operation that is not there is one the desk can't do: such events don't go.

    ``preset``: operations, authentication and ``inbound`` are those of the preset, whatever stands here;
    ``remote_link``: the link's id on the other desk, where that is another instance of this product. ``find``: looks a
    request up by our id; ``test``: a request that changes nothing.

    ``states``, ``priorities``, ``categories``: our word (id of a category) -> theirs; ``*_in``: theirs -> ours, where
    it is not simply the other way round. ``category_id``: of requests from there that fit no category. ``internal``:
    internal notes go there too. ``own_author``: under which name the other desk tells of our own words; they are left
    out.
    """

    preset: Literal["", "paylater"] = ""
    remote_link: UUID | None = None
    auth: Auth = NoAuth()
    create: Operation | None = None
    comment: Operation | None = None
    status: Operation | None = None
    fields: Operation | None = None
    file: Operation | None = None
    find: Operation | None = None
    test: Operation | None = None
    states: dict[State, Word] = {}
    states_in: Annotated[dict[Word, State], Meta(max_length=100)] = {}
    priorities: dict[Priority, Word] = {}
    priorities_in: Annotated[dict[Word, Priority], Meta(max_length=100)] = {}
    categories: Annotated[dict[UUID, Word], Meta(max_length=1000)] = {}
    categories_in: Annotated[dict[Word, UUID], Meta(max_length=1000)] = {}
    category_id: UUID | None = None
    internal: bool = False
    own_author: Annotated[str, Meta(max_length=200)] = ""
    inbound: Inbound = Inbound()


def operation(settings: LinkSettings, kind: str) -> Operation | None:
    """The operation of this name, None: the desk can't do it."""
    found: Operation | None = getattr(settings, kind)
    return found


def capabilities(settings: LinkSettings) -> frozenset[OutKind]:
    """What the other desk can be told."""
    return frozenset(kind for kind in OPERATIONS if operation(settings, kind) is not None)


def outward(words: dict[Any, str], ours: Any) -> str:
    """Their word for ``ours``; ours itself where the map has none."""
    return words.get(ours, "" if ours is None else str(ours))


def inward(words: dict[Any, str], more: dict[str, Any], theirs: str) -> Any | None:
    """Our word for ``theirs``, without regard to case; None: the maps don't know it."""
    for word, ours in (*more.items(), *((word, ours) for ours, word in words.items())):
        if word.casefold() == theirs.casefold():
            return ours
    return None


def errors(settings: LinkSettings) -> Errors:
    """Broken rules that types can't say."""
    found: Errors = []
    if not settings.preset and settings.create is None:
        found.append({"path": "body.settings.create", "message": "Say how a request is created, or choose a preset"})
    for name in (*OPERATIONS, "find", "test"):
        if made := operation(settings, name):
            found += _operation_errors(made, f"body.settings.{name}", name)
    pairs = [*settings.inbound.map.items()]
    for ours, theirs in pairs:
        if not (is_pointer(ours) and is_pointer(theirs)):
            message = "Both sides are JSON pointers: /ticket/id"
            found.append({"path": f"body.settings.inbound.map.{ours}", "message": message})
    return found


def _operation_errors(made: Operation, path: str, name: str) -> Errors:
    found: Errors = []
    for part, check in (("path", check_path), ("body", check_body)):
        try:
            check(getattr(made, part))
        except BadTemplate as exc:
            found.append({"path": f"{path}.{part}", "message": str(exc)})
    if made.method == "GET" and made.body:
        found.append({"path": f"{path}.body", "message": "A GET has no body"})
    if name in ("create", "find") and made.remote_id is None:
        found.append({"path": f"{path}.remote_id", "message": "Say where the request's id stands in the answer: /id"})
    for part in ("remote_id", "remote_number", "remote_state"):
        pointer = getattr(made, part)
        if pointer is not None and not is_pointer(pointer):
            found.append({"path": f"{path}.{part}", "message": "Write a JSON pointer: /data/id"})
    return found
