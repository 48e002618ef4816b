"""Reports on campaigns: which sums each needs, and how they become rows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.campaign_reports import formulas
from api.campaign_reports.columns import columns, outcome_word
from api.campaign_reports.formulas import Tally
from api.campaign_reports.model import ByAll, CampaignReport, ReportFilters, Rows
from api.campaign_reports.store import CampaignReportStore, Filters
from api.reports import periods
from api.reports.service import zone_of
from api.web.problems import invalid
from engine.core.clock import Clock
from engine.core.config import Settings

_USUAL = timedelta(days=30)
_KEYS = {
    "campaign": "a.campaign_id",
    "outcome": "a.outcome",
    "attempt": "a.number",
    "list": "a.list_id",
    "operator": "a.operator_id",
    "disposition": "a.disposition_id",
}
_NAMED = {"campaign": "campaign", "list": "list", "operator": "user", "disposition": "disposition"}
_GONE, _NOBODY = ("удалено", "deleted"), ("—", "—")


class CampaignReportsService:
    """Makes a report by any of the ways."""

    def __init__(self, store: CampaignReportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def report(self, by: ByAll, query: ReportFilters, campaign_id: UUID | None, language: str) -> CampaignReport:
        """Raises InvalidInput: no such time zone, a period that ends before it begins or has too many hours."""
        zone = zone_of(query.timezone or self._settings.timezone)
        last = query.to or self._clock.now()
        first = query.from_ or last - _USUAL
        if last <= first:
            raise invalid("query.to", "The period must end after it begins")
        filters = Filters(
            first=first,
            last=last,
            campaign_ids=None if campaign_id is None else (campaign_id,),
            list_id=query.list_id,
            operator_id=query.operator_id,
        )
        rows, total = await self._rows(by, filters, zone, language)
        if query.format != "json" and by == "outcome":
            rows = [row | {"outcome": outcome_word(row["outcome"], language)} for row in rows]
        heads = columns(by, language)
        return CampaignReport(by=by, from_=first, to=last, timezone=zone.key, columns=heads, rows=rows, total=total)

    async def _rows(self, by: ByAll, filters: Filters, zone: ZoneInfo, language: str) -> tuple[Rows, dict[str, Any]]:
        if by == "answer":
            return await self._answers(filters)
        if by in ("hour", "day"):
            starts = self._starts(filters, periods.Interval(by), zone)
            spans, total = await self._store.by_interval(filters, starts)
            rows: Rows = [{"at": starts[n - 1]} | formulas.figures(tally) for n, tally in sorted(spans.items())]
            return rows, dict(formulas.figures(total))
        tallies, total = await self._store.tallies(filters, _KEYS[by])
        rows = await self._named(by, tallies, language) if by in _NAMED else _keyed(by, tallies)
        return rows, dict(formulas.figures(total))

    async def _named(self, by: ByAll, tallies: dict[Any, Tally], language: str) -> Rows:
        names = await self._store.names(_NAMED[by], [key for key in tallies if key is not None])
        english = language == "en"
        rows: Rows = [
            {f"{by}_id": key, "name": (_NOBODY if key is None else _GONE)[english]}
            | ({"name": names[key]} if key in names else {})
            | formulas.figures(tally)
            for key, tally in tallies.items()
        ]
        return sorted(rows, key=lambda row: (row[f"{by}_id"] is None, row["name"]))

    async def _answers(self, filters: Filters) -> tuple[Rows, dict[str, Any]]:
        found = await self._store.answers(filters)
        asked: dict[str, int] = {}
        for row in found:
            asked[row["question"]] = asked.get(row["question"], 0) + row["attempts"]
        rows: Rows = [dict(row) | {"share": row["attempts"] / asked[row["question"]]} for row in found]
        return rows, {name: sum(row[name] for row in found) for name in ("attempts", "connected", "success")}

    def _starts(self, filters: Filters, interval: periods.Interval, zone: ZoneInfo) -> list[datetime]:
        try:
            return periods.starts(filters.first, filters.last, interval, zone, self._settings.report_max_intervals)
        except (ValueError, OverflowError) as exc:
            raise invalid("query.from", str(exc)) from None


def _keyed(by: ByAll, tallies: dict[Any, Tally]) -> Rows:
    name = "number" if by == "attempt" else by
    rows: Rows = [{name: key} | formulas.figures(tally) for key, tally in tallies.items()]
    if by == "attempt":
        return sorted(rows, key=lambda row: row["number"])
    return sorted(rows, key=lambda row: (-row["attempts"], row[name]))
