"""Presences under any order of events: one call at a time, nothing held for ever, times without gap or overlap."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.agents.model import Presence
from engine.agents.service import Presences
from engine.agents.statuses import CHOSEN, TRANSITIONS, Status, Why
from engine.calls.model import Call, Leg, LegRole
from engine.calls.states import LegState
from engine.core.config import Settings
from engine.core.errors import InvalidInput
from tests.unit.agents.support import LONG, SHORT, World

ZERO = timedelta()
OPERATORS = st.integers(0, 2)
SETTINGS = {
    "presence_missed_limit": 2,
    "presence_idle_s": 300,
    "presence_phone_grace_s": 8.0,
    "presence_away_limit_s": 5000,
    "presence_wrap_up_max_s": 60,
}


class PresencesMachine(RuleBasedStateMachine):
    """Events come as they like; the invariants hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(**SETTINGS)
        self.presences = self.world.presences
        self.legs: list[tuple[Call, Leg]] = []
        self.reserved: dict[UUID, UUID] = {}
        self.presences.on_change.append(self._changed)
        for user in self.world.users:
            self.presences.set_status(user, Status.READY)

    def _changed(self, user: UUID) -> None:
        if self.presences.get(user).status is not Status.RESERVED:
            self.reserved.pop(user, None)

    @rule(n=OPERATORS, status=st.sampled_from(Status), reason=st.sampled_from([None, SHORT, LONG]))
    def choose(self, n: int, status: Status, reason: UUID | None) -> None:
        try:
            self.presences.set_status(self.world.users[n], status, reason_id=reason)
        except InvalidInput:
            assert status not in CHOSEN

    @rule()
    def all_are_ready(self) -> None:
        for n, user in enumerate(self.world.users):
            self.presences.on_phone(str(201 + n), True)
            self.presences.set_status(user, Status.READY)

    @rule(n=OPERATORS)
    def locks_the_screen(self, n: int) -> None:
        self.presences.set_status(self.world.users[n], Status.AWAY, why=Why.IDLE)

    @rule(n=OPERATORS)
    def moves_the_mouse(self, n: int) -> None:
        self.presences.active(self.world.users[n])

    @rule(n=OPERATORS, seconds=st.integers(1, 60), rings=st.booleans(), wrap_s=st.sampled_from([0, 20]))
    def queue_offers(self, n: int, seconds: int, rings: bool, wrap_s: int) -> None:
        user, call = self.world.users[n], self.world.call(wrap_s)
        free = self.presences.available(user)
        assert self.presences.reserve(user, call.id, until=self._in(seconds)) == free
        if free:
            assert user not in self.reserved
            self.reserved[user] = call.id
            assert not self.presences.reserve(user, uuid4(), until=self._in(5))
            if rings:
                self.legs.append((call, self.world.ring(call, n)))

    @rule(n=OPERATORS, talk_s=st.sampled_from([0, 5, 90]))
    def serves_a_caller(self, n: int, talk_s: float) -> None:
        user, call = self.world.users[n], self.world.call(wrap_s=20)
        if self.presences.reserve(user, call.id, until=self._in(30)):
            leg = self.world.ring(call, n)
            self.world.pass_time(1)
            self.world.move(call, leg, LegState.UP)
            self.world.pass_time(talk_s)
            self.world.move(call, leg, LegState.DOWN)
            presence = self.presences.get(user)
            assert (presence.status, presence.until) == (Status.WRAP_UP, self._in(20))

    @rule(n=OPERATORS, why=st.sampled_from(["missed", "rejected", "cancelled", "failed"]))
    def queue_gives_up(self, n: int, why: str) -> None:
        user = self.world.users[n]
        self.presences.release(user, self.reserved.get(user, uuid4()), why)
        assert self.presences.get(user).status is not Status.RESERVED

    @rule(n=OPERATORS, role=st.sampled_from([LegRole.CALLEE, LegRole.CONSULT, LegRole.SUPERVISOR]))
    def rings(self, n: int, role: LegRole) -> None:
        call = self.world.call()
        self.legs.append((call, self.world.ring(call, n, role)))

    @rule(n=OPERATORS)
    def dials(self, n: int) -> None:
        call = self.world.dials(n)
        self.legs.append((call, call.legs[0]))

    @precondition(lambda self: self.legs)
    @rule(data=st.data(), state=st.sampled_from([LegState.UP, LegState.DOWN]))
    def leg_changes(self, data: st.DataObject, state: LegState) -> None:
        call, leg = data.draw(st.sampled_from(self.legs))
        self.world.move(call, leg, state)
        if state is LegState.DOWN:
            self.legs.remove((call, leg))

    @precondition(lambda self: self.legs)
    @rule(data=st.data())
    def call_ends(self, data: st.DataObject) -> None:
        call, _ = data.draw(st.sampled_from(self.legs))
        self.legs = [(other, leg) for other, leg in self.legs if other is not call]
        self.presences.on_ended(call)
        assert call.id not in {self.presences.get(user).call_id for user in self.reserved}

    @rule(n=OPERATORS, there=st.booleans())
    def phone(self, n: int, there: bool) -> None:
        self.presences.on_phone(str(201 + n), there)

    @rule(n=OPERATORS)
    def extends(self, n: int) -> None:
        try:
            self.presences.extend_wrap_up(self.world.users[n], 30)
        except InvalidInput:
            assert self.presences.get(self.world.users[n]).status is not Status.WRAP_UP

    @rule(seconds=st.sampled_from([0.5, 3, 9, 21, 61]))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(seconds=st.sampled_from([400, 6000]))
    def long_nothing(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule()
    def engine_is_killed(self) -> None:
        """A new process knows the rows that were written, then the calls that live."""
        old, journal = self.presences, self.world.journal
        new = Presences(journal, self.world.clock, Settings(**SETTINGS))
        new.load(old.operators.values(), {SHORT: 15, LONG: None})
        for user in self.world.users:
            rows = journal.rows(user)
            if rows:
                columns = {name: getattr(rows[-1], name) for name in rows[-1].__struct_fields__}
                del columns["node_id"], columns["reachable"]
                new.restore([msgspec.convert(columns, Presence)])
        self.presences = self.world.presences = new
        new.on_change.append(self._changed)
        new.tick()
        calls = {call.id: call for call, _ in self.legs}
        reserved = set(self.reserved.values())
        assert reserved >= {new.get(u).call_id for u in self.world.users if new.get(u).status is Status.RESERVED}
        new.sync(list(calls.values()))
        held = [new.get(u).call_id for u in self.world.users if new.get(u).status is Status.RESERVED]
        assert calls.keys() >= set(held)
        self.reserved = {u: c for u, c in self.reserved.items() if new.get(u).status is Status.RESERVED}
        for n in range(3):
            new.on_phone(str(201 + n), old.get(self.world.users[n]).reachable)

    def _in(self, seconds: float) -> datetime:
        return self.world.clock.now() + timedelta(seconds=seconds)

    @invariant()
    def one_call_holds_an_operator(self) -> None:
        self.presences.tick()
        now = self.world.clock.now()
        for user in self.world.users:
            presence = self.presences.get(user)
            if presence.status is Status.RESERVED:
                assert presence.call_id == self.reserved[user]
                assert presence.until is not None and now < presence.until <= now + timedelta(seconds=60)
            if presence.status is Status.WRAP_UP:
                assert presence.until is not None and presence.until <= presence.since + timedelta(seconds=60)

    @invariant()
    def statuses_tell_of_calls(self) -> None:
        for n, user in enumerate(self.world.users):
            mine = [leg for _, leg in self.legs if leg.endpoint == f"PJSIP/{201 + n}"]
            talks = any(leg.state is LegState.UP or leg.role is LegRole.CALLER for leg in mine)
            status = self.presences.get(user).status
            assert (status is Status.ON_CALL) == (talks and status is not Status.OFFLINE)
            if mine:
                assert not self.presences.available(user)

    def teardown(self) -> None:
        for user in self.world.users:
            rows = self.world.journal.rows(user)
            for one, other in itertools.pairwise(rows):
                if one.status != other.status:
                    assert other.status in TRANSITIONS[Status(one.status)]
                assert one.since <= other.since
            intervals = self.world.journal.intervals(user)
            assert all(start < end for _, start, end in intervals)
            for (_, _, end), (_, start, _) in itertools.pairwise(intervals):
                assert end <= start
            self._add_up(user)

    def _add_up(self, user: UUID) -> None:
        """Each time but those of being offline is in the log, to the microsecond."""
        rows = self.world.journal.rows(user)
        spent = sum((two.since - one.since for one, two in itertools.pairwise(rows) if one.status != "offline"), ZERO)
        assert sum((end - start for _, start, end in self.world.journal.intervals(user)), ZERO) == spent


TestPresences = pytest.mark.feature("F-PBX-09", "F-PBX-10")(PresencesMachine.TestCase)
TestPresences.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
