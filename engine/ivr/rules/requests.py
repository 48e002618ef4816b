"""What a menu may ask a web service, and how values are taken from its answer. Pure."""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from engine.ivr.rules.render import places

MAX_VALUE = 2000


class AnswerUnfit(ValueError):
    """The answer holds not what the mapping names; the text says what is missing."""


def refused(url: str) -> str | None:
    """Why a menu may not ask ``url`` (still with its places); None when it may."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "not a URL"
    if parts.scheme not in ("http", "https") or not host:
        return "not an http or https URL"
    if places(parts.netloc):
        return "variables are not allowed in the host part"
    return "link-local addresses are not asked" if is_link_local(host) else None


def is_pointer(text: str) -> bool:
    """Is ``text`` an RFC 6901 pointer? Empty names the whole document; ``~`` stands before 0 or 1 alone."""
    return (not text or text.startswith("/")) and "~" not in text.replace("~0", "").replace("~1", "")


def pick(data: bytes, mapping: Mapping[str, str]) -> dict[str, str]:
    """Values of the JSON document ``data`` by variable, found by RFC 6901 pointers.

    Raises:
        AnswerUnfit: not JSON, or a pointer leads nowhere.
    """
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as exc:
        raise AnswerUnfit("the answer is not JSON") from exc
    return {variable: _text(_at(document, pointer)) for variable, pointer in mapping.items()}


def _at(document: Any, pointer: str) -> Any:
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            raise AnswerUnfit(f"the answer has no value at {pointer}")
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_VALUE]
    return msgspec.json.encode(value).decode()[:MAX_VALUE]


def is_link_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.split("%", 1)[0]).is_link_local
    except ValueError:
        return False
