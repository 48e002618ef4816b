"""Reports on support: which sums each needs, and how they become rows."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from api.reports.service import zone_of
from api.support_reports.columns import columns
from api.support_reports.formulas import Tally, figures
from api.support_reports.model import By, SupportReport, SupportReportQuery
from api.support_reports.store import Filters, SupportReportStore
from api.web.problems import invalid
from engine.core.clock import Clock
from engine.core.config import Settings

Rows = list[dict[str, Any]]
_USUAL = timedelta(days=30)
_NOBODY = {"category": ("без категории", "no category"), "operator": ("никто", "nobody")}
_UNKNOWN, _GONE = ("неизвестный клиент", "unknown client"), ("удалено", "deleted")


class SupportReportsService:
    """Makes a report by any of the ways."""

    def __init__(self, store: SupportReportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def report(self, query: SupportReportQuery, partner_id: UUID | None, language: str) -> SupportReport:
        """Makes it.

        Raises:
            InvalidInput: no such time zone, a period that ends before it begins.
            Unavailable: counting takes longer than ``report_statement_seconds``.
        """
        zone = zone_of(query.timezone or self._settings.timezone)
        last = query.to or self._clock.now()
        try:
            first = query.from_ or last - _USUAL
        except OverflowError:
            raise invalid("query.to", "So far back there is nothing") from None
        if last <= first:
            raise invalid("query.to", "The period must end after it begins")
        filters = Filters(
            first=first,
            last=last,
            category_id=query.category_id,
            account_id=query.account_id,
            partner_id=partner_id,
        )
        rows, total = await (
            self._lines(filters, language) if query.by == "line" else self._facts(query.by, filters, language)
        )
        return SupportReport(
            by=query.by,
            from_=first,
            to=last,
            timezone=zone.key,
            columns=columns(query.by, language),
            rows=rows,
            total=figures(total),
        )

    async def _lines(self, filters: Filters, language: str) -> tuple[Rows, Tally]:
        tallies, total = await self._store.by_line(filters)
        rows = []
        for line in await self._store.lines():
            name = line.name_en if language == "en" and line.name_en else line.name
            told = {"line": line.line, "name": name, "target_share": line.target_share}
            rows.append(told | figures(tallies.get(str(line.line), Tally())))
        return rows, total

    async def _facts(self, by: By, filters: Filters, language: str) -> tuple[Rows, Tally]:
        tallies, total = await self._store.by_fact(by, filters)
        names = await self._store.names(by, [key for key in tallies if key is not None])
        english = language == "en"
        rows: Rows = [
            {
                f"{by}_id": key,
                "name": _NOBODY.get(by, _UNKNOWN)[english] if key is None else names.get(key, _GONE[english]),
            }
            | figures(tally)
            for key, tally in tallies.items()
        ]
        return sorted(rows, key=lambda row: (-row["came"], row["name"], row[f"{by}_id"] or "")), total
