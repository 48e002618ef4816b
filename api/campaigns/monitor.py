"""Campaigns as they go: what the engines tell now, with sums of what is written down."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.campaigns.monitor_model import Leads, Monitor, PacingQuery, Rates, Sample
from api.campaigns.monitor_store import Known, MonitorStore
from api.campaigns.words import sentences
from api.control.client import EngineClient
from api.reports import periods
from api.web.problems import invalid
from api.web.route import Page
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound
from engine.dialer.outcomes import CampaignState, Mode

_PACE = timedelta(hours=1)
_RECENT = timedelta(seconds=30)
_MONTH_KEPT_S = 30.0
"""Sums over thirty days are counted anew at most so often."""
_OPEN = timedelta(hours=12)
_STEP_S = 5.0
_STAGES = {"waiting": "claimed", "human": "waiting", "connected": "talking"}
"""Stages of the engine (engine/dialer/live/dial.py) that people know by other names."""


class MonitorService:
    def __init__(self, store: MonitorStore, engine: EngineClient, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self._months: dict[UUID, tuple[float, Rates]] = {}

    async def monitor(self, id_: UUID, language: str) -> Monitor:
        """Raises NotFound."""
        campaign, now = await self._found(id_), self._clock.now()
        boards = [board for answer in await self._engine.dialer() for board in answer.get("campaigns", ())]
        mine = [board for board in boards if board["campaign_id"] == str(id_)]
        today = (await self._store.rates([id_], periods.today(now, self._zone))).get(id_, Rates())
        day = (await self._store.rates([id_], now - timedelta(days=1))).get(id_, Rates())
        leads = await self._leads(id_, now)
        per_hour = await self._pace(id_, now)
        eta = eta_s(leads.left, per_hour) if campaign.state is CampaignState.RUNNING else None
        lines = joined_lines(mine, campaign.mode) if mine else await self._store.lines(id_, now - _OPEN)
        samples = await self._store.samples(id_, now - _RECENT, now + _RECENT, 100, _STEP_S)
        return Monitor(
            campaign_id=id_,
            at=now,
            state=campaign.state,
            mode=campaign.mode,
            live=bool(mine),
            lines=lines,
            agents=await self._store.agents(campaign.queue_id) if campaign.queue_id else {},
            leads=leads,
            connect_rate=today.connect_rate,
            answer_rate=today.answer_rate,
            abandon_rate=today.abandon_rate,
            humans_24h=day.humans,
            abandoned_24h=day.abandoned,
            today=today,
            day=day,
            month=await self._month(id_, now),
            done_per_hour=None if per_hour is None else round(per_hour, 1),
            eta_s=None if eta is None else round(eta),
            eta_at=None if eta is None else now + timedelta(seconds=eta),
            samples=_explained(samples, language),
        )

    async def pacing(self, id_: UUID, query: PacingQuery, language: str) -> Page[Sample]:
        """Raises NotFound, InvalidInput."""
        await self._found(id_)
        last = query.to or self._clock.now() + _RECENT
        first = query.from_ or last - _PACE
        if last <= first:
            raise invalid("query.to", "The time must end after it begins")
        step_s = max(_STEP_S, (last - first).total_seconds() / query.limit)
        return Page(_explained(await self._store.samples(id_, first, last, query.limit, step_s), language))

    async def progress(self, ids: list[UUID]) -> dict[UUID, tuple[Leads | None, Rates]]:
        """How far campaigns are, and how they went within a day."""
        now = self._clock.now()
        leads = await self._store.leads(ids, now)
        rates = await self._store.rates(ids, now - timedelta(days=1))
        return {id_: (leads.get(id_), rates.get(id_, Rates())) for id_ in ids}

    async def clean(self) -> None:
        """Forget samples of long ago."""
        await self._store.forget_samples(self._clock.now() - timedelta(days=self._settings.pacing_keep_days))

    async def _leads(self, id_: UUID, now: datetime) -> Leads:
        found = (await self._store.leads([id_], now)).get(id_)
        if found is not None:
            return found
        total = await self._store.unseeded(id_)
        return Leads(total=total, waiting=total, claimed=0, done=0, left=total, due=total, results={})

    async def _pace(self, id_: UUID, now: datetime) -> float | None:
        """Clients done an hour of late."""
        done, since = await self._store.pace(id_, now - _PACE)
        return pace(done, since, now)

    async def _month(self, id_: UUID, now: datetime) -> Rates:
        kept = self._months.get(id_)
        if kept is not None and self._clock.monotonic() - kept[0] < _MONTH_KEPT_S:
            return kept[1]
        found = (await self._store.rates([id_], now - timedelta(days=30))).get(id_, Rates())
        self._months[id_] = (self._clock.monotonic(), found)
        return found

    async def _found(self, id_: UUID) -> Known:
        found = await self._store.campaign(id_)
        if found is None:
            raise NotFound("There is no such Campaign")
        return found


def pace(done: int, since: datetime | None, now: datetime) -> float | None:
    """Clients an hour, of ``done`` since the first attempt at ``since``; None: nothing is known."""
    seconds = (now - since).total_seconds() if since is not None else 0.0
    return done / seconds * 3600 if done and seconds > 0 else None


def eta_s(left: int, per_hour: float | None) -> float | None:
    """Seconds until ``left`` clients are done, dialling all the time; None: no pace to reckon with."""
    if not left:
        return 0.0
    return left / per_hour * 3600 if per_hour else None


def joined_lines(boards: Iterable[Mapping[str, Any]], mode: Mode) -> dict[str, int]:
    """The lines of a campaign on all engines, by stages as people know them."""
    found: dict[str, int] = {}
    for board in boards:
        for stage, count in board["lines"].items():
            name = _STAGES.get(stage, stage)
            if mode is Mode.ROBOCALL and stage in ("human", "connected"):
                name = "menu"
            found[name] = found.get(name, 0) + count
    return found


def _explained(samples: list[Sample], language: str) -> list[Sample]:
    for sample in samples:
        sample.why = sentences(sample.explanation, sample.mode, language)
    return samples
