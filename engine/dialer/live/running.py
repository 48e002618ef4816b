"""One campaign on this node: when it dials, how many, by which mode."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from engine.core import log
from engine.core.clock import Clock
from engine.dialer.campaign import Campaign, Claim, Pacing
from engine.dialer.live.dial import Dial, Stage
from engine.dialer.live.operators import Doing
from engine.dialer.live.ports import Leads
from engine.dialer.outcomes import CampaignState, Mode, Outcome
from engine.dialer.pacing import facts
from engine.dialer.pacing.controller import Controller
from engine.dialer.pacing.decision import Decision

_log = log.get("dialer.running")
DRY_S = 2.0
"""After the leads have run out for now, they are asked for again so much later."""
HOLD_S = 2.0
"""Rest after a call could not be opened (Asterisk or the trunk is full or away)."""
LONGEST_HOLD_S = 15.0
"""The longest rest while one dial after another fails."""
AFTER_FACT_S = 0.03
"""Facts of a moment are taken together."""
TELL: dict[Doing, Callable[[UUID, float], facts.Fact]] = {
    Doing.READY: facts.AgentReady,
    Doing.TALKING: facts.AgentTalking,
    Doing.WRAPPING: facts.AgentWrapping,
}


@dataclass(slots=True)
class Counts:
    """What this node has done for the campaign since it started."""

    dialed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    humans: int = 0
    abandoned: int = 0


class Running:
    """See the module. ``begin`` starts a dial; ``may_dial``: Asterisk is there."""

    def __init__(
        self,
        campaign: Campaign,
        leads: Leads,
        clock: Clock,
        begin: Callable[[Claim, Mode], None],
        may_dial: Callable[[], bool],
    ) -> None:
        self.campaign = campaign
        self.nodes = 1
        self.counts = Counts()
        self.dials: dict[UUID, Dial] = {}
        """Attempts in progress, those that wait for an operator too."""
        self.doing: dict[UUID, Doing] = {}
        """Operators who are this campaign's now."""
        self.decision: Decision | None = None
        self.decided_at: datetime | None = None
        self.dry = False
        """There was no lead to dial when one was asked for last."""
        self.controller = Controller(self._pacing(), ring_s=campaign.settings.ring_s, mode=campaign.mode)
        self._leads = leads
        self._clock = clock
        self._begin = begin
        self._may_dial = may_dial
        self._wake = asyncio.Event()
        self._rest_until = 0.0
        self._failures = 0
        """Dials in a row that our own side could not place: the list is not to be burnt by a trunk that is away."""
        self._closed = False

    @property
    def active(self) -> bool:
        """Whether new calls are made."""
        return self.campaign.state is CampaignState.RUNNING

    def configure(self, campaign: Campaign, nodes: int) -> None:
        """The campaign as it is from now on, shared by so many engines."""
        self.campaign, self.nodes, self.dry = campaign, nodes, False
        self.controller.configure(self._pacing(), campaign.mode)
        self.wake()

    def _pacing(self) -> Pacing:
        """Limits of the whole campaign are shared out among its engines."""
        pacing, nodes = self.campaign.settings.pacing, self.nodes
        return msgspec.structs.replace(
            pacing,
            max_lines=max(pacing.max_lines // nodes, 1),
            max_channels=max(pacing.max_channels // nodes, 1),
            calls_per_s=pacing.calls_per_s / nodes,
        )

    def close(self) -> None:
        """The campaign is over here: ``run`` ends."""
        self._closed = True
        self._wake.set()

    def wake(self) -> None:
        """Something has changed: decide soon."""
        self._wake.set()

    def rest(self, seconds: float = HOLD_S) -> None:
        """Nothing can be dialled for a while."""
        self._rest_until = max(self._rest_until, self._now() + seconds)

    def tell(self, fact: facts.Fact) -> None:
        """A fact for the pacing."""
        self.controller.on(fact)
        self._wake.set()

    def dialed(self, dial: Dial) -> None:
        """A line is taken by an attempt."""
        claim = dial.claim
        self.dials[dial.id] = dial
        try:
            hour = self._clock.now().astimezone(ZoneInfo(claim.zone)).hour
        except (KeyError, ValueError, OSError):
            hour = 0
        kept = dial.operator_first or claim.live_only or claim.user_id is not None
        self.tell(facts.Dialed(dial.id, self._now(), hour, str(claim.list_id), kept))

    def over(self, dial: Dial, outcome: Outcome) -> None:
        """An attempt has ended."""
        self.dials.pop(dial.id, None)
        self.counts.outcomes[outcome] += 1
        self._failures = self._failures + 1 if outcome is Outcome.FAILED else 0
        if self._failures:
            self.rest(min(HOLD_S * self._failures, LONGEST_HOLD_S))
        self.tell(facts.Ended(dial.id, self._now(), outcome))

    def dropped(self, dial: Dial) -> None:
        """An attempt that never began to dial has gone back."""
        self.dials.pop(dial.id, None)
        self.tell(facts.Ended(dial.id, self._now(), Outcome.SKIPPED))

    def staff(self, doing: dict[UUID, Doing]) -> None:
        """Operators of this campaign, and what they do; who is not named is not its any more."""
        now = self._now()
        for user_id in self.doing.keys() - doing.keys():
            self.tell(facts.AgentGone(user_id, now))
        for user_id, what in doing.items():
            if self.doing.get(user_id) is not what:
                self.tell(TELL[what](user_id, now))
        self.doing = doing

    def lines(self) -> dict[str, int]:
        """Attempts in progress by stage."""
        stages = Counter(dial.stage for dial in self.dials.values())
        return {stage.value: stages[stage] for stage in Stage if stage is not Stage.ENDED}

    # Work

    async def run(self) -> None:
        """Dial until closed; facts and time decide when."""
        while not self._closed:
            self._wake.clear()
            try:
                next_at = self.look()
            except Exception:
                _log.exception("look_failed", campaign=str(self.campaign.id))
                next_at = self._now() + 1.0
            try:
                async with asyncio.timeout(max(next_at - self._now(), AFTER_FACT_S)):
                    await self._wake.wait()
                await asyncio.sleep(AFTER_FACT_S)
            except TimeoutError:
                continue

    def look(self) -> float:
        """Dial what is to be dialled now; gives when to look again."""
        now = self._now()
        if not self.active or not self._may_dial():
            return now + 1.0
        if now < self._rest_until:
            return self._rest_until
        decision = self.controller.decide(now)
        self.decision, self.decided_at = decision, self._clock.now()
        ready = [user_id for user_id, what in self.doing.items() if what is Doing.READY]
        for _ in range(decision.lines):
            claim = self._leads.take(self.campaign.id, users=ready)
            self.dry = claim is None
            if claim is None:
                self.rest(DRY_S)
                break
            self._begin(claim, decision.mode)
            if self._rest_until > now:
                break
        return max(decision.next_at, self._rest_until)

    def _now(self) -> float:
        return self._clock.now().timestamp()
