"""A configured thing as declared: its table, its types, its checks. Store, service and routes are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from api.telephony.model import Time

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
Errors = list[dict[str, str]]
_STORED = [("id", UUID), ("version", int), ("created_at", Time), ("updated_at", Time)]


def no_check(_value: Any) -> Errors:
    """Types say it all."""
    return []


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of configured thing.

    ``write``: what clients send; ``read``: its part that is given back (all of it where they are the same).
    ``path`` is the address and the name in the changes feed; ``title`` names one in messages; ``label`` is the column
    that names a row, sorts lists and is searched with ``search``. ``key`` is what others refer to it by.
    ``check`` finds broken rules that types can't say. ``on_create`` fills in what a new row needs (a password).
    ``methods`` are those whose routes are made; ``read_right`` and ``write_right`` are what they need.
    """

    path: str
    table: str
    title: str
    write: Any
    read: Any = None
    label: str = "name"
    search: tuple[str, ...] = ("name",)
    key: str = "id"
    check: Callable[[Any], Errors] = no_check
    on_create: Callable[[Any], Any] = lambda value: value
    methods: frozenset[str] = METHODS
    read_right: str = "telephony.read"
    write_right: str = "telephony.write"

    @cached_property
    def stored(self) -> Any:
        """The type that is given back: the written fields with id, version and times."""
        base = self.read or self.write
        return msgspec.defstruct(self.title, _STORED, bases=(base,), kw_only=True, namespace={"__doc__": base.__doc__})

    @cached_property
    def patch(self) -> Any:
        """The type of a partial change: every field may be left out."""
        fields = [
            (field.name, field.type | msgspec.UnsetType, msgspec.UNSET) for field in msgspec.structs.fields(self.write)
        ]
        fields.append(("version", int | msgspec.UnsetType, msgspec.UNSET))
        return msgspec.defstruct(
            f"{self.title}Patch",
            fields,
            kw_only=True,
            forbid_unknown_fields=True,
            namespace={"__doc__": "Fields to change; ``version``: refuse (409) if it is another by now."},
        )

    @cached_property
    def columns(self) -> list[str]:
        """Columns that clients write."""
        return [field.name for field in msgspec.structs.fields(self.write)]

    @cached_property
    def read_columns(self) -> list[str]:
        return [field.name for field in msgspec.structs.fields(self.stored)]
