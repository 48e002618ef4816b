"""Whether campaigns keep to the rules: abandonment, hours, do-not-call, caps over a month."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.campaign_reports.columns import compliance_columns
from api.campaign_reports.formulas import LEGAL_RATE
from api.campaign_reports.model import Compliance, ComplianceDay, ComplianceQuery, ComplianceReport
from api.campaign_reports.store import CampaignReportStore
from api.reports.model import Table
from api.reports.service import zone_of
from engine.core.clock import Clock
from engine.core.config import Settings

_FEW = 20
"""Days with fewer people than this are no measure for the worst one."""
_YES_NO = {True: ("да", "yes"), False: ("нет", "no")}


class ComplianceService:
    def __init__(self, store: CampaignReportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def report(self, query: ComplianceQuery) -> ComplianceReport:
        """Raises InvalidInput: no such time zone."""
        zone = zone_of(query.timezone or self._settings.timezone).key
        last = self._clock.now()
        first = last - timedelta(days=query.days)
        sums, caps, outs, days = await self._store.compliance(first, last, zone, query.campaign_id)
        worst = _worst_days(days)
        items = [_judged(row, caps.get(row["campaign_id"]), outs, worst) for row in sums]
        return ComplianceReport(from_=first, to=last, timezone=zone, items=items, days=_days(days))


def as_table(report: ComplianceReport, language: str) -> Table:
    """The report as a file has it."""
    rows = [msgspec.structs.asdict(item) | {"ok": _YES_NO[item.ok][language == "en"]} for item in report.items]
    total: dict[str, Any] = {
        name: sum(getattr(item, name) for item in report.items)
        for name in ("attempts", "dialed", "humans", "abandoned", "late", "blocked", "outside_hours", "listed",
            "over_caps", "opt_outs", "unshown")
    }  # fmt: skip
    total["abandon_rate"] = _ratio(total["abandoned"], total["humans"])
    return Table(timezone=report.timezone, columns=compliance_columns(language), rows=rows, total=total)


def _judged(row: Any, caps: Any, outs: dict[UUID, int], worst: dict[UUID, tuple[str, float]]) -> Compliance:
    campaign_id = row["campaign_id"]
    target = float((row["settings"].get("pacing") or {}).get("target_rate", LEGAL_RATE))
    rate = _ratio(row["abandoned"], row["humans"])
    over = caps["over_caps"] if caps else 0
    wrong = (row["outside_hours"], row["listed"], over, (rate or 0) > min(target, LEGAL_RATE))
    day, highest = worst.get(campaign_id, (None, None))
    names = ("attempts", "dialed", "humans", "abandoned", "late", "blocked", "outside_hours", "listed", "unshown")
    counts: dict[str, int] = {name: row[name] for name in names}
    return Compliance(
        campaign_id=campaign_id,
        name=row["name"],
        abandon_rate=rate,
        target_rate=target,
        legal_rate=LEGAL_RATE,
        worst_day=day,
        worst_rate=highest,
        connect_threshold_s=row["connect_threshold_s"],
        connect_max_s=_rounded(row["connect_max_s"]),
        connect_average_s=_rounded(row["connect_average_s"]),
        over_caps=over,
        attempts_max=caps["attempts_max"] if caps else 0,
        day_max=caps["day_max"] if caps else 0,
        opt_outs=outs.get(campaign_id, 0),
        ok=not any(wrong),
        **counts,
    )


def _worst_days(days: Iterable[Any]) -> dict[UUID, tuple[str, float]]:
    """The day with the highest rate of each campaign."""
    found: dict[UUID, tuple[str, float]] = {}
    for row in days:
        rate = _ratio(row["abandoned"], row["humans"])
        if rate is None or row["humans"] < _FEW:
            continue
        known = found.get(row["campaign_id"])
        if known is None or rate > known[1]:
            found[row["campaign_id"]] = (row["day"].isoformat(), rate)
    return found


def _days(days: Iterable[Any]) -> list[ComplianceDay]:
    sums: dict[date, list[int]] = {}
    for row in days:
        both = sums.setdefault(row["day"], [0, 0])
        both[0] += row["humans"]
        both[1] += row["abandoned"]
    return [
        ComplianceDay(day=day.isoformat(), humans=humans, abandoned=lost, abandon_rate=_ratio(lost, humans))
        for day, (humans, lost) in sorted(sums.items())
    ]


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)
