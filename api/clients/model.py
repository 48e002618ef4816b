"""Accounts of clients as the API tells and takes them."""

from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.accounts.model import Email
from api.auth.model import Language
from api.lists.model import Zone
from api.telephony.model import Written
from api.web.paging import SearchQuery, Time
from api.web.problems import invalid

AccountState = Literal["active", "blocked", "closed"]
Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S")]
Line = Annotated[str, Meta(max_length=200)]
PhoneText = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()., -]*$")]
TaxId = Annotated[str, Meta(max_length=20, pattern=r"^[0-9A-Za-z -]*$")]
Note = Annotated[str, Meta(max_length=4000)]
OutletIds = Annotated[list[UUID], Meta(max_length=2000)]


class OutletData(Written, kw_only=True):
    """An outlet («точка») of a company. ``external_id``: its name elsewhere."""

    name: Title
    address: Annotated[str, Meta(max_length=300)] = ""
    phone: PhoneText = ""
    external_id: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    enabled: bool = True


class NewOutlet(OutletData, kw_only=True):
    """An outlet to make; ``id``: yours, so that sending twice makes one."""

    id: UUID | None = None


class OutletPatch(Written, kw_only=True):
    """Fields to change. One that is off stays readable, and nothing new is asked for it."""

    name: Title | UnsetType = UNSET
    address: Annotated[str, Meta(max_length=300)] | UnsetType = UNSET
    phone: PhoneText | UnsetType = UNSET
    external_id: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class Outlet(OutletData, kw_only=True):
    """An outlet as read."""

    id: UUID
    account_id: UUID
    version: int
    created_at: Time
    updated_at: Time


class NewClient(Written, kw_only=True):
    """A company that becomes a client. ``contact``: its person; ``invite``: a letter to ``email`` by which that person
    may sign in. ``id``: yours, so that sending twice makes one."""

    id: UUID | None = None
    name: Title
    contact: Line = ""
    email: Email | None = None
    phone: PhoneText = ""
    tax_id: TaxId = ""
    timezone: Zone = "Europe/Moscow"
    language: Language = "ru"
    partner_id: UUID | None = None
    note: Note = ""
    outlets: Annotated[list[OutletData], Meta(max_length=500)] = []
    invite: bool = False


class NewPerson(Written, kw_only=True):
    """A person of a company, who may sign in and sees ``outlets`` of it; the letter with the invitation goes to
    ``email``. ``id``: yours, so that sending twice makes one."""

    id: UUID | None = None
    name: Title
    email: Email
    phone: PhoneText = ""
    language: Language | None = None
    outlets: OutletIds = []


class ClientPatch(Written, kw_only=True):
    """Fields to change. ``outlets``: what a person sees from now on; ``contact``, ``tax_id`` and ``partner_id`` are a
    company's alone."""

    name: Title | UnsetType = UNSET
    contact: Line | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    phone: PhoneText | UnsetType = UNSET
    tax_id: TaxId | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    partner_id: UUID | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET
    outlets: OutletIds | UnsetType = UNSET


class Client(msgspec.Struct, kw_only=True):
    """An account: a company (``parent_id`` null) or a person of it. ``outlets``: those a person was granted (a company
    has all of its own). ``login``: of who signs in; null: nobody was invited yet. ``children``, ``outlets_count``: how
    many a company has."""

    id: UUID
    parent_id: UUID | None
    name: str
    contact: str
    email: str
    phone: str
    tax_id: str
    timezone: str
    language: Language
    state: AccountState
    partner_id: UUID | None
    note: str
    outlets: list[UUID]
    outlets_count: int
    children: int
    user_id: UUID | None
    login: str | None
    has_password: bool
    signed_in_at: Time | None
    registered_at: Time
    closed_at: Time | None
    version: int
    created_at: Time
    updated_at: Time


class ClientsQuery(SearchQuery, kw_only=True):
    """Companies by name; ``q`` looks in names, contacts, addresses and numbers of a company, its people and outlets.
    Those that were erased (``closed``) are listed only when asked for."""

    state: AccountState | None = None
    partner_id: UUID | None = None


class ClientAddress(Written, kw_only=True):
    """By what a client is known who calls or writes; ``outlet_id``: and for which outlet that is."""

    kind: Literal["phone", "email"]
    address: Annotated[str, Meta(min_length=2, max_length=254)]
    outlet_id: UUID | None = None


class Addresses(Written, kw_only=True):
    """All addresses of an account; those that are not named go."""

    items: Annotated[list[ClientAddress], Meta(max_length=200)]


class Transfer(Written, kw_only=True):
    """Who the company's account belongs to from now on. Its person until now becomes a person like others, with these
    ``outlets`` (null: all)."""

    child_id: UUID
    outlets: OutletIds | None = None


class Erase(Written, kw_only=True):
    """``name``: the account's name as it stands, for this can't be undone."""

    name: Annotated[str, Meta(max_length=200)]


def check_zone(zone: str) -> str:
    """Raises InvalidInput: there is no such time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid("body.timezone", "Not a time zone; write it as Europe/Moscow") from None
    return zone
