"""Leads for the campaigns that run on this node: claimed ahead, handed out, looked at again, settled.

An attempt goes ``take`` -> ``begin`` -> (the call) -> ``settle``; ``give_back`` instead of ``settle`` where nothing was
sent to the network. ``begin`` is awaited in the moment of dialling, right before the network hears of it: it looks
again at the do-not-call list, the hours, the caps and the claim itself, and writes down that the attempt begins. What
it refuses is to be ended with the outcome ``blocked`` (``settle``), or given back: what becomes of the lead is known
here.

Claims that wait in memory go back when the campaign stops. What a killed process held is told by the database:
attempts that had not begun never were, the others are interrupted (``restore``).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.dialer.attempts import LeadState, after, rechosen
from engine.dialer.buffer import Buffer
from engine.dialer.campaign import Campaign, CampaignSettings, Claim
from engine.dialer.filling import filled_by
from engine.dialer.gate import Gate, Refusal, refused
from engine.dialer.messages import Messages, NotSent
from engine.dialer.outcomes import Meaning, Outcome
from engine.dialer.rows import lead_row, outcome_of_left
from engine.dialer.store import Abandoned, Count, Held, LeadStore
from engine.history.records import DialRow, LeadRow
from engine.queues.ports import Journal
from engine.routing.table import RoutingTable

_log = log.get("dialer.leads")
PROMISED_REST_S = 15
"""Rest of a lead whose operator, who promised to call, is not there."""
MESSAGE_REST_S = 60
"""Rest of a message that can't be sent now."""
TIDY_S = 15.0
EXPIRE_EVERY = 20
"""At each so manieth tidying the database is asked whom nobody owes a live operator any more."""
SETTLED_KEPT = 20_000
"""Attempts remembered as settled by this process."""


