"""Reports as the API tells them. Shares are 0..1, durations are seconds; a figure without a base is null."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.reports.formulas import ServiceLevel
from api.reports.periods import Interval
from api.web.paging import Time

ReportName = Literal["queues", "operators", "numbers", "hours", "abandoned", "outcomes"]
UnitName = Literal["text", "count", "seconds", "share", "time"]


class ReportQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to count: ``from`` is included, ``to`` is not; today so far where they are left out."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    interval: Interval = Interval.HOUR
    timezone: Annotated[str, Meta(max_length=60, description="IANA name; the installation's own when left out")] = ""
    queue_id: UUID | None = None
    user_id: UUID | None = None
    group_id: UUID | None = None
    number_id: UUID | None = None
    target_s: Annotated[float, Meta(ge=1, le=3600, description="Instead of each queue's own target")] | None = None
    service_level: ServiceLevel | None = None
    repeat_days: Annotated[int, Meta(ge=0, le=30, description="Days for first-contact resolution; 0: none")] | None = (
        None
    )
    format: Literal["json", "csv", "xlsx"] = "json"


class Column(msgspec.Struct, frozen=True):
    """A column of a report: the name of its values in rows, its heading, what its values are."""

    name: str
    title: str
    unit: UnitName


class Table(msgspec.Struct, kw_only=True):
    """What a report is made of: ``rows`` and ``total`` hold values by column name; times are shown in ``timezone``."""

    timezone: str
    columns: list[Column]
    rows: list[dict[str, Any]]
    total: dict[str, Any]


class Report(Table, kw_only=True):
    """A report of a period."""

    name: ReportName
    from_: Time = msgspec.field(name="from")
    to: Time
    interval: Interval
