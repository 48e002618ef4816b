"""The wallboard: rows of now joined with the day's figures, which are counted from facts as in the reports."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.queues.model import QueueFigures
from api.reports import formulas, periods
from api.reports.formulas import ServiceLevel, Tally, Time
from api.reports.rows import figures_of, summed, summed_time
from api.reports.service import zone_of
from api.reports.store import Filters, ReportStore
from api.wallboard.model import CallNow, OperatorNow, Wallboard, WallboardQuery
from api.wallboard.store import WallboardStore
from api.web.route import Identity
from engine.core.clock import Clock
from engine.core.config import Settings

CALLS = "calls.read"


class WallboardService:
    def __init__(self, store: WallboardStore, reports: ReportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._reports = reports
        self._settings = settings
        self._clock = clock
        self._level = ServiceLevel(settings.service_level)

    async def wallboard(self, identity: Identity, query: WallboardQuery) -> Wallboard:
        """Raises InvalidInput: no such time zone."""
        zone, now = zone_of(query.timezone or self._settings.timezone), self._clock.now()
        filters = Filters(first=periods.today(now, zone), last=now, short_s=self._settings.short_abandon_s)
        starts = periods.starts(filters.first, now, query.interval, zone, self._settings.report_max_intervals)
        present = await self._store.now(now - timedelta(days=self._settings.missed_days))
        by_queue = await self._reports.by_queue(filters)
        by_interval = await self._reports.by_interval(filters, starts)
        times = await self._reports.times(filters, starts, now, by_user=False)
        handled = await self._reports.calls_of_operators(filters)
        return Wallboard(
            cursor=present.cursor,
            at=now,
            since=filters.first,
            queues=[self._queue(row, by_queue.get(row["queue_id"], Tally()), now) for row in present.queues],
            operators=[_operator(row, handled.get(row["user_id"])) for row in present.operators],
            calls=[msgspec.convert(state, CallNow) for state in present.calls] if identity.may(CALLS) else None,
            missed_open=present.missed_open,
            today=self._figures(summed(by_queue.values()), summed_time(times.values())),
            chart=[
                {"at": at, **self._figures(by_interval.get(n, Tally()), times.get(n, Time()))}
                for n, at in enumerate(starts, start=1)
            ],
        )

    def _figures(self, tally: Tally, time: Time) -> dict[str, Any]:
        return {**figures_of(tally, self._level), "occupancy": formulas.occupancy(time)}

    def _queue(self, row: Mapping[str, Any], tally: Tally, now: datetime) -> QueueFigures:
        level, wait, since = (
            formulas.service_level(tally, self._level),
            formulas.speed_of_answer(tally),
            row["longest_since"],
        )
        return QueueFigures(
            **row,
            longest_wait_s=round((now - since).total_seconds(), 1) if since else 0.0,
            busy=row["online"] - row["ready"],
            entered_today=tally.offered,
            answered_today=tally.answered,
            abandoned_today=tally.abandoned,
            lost_today=tally.abandoned + tally.lost,
            average_wait_s=None if wait is None else round(wait, 1),
            service_level=None if level is None else round(100 * level, 1),
        )


def _operator(row: Mapping[str, Any], handled: Mapping[str, Any] | None) -> OperatorNow:
    user_queues: list[UUID] = list(row["queues"])
    talk = handled["talk_s"] + handled["hold_s"] if handled else 0.0
    values = {**row, "queues": user_queues}
    return OperatorNow(**values, calls_today=handled["handled"] if handled else 0, talk_today_s=round(talk, 1))
