"""Reports from facts: which sums each needs, and how they become rows."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.history.export import word
from api.reports import formulas, periods
from api.reports.columns import columns
from api.reports.formulas import ServiceLevel, Tally, Time
from api.reports.model import Report, ReportName, ReportQuery, Table
from api.reports.rows import Row, figures_of, number, operator, seconds, sum_rows, summed, summed_time
from api.reports.store import Filters, ReportStore
from api.web import sheets
from api.web.problems import invalid
from engine.core.clock import Clock
from engine.core.config import Settings

BANDS = (0.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0)
"""Where bands of waiting begin, in seconds; the last has no end."""
_UNKNOWN = ("удалено", "deleted")


class ReportsService:
    """Makes a report of any name."""

    def __init__(self, store: ReportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._level = ServiceLevel(settings.service_level)

    async def report(self, name: ReportName, query: ReportQuery, language: str) -> Report:
        """Raises InvalidInput: no such time zone, a period that ends before it begins or has too many intervals."""
        zone = zone_of(query.timezone or self._settings.timezone)
        now = self._clock.now()
        first = query.from_ or periods.today(now, zone)
        last = query.to or now
        if last <= first:
            raise invalid("query.to", "The period must end after it begins")
        filters = Filters(
            first=first,
            last=last,
            queue_id=query.queue_id,
            user_id=query.user_id,
            group_id=query.group_id,
            number_id=query.number_id,
            target_s=query.target_s,
            short_s=self._settings.short_abandon_s,
            repeat_days=self._settings.repeat_days if query.repeat_days is None else query.repeat_days,
        )
        make = {
            "queues": self._queues,
            "operators": self._operators,
            "numbers": self._numbers,
            "hours": self._hours,
            "abandoned": self._abandoned,
            "outcomes": self._outcomes,
        }[name]
        rows, total = await make(filters, query, zone, language)
        return Report(
            name=name,
            from_=first,
            to=last,
            timezone=zone.key,
            interval=query.interval,
            columns=columns(name, language),
            rows=rows,
            total=total,
        )

    async def _queues(self, filters: Filters, query: ReportQuery, _zone: ZoneInfo, language: str) -> Any:
        tallies = await self._store.by_queue(filters)
        names = await self._store.queue_names(list(tallies))
        figures = self._figures(query)
        rows = [
            {"queue_id": key, "queue": names.get(key, _gone(language)), **figures(tally)}
            for key, tally in tallies.items()
        ]
        return sorted(rows, key=lambda row: row["queue"]), figures(summed(tallies.values()))

    async def _hours(self, filters: Filters, query: ReportQuery, zone: ZoneInfo, _language: str) -> Any:
        starts = self.starts(filters, query, zone)
        tallies = await self._store.by_interval(filters, starts)
        times = await self._store.times(filters, starts, self._clock.now(), by_user=False)
        calls = await self._store.calls_by_interval(filters, starts)
        figures = self._figures(query)

        def line(tally: Tally, time: Time, found: Iterable[Mapping[str, Any]]) -> Row:
            listed = list(found)
            counts = {name: sum(item[name] for item in listed) for name in ("inbound", "outbound")}
            return figures(tally) | {"occupancy": formulas.occupancy(time)} | counts

        rows = [
            {"at": at} | line(tallies.get(n, Tally()), times.get(n, Time()), [calls[n]] if n in calls else [])
            for n, at in enumerate(starts, start=1)
        ]
        return rows, line(summed(tallies.values()), summed_time(times.values()), calls.values())

    async def _operators(self, filters: Filters, _query: ReportQuery, _zone: ZoneInfo, language: str) -> Any:
        offers = await self._store.offers(filters)
        calls = await self._store.calls_of_operators(filters)
        times = await self._store.times(filters, [filters.first], self._clock.now(), by_user=True)
        names = await self._store.user_names(list(offers.keys() | calls.keys() | times.keys()))
        rows = [
            {"user_id": key, "operator": names.get(key, _gone(language))}
            | operator(offers.get(key), calls.get(key), times.get(key, Time()))
            for key in sorted(offers.keys() | calls.keys() | times.keys(), key=lambda key: names.get(key, ""))
        ]
        total = operator(sum_rows(offers.values()), sum_rows(calls.values()), summed_time(times.values()))
        return rows, total

    async def _numbers(self, filters: Filters, _query: ReportQuery, _zone: ZoneInfo, _language: str) -> Any:
        found = await self._store.calls_by_number(filters)
        names = await self._store.number_names(list(found))
        rows = [{"number": key, "name": names.get(key, "")} | number(row) for key, row in sorted(found.items())]
        total = number(sum_rows(found.values()) or {})
        return rows, total | {"callers": None}

    async def _abandoned(self, filters: Filters, _query: ReportQuery, _zone: ZoneInfo, _language: str) -> Any:
        found = {row["key"]: row for row in await self._store.waits(filters, BANDS)}
        abandoned = sum(row["abandoned"] for row in found.values())
        rows, passed = [], 0
        for n, begin in enumerate(BANDS, start=1):
            counts = {name: found[n][name] if n in found else 0 for name in ("answered", "abandoned", "lost")}
            passed += counts["abandoned"]
            band = {"from_s": begin, "to_s": BANDS[n] if n < len(BANDS) else None}
            shares = {
                "share": formulas.ratio(counts["abandoned"], abandoned),
                "until": formulas.ratio(passed, abandoned),
            }
            rows.append(band | counts | shares)
        total = {name: sum(row[name] for row in rows) for name in ("answered", "abandoned", "lost")}
        return rows, total

    async def _outcomes(self, filters: Filters, _query: ReportQuery, _zone: ZoneInfo, language: str) -> Any:
        found = await self._store.calls_by_outcome(filters)
        by_direction: dict[str, int] = {}
        for row in found:
            by_direction[row["direction"]] = by_direction.get(row["direction"], 0) + row["calls"]
        rows = [
            {
                "direction": word(row["direction"], language),
                "outcome": word(row["outcome"] or "", language),
                "direction_name": row["direction"],
                "outcome_name": row["outcome"],
                "calls": row["calls"],
                "share": formulas.ratio(row["calls"], by_direction[row["direction"]]),
                "talk_s": seconds(row["talk_s"]),
                "average_talk_s": seconds(formulas.ratio(row["talk_s"], row["calls"])),
            }
            for row in sorted(found, key=lambda row: (row["direction"], -row["calls"], row["outcome"]))
        ]
        calls, talk = sum(row["calls"] for row in found), sum(row["talk_s"] for row in found)
        return rows, {"calls": calls, "talk_s": seconds(talk), "average_talk_s": seconds(formulas.ratio(talk, calls))}

    def starts(self, filters: Filters, query: ReportQuery, zone: ZoneInfo) -> list[datetime]:
        try:
            most = self._settings.report_max_intervals
            return periods.starts(filters.first, filters.last, query.interval, zone, most)
        except (ValueError, OverflowError) as exc:
            raise invalid("query.interval", str(exc)) from None

    def _figures(self, query: ReportQuery) -> Callable[[Tally], Row]:
        way = query.service_level or self._level
        return lambda tally: figures_of(tally, way)


def zone_of(name: str) -> ZoneInfo:
    """Raises InvalidInput: there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise invalid("query.timezone", f"No such time zone: {name}") from None


async def as_file(report: Table, kind: str, language: str) -> tuple[str, bytes]:
    """The report as CSV or XLSX: its content type and bytes; the total is the last row."""
    zone = ZoneInfo(report.timezone)
    names = [column.name for column in report.columns]
    titles = [column.title for column in report.columns]
    rows = [[_cell(row.get(name)) for name in names] for row in report.rows]
    last = [_cell(report.total.get(name)) for name in names]
    last[0] = "Total" if language == "en" else "Итого"
    rows.append(last)
    if kind == "csv":
        return sheets.CSV, sheets.csv_bytes(titles, rows, zone)
    shares = frozenset(n for n, column in enumerate(report.columns) if column.unit == "share")
    return sheets.XLSX, await asyncio.to_thread(sheets.xlsx_bytes, titles, rows, zone, shares)


def _cell(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _gone(language: str) -> str:
    return _UNKNOWN[language == "en"]
