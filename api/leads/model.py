"""Leads as the API tells them. Phones are digits of E.164 without a plus sign."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.imports.model import LineError
from api.imports.table import OnDuplicate, Role
from api.lists.model import Zone
from api.telephony.model import Language
from api.web.paging import PageQuery, Search, Time

_NO_CONTROLS = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
ExternalId = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
LeadName = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
DataKey = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
DataValue = Annotated[str, Meta(max_length=2000, pattern=_NO_CONTROLS)]
Data = Annotated[dict[DataKey, DataValue], Meta(max_length=200)]
Channel = Literal["phone", "sms", "email", "messenger"]


class ContactData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A way to reach a lead. A phone is written as people write it. ``timezone``: left out, that of the number."""

    address: Address
    channel: Channel = "phone"
    role: Role = ""
    timezone: Zone | None = None
    enabled: bool = True


class LeadData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A lead as written; contacts in the order in which they are tried. ``data``: columns, usable as variables."""

    contacts: Annotated[list[ContactData], Meta(max_length=20)] = []
    external_id: ExternalId | None = None
    name: LeadName = ""
    language: Language | None = None
    timezone: Zone | None = None
    data: Data = {}


class LeadPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``data`` and ``contacts`` are replaced as a whole."""

    contacts: Annotated[list[ContactData], Meta(max_length=20)] | UnsetType = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    name: LeadName | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    timezone: Zone | UnsetType | None = UNSET
    data: Data | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Contact(msgspec.Struct, kw_only=True):
    """A way to reach a lead."""

    position: int
    channel: Channel
    address: str
    role: str
    timezone: str | None
    enabled: bool


class Lead(msgspec.Struct, kw_only=True):
    """A lead. ``portrait``: what the customer's system told last."""

    id: UUID
    list_id: UUID
    external_id: str | None
    name: str
    language: str | None
    timezone: str | None
    data: dict[str, str]
    portrait: dict[str, Any] | None
    portrait_at: Time | None
    import_id: UUID | None
    enabled: bool
    contacts: list[Contact]
    created_at: Time
    updated_at: Time


class Standing(msgspec.Struct, kw_only=True):
    """Where a lead stands in a campaign."""

    campaign_id: UUID
    campaign: str
    state: str
    attempts: int
    last_outcome: str | None
    last_at: Time | None
    next_at: Time | None
    result: str | None


class LeadStory(Lead, kw_only=True):
    """A lead with its way through campaigns."""

    campaigns: list[Standing]


class LeadsQuery(PageQuery, kw_only=True):
    """``q``: a part of the name, an external id's beginning, or a phone's; ``import_id``: what an import brought."""

    q: Search | None = None
    enabled: bool | None = None
    import_id: UUID | None = None


class LeadsBulk(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Leads to add; those that the list has already are changed or left as they are."""

    leads: Annotated[list[LeadData], Meta(min_length=1, max_length=1000)]
    on_duplicate: OnDuplicate = "update"


class Merged(msgspec.Struct, kw_only=True):
    """What became of leads sent. ``errors``: ``line`` counts them from 1; a lead with a phone is taken without the part
    that is wrong."""

    added: int
    updated: int
    duplicates: int
    refused: int
    errors: list[LineError]


class LeadFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which leads: all that is given must hold. ``data``: columns with exactly these values (a group, a city).

    ``campaign_id`` with ``results``: those that ended so there (``success``, ``refusal``...; an outcome where no more
    is known); ``reached``: those that a person answered for, or none.
    """

    ids: Annotated[list[UUID], Meta(max_length=10_000)] | None = None
    external_ids: Annotated[list[ExternalId], Meta(max_length=10_000)] | None = None
    q: Search | None = None
    data: Data = {}
    enabled: bool | None = True
    import_id: UUID | None = None
    campaign_id: UUID | None = None
    results: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=50)] = []
    reached: bool | None = None


class Selection(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Clients to choose into a list: leads of other lists by ``filter``, and contacts of the directory.

    ``contact_ids``: contacts; ``group_ids``: all contacts of these groups of employees. ``dry_run``: only count.
    """

    list_ids: Annotated[list[UUID], Meta(max_length=100)] = []
    filter: LeadFilter = msgspec.field(default_factory=LeadFilter)
    contact_ids: Annotated[list[UUID], Meta(max_length=10_000)] = []
    group_ids: Annotated[list[UUID], Meta(max_length=100)] = []
    on_duplicate: OnDuplicate = "skip"
    dry_run: bool = False


class Selected(Merged, kw_only=True):
    """``chosen``: clients that fit."""

    chosen: int


class Removal(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Leads of a list to delete."""

    filter: LeadFilter


class Removed(msgspec.Struct, kw_only=True):
    deleted: int
