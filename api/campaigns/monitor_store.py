"""Facts of campaigns that go on, in the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.campaign_reports.formulas import PERSON
from api.campaigns.monitor_model import Leads, Rates, Sample
from engine.core.db import Queries
from engine.dialer.outcomes import CampaignState, Mode

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Known(NamedTuple):
    """What a monitor needs of the campaign itself."""

    queue_id: UUID | None
    mode: Mode
    state: CampaignState


class MonitorStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def campaign(self, id_: UUID) -> Known | None:
        """None: there is none that whoever asks may see."""
        row = await self._pool.fetchrow(_sql.exists_campaign, id_)
        return None if row is None else Known(row["queue_id"], Mode(row["mode"]), CampaignState(row["state"]))

    async def leads(self, ids: Sequence[UUID], now: datetime) -> dict[UUID, Leads]:
        """By campaign; those that have not begun are left out."""
        found: dict[UUID, Leads] = {}
        for row in await self._pool.fetch(_sql.leads, list(ids), now):
            none = Leads(total=0, waiting=0, claimed=0, done=0, left=0, due=0, results={})
            leads, count = found.setdefault(row["campaign_id"], none), row["leads"]
            leads.total += count
            leads.due += row["due"]
            setattr(leads, row["state"], getattr(leads, row["state"]) + count)
            if row["state"] == "done":
                result = row["result"] or ""
                leads.results[result] = leads.results.get(result, 0) + count
            else:
                leads.left += count
        return found

    async def unseeded(self, id_: UUID) -> int:
        """Clients in a campaign's lists."""
        return int(await self._pool.fetchval(_sql.unseeded, id_))

    async def rates(self, ids: Sequence[UUID], since: datetime) -> dict[UUID, Rates]:
        """By campaign, of attempts claimed ``since`` then."""
        rows = await self._pool.fetch(_sql.rates.replace("{person}", PERSON), list(ids), since)
        names = ("dialed", "answered", "humans", "connected", "abandoned")
        return {row["campaign_id"]: rated(Rates(**{name: row[name] for name in names})) for row in rows}

    async def lines(self, id_: UUID, since: datetime) -> dict[str, int]:
        return {row["stage"]: row["lines"] for row in await self._pool.fetch(_sql.lines, id_, since)}

    async def pace(self, id_: UUID, since: datetime) -> tuple[int, datetime | None]:
        """Clients done since then, and when the first attempt of that time was."""
        row = await self._pool.fetchrow(_sql.pace, id_, since)
        return row["done"], row["since"]

    async def agents(self, queue_id: UUID) -> dict[str, int]:
        """Operators of a queue by status."""
        return {row["status"]: row["agents"] for row in await self._pool.fetch(_sql.agents, queue_id)}

    async def samples(self, id_: UUID, first: datetime, last: datetime, limit: int, step_s: float) -> list[Sample]:
        """Oldest first, one a node and ``step_s`` at most."""
        rows = await self._pool.fetch(_sql.samples, id_, first, last, limit, step_s)
        return [msgspec.convert(dict(row), Sample) for row in rows]

    async def forget_samples(self, before: datetime) -> None:
        await self._pool.execute(_sql.forget_samples, before)


def rated(rates: Rates) -> Rates:
    """The sums with their shares."""

    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 5) if whole else None

    rates.connect_rate = share(rates.connected, rates.dialed)
    rates.answer_rate = share(rates.humans, rates.dialed)
    rates.abandon_rate = share(rates.abandoned, rates.humans)
    return rates
