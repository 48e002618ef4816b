"""What a menu may ask a web service, and how values are taken from its answer. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from engine.core.outside import is_link_local
from engine.core.pointers import as_text, find, is_pointer
from engine.ivr.rules.render import places

__all__ = ["AnswerUnfit", "is_pointer", "pick", "refused"]
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


def pick(data: bytes, mapping: Mapping[str, str]) -> dict[str, str]:
    """Values of the JSON document ``data`` by variable, found by RFC 6901 pointers.

    Raises:
        AnswerUnfit: not JSON, or a pointer leads nowhere.
    """
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as exc:
        raise AnswerUnfit("the answer is not JSON") from exc
    return {variable: _text(document, pointer) for variable, pointer in mapping.items()}


def _text(document: Any, pointer: str) -> str:
    try:
        return as_text(find(document, pointer), MAX_VALUE)
    except LookupError:
        raise AnswerUnfit(f"the answer has no value at {pointer}") from None
