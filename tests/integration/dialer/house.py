"""One engine process as far as leads go: its journal is a file, its claims are in a real database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from engine.core.config import Settings
from engine.core.ids import new_id
from engine.dialer.campaign import Campaign, CampaignSettings, Claim
from engine.dialer.leads import Leads
from engine.dialer.live.store import CampaignStore
from engine.dialer.outcomes import Outcome
from engine.dialer.store import LeadStore
from engine.history.journal import Journal
from engine.history.records import DialRow, LeadRow
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter
from engine.routing.table import RoutingTable

ANY_TIME = CampaignSettings(caps={"total": 6, "day": 6, "interval_s": 0})  # type: ignore[arg-type]
SQL_LEADS = """
with made as (
    insert into leads (id, list_id, external_id, name, data)
    select gen_random_uuid(), $1, 'c' || n, 'Client ' || n, jsonb_build_object('debt', n)
    from generate_series($2::int, $3::int) n returning id, list_id, external_id)
insert into lead_contacts (lead_id, position, list_id, channel, address, timezone)
select m.id, p.position, m.list_id, 'phone',
    (79000000000 + p.position::bigint * 10000000 + substr(m.external_id, 2)::bigint)::text, $5
from made m cross join generate_series(1, $4::int) as p(position)
"""


class SetClock:
    """A clock that a test sets; it goes on by itself unless it is stopped."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return self.now().timestamp()

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)


class Desk:
    """Makes lists, leads and campaigns, and tells what the database has."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool

    async def leads(self, count: int, *, contacts: int = 1, first: int = 1, zone: str = "Europe/Moscow") -> UUID:
        list_id = uuid4()
        await self.pool.execute("insert into lead_lists (id, name) values ($1, $2)", list_id, str(list_id))
        await self.add(list_id, count, contacts=contacts, first=first, zone=zone)
        return list_id

    async def add(
        self, list_id: UUID, count: int, *, first: int, contacts: int = 1, zone: str = "Europe/Moscow"
    ) -> None:
        await self.pool.execute(SQL_LEADS, list_id, first, first + count - 1, contacts, zone, timeout=300)

    async def campaign(self, lists: Sequence[UUID], settings: CampaignSettings = ANY_TIME, **more: Any) -> Campaign:
        """A running campaign; the law's hours are set aside, so that tests don't hang on the time of day."""
        await self.pool.execute("update calling_hours set enabled = false")
        values = {"mode": "robocall", "state": "running"} | more
        campaign_id = uuid4()
        await self.pool.execute(
            "insert into campaigns (id, name, mode, state, settings) values ($1, $2, $3, $4, $5)",
            *(campaign_id, f"campaign {campaign_id}", values["mode"], values["state"], settings),
        )
        for list_id in lists:
            await self.pool.execute("insert into campaign_lists values ($1, $2, 0)", campaign_id, list_id)
        return await self.read(campaign_id)

    async def read(self, campaign_id: UUID) -> Campaign:
        found = await CampaignStore(self.pool).campaigns([campaign_id])
        return next(one for one in found if one.id == campaign_id)

    async def states(self, campaign_id: UUID) -> dict[str, int]:
        rows = await self.pool.fetch(
            "select state, count(*) from campaign_leads where campaign_id = $1 group by state", campaign_id
        )
        return dict(rows)


class House:
    """See the module."""

    def __init__(self, pool: Any, folder: Path, node: str = "node1", **settings: Any) -> None:
        self.pool = pool
        self.clock = SetClock()
        self.settings = Settings(node_id=node, dial_look_s=0.05, dial_seed_s=0.1, **settings)
        self.journal = Journal(folder, max_records=1_000_000, segment_bytes=10_000_000)
        self.writer = HistoryWriter(self.journal, CallStore(pool, node), batch=500, interval=0.01)
        self.store = LeadStore(pool, node, "Europe/Moscow")
        self.table = RoutingTable()
        self.leads = Leads(self.store, self.journal, lambda: self.table, self.clock, self.settings)

    async def start(self, *campaigns: Campaign) -> "House":
        """As the engine does: journal first, then the campaigns, then what was left."""
        await self.writer.recover()
        await CallStore(self.pool, self.settings.node_id).heartbeat("http://127.0.0.1", self.clock.now())
        await self.leads.follow(campaigns)
        await self.leads.restore(())
        return self

    async def filled(self) -> "House":
        """All that the campaigns' lists have is let in, and claimed ahead."""
        await self.leads.fill()
        await self.leads.look()
        return self

    async def next(self, campaign: Campaign) -> Claim | None:
        """The next claim, as the dialler gets it."""
        claim = self.leads.take(campaign.id)
        if claim is None:
            await self.leads.look()
            claim = self.leads.take(campaign.id)
        return claim

    def end(self, claim: Claim, outcome: Outcome, **facts: Any) -> LeadRow | None:
        now = self.clock.now()
        row = DialRow(id=claim.attempt_id, dialed_at=now, ended_at=now, outcome=outcome, **facts)
        return self.leads.settle(claim, row)

    async def flush(self) -> None:
        await self.writer.flush()


def settings(**changes: Any) -> CampaignSettings:
    """Settings from plain values."""
    return msgspec.convert(msgspec.to_builtins(ANY_TIME) | msgspec.to_builtins(changes), CampaignSettings)


def an_id() -> UUID:
    return new_id(datetime.now(UTC))
