"""Attempts of this node from the claim to the result: what flows, phones and operators tell about them.

Whatever ends a call, and in whichever process, its attempt is settled in one place, ``on_ended``. What is told on the
way only adds facts.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from engine.calls.model import Call
from engine.core import log
from engine.core.clock import Clock
from engine.core.ids import new_id
from engine.dialer.campaign import CampaignSettings
from engine.dialer.live import board
from engine.dialer.live.dial import OPT_OUT, Dial, Stage, dial_row, ended, kept_in, opt_out_row, wants_out
from engine.dialer.live.keeping import Keeper
from engine.dialer.live.limits import priority_in_queue
from engine.dialer.live.ports import Leads
from engine.dialer.live.previews import TOPIC, Previews
from engine.dialer.live.running import Running
from engine.dialer.outcomes import HUMAN, Outcome
from engine.dialer.pacing import facts
from engine.history.records import FeedRow
from engine.queues.ports import Journal
from engine.queues.service import Queues
from engine.queues.visit import Place

_log = log.get("dialer.dials")
NOT_PEOPLE = {"machine": Outcome.MACHINE, "fax": Outcome.FAX}
"""Verdicts after which no operator is wanted."""
IDLE_S = 30.0
"""How long an attempt looks for an operator before anybody is called."""
NOBODY = CampaignSettings()
OWED = 10
"""Priority of who was left without an operator and calls in."""


class Dials:
    """See the module. ``keep`` saves a call; ``later`` runs work of which nobody waits for the end."""

    def __init__(
        self,
        leads: Leads,
        queues: Queues,
        journal: Journal,
        clock: Clock,
        running: Mapping[UUID, Running],
        keep: Callable[[Call], None],
        later: Callable[[Any], None],
    ) -> None:
        self.live: dict[UUID, Dial] = {}
        self.dispositions: list[dict[str, Any]] = []
        self.owed: dict[str, datetime] = {}
        """Number -> until when who was abandoned is served first when calling in."""
        self._leads = leads
        self.journal = journal
        self.clock = clock
        self._running = running
        self._save = keep
        self._later = later
        self._calls: dict[UUID, Call] = {}
        self._wrapping: dict[UUID, Dial] = {}
        self.keeper = Keeper(queues, journal, clock)
        self.previews = Previews(journal, clock, self.card, lambda dial: self.place(dial), self.settle)
        self.place: Callable[[Dial], None] = lambda dial: None
        """Dials; see ``engine.dialer.live.starting``."""

    # Attempts go back

    def give_back(self, dial: Dial) -> None:
        """Nothing was sent to the network: the lead waits again as if it had never been taken."""
        self.previews.drop(dial, "withdrawn")
        self.keeper.free(dial)
        self.live.pop(dial.id, None)
        if running := self._running.get(dial.campaign_id):
            running.dropped(dial)
        self._later(self._leads.give_back(dial.claim))

    def give_back_idle(self) -> None:
        """Attempts that found no operator for long go back: others may be dialled instead."""
        for dial in list(self.live.values()):
            waited = (self.clock.now() - (dial.began_at or self.clock.now())).total_seconds()
            if dial.stage is Stage.WAITING and waited > IDLE_S:
                self.give_back(dial)

    def stop(self, campaign_id: UUID) -> None:
        """The campaign dials no more: attempts that have not begun to dial go back."""
        for dial in list(self.live.values()):
            if dial.campaign_id == campaign_id and dial.stage in (Stage.WAITING, Stage.SHOWN):
                self.give_back(dial)

    # What flows tell and ask (``engine.ivr.port.DialerPort``)

    def dial_of(self, call: Call) -> Dial:
        """The attempt that a call was made for, taken up again after a restart."""
        dial = self.live.get(call.id)
        if dial is None:
            dial = kept_in(call)
            assert dial is not None, "a call without an attempt"
            self._adopt(dial)
        self._calls[call.id] = call
        return dial

    def settings_of(self, dial: Dial) -> CampaignSettings:
        """Settings of its campaign; the usual ones when that is gone."""
        running = self._running.get(dial.campaign_id)
        return running.campaign.settings if running is not None else NOBODY

    def early(self, dial: Dial, kind: str, confidence: float | None, after_s: float | None, by: str) -> None:
        """What is heard before the answer says that nobody will pick up."""
        dial.verdict, dial.verdict_by, dial.verdict_confidence, dial.verdict_s = kind, by, confidence, after_s
        dial.outcome = Outcome(kind)
        self.save(dial)

    def verdict(self, dial: Dial, kind: str | None, confidence: float | None, after_s: float | None, by: str) -> bool:
        """Who answered (None: nobody has listened); whether an operator, or a menu, is wanted for it."""
        now = self.clock.now()
        dial.detected_at, dial.verdict, dial.verdict_by = now, kind, by if kind is not None else None
        dial.verdict_confidence, dial.verdict_s = confidence, after_s
        human = kind not in NOT_PEOPLE
        if human:
            dial.stage = Stage.HUMAN
            if running := self._running.get(dial.campaign_id):
                running.counts.humans += 1
        else:
            self.keeper.free(dial)
            dial.outcome = NOT_PEOPLE[str(kind)]
        self.tell(facts.Detected(dial.id, now.timestamp(), human), dial)
        self.save(dial)
        return human

    def wanted_after_all(self, dial: Dial) -> None:
        """An answering machine is to be connected like a person."""
        dial.outcome, dial.stage = None, Stage.HUMAN
        self.save(dial)

    def queue_place(self, dial: Dial) -> Place:
        """The client's place in the campaign's queue, with the operator who is kept for it."""
        now = self.clock.now()
        running = self._running.get(dial.campaign_id)
        return Place(
            visit_id=new_id(now),
            entered_at=now,
            since=now,
            priority=priority_in_queue(running.campaign if running is not None else None),
            asked=self.keeper.hand_over(dial),
            client=dial.claim.address,
            fresh=True,
        )

    def reached(self, dial: Dial) -> None:
        """Operator first: the operator's phone answered, the client is called now."""
        self.keeper.served(dial)
        dial.operator_id, dial.user_id = dial.user_id or dial.operator_id, None
        self.save(dial)

    def late(self, dial: Dial) -> None:
        """A person answered and no operator was there in time."""
        if dial.abandoned:
            return
        dial.abandoned = True
        if running := self._running.get(dial.campaign_id):
            running.counts.abandoned += 1
        board.ABANDONED.inc()
        hours = self.settings_of(dial).abandonment.live_hours
        if hours:
            self.owed[dial.claim.address] = self.clock.now() + timedelta(hours=hours)
        self.tell(facts.Abandoned(dial.id, self.clock.now().timestamp()), dial)
        self.save(dial)

    def abandon(self, dial: Dial) -> None:
        """Nobody will be there: the person hears a message."""
        self.late(dial)
        dial.stage, dial.outcome = Stage.LEFT, Outcome.ABANDONED
        self.save(dial)

    def leave_message(self, dial: Dial) -> None:
        """An answering machine hears a message."""
        dial.stage = Stage.LEFT
        self.save(dial)

    def opt_out(self, dial: Dial) -> None:
        """The person does not want to be called again."""
        dial.answers = {**dial.answers, OPT_OUT: "1"}
        self.save(dial)

    def save(self, dial: Dial) -> None:
        """Keep the attempt with its call, and in the history."""
        call = self._calls.get(dial.id)
        if call is not None:
            call.dial = msgspec.to_builtins(dial)
            self._save(call)
            self.journal.append(dial_row(dial))

    # What calls tell

    def card(self, dial: Dial) -> dict[str, Any]:
        """What an operator sees of the client."""
        running = self._running.get(dial.campaign_id)
        return board.card(dial, running.campaign, self.dispositions) if running is not None else {}

    def on_ended(self, call: Call) -> None:
        """A call is over: its attempt has its result now."""
        if call.dial is None:
            return
        dial = self.live.get(call.id) or kept_in(call)
        if dial is None or dial.stage is Stage.ENDED:
            return
        missed = dial.operator_first and call.answered_at is None and not call.ending.failed
        self.keeper.free(dial, "missed" if missed else "cancelled")
        self._over(ended(dial, call, self.clock.now()))

    # Attempts end

    def settle(self, dial: Dial, outcome: Outcome) -> None:
        """An attempt without a call is over."""
        self.keeper.free(dial, "missed" if outcome is Outcome.OPERATOR_MISSED else "cancelled")
        self._over(msgspec.structs.replace(dial, stage=Stage.ENDED, outcome=outcome, ended_at=self.clock.now()))

    def _over(self, dial: Dial) -> None:
        outcome = dial.outcome or Outcome.INTERRUPTED
        self.live.pop(dial.id, None)
        self._calls.pop(dial.id, None)
        self._leads.settle(dial.claim, dial_row(dial))
        if wants_out(dial):
            self.journal.append(opt_out_row(dial, self.clock.now()))
        if running := self._running.get(dial.campaign_id):
            if dial.answered_at is not None and dial.detected_at is None and outcome in HUMAN:
                running.counts.humans += 1
            running.over(dial, outcome)
        board.DIALS.labels(dial.mode, outcome).inc()
        if dial.operator_id is not None:
            self._wrapping[dial.operator_id] = dial
        told = {name: getattr(dial, name) for name in ("campaign_id", "mode", "operator_id", "talk_s", "abandoned")}
        told |= {"attempt_id": dial.id, "lead_id": dial.claim.lead_id, "outcome": outcome, "ended_at": dial.ended_at}
        self.journal.append(FeedRow(topic=TOPIC, kind="attempt", key=str(dial.id), data=told))

    def wrapped_up(self, user_id: UUID, began: datetime) -> None:
        """An operator's wrap-up that began then is over: it belongs to the attempt of the call before it."""
        dial = self._wrapping.pop(user_id, None)
        if dial is not None:
            seconds = (self.clock.now() - began).total_seconds()
            self.journal.append(dial_row(msgspec.structs.replace(dial, wrap_s=round(max(seconds, 0.0), 3))))

    def settle_lost(self, live: Collection[UUID]) -> None:
        """These calls live, after a connect: an attempt that dials without its call has ended."""
        for dial in list(self.live.values()):
            if dial.stage not in (Stage.WAITING, Stage.SHOWN) and dial.id not in live:
                self.settle(dial, dial.outcome or Outcome.INTERRUPTED)

    def lost_operator(self, dial: Dial) -> None:
        """Who was kept for this one is not there any more."""
        if dial.stage in (Stage.WAITING, Stage.SHOWN):
            self.give_back(dial)
        elif not dial.operator_first:
            self.keeper.free(dial)

    def priority_of(self, number: str) -> int:
        """Priority of somebody who calls in: of who was left without an operator not long ago."""
        until = self.owed.get(number)
        return OWED if until is not None and until > self.clock.now() else 0

    def _adopt(self, dial: Dial) -> None:
        """An attempt that an earlier process had begun: the pacing hears of it from its beginning."""
        self.live[dial.id] = dial
        self.keeper.adopt(dial)
        running = self._running.get(dial.campaign_id)
        if running is None:
            return
        running.dialed(dial)
        at = self.clock.now().timestamp()
        if dial.answered_at is not None:
            self.tell(facts.Answered(dial.id, at), dial)
        if dial.detected_at is not None:
            self.tell(facts.Detected(dial.id, at, dial.outcome not in NOT_PEOPLE.values()), dial)
        if dial.connected_at is not None and dial.operator_id is not None:
            self.tell(facts.Connected(dial.id, dial.operator_id, at), dial)

    def tell(self, fact: facts.Fact, dial: Dial) -> None:
        """A fact for the pacing of the attempt's campaign."""
        if running := self._running.get(dial.campaign_id):
            running.tell(fact)
