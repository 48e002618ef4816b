"""Places in a JSON document, named by RFC 6901 pointers. Pure."""

from typing import Any

import msgspec


def is_pointer(text: str) -> bool:
    """Is ``text`` a pointer? Empty names the whole document; ``~`` stands before 0 or 1 alone."""
    return (not text or text.startswith("/")) and "~" not in text.replace("~0", "").replace("~1", "")


def find(document: Any, pointer: str) -> Any:
    """The value at ``pointer``.

    Raises:
        LookupError: there is none.
    """
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            raise LookupError(pointer)
    return value


def as_text(value: Any, longest: int) -> str:
    """A JSON value as text of at most ``longest`` characters: null is empty, lists and objects stay JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:longest]
    return msgspec.json.encode(value).decode()[:longest]
