"""Counting an analysis, and making files of it."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from api.analysis import spans, words
from api.analysis.model import Analysis, Day, Month, Reader
from api.analysis.paper import Order
from api.analysis.store import AnalysisStore
from api.web import sheets
from engine.core.clock import Clock
from engine.core.config import ROOT, Settings
from engine.core.errors import NotFound, Unavailable

PDF = "application/pdf"
TYPES = {"xlsx": sheets.XLSX, "pdf": PDF}


class AnalysisService:
    """``store`` reads with the eyes of who asks."""

    def __init__(self, store: AnalysisStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def analysis(self, account_id: UUID, outlet_id: UUID | None = None) -> Analysis:
        """Of a company's requests, as far as the reader sees them; ``account_id`` may be a child's, whose time zone
        then holds.

        Raises:
            NotFound: no such account, or not the reader's.
        """
        reader = await self._store.reader(account_id)
        if reader is None:
            raise NotFound("There is no such client")
        zone, now = ZoneInfo(reader.timezone), self._clock.now()
        week, months = spans.week(now, zone), spans.months(now, zone)
        days = spans.bounds(week, week[-1] + (week[1] - week[0]), zone)
        firsts = spans.bounds(months, spans.after_month(months[-1]), zone)
        rows = await self._store.figures(reader.account_id, outlet_id, days, firsts)
        return counted(reader, outlet_id, now, (week, months), rows)

    async def file(self, analysis: Analysis, kind: str, language: str) -> bytes:
        """``xlsx`` or ``pdf``."""
        if kind == "pdf":
            return await self._pdf(analysis, language)
        return await asyncio.to_thread(xlsx, analysis, language)

    async def _pdf(self, analysis: Analysis, language: str) -> bytes:
        order = msgspec.json.encode(Order(analysis, language))
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "api.analysis.paper")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            async with asyncio.timeout(self._settings.analysis_pdf_seconds):
                data, told = await process.communicate(order)
        except BaseException as exc:
            process.kill()
            await process.wait()
            if isinstance(exc, TimeoutError):
                raise Unavailable("Making the PDF took too long; try again, or take XLSX") from None
            raise
        if process.returncode:
            raise Unavailable(f"The PDF can't be made: {told.decode(errors='replace').strip()[-200:]}")
        return data


def counted(reader: Reader, outlet_id: UUID | None, now: datetime, days: tuple[Any, Any], rows: list[Any]) -> Analysis:
    """Rows of the database as an analysis. Pure. ``days``: those of the week, first ones of the months."""

    def total(column: str, **when: int) -> int:
        return sum(row[column] for row in rows if all(row[name] == place for name, place in when.items()))

    def reaction(**when: int) -> float | None:
        chosen = [row for row in rows if row["reacted"] and all(row[name] == place for name, place in when.items())]
        took = sum((row["reaction"] for row in chosen), timedelta())
        return took.total_seconds() / sum(row["reacted"] for row in chosen) if chosen else None

    week, months = days
    return Analysis(
        account=reader.name,
        outlet_id=outlet_id,
        timezone=reader.timezone,
        at=now.astimezone(UTC),
        since=reader.registered_at,
        open_now=total("open_now"),
        closed_now=total("opened") - total("open_now"),
        overdue_now=total("overdue"),
        opened_total=total("opened"),
        closed_total=total("closed"),
        mean_reaction_s=reaction(),
        week=[
            Day(day, total("opened", day_opened=place), total("opened", day_closed=place))
            for place, day in enumerate(week, 1)
        ],
        months=[
            Month(
                first,
                total("opened", month_opened=place),
                total("opened", month_closed=place),
                reaction(month_opened=place),
            )
            for place, first in enumerate(months, 1)
        ],
    )


def xlsx(analysis: Analysis, language: str) -> bytes:
    """One sheet: figures, the week, the months; lengths of time in seconds."""

    def word(key: str) -> str:
        return words.word(key, language)

    zone = ZoneInfo(analysis.timezone)
    names = ("open_now", "overdue_now", "closed_now", "opened_total", "closed_total", "mean_reaction_s")
    rows: list[list[Any]] = [[word(name), getattr(analysis, name)] for name in names]
    rows += [[word("at"), analysis.at], [word("since"), analysis.since], []]
    rows += [[word("day"), word("opened"), word("closed")]]
    rows += [[day.day.isoformat(), day.opened, day.closed] for day in analysis.week]
    rows += [[], [word("month"), word("opened"), word("closed"), word("mean_reaction_s")]]
    rows += [[m.month.strftime("%Y-%m"), m.opened, m.closed, m.mean_reaction_s] for m in analysis.months]
    titles = [words.TITLES[language].format(analysis.account), word("value"), "", ""]
    return sheets.xlsx_bytes(titles, rows, zone, frozenset())
