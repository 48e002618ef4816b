"""What of a request's body may be kept: everything but secrets and long texts. Pure."""

from typing import Any

import msgspec

_SECRET = ("password", "secret", "token", "code", "hash", "current", "new")
_LONGEST = 500
_ITEMS = 50
_DEEPEST = 6


def masked(body: Any) -> Any:
    """``body`` (a decoded request) as plain values, secrets as ``***``, long texts and lists cut."""
    if body is None:
        return None
    return _masked(msgspec.to_builtins(body), 0)


def _masked(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, dict):
        return {name: _field(name, item, depth) for name, item in list(value.items())[:_ITEMS]}
    if isinstance(value, list):
        return [_masked(item, depth + 1) for item in value[:_ITEMS]]
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + "..."
    return value


def _field(name: str, value: Any, depth: int) -> Any:
    words = name.lower().replace("-", "_").split("_")
    if value is not None and any(word in _SECRET for word in words):
        return "***"
    return _masked(value, depth + 1)
