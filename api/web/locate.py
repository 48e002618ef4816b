"""Where in a body a rule is broken: msgspec leaves out keys of mappings (``$.steps[...]``); this finds them."""

from typing import Any

import msgspec

_ANY = "[...]"


def complaint(data: bytes, decoder: msgspec.json.Decoder[Any], exc: msgspec.ValidationError) -> str:
    """The text of ``exc`` with the first left-out key filled in, where it can be found."""
    text = str(exc)
    before, found, after = text.partition(_ANY)
    if not found:
        return text
    body = msgspec.json.decode(data)
    holder = _at(body, before.rpartition("`$")[2])
    if not isinstance(holder, dict):
        return text
    entries = dict(holder)
    for key, value in entries.items():
        holder.clear()
        holder[key] = value
        if _breaks(body, decoder, text):
            return f"{before}.{key}{after}"
    return text


def _at(body: Any, path: str) -> Any:
    """The value at ``.a.b[0]``; None where there is no such place."""
    for part in path.replace("[", ".").replace("]", "").split("."):
        if not part:
            continue
        if isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


def _breaks(body: Any, decoder: msgspec.json.Decoder[Any], text: str) -> bool:
    try:
        decoder.decode(msgspec.json.encode(body))
    except msgspec.ValidationError as exc:
        return str(exc) == text
    return False
