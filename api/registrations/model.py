"""Registrations as the API tells and takes them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.accounts.model import Email
from api.auth.model import Language
from api.clients.model import Line, Note, OutletData, PhoneText, TaxId, Title
from api.lists.model import Zone
from api.telephony.model import Written
from api.web.paging import SearchQuery, Time

State = Literal["new", "confirmed", "rejected"]
Text = Annotated[str, Meta(max_length=2000)]


class NewRegistration(Written, kw_only=True):
    """What a stranger fills in. ``outlets``, ``comment``: in one's own words. ``website``: leave it empty; it is there
    for programs that fill in everything. ``id``: yours, so that sending twice asks once."""

    id: UUID | None = None
    company: Title
    name: Title
    email: Email
    phone: PhoneText = ""
    outlets: Text = ""
    comment: Text = ""
    language: Language = "ru"
    timezone: Annotated[str, Meta(max_length=60)] = ""
    website: Annotated[str, Meta(max_length=2000)] = ""


class Registration(msgspec.Struct, kw_only=True):
    """A registration as support sees it. ``address``: where it was sent from; ``known``: its e-mail address is a
    user's already; ``account_id``: the company that it became."""

    id: UUID
    company: str
    name: str
    email: str
    phone: str
    outlets: str
    comment: str
    language: Language
    timezone: str
    address: str
    known: bool
    state: State
    reason: str
    account_id: UUID | None
    decided_by: UUID | None
    decided_at: Time | None
    created_at: Time
    version: int


class RegistrationsQuery(SearchQuery, kw_only=True):
    """Newest first; ``q`` looks in company, name, e-mail address and phone."""

    state: State | None = None


class Confirm(Written, kw_only=True):
    """The company as it becomes a client: its ``outlets``, and what is to be another than was asked for."""

    outlets: Annotated[list[OutletData], Meta(min_length=1, max_length=500)]
    company: Title | None = None
    name: Line | None = None
    tax_id: TaxId = ""
    timezone: Zone | None = None
    partner_id: UUID | None = None
    note: Note = ""


class Reject(Written, kw_only=True):
    """Why not; the letter tells it."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S")]
