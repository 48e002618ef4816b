"""Leads of campaigns in the database: claimed, looked at again, released, filled in; facts of people left waiting.

Who claims a lead writes its attempt in the same statement, so a process may die at any moment: an attempt without an
end tells that somebody may have been called.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from engine.core import log
from engine.core.db import Queries
from engine.dialer.attempts import Contact, LeadState, Standing, beginnings
from engine.dialer.campaign import Abandonment, Campaign, CampaignSettings, Claim
from engine.dialer.outcomes import HUMAN
from engine.dialer.windows import CallingHours, known_zone
from engine.history.records import DialRow

_log = log.get("dialer.store")
_Q = Queries(Path(__file__).with_name("queries.sql"))
_PEOPLE = sorted(HUMAN)
_LIVE_HOURS = Abandonment().live_hours
SEED_S = 120.0
"""How long a chunk of leads may take, in seconds."""


class Lane(NamedTuple):
    """A kind of leads that wait, and when the first of them is due."""

    zone: str
    prefix: str
    priority: int
    next_at: datetime


class Held(msgspec.Struct, kw_only=True):
    """A claimed lead. ``taken_at``: since when it was to be dialled; ``facts``: what the database has of its attempt.

    ``listed``: the address is on the do-not-call list; ``person_listed``: the person asked for it, by any address.
    """

    claim: Claim
    standing: Standing
    contacts: tuple[Contact, ...]
    facts: DialRow
    listed: bool = False
    person_listed: bool = False
    taken_at: datetime | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says in the moment of dialling; ``begun``: nothing forbids it, and it is written down."""

    running: bool
    enabled: bool
    same_contact: bool
    listed: bool
    person_listed: bool
    in_progress: bool
    day_full: bool
    begun: bool


class Abandoned(NamedTuple):
    """A person who was left without an operator: by whom, whose operators owe the next call, when."""

    campaign_id: UUID
    queue_id: UUID
    at: datetime


class Count(NamedTuple):
    """Leads of a state and result; ``due``: of those that wait, how many whose time has come."""

    state: str
    result: str | None
    leads: int
    due: int