class Leads:
    """See the module. ``table`` tells the numbers that are ours; ``messages`` send what is no call."""

    def __init__(
        self,
        store: LeadStore,
        journal: Journal,
        table: Callable[[], RoutingTable],
        clock: Clock,
        settings: Settings,
        messages: Messages | None = None,
    ) -> None:
        self.messages = messages or Messages()
        self.gate = Gate(store, table, clock, settings)
        self._store = store
        self._journal = journal
        self._table = table
        self._clock = clock
        self._settings = settings
        self._started = clock.now()
        self._buffers: dict[UUID, Buffer] = {}
        self._campaigns: dict[UUID, Campaign] = {}
        self._left_settings: dict[UUID, CampaignSettings] = {}
        """Settings of campaigns that don't run here, but whose attempts were left."""
        self._held: dict[UUID, Held] = {}
        self._refused: dict[UUID, Refusal] = {}
        self._settled: dict[UUID, None] = {}
        self._unknown: dict[UUID, DialRow] = {}
        self._to_release: deque[list[UUID]] = deque()
        self._letters: deque[Held] = deque()
        self._tidied = 0
        self._wake, self._begun = asyncio.Event(), asyncio.Event()

    # Campaigns

    async def follow(self, campaigns: Iterable[Campaign]) -> None:
        """These run, as they are from now on. Claims of others that were not handed out go back."""
        running = {one.id: one for one in campaigns}
        for campaign_id in self._buffers.keys() - running.keys():
            self._put_back(self._buffers.pop(campaign_id).ready)
        hours = await self._store.calling_hours()
        changed, self.gate.hours = hours != self.gate.hours, hours
        for campaign in running.values():
            self._campaigns[campaign.id] = campaign
            buffer = self._buffers.get(campaign.id)
            if buffer is None:
                self._buffers[campaign.id] = Buffer(campaign, self._store, self._clock, self._settings)
                self._begun.set()
                continue
            before, buffer.campaign = buffer.campaign, campaign
            if changed or filled_by(before) != filled_by(campaign):
                buffer.filler.look_at_all()
            buffer.look_at = 0.0
        self._wake.set()
        await self._release()

    def has(self, campaign_id: UUID) -> bool:
        """Whether there is a lead to dial now, or may soon be: some were due, or its lists are still being read."""
        buffer = self._buffers.get(campaign_id)
        return buffer is not None and (bool(buffer.ready) or buffer.due or not buffer.filler.complete)

    def take(
        self, campaign_id: UUID, *, live_only: bool = False, users: Collection[UUID] | None = None
    ) -> Claim | None:
        """A lead to be dialled next; None: there is none now.

        ``live_only``: one that must have an operator at hand (any may be given where it is False: the claim says).
        ``users``: operators who are there; one that another operator has promised to call is not given then.
        """
        buffer = self._buffers.get(campaign_id)
        if buffer is None:
            return None
        claim = next((held.claim for held in self._fitting(buffer, live_only, users)), None)
        if buffer.low:
            self._wake.set()
        return claim

    def _fitting(self, buffer: Buffer, live_only: bool, users: Collection[UUID] | None) -> Iterable[Held]:
        for held in list(buffer.ready):
            claim = held.claim
            if (live_only and not claim.live_only) or (users is not None and claim.user_id not in (None, *users)):
                continue
            buffer.ready.remove(held)
            if self.gate.closed(buffer.campaign.settings, claim):
                self._put_back([held])
            else:
                yield held

    async def begin(self, claim: Claim) -> Refusal | None:
        """In the moment of dialling: may this one be dialled? None: yes, and it is written down that it begins."""
        held = self._held.get(claim.attempt_id)
        refusal = await self.gate.look(self._settings_of(claim.campaign_id), held) if held else Refusal("lost")
        if refusal is not None:
            self._refused[claim.attempt_id] = refusal
            _log.info("dial_refused", attempt=str(claim.attempt_id), reason=refusal.reason)
        return refusal

    async def give_back(self, claim: Claim) -> None:
        """Nothing was sent to the network for this claim: the lead waits again, the attempt never was."""
        held = self._held.get(claim.attempt_id)
        if held is None:
            return
        if claim.attempt_id in self._refused:
            self._block(held)
            return
        if claim.user_id is not None and (buffer := self._buffers.get(claim.campaign_id)) is not None:
            buffer.resting[claim.lead_id] = self._clock.now() + timedelta(seconds=PROMISED_REST_S)
        self._put_back([held])
        await self._release()

    def settle(
        self,
        claim: Claim,
        facts: DialRow,
        *,
        disposition: Meaning | None = None,
        callback_at: datetime | None = None,
        retry_s: int | None = None,
        user_id: UUID | None = None,
    ) -> LeadRow | None:
        """An attempt is over, as ``facts`` tell (outcome and end): both it and the lead are written to the journal.

        None: what becomes of the lead is told a little later (nothing of it is known yet), or was told before.
        """
        now = facts.ended_at or self._clock.now()
        outcome = Outcome(facts.outcome or Outcome.INTERRUPTED)
        facts = replace(facts, ended_at=now, outcome=outcome.value)
        held = self._held.pop(claim.attempt_id, None)
        refusal = self._refused.pop(claim.attempt_id, None)
        if held is None:
            self._journal.append(facts)
            if claim.attempt_id not in self._settled:
                self._unknown[claim.attempt_id] = facts
                self._wake.set()
            return None
        settings = self._settings_of(claim.campaign_id)
        if refusal is not None and outcome is Outcome.BLOCKED:
            standing = refused(held, refusal, settings, now)
        else:
            standing = after(
                *(held.standing, outcome, settings, held.contacts, now),
                disposition=disposition,
                callback_at=callback_at,
                retry_s=retry_s,
                user_id=user_id,
                dialed_at=facts.dialed_at,
                rang=facts.ringing_at is not None or facts.answered_at is not None,
            )
        row = lead_row(claim, standing, outcome, now)
        self._journal.append(replace(facts, next_at=row.next_at), row)
        self._remember(claim.attempt_id)
        self._look_at(claim.campaign_id)
        return row

    # What earlier processes and other nodes left

    async def restore(self, alive: Collection[UUID]) -> None:
        """Settle what an earlier process of this node held; its journal must be in the database.

        ``alive``: calls (of attempts) that live; these are settled by whoever serves them.
        """
        await self._take_up(await self._store.left_open(self._started, alive), alive)
        await self._release()

    async def _take_up(self, left: Collection[Held], alive: Collection[UUID] = ()) -> None:
        unknown = {held.claim.campaign_id for held in left} - self._campaigns.keys()
        self._left_settings |= await self._store.settings(unknown) if unknown else {}
        for held in left:
            self._take_up_one(held, alive)

    def _take_up_one(self, held: Held, alive: Collection[UUID]) -> None:
        attempt_id, facts = held.claim.attempt_id, held.facts
        if attempt_id in self._held or attempt_id in self._settled:
            return
        told, self._held[attempt_id] = self._unknown.pop(attempt_id, None), held
        if told is not None or facts.ended_at is not None:
            self.settle(held.claim, told or facts)
        elif attempt_id in alive:
            return
        elif held.taken_at is None and facts.dialed_at is None:
            self._put_back([held])  # it had not begun
        else:
            self.settle(held.claim, replace(facts, ended_at=self._clock.now(), outcome=outcome_of_left(facts).value))

    # Facts

    async def abandonment(self, campaign_id: UUID, at: datetime) -> tuple[tuple[int, int], tuple[int, int]]:
        """(People who answered, those of them who were left) in the 24 hours and in the 30 days before ``at``."""
        return await self._store.abandonment(campaign_id, at)

    async def abandoned_caller(self, number: str) -> Abandoned | None:
        """Who owes the person that calls in from ``number`` a live operator; None: nobody."""
        return await self._store.abandoned_caller(number, self._clock.now())

    async def counts(self, campaign_id: UUID) -> list[Count]:
        """How the leads of a campaign stand."""
        return await self._store.counts(campaign_id, self._clock.now())

    # Work

    async def run(self) -> None:
        """Claim ahead, fill campaigns, tidy up; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._claim_ahead())
            group.create_task(_again(self.fill, self._settings.dial_seed_s, self._begun))
            group.create_task(_again(self.tidy, TIDY_S, asyncio.Event()))

    async def close(self) -> None:
        """Claims that were not handed out go back; for an orderly end."""
        for buffer in self._buffers.values():
            self._put_back(buffer.ready)
        self._buffers.clear()
        self._put_back(self._letters)
        await self._release()

    async def _claim_ahead(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Exception as exc:
                _log.warning("leads_not_claimed", error=f"{type(exc).__name__}: {exc}"[:200])
                await asyncio.sleep(self._settings.dial_look_s)
            now = self._clock.monotonic()
            soonest = min((one.look_at for one in self._buffers.values() if one.low), default=now + 1.0)
            try:
                async with asyncio.timeout(max(soonest - now, 0.01)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Give back what is to go back, settle what was told before it was known, refill, send messages."""
        await self._release()
        if self._unknown:
            told = list(self._unknown)
            await self._take_up(await self._store.held(told))
            for attempt_id in told:
                self._unknown.pop(attempt_id, None)
        for buffer in list(self._buffers.values()):
            if buffer.low and (buffer.due or buffer.look_at <= self._clock.monotonic()):
                await self._refill(buffer)
        while self._letters:
            await self._send(self._letters.popleft())

    async def fill(self) -> None:
        """Let new and changed leads into the campaigns."""
        for buffer in list(self._buffers.values()):
            if await buffer.filler.look(buffer.campaign):
                self._look_at(buffer.campaign.id)

    async def tidy(self) -> None:
        """Take over what nodes hold that are gone; who was left long ago is like others again."""
        if taken := await self._store.take_over(self._settings.dial_takeover_s):
            _log.warning("claims_taken_over", attempts=[str(held.claim.attempt_id) for held in taken])
            await self._take_up(taken)
        self._tidied += 1
        if self._tidied % EXPIRE_EVERY == 1:
            for buffer in list(self._buffers.values()):
                await self._store.expire_live(buffer.campaign, self._clock.now())
        await self._release()

    async def _refill(self, buffer: Buffer) -> None:
        for held in await buffer.claim(self.gate.hours):
            self._held[held.claim.attempt_id] = held
            if self._buffers.get(buffer.campaign.id) is not buffer:
                self._put_back([held])
                continue
            settings = buffer.campaign.settings
            chosen = rechosen(held.standing, settings, held.contacts)
            was = held.claim.step, held.claim.contact, LeadState.CLAIMED
            if (chosen.step, chosen.contact, chosen.state) != was:
                await self._store.move(held, chosen, self._clock.now())
                self._held.pop(held.claim.attempt_id)
            elif (refusal := self.gate.listed(held)) is not None:
                self._refused[held.claim.attempt_id] = refusal
                self._block(held)
            elif held.claim.channel != "phone":
                self._letters.append(held)
            else:
                held.claim = replace(held.claim, shown=buffer.shown(self._table(), held.claim))
                buffer.ready.append(held)

    async def _send(self, held: Held) -> None:
        """A message of the chain: an attempt without a call."""
        claim, campaign = held.claim, self._campaigns[held.claim.campaign_id]
        if await self.begin(claim) is not None:
            self._block(held)
            return
        facts = replace(held.facts, dialed_at=self._clock.now())
        try:
            await self.messages.send(claim, campaign)
        except NotSent as exc:
            _log.info("message_not_sent", attempt=str(claim.attempt_id), channel=claim.channel, reason=exc.detail)
            told = {**facts.answers, "not_sent": exc.detail}
            self.settle(claim, replace(facts, outcome=Outcome.NOT_SENT.value, answers=told))
        except PayLaterError as exc:
            _log.warning("message_put_off", attempt=str(claim.attempt_id), reason=exc.detail)
            self._refused[claim.attempt_id] = Refusal("away", self._clock.now() + timedelta(seconds=MESSAGE_REST_S))
            self._block(held)
        else:
            self.settle(claim, replace(facts, outcome=Outcome.SENT.value))

    def _block(self, held: Held) -> None:
        self.settle(held.claim, replace(held.facts, outcome=Outcome.BLOCKED.value, ended_at=self._clock.now()))

    def _put_back(self, helds: Collection[Held]) -> None:
        """These claims are to go back; they are given back as soon as the database answers."""
        for held in helds:
            self._held.pop(held.claim.attempt_id, None)
        if helds:
            self._to_release.append([held.claim.attempt_id for held in helds])
            self._wake.set()

    async def _release(self) -> None:
        while self._to_release:
            ids = self._to_release[0]
            await self._store.release(ids)
            if self._to_release and self._to_release[0] is ids:
                self._to_release.popleft()

    def _remember(self, attempt_id: UUID) -> None:
        self._settled[attempt_id] = None
        while len(self._settled) > SETTLED_KEPT:
            del self._settled[next(iter(self._settled))]

    def _look_at(self, campaign_id: UUID) -> None:
        buffer = self._buffers.get(campaign_id)
        if buffer is not None:
            buffer.look_at = 0.0
            self._wake.set()

    def _settings_of(self, campaign_id: UUID) -> CampaignSettings:
        campaign = self._campaigns.get(campaign_id)
        known = campaign.settings if campaign is not None else self._left_settings.get(campaign_id)
        return known or CampaignSettings()


async def _again(do: Callable[[], Awaitable[None]], seconds: float, sooner: asyncio.Event) -> None:
    while True:
        sooner.clear()
        try:
            await do()
        except Exception as exc:
            _log.warning("leads_look_failed", error=f"{type(exc).__name__}: {exc}"[:200])
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await sooner.wait()
