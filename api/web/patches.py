"""Partial changes: what of a body was sent. Pure."""

from typing import Any

import msgspec


def given(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that were sent, by name; those that were left out are UNSET and not among them."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
