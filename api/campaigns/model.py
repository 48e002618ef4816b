"""Campaigns as clients write and read them."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Name, Written
from api.web.paging import SearchQuery, Time
from engine.dialer.campaign import CampaignSettings
from engine.dialer.outcomes import CampaignState, Mode


class CampaignList(Written, kw_only=True):
    """A list of leads that the campaign dials; the higher the priority the sooner."""

    list_id: UUID
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0


class CampaignColumns(Written, kw_only=True):
    """The campaign's own row. A ``template`` never runs; campaigns are cloned from it.

    ``queue_id``: the queue whose members serve the campaign and in which answered clients wait (not for robocalls).
    ``starts_at``: when a scheduled campaign begins; ``ends_at``: when it is over, whatever is left.
    """

    name: Name
    partner_id: UUID | None = None
    template: bool = False
    mode: Mode = Mode.PROGRESSIVE
    priority: Annotated[int, Meta(ge=1, le=10)] = 5
    queue_id: UUID | None = None
    settings: CampaignSettings = CampaignSettings()
    starts_at: Time | None = None
    ends_at: Time | None = None


class CampaignData(CampaignColumns, kw_only=True):
    """A campaign: who is dialled (``lists``), how, by whom."""

    lists: Annotated[list[CampaignList], Meta(max_length=200)] = []


class CampaignRow(CampaignColumns, kw_only=True):
    """The row as stored, with where the campaign is in its life."""

    state: CampaignState = CampaignState.DRAFT
    state_why: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None


class CampaignRead(CampaignRow, kw_only=True):
    """A campaign as read: ``state_why`` says what brought it into its state, if nobody's hand. In lists of campaigns:
    ``total`` clients and how many are ``done`` (null: it has not begun), shares of the last 24 hours."""

    lists: list[CampaignList] = []
    total: int | None = None
    done: int | None = None
    connect_rate: float | None = None
    abandon_rate: float | None = None


class CampaignsQuery(SearchQuery, kw_only=True):
    """Campaigns by name; templates are asked for."""

    template: bool = False
    state: CampaignState | None = None
    mode: Mode | None = None


class Clone(Written, kw_only=True):
    """A new draft (or template) like this one; ``lists``: of the same lists of leads."""

    name: Name
    template: bool = False
    lists: bool = True


class Schedule(Written, kw_only=True):
    """When the campaign starts by itself, and ends; ``starts_at`` null: it is a draft again."""

    starts_at: Time | None
    ends_at: Time | None = None


class Hindrance(msgspec.Struct, frozen=True):
    """Why a campaign can't start, or what will keep it from dialling; ``code`` is stable."""

    code: str
    message: str
