"""Contacts as the API tells them. Numbers are digits in international form, without a plus sign."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Search, Time

_NO_CONTROLS = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Line = Annotated[str, Meta(max_length=200, pattern=_ONE_LINE)]
Note = Annotated[str, Meta(max_length=4000, pattern=_NO_CONTROLS)]
Written = Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^\+?[0-9][0-9 ().-]*$")]
Email = Annotated[str, Meta(max_length=200, pattern=r"^([^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+)?$")]
ScopeName = Literal["own", "group", "company"]


class PhoneData(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A number as a person writes it; ``label``: work, mobile..."""

    number: Written
    label: Annotated[str, Meta(max_length=40, pattern=_ONE_LINE)] = ""


class Phone(msgspec.Struct, kw_only=True):
    """A number: digits, and as people read it."""

    number: str
    shown: str
    label: str


class ContactData(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What clients send. ``scope``: for oneself, for a group (``group_id``) or for the company."""

    name: Name
    company: Line = ""
    position: Line = ""
    email: Email = ""
    note: Note = ""
    phones: Annotated[list[PhoneData], Meta(max_length=20)] = []
    scope: ScopeName = "company"
    group_id: UUID | None = None


class ContactPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Fields to change; ``version``: refuse (409) if it is another by now."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    company: Line | msgspec.UnsetType = msgspec.UNSET
    position: Line | msgspec.UnsetType = msgspec.UNSET
    email: Email | msgspec.UnsetType = msgspec.UNSET
    note: Note | msgspec.UnsetType = msgspec.UNSET
    phones: Annotated[list[PhoneData], Meta(max_length=20)] | msgspec.UnsetType = msgspec.UNSET
    scope: ScopeName | msgspec.UnsetType = msgspec.UNSET
    group_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


class Contact(msgspec.Struct, kw_only=True):
    """A contact of the directory."""

    id: UUID
    name: str
    company: str
    position: str
    email: str
    note: str
    phones: list[Phone]
    scope: ScopeName
    group_id: UUID | None
    favourite: bool
    version: int
    created_at: Time
    updated_at: Time


class ContactsQuery(PageQuery, kw_only=True):
    """Contacts by name. ``q``: beginnings of words of name and company, or digits a number begins or ends with."""

    q: Search | None = None
    scope: ScopeName | None = None
    group_id: UUID | None = None


class ByPhoneQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who calls from ``number``, however it is written."""

    number: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^\+?[0-9A-Za-z ().-]+$")]


class Colleague(msgspec.Struct, kw_only=True):
    """An employee with an extension."""

    id: UUID
    name: str
    extension: str | None


class EarlierCall(msgspec.Struct, kw_only=True):
    """An earlier call with a number: who talked, in which queue, how it ended."""

    id: UUID
    started_at: Time
    direction: str
    outcome: str | None
    talk_s: float
    called: str
    operator_name: str | None
    queue_name: str | None


class Card(msgspec.Struct, kw_only=True):
    """What is known of a number when it calls."""

    number: str
    shown: str
    contacts: list[Contact]
    colleague: Colleague | None
    calls: list[EarlierCall]
    open_missed: int


class FavouriteData(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A contact or a colleague, one of the two."""

    contact_id: UUID | None = None
    user_id: UUID | None = None


class Favourite(msgspec.Struct, kw_only=True):
    """A favourite of the user; one of the two is set. Its ``id`` is the contact's or the colleague's."""

    id: UUID
    contact: Contact | None = None
    colleague: Colleague | None = None


class FavouriteOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The favourites' ids in the order wanted; those left out stay behind."""

    ids: Annotated[list[UUID], Meta(max_length=1000)]


class ImportForm(msgspec.Struct, kw_only=True):
    """A CSV file with headings (name, company, position, email, note, phones; in Russian or English)."""

    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]
    scope: ScopeName = "company"
    group_id: str = ""


class RowError(msgspec.Struct):
    """A row that was left out, counted as in a spreadsheet (the headings are row 1), and why."""

    row: int
    message: str


class Imported(msgspec.Struct, kw_only=True):
    """``skipped``: the same name and number were there already."""

    created: int
    skipped: int
    errors: list[RowError]
