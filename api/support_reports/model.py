"""Reports on support as the API tells them. Shares are 0..1, durations seconds; a figure without a base is null."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.reports.model import Table
from api.web.paging import Time

By = Literal["line", "category", "operator", "account"]


class SupportReportQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to count: requests that came from ``from`` to before ``to`` (the last 30 days where they are left out); told
    apart ``by``: the line that they came to, their category, who solved them (else who has them), their client."""

    by: By = "line"
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    timezone: Annotated[str, Meta(max_length=60, description="IANA name; the installation's own when left out")] = ""
    category_id: UUID | None = None
    account_id: UUID | None = None
    format: Literal["json", "csv", "xlsx"] = "json"


class SupportReport(Table, kw_only=True):
    """A report on support. ``total`` counts each request once, whatever lines it came to."""

    by: By
    from_: Time = msgspec.field(name="from")
    to: Time
