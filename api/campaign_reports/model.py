"""Reports on campaigns as the API tells them. Shares are 0..1, durations seconds; a figure without a base is null."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.reports.model import Table
from api.web.paging import Time

By = Literal["outcome", "hour", "day", "attempt", "list", "operator", "answer", "disposition"]
ByAll = Literal["campaign", "outcome", "hour", "day", "attempt", "list", "operator", "answer", "disposition"]
Format = Literal["json", "csv", "xlsx"]
Zone = Annotated[str, Meta(max_length=60, description="IANA name; the installation's own when left out")]


class ReportFilters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to count: attempts claimed from ``from`` to before ``to`` (the last 30 days where they are left out)."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    timezone: Zone = ""
    list_id: UUID | None = None
    operator_id: UUID | None = None
    format: Format = "json"


class CampaignReportQuery(ReportFilters, kw_only=True):
    """Of one campaign."""

    by: By = "outcome"


class CampaignsReportQuery(ReportFilters, kw_only=True):
    """Of all campaigns, or of one."""

    by: ByAll = "campaign"
    campaign_id: UUID | None = None


class CampaignReport(Table, kw_only=True):
    """A report on campaigns: a row a thing that attempts are told apart by."""

    by: ByAll
    from_: Time = msgspec.field(name="from")
    to: Time


class ComplianceQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The last ``days`` days, of all campaigns or one."""

    days: Annotated[int, Meta(ge=1, le=90)] = 30
    campaign_id: UUID | None = None
    timezone: Zone = ""
    format: Format = "json"


class Compliance(msgspec.Struct, kw_only=True):
    """How a campaign kept to the rules.

    ``abandon_rate`` is told against ``target_rate`` (the campaign's own) and ``legal_rate``; ``worst_rate``: of the day
    on which it was highest. ``late``: people who were connected, but after the threshold; ``connect_max_s``: the
    longest that one of them waited. ``outside_hours``: dialled when the law's hours were closed at the client's clock;
    ``listed``: dialled although on the do-not-call list by then; ``over_caps``: clients dialled more often (in all, or
    on one of their days) than the campaign allows: all three are to be 0. ``blocked``: not dialled since a check in the
    last moment said no. ``opt_outs``: who asked not to be called after it. ``unshown``: without a number of ours.
    ``ok``: nothing is over its limit.
    """

    campaign_id: UUID
    name: str
    attempts: int
    dialed: int
    humans: int
    abandoned: int
    abandon_rate: float | None
    target_rate: float
    legal_rate: float
    worst_day: str | None
    worst_rate: float | None
    late: int
    connect_threshold_s: float
    connect_max_s: float | None
    connect_average_s: float | None
    blocked: int
    outside_hours: int
    listed: int
    over_caps: int
    attempts_max: int
    day_max: int
    opt_outs: int
    unshown: int
    ok: bool


class ComplianceDay(msgspec.Struct, kw_only=True):
    """A day of all these campaigns together."""

    day: str
    humans: int
    abandoned: int
    abandon_rate: float | None


class ComplianceReport(msgspec.Struct, kw_only=True):
    """Campaigns that dialled within the time, and its days; the newest last."""

    from_: Time = msgspec.field(name="from")
    to: Time
    timezone: str
    items: list[Compliance]
    days: list[ComplianceDay]


Rows = list[dict[str, Any]]
