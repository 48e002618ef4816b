"""Lists of leads as the API tells them."""

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.imports.table import Mapping
from api.telephony.model import Name
from api.web.paging import Time

Zone = Annotated[str, Meta(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$", description="IANA time zone")]
Region = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="Country of numbers written without its code")]
Dedup = Literal["none", "list", "all"]


class Every(msgspec.Struct, frozen=True, tag_field="kind", tag="every", forbid_unknown_fields=True):
    """Every so many minutes."""

    minutes: Annotated[int, Meta(ge=5, le=10_080)]


class Daily(msgspec.Struct, frozen=True, tag_field="kind", tag="daily", forbid_unknown_fields=True):
    """Once a day, at a time of the list's own zone."""

    at: time


class ListColumns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A list. ``region`` and ``timezone``: of numbers that tell none themselves.

    ``dedup``: a lead with the same external id is the same lead; with ``list``, so is one of the list with the same
    phone; with ``all``, leads of other lists (of the same partner) as well: what these hold is not taken again.
    ``source_id`` and ``refresh``: where rows come from, and when they are read again; ``mapping``: what columns are.
    """

    name: Name
    partner_id: UUID | None = None
    region: Region = "RU"
    timezone: Zone = "Europe/Moscow"
    dedup: Dedup = "list"
    source_id: UUID | None = None
    mapping: Mapping = {}
    refresh: Every | Daily | None = None
    enabled: bool = True


class ListRead(ListColumns, kw_only=True):
    """A list as read. ``refresh_error``: why the last refresh failed."""

    refreshed_at: Time | None
    refresh_next_at: Time | None
    refresh_error: str | None


class ListWhole(ListRead, kw_only=True):
    """A list as read, with its size."""

    leads: int


class Counts(msgspec.Struct, kw_only=True):
    """A list in figures. ``do_not_call``: leads with a phone that must not be called; ``waiting`` and ``done`` are
    places of leads in campaigns."""

    leads: int
    enabled: int
    without_phone: int
    do_not_call: int
    campaigns: int
    waiting: int
    done: int
