"""How attempts begin: portrait, operator where one is needed before, a last look at the lead, the call."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from engine.core import log
from engine.core.errors import Forbidden, PayLaterError
from engine.dialer.campaign import Campaign, CampaignSettings, Claim
from engine.dialer.live import board
from engine.dialer.live.dial import Dial, Stage, dial_row
from engine.dialer.live.dials import Dials
from engine.dialer.live.limits import kept_s, priority_in_queue
from engine.dialer.live.ports import Leads, Portraits
from engine.dialer.live.running import Running
from engine.dialer.outcomes import CampaignState, Mode, Outcome
from engine.dialer.portraits import Who

_log = log.get("dialer.starting")
LISTED = frozenset({"do_not_call", "blacklist"})
"""Refusals that are a result of the attempt; after others it never was."""
OpenCall = Callable[[Dial, CampaignSettings], None]
"""Start the call of an attempt. ``Forbidden``: that number can't be called; another ``PayLaterError``: not now."""


class Starter:
    """Takes claims of campaigns that run. ``later`` runs work of which nobody waits for the end."""

    def __init__(
        self,
        dials: Dials,
        leads: Leads,
        portraits: Portraits,
        running: Mapping[UUID, Running],
        open_call: OpenCall,
        later: Callable[[Any], None],
    ) -> None:
        self._dials = dials
        self._leads = leads
        self._portraits = portraits
        self._running = running
        self._open_call = open_call
        self._later = later
        dials.place = self.place

    def begin(self, claim: Claim, mode: Mode) -> None:
        """A claimed lead is to be dialled by ``mode``."""
        running = self._running[claim.campaign_id]
        campaign = running.campaign
        dial = Dial(
            claim=claim,
            mode=mode,
            queue_id=campaign.queue_id,
            shown=claim.shown,
            operator_first=mode is Mode.PREVIEW,
            auto_answer=campaign.settings.auto_answer,
            began_at=self._dials.clock.now(),
        )
        self._dials.live[dial.id] = dial
        running.dialed(dial)
        source_id = campaign.settings.portrait_source_id
        if source_id is not None:
            self._later(self._with_portrait(dial, source_id))
        else:
            self._seek(dial)

    async def _with_portrait(self, dial: Dial, source_id: UUID) -> None:
        """Ask the customer's own system about the client, then go on with or without an answer."""
        claim = dial.claim
        who = Who(phone=claim.address, external_id=claim.external_id or "", name=claim.name, list_id=str(claim.list_id))
        portrait = await self._portraits.of_lead(source_id, claim.lead_id, who)
        dial.claim = msgspec.structs.replace(claim, data={**claim.data, **portrait})
        if dial.id in self._dials.live:
            self._seek(dial)

    def _seek(self, dial: Dial) -> None:
        """Dial, or look for an operator first where one is needed before."""
        claim, mode, first = dial.claim, dial.mode, dial.operator_first
        running = self._running.get(dial.campaign_id)
        if running is None:
            self._dials.give_back(dial)
        elif claim.user_id is not None and mode is not Mode.ROBOCALL:
            self._for_one(dial, claim.user_id, running.campaign)
        elif first or (claim.live_only and mode is not Mode.ROBOCALL):
            seconds = kept_s(running.campaign.settings, shown=first)
            self._dials.keeper.seek(dial, priority_in_queue(running.campaign), seconds, self._kept)
        else:
            self.place(dial)

    def _for_one(self, dial: Dial, user_id: UUID, campaign: Campaign) -> None:
        """A call that one operator has promised: shown to no other."""
        dial.operator_first = True
        seconds = kept_s(campaign.settings, shown=True)
        if self._dials.keeper.seek_one(dial, user_id, priority_in_queue(campaign), seconds):
            self._kept(dial)
        else:
            self._dials.give_back(dial)

    def keep_one(self, dial: Dial) -> None:
        """Look for an operator for a client whose phone rings."""
        running = self._running.get(dial.campaign_id)
        if running is not None:
            seconds = kept_s(running.campaign.settings, shown=False)
            self._dials.keeper.seek(dial, priority_in_queue(running.campaign), seconds, self._kept)

    def _kept(self, dial: Dial) -> None:
        """An operator is kept for this one."""
        campaign = self._running[dial.campaign_id].campaign
        if dial.stage is not Stage.WAITING:
            self._dials.save(dial)
        elif campaign.state is not CampaignState.RUNNING:
            self._dials.give_back(dial)
        elif dial.operator_first:
            self._dials.previews.show(dial, campaign)
        else:
            self.place(dial)

    def place(self, dial: Dial) -> None:
        """Dial, if the last look at the lead allows it."""
        self._later(self._check(dial))

    async def _check(self, dial: Dial) -> None:
        """Look at the lead again in the moment of dialling, then open its call."""
        refusal = await self._leads.begin(dial.claim)
        running = self._running.get(dial.campaign_id)
        if dial.id not in self._dials.live:
            return
        if refusal is not None and refusal.reason in LISTED:
            self._dials.settle(dial, Outcome.BLOCKED)
        elif refusal is not None or running is None or not running.active:
            self._dials.give_back(dial)
        else:
            self._open(dial, running)

    def _open(self, dial: Dial, running: Running) -> None:
        """Open the call; its task runs only after this, so the row is written before anything is sent."""
        was, now = dial.stage, self._dials.clock.now()
        dial.stage, dial.until = Stage.DIALING, None
        dial.dialed_at = None if dial.operator_first else now
        try:
            self._open_call(dial, running.campaign.settings)
        except Forbidden as exc:
            _log.warning("dial_refused", attempt=str(dial.id), reason=exc.detail)
            dial.dialed_at = None
            self._dials.settle(dial, Outcome.FAILED)
        except PayLaterError as exc:
            _log.info("dial_not_opened", attempt=str(dial.id), reason=exc.detail)
            board.LOST.inc()
            dial.stage, dial.dialed_at = was, None
            running.rest()
            self._dials.give_back(dial)
        else:
            self._dials.journal.append(dial_row(dial))
            running.counts.dialed += 1
