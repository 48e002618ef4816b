"""Where a client's portrait comes from: one request to the customer's system, and what of its answer is kept."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from engine.core.outside import is_link_local

Url = Annotated[str, Meta(min_length=8, max_length=1000, pattern=r"^https?://[!-~]+$")]
Variable = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Name of a variable: latin, digits, _")]
Header = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
HeaderValue = Annotated[str, Meta(max_length=1000, pattern=r"^[ -~]*$")]
Pointer = Annotated[str, Meta(max_length=500, pattern=r"^(/.*)?$", description="JSON pointer (RFC 6901)")]
Headers = Annotated[dict[Header, HeaderValue], Meta(max_length=20)]
PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
PLACES = frozenset({"phone", "external_id", "name", "list_id"})
"""What the address and the body of a request for a portrait may name."""


class Portrait(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="portrait", forbid_unknown_fields=True):
    """A request for one client. ``{phone}`` (digits, no plus), ``{external_id}``, ``{name}`` and ``{list_id}`` stand in
    the address or the JSON ``body``, ``{secret}`` in headers or the body.

    ``mapping``: variable -> place of its value in the answer. A portrait is fresh for ``cache_s``; one that does not
    come within ``deadline_s`` is not waited for. ``inbound``: asked who calls in, too, when an operator's phone rings.
    """

    url: Url
    method: Literal["GET", "POST"] = "GET"
    headers: Headers = msgspec.field(default_factory=dict)
    body: Annotated[str, Meta(max_length=4000)] = ""
    mapping: Annotated[dict[Variable, Pointer], Meta(min_length=1, max_length=100)]
    cache_s: Annotated[int, Meta(ge=0, le=2_592_000)] = 3600
    deadline_s: Annotated[float, Meta(ge=0.1, le=30)] = 1.5
    inbound: bool = False


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """The client that a portrait is asked for."""

    phone: str = ""
    external_id: str = ""
    name: str = ""
    list_id: str = ""


def places(text: str) -> set[str]:
    """Names in ``text`` that stand in braces."""
    return set(PLACE.findall(text))


def fill(text: str, values: Mapping[str, str], quote: Callable[[str], str] = str) -> str:
    """``text`` with each place in braces replaced; an unknown name leaves nothing. What is put in is not looked at
    again."""
    return PLACE.sub(lambda match: quote(values.get(match[1], "")), text)


def refused(url: str) -> str | None:
    """Why ``url`` (still with its places) may not be asked; None when it may."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "It is no address"
    if parts.scheme not in ("http", "https") or not host:
        return "Give an http or https address"
    if places(parts.netloc):
        return "Places in braces are not allowed in the host part"
    if parts.username is not None or parts.password is not None:
        return "Put the password into a header, as {secret}, and not into the address"
    return "Link-local addresses are not asked" if is_link_local(host) else None


def broken(settings: Portrait, path: str = "body.settings") -> list[dict[str, str]]:
    """Rules that types can't say."""
    errors = []
    if reason := refused(settings.url):
        errors.append({"path": f"{path}.url", "message": reason})
    for name in sorted(places(settings.url) - PLACES):
        errors.append({"path": f"{path}.url", "message": f"Unknown place {{{name}}}: use {_known(PLACES)}"})
    for name in sorted(places(settings.body) - PLACES - {"secret"}):
        errors.append({"path": f"{path}.body", "message": f"Unknown place {{{name}}}: use {_known(PLACES)}"})
    if settings.method == "GET" and settings.body:
        errors.append({"path": f"{path}.body", "message": "Only POST has a body"})
    named = places(settings.url) | places(settings.body)
    if not {"phone", "external_id"} & named:
        errors.append({"path": f"{path}.url", "message": "Say who is asked for: {phone} or {external_id}"})
    elif settings.inbound and "phone" not in named:
        errors.append({"path": f"{path}.url", "message": "Who calls in is known by the number alone: use {phone}"})
    return errors


def _known(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
