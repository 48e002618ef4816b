"""Campaigns with fakes around: leads from a list, calls that a test lets ring, answer and end."""

from collections.abc import Collection, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from engine.calls.model import Call, DialTarget, EndedBy, Leg, LegRole
from engine.calls.states import LegState
from engine.core.errors import PayLaterError
from engine.dialer.campaign import Campaign, CampaignSettings, Claim
from engine.dialer.live.dial import Dial
from engine.dialer.live.dials import Dials
from engine.dialer.live.legs import Legs
from engine.dialer.live.opening import campaign_call
from engine.dialer.live.running import Running
from engine.dialer.live.starting import Starter
from engine.dialer.outcomes import CampaignState, Mode
from engine.dialer.portraits import Who
from engine.history.records import DialRow, FeedRow
from tests.unit.queues.fakes import START, Room
from tests.unit.queues.support import QUEUE

LIST = UUID(int=900)


def campaign_of(mode: Mode = Mode.PROGRESSIVE, **options: Any) -> Campaign:
    """A campaign of the queue of a ``Room``; options are its settings."""
    settings = CampaignSettings(**options)
    return Campaign(id=uuid4(), name="test", mode=mode, state=CampaignState.RUNNING, settings=settings, queue_id=QUEUE)


def claim_of(campaign: Campaign, **values: Any) -> Claim:
    """A lead claimed now."""
    usual = {"lead_id": uuid4(), "list_id": LIST, "channel": "phone", "address": "79990000001", "zone": "UTC"}
    numbers = {"number": 1, "step": 0, "contact": 1}
    return Claim(attempt_id=uuid4(), campaign_id=campaign.id, claimed_at=START, **{**usual, **numbers, **values})


class FakeLeads:
    """Gives the claims of a list, remembers what became of them."""

    def __init__(self) -> None:
        self.waiting: list[Claim] = []
        self.back: list[Claim] = []
        self.refusals: dict[str, Any] = {}
        self.settled: list[tuple[Claim, DialRow]] = []

    async def follow(self, campaigns: Collection[Campaign]) -> None: ...

    async def restore(self, live: Collection[UUID]) -> None: ...

    def has(self, campaign_id: UUID) -> bool:
        return bool(self.waiting)

    def take(
        self, campaign_id: UUID, *, live_only: bool = False, users: Collection[UUID] | None = None
    ) -> Claim | None:
        return self.waiting.pop(0) if self.waiting else None

    async def begin(self, claim: Claim) -> Any:
        return self.refusals.get(claim.address)

    async def give_back(self, claim: Claim) -> None:
        self.back.append(claim)

    def settle(self, claim: Claim, facts: DialRow) -> None:
        self.settled.append((claim, facts))

    async def run(self) -> None: ...

    async def close(self) -> None: ...

    async def abandonment(self, campaign_id: UUID, at: datetime) -> tuple[tuple[int, int], tuple[int, int]]:
        return (0, 0), (0, 0)


@dataclass
class Hall:
    """One campaign on a node with ``operators``; calls are opened into ``calls``, or refused."""

    campaign: Campaign = field(default_factory=campaign_of)
    operators: int = 1
    refuse: PayLaterError | None = None

    def __post_init__(self) -> None:
        self.room = Room(self.operators)
        self.clock, self.journal = self.room.clock, self.room.journal
        self.leads = FakeLeads()
        self.calls: dict[UUID, Call] = {}
        self.running: dict[UUID, Running] = {}
        queues, later = self.room.queues, self._later
        self.dials = Dials(self.leads, queues, self.journal, self.clock, self.running, self._keep, later)
        self.starter = Starter(self.dials, self.leads, self, self.running, self._open, later)
        self.legs = Legs(self.dials, self.starter)
        self.run = Running(self.campaign, self.leads, self.clock, self.starter.begin, lambda: True)
        self.running[self.campaign.id] = self.run

    def _open(self, dial: Dial, settings: CampaignSettings) -> None:
        if self.refuse is not None:
            raise self.refuse
        people = self.room.presences.operators
        operator = people[dial.user_id] if dial.operator_first and dial.user_id else None
        client = DialTarget(f"PJSIP/{dial.claim.address}@demo", dial.claim.address)
        call = campaign_call(dial, client, operator, node_id="n", now=self.clock.now())
        self.calls[call.id] = call
        self.legs.on_leg(call, call.caller_leg)

    async def of_lead(self, source_id: UUID, lead_id: UUID, who: Who) -> dict[str, str]:
        return {"asked": who.phone}

    def _keep(self, call: Call) -> None: ...

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            work.send(None)
        except StopIteration:
            return

    # What the network does

    def begin(self, mode: Mode | None = None, **values: Any) -> Dial:
        """A lead is dialled."""
        claim = claim_of(self.campaign, **values)
        self.starter.begin(claim, mode or self.campaign.mode)
        self.room.queues.decide()
        return self.dials.live.get(claim.attempt_id) or Dial(claim=claim, mode=mode or self.campaign.mode)

    def leg(self, dial: Dial, state: LegState, *, cause: int | None = None, of: str | None = None) -> None:
        """The client's leg, or that of extension ``of``, is in this state now."""
        call = self.calls[dial.id]
        leg = next(leg for leg in call.legs if leg.number == (of or dial.claim.address))
        leg.state, leg.cause = state, cause
        if state is LegState.UP:
            leg.answered_at = self.clock.now()
            if leg is call.caller_leg:
                call.answered_at = leg.answered_at
        self.legs.on_leg(call, leg)
        self.room.queues.decide()

    def join(self, dial: Dial, number: int) -> None:
        """Operator ``number``'s phone is rung and answers."""
        call, person = self.calls[dial.id], list(self.room.presences.operators.values())[number - 1]
        leg = Leg(
            channel_id=call.next_channel_id(),
            role=LegRole.CALLEE,
            number=person.extension,
            endpoint=person.endpoint,
            started_at=self.clock.now(),
            user_id=person.user_id,
        )
        call.legs.append(leg)
        self.legs.on_leg(call, leg)
        leg.state = LegState.UP
        self.legs.on_leg(call, leg)

    def end(self, dial: Dial, *, by: EndedBy = EndedBy.CALLER, finished: bool = False, talked: float = 0.0) -> DialRow:
        """The call is over; gives the attempt's last row."""
        call = self.calls[dial.id]
        call.ended_at, call.ended_by, call.talk_s = self.clock.now(), by, talked
        call.ending.flow_finished = finished
        self.dials.on_ended(call)
        self.room.queues.decide()
        return self.result(dial)

    def result(self, dial: Dial) -> DialRow:
        """The attempt's last row; it has exactly one."""
        rows = [row for claim, row in self.leads.settled if claim.attempt_id == dial.id]
        assert len(rows) == 1, rows
        return rows[0]

    def told(self, kind: str) -> list[Any]:
        """Data of lines of the feed."""
        return [row.data for row in self.journal.rows if isinstance(row, FeedRow) and row.kind == kind]
