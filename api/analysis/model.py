"""Figures of a client's requests, and orders to mail them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.accounts.model import Email
from api.auth.model import Language
from api.web.paging import Time


class Day(msgspec.Struct):
    """One day of the current week: requests opened and closed on it; days to come have none."""

    day: date
    opened: int
    closed: int


class Month(msgspec.Struct):
    """A month (by its first day): opened and closed in it, mean reaction to those opened in it (seconds)."""

    month: date
    opened: int
    closed: int
    mean_reaction_s: float | None


class Analysis(msgspec.Struct, kw_only=True):
    """Requests that the reader may see, on the wall clock of ``timezone``.

    ``open_now`` + ``closed_now`` = ``opened_total``: every request since registration (``since``) is in one of the two
    states now; ``closed_total``: those that were closed at least once, also when reopened since. A day or month counts
    as closed what was closed in it and has not been reopened since. ``mean_reaction_s``: from creation to the first
    public word of staff, over all requests that have one. Requests merged into another count once, there.
    """

    account: str
    outlet_id: UUID | None
    timezone: str
    at: Time
    since: Time
    open_now: int
    closed_now: int
    overdue_now: int
    opened_total: int
    closed_total: int
    mean_reaction_s: float | None
    week: list[Day]
    months: list[Month]


class AnalysisQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``outlet_id``: one outlet alone."""

    outlet_id: UUID | None = None
    format: Literal["json", "xlsx", "pdf"] = "json"


Format = Literal["xlsx", "pdf"]
Every = Literal["week", "month"]
Recipients = Annotated[list[Email], Meta(min_length=1, max_length=10)]


class MailOrder(msgspec.Struct, kw_only=True):
    """An analysis that goes out by e-mail: on Mondays, or on the first of a month, at eight in the morning there."""

    id: UUID
    format: Format
    every: Every
    recipients: list[str]
    language: Language
    enabled: bool
    next_at: Time
    sent_at: Time | None
    version: int


class NewMailOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An order to make."""

    format: Format = "pdf"
    every: Every = "week"
    recipients: Recipients
    language: Language = "ru"
    enabled: bool = True


class MailOrderPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change."""

    format: Format | UnsetType = UNSET
    every: Every | UnsetType = UNSET
    recipients: Recipients | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class MailOrders(msgspec.Struct):
    """All orders of an account: a few."""

    items: list[MailOrder]
    next: str | None = None


class Reader(msgspec.Struct, frozen=True):
    """Whose analysis it is: the company's name, time zone, and since when it is a client."""

    account_id: UUID
    name: str
    timezone: str
    registered_at: datetime