class LeadStore:
    """Reads and claims for one node. ``fallback_zone``: for leads whose time zone nobody knows."""

    def __init__(self, pool: Any, node_id: str, fallback_zone: str) -> None:
        self._pool = pool
        self._node_id = node_id
        self._zone = fallback_zone

    @asynccontextmanager
    async def _by_index(self, how: str = _Q.by_index) -> AsyncIterator[Any]:
        """A transaction that looks single rows up.

        Plans are kept for long; one that was made while a table was empty must not read a million leads later.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(how)
            yield connection

    # Claims

    async def calling_hours(self) -> list[CallingHours]:
        """The law's hours in force; rows that can't be read are told and passed by."""
        found = []
        for row in await self._pool.fetch(_Q.calling_hours):
            try:
                found.append(msgspec.convert(dict(row), CallingHours))
            except msgspec.ValidationError as exc:
                _log.error("calling_hours_unreadable", name=row["name"], error=str(exc))
        return found

    async def waiting(self, campaign_id: UUID) -> tuple[list[Lane], datetime | None]:
        """Kinds of leads that wait, and when the first is due that is kept for an operator (None: there is none)."""
        async with self._by_index() as connection:
            lanes = [Lane(*row) for row in await connection.fetch(_Q.lanes, campaign_id)]
            return lanes, await connection.fetchval(_Q.special_due, campaign_id)

    async def claim(self, campaign_id: UUID, ids: Sequence[UUID], lanes: Collection[Lane], now: datetime) -> list[Held]:
        """Claim up to as many leads as there are ``ids`` (of their attempts): due ones, by priority, then age."""
        columns = [[lane[place] for lane in lanes] for place in range(3)]
        async with self._by_index() as connection:
            rows = await connection.fetch(_Q.claim, campaign_id, self._node_id, list(ids), *columns, now)
            return await self._held([row["id"] for row in rows], connection)

    async def claim_special(
        self,
        campaign_id: UUID,
        ids: Sequence[UUID],
        open_pairs: Collection[tuple[str, str]],
        without: Collection[UUID],
        now: datetime,
    ) -> list[Held]:
        """The same for leads that were left before, or are kept for an operator; none of ``without``."""
        zones, prefixes = [one[0] for one in open_pairs], [one[1] for one in open_pairs]
        async with self._by_index() as connection:
            rows = await connection.fetch(
                _Q.claim_special, campaign_id, self._node_id, list(ids), zones, prefixes, list(without), now
            )
            return await self._held([row["id"] for row in rows], connection)

    async def held(self, ids: Collection[UUID]) -> list[Held]:
        """Claimed leads by their attempts; those that are claimed no more are left out."""
        async with self._by_index() as connection:
            return await self._held(list(ids), connection)

    async def _held(self, ids: list[UUID], connection: Any) -> list[Held]:
        if not ids:
            return []
        return [self._made(row) for row in await connection.fetch(_Q.held, ids, _LIVE_HOURS)]

    def _made(self, row: Mapping[str, Any]) -> Held:
        values = dict(row)
        zone = values["zone"] if known_zone(values["zone"]) else self._zone
        standing = {name: values[name] for name in _STANDING if name in values} | {"state": LeadState.CLAIMED}
        claim = {name: values[name] for name in _CLAIM if name in values}
        claim |= {"data": _variables(values), "zone": zone}
        claim["live_only"] = values["live_only"] or values["abandoned"]
        return Held(
            claim=Claim(**claim),
            standing=msgspec.convert(standing | {"zone": zone}, Standing),
            contacts=msgspec.convert(values["contacts"], tuple[Contact, ...]),
            facts=msgspec.convert(values["facts"], DialRow),
            **{name: values[name] for name in ("listed", "person_listed", "taken_at")},
        )

    async def begin(self, claim: Claim, now: datetime, day_start: datetime, day_limit: int) -> Check | None:
        """Look again at everything that may forbid the dial; where nothing does, it is written that it begins.

        ``day_limit``: dials of a number since ``day_start``, over all campaigns. None: the claim is not ours any more.
        Who dials the same number at this moment waits for the answer.
        """
        async with self._by_index(_Q.by_index_kept) as connection:
            await connection.execute(_Q.lock_address, claim.address)
            row = await connection.fetchrow(_Q.begin, claim.attempt_id, self._node_id, now, day_start, day_limit)
        return Check(**dict(row)) if row is not None else None

    async def release(self, ids: Collection[UUID], next_at: datetime | None = None, *, live_only: bool = False) -> None:
        """Leads wait again, not before ``next_at``, and their attempts never were; ended attempts are left alone."""
        async with self._by_index() as connection:
            await connection.execute(_Q.release, list(ids), next_at, live_only)

    async def move(self, held: Held, to: Standing, now: datetime) -> None:
        """A claimed lead goes on without this attempt: to another contact, or it is done."""
        claim, state = held.claim, to.state if to.state is LeadState.DONE else LeadState.WAITING
        await self._pool.execute(
            *(_Q.move, claim.campaign_id, claim.lead_id, claim.attempt_id, state, to.step, to.contact, to.result, now)
        )

    async def settings(self, campaigns: Collection[UUID]) -> dict[UUID, CampaignSettings]:
        """Settings of campaigns, whatever their state."""
        rows = await self._pool.fetch(_Q.campaign_settings, list(campaigns))
        return {row["id"]: msgspec.convert(row["settings"], CampaignSettings) for row in rows}

    # What others left

    async def left_open(self, before: datetime, alive: Collection[UUID] = ()) -> list[Held]:
        """Claims of this node from before; those without an attempt, or without a lead, are put right here.

        Attempts of ``alive`` go on, also where their leads have gone on already by an operator's word.
        """
        await self._pool.execute(_Q.lost_claims, self._node_id, before)
        await self._pool.execute(_Q.lost_attempts, self._node_id, before, list(alive))
        ids = [row["attempt_id"] for row in await self._pool.fetch(_Q.left_open, self._node_id, before)]
        return await self.held(ids)

    async def take_over(self, silent_s: float) -> list[Held]:
        """Claims of nodes that gave no sign of life for so long, ours now."""
        return await self.held(
            [row["attempt_id"] for row in await self._pool.fetch(_Q.take_over, self._node_id, silent_s)]
        )

    async def expire_live(self, campaign: Campaign, now: datetime) -> None:
        """People who were left without an operator longer ago than the campaign says are like others again."""
        since = now - timedelta(hours=campaign.settings.abandonment.live_hours)
        await self._pool.execute(_Q.expire_live, campaign.id, since)

    # Filling campaigns with leads

    async def enabled_lists(self, campaign_id: UUID) -> list[tuple[UUID, int]]:
        """Lists of a campaign that may be dialled, with their priorities."""
        return [(row["list_id"], row["priority"]) for row in await self._pool.fetch(_Q.enabled_lists, campaign_id)]

    async def imported_since(self, lists: Collection[UUID], since: datetime) -> bool:
        """Whether one of these lists was filled since."""
        return await self._pool.fetchval(_Q.imported_since, list(lists), since)

    async def page(self, list_id: UUID, after: UUID, limit: int) -> list[UUID]:
        """Leads of a list by their ids."""
        return [row["id"] for row in await self._pool.fetch(_Q.page_all, list_id, after, limit)]

    async def changed(self, list_id: UUID, since: datetime, limit: int) -> dict[UUID, datetime]:
        """Leads of a list that were added or changed since, and when."""
        return {row["id"]: row["updated_at"] for row in await self._pool.fetch(_Q.page_changed, list_id, since, limit)}

    async def seed(
        self, campaign_id: UUID, settings: CampaignSettings, list_id: UUID, priority: int, ids: Sequence[UUID]
    ) -> int:
        """Let these leads into the campaign, or bring those that are in it up to date; gives how many are new."""
        steps = beginnings(settings)
        begin = [number for number, _ in steps], [step.channel for _, step in steps], [step.role for _, step in steps]
        chain = settings.chain
        every = list(range(len(chain))), [step.channel for step in chain], [step.role for step in chain]
        async with self._by_index() as connection:
            known = [row["lead_id"] for row in await connection.fetch(_Q.known, campaign_id, list(ids), timeout=SEED_S)]
            if known:
                await connection.execute(_Q.renew, campaign_id, priority, known, *every, timeout=SEED_S)
            fresh = list(set(ids) - set(known))
            if not fresh:
                return 0
            return await connection.fetchval(*(_Q.seed, campaign_id, list_id, priority, fresh, *begin), timeout=SEED_S)

    async def filled(self) -> None:
        """Many leads were let in: let the database learn what it has."""
        await self._pool.execute(_Q.learn, timeout=SEED_S)

    async def detach(self, campaign_id: UUID, lists: Collection[UUID]) -> None:
        """Leads that wait in other lists than these are done."""
        await self._pool.execute(_Q.detach, campaign_id, list(lists), timeout=SEED_S)

    @asynccontextmanager
    async def seeding(self, campaign_id: UUID) -> AsyncIterator[bool]:
        """Whether this node may fill the campaign now: one at a time does."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield await connection.fetchval(_Q.seed_lock, campaign_id)

    # Facts

    async def abandonment(self, campaign_id: UUID, now: datetime) -> tuple[tuple[int, int], tuple[int, int]]:
        """People who answered, and those of them who were left: in 24 hours, and in 30 days."""
        row = await self._pool.fetchrow(
            *(_Q.abandonment, campaign_id, now - timedelta(days=1), now - timedelta(days=30), _PEOPLE)
        )
        return (row["people_day"], row["abandoned_day"]), (row["people"], row["abandoned"])

    async def abandoned_caller(self, number: str, now: datetime) -> Abandoned | None:
        """The campaign that left ``number`` without an operator lately, and has not reached it since."""
        row = await self._pool.fetchrow(_Q.abandoned_caller, number, now, _LIVE_HOURS)
        return Abandoned(*row) if row is not None else None

    async def counts(self, campaign_id: UUID, now: datetime) -> list[Count]:
        """How the leads of a campaign stand."""
        return [Count(*row) for row in await self._pool.fetch(_Q.counts, campaign_id, now)]

    async def keep_letter(
        self, letter_id: UUID, to: str, subject: str, body: str, now: datetime, expires_at: datetime
    ) -> None:
        """An e-mail into the outbox; the same id a second time changes nothing."""
        await self._pool.execute(_Q.keep_letter, letter_id, to, subject, body, now, expires_at)


def _variables(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns of the list, then what the customer's own system told."""
    merged = {**(values["data"] or {}), **(values["portrait"] or {})}
    return {str(name): value if isinstance(value, str) else _text(value) for name, value in merged.items()}


def _text(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


_STANDING = frozenset(field.name for field in msgspec.structs.fields(Standing))
_CLAIM = frozenset(field.name for field in msgspec.structs.fields(Claim))
