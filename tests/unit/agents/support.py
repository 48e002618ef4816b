"""Presences with a clock of their own and a journal that is read back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from engine.agents.model import Operator
from engine.agents.service import Presences
from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import LegState
from engine.core.config import Settings
from engine.history.records import FeedRow, IntervalRow, PresenceRow, Record

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHORT, LONG = UUID(int=1), UUID(int=2)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


class Journal:
    """Keeps what was written."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(self, *records: Record) -> None:
        self.records += records

    def rows(self, user_id: UUID) -> list[PresenceRow]:
        return [row for row in self.records if isinstance(row, PresenceRow) and row.user_id == user_id]

    def intervals(self, user_id: UUID) -> list[tuple[str, datetime, datetime]]:
        """Status, begin, end of each interval."""
        return [
            (row.status, *map(datetime.fromisoformat, row.during[1:-1].split(",")))
            for row in self.records
            if isinstance(row, IntervalRow) and row.user_id == user_id
        ]

    @property
    def feed(self) -> list[FeedRow]:
        return [row for row in self.records if isinstance(row, FeedRow)]


class World:
    """Operators 201, 202, ... with registered phones, and calls made by hand."""

    def __init__(self, count: int = 3, **settings: float) -> None:
        self.clock = Clock()
        self.journal = Journal()
        values = {"presence_missed_limit": 3, "presence_idle_s": 0, "presence_phone_grace_s": 8.0, **settings}
        self.presences = Presences(self.journal, self.clock, Settings(**values))
        self.users = [UUID(int=1000 + n) for n in range(count)]
        operators = [
            Operator(user_id=u, name=f"O{n}", login=f"o{n}", extension=str(201 + n), endpoint=f"PJSIP/{201 + n}")
            for n, u in enumerate(self.users)
        ]
        self.presences.load(operators, {SHORT: 15, LONG: None})
        for operator in operators:
            self.presences.on_phone(operator.extension, True)

    def pass_time(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)
        self.presences.tick()

    def call(self, wrap_s: int = 0) -> Call:
        """A call from outside that is in a queue."""
        call_id, now = uuid4(), self.clock.now()
        leg = Leg(
            channel_id=f"ast-{call_id.hex[:8]}.1",
            role=LegRole.CALLER,
            number="79161234567",
            endpoint="PJSIP/demo",
            started_at=now,
            state=LegState.UP,
        )
        return Call(
            id=call_id, node_id="n", direction=Direction.INBOUND, caller="79161234567", called="100", started_at=now,
            legs=[leg], wrap_s=wrap_s,
        )  # fmt: skip

    def ring(self, call: Call, n: int, role: LegRole = LegRole.CALLEE) -> Leg:
        """A leg of the call rings at the n-th operator's phone."""
        number = str(201 + n)
        leg = Leg(
            channel_id=f"{call.id.hex}-{len(call.legs)}",
            role=role,
            number=number,
            endpoint=f"PJSIP/{number}",
            started_at=self.clock.now(),
        )
        call.legs.append(leg)
        self.move(call, leg, LegState.RINGING)
        return leg

    def dials(self, n: int) -> Call:
        """The n-th operator's phone dials by itself."""
        call = self.call()
        call.legs[0].endpoint, call.legs[0].state = f"PJSIP/{201 + n}", LegState.RINGING
        self.presences.on_leg(call, call.legs[0])
        return call

    def move(self, call: Call, leg: Leg, state: LegState) -> None:
        leg.move(state)
        if state is LegState.UP:
            leg.answered_at = leg.answered_at or self.clock.now()
        if state is LegState.DOWN:
            leg.ended_at = self.clock.now()
        self.presences.on_leg(call, leg)
