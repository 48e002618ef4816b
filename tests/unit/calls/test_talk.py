"""Conversations as a pure machine: whatever people do in whatever order, nobody is left alone in silence for ever."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.reached import Reached, child_call
from engine.calls.refer import number_in
from engine.calls.states import LegState
from engine.calls.talk import rules
from engine.calls.talk.state import Join, Mode, Talk, Watch, Why
from engine.calls.talk.topology import Place, alive, topology
from engine.core.ids import new_id

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
MUSIC_OR_TALK = ("music", "ring")


def leg_of(channel_id: str, number: str, role: LegRole = LegRole.CALLEE, state: LegState = LegState.UP) -> Leg:
    endpoint = f"PJSIP/{number}" if len(number) == 3 else f"PJSIP/{number}@city"
    return Leg(channel_id=channel_id, role=role, number=number, endpoint=endpoint, started_at=AT, state=state)


def conversation() -> tuple[Call, Talk]:
    """A client who talks with 104."""
    talk = Talk(members=["client", "op"], answered_by="op")
    call = Call(
        id=new_id(AT),
        node_id="node1",
        direction=Direction.INBOUND,
        caller="79160000000",
        called="74951000001",
        started_at=AT,
        legs=[leg_of("client", "79160000000", LegRole.CALLER), leg_of("op", "104")],
        bridge_id="main",
        talk=talk,
    )
    return call, talk


def hang_up(call: Call, talk: Talk, channel_id: str) -> rules.Notes:
    leg = call.leg(channel_id)
    assert leg is not None
    leg.move(LegState.DOWN)
    return rules.leg_down(call, talk, leg, AT)


class People(RuleBasedStateMachine):
    """Random people: they call in, consult, hold, park, supervise, mute, and hang up, in any order."""

    @initialize()
    def begin(self) -> None:
        self.call, self.talk = conversation()
        self.now = AT
        self.names = 0

    def _leg(self, role: LegRole, number: str) -> Leg:
        self.names += 1
        leg = leg_of(f"c{self.names}", number, role, LegState.RINGING)
        self.call.legs.append(leg)
        return leg

    def _over(self) -> bool:
        return rules.over(self.call, self.talk)

    def _members(self) -> list[Leg]:
        return [leg for leg in alive(self.call, self.talk) if leg.state is LegState.UP]

    def _colleagues(self) -> list[Leg]:
        return [leg for leg in self._members() if rules.is_inside(leg)]

    @precondition(lambda self: not self._over())
    @rule(number=st.sampled_from(["101", "102", "79161111111"]), back=st.booleans())
    def somebody_is_called_in(self, number: str, back: bool) -> None:
        leg = self._leg(LegRole.CALLEE, number)
        desk = rules.desk_of(self._members()[0]) if back and self._members() else None
        self.talk.joining.append(Join(leg=leg.channel_id, why=Why.ADD, back=desk))

    @precondition(lambda self: not self._over() and not self.talk.consult and len(self._members()) > 1)
    @rule(pick=st.integers(0, 9))
    def somebody_is_consulted(self, pick: int) -> None:
        by = self._members()[pick % len(self._members())]
        by.held = False
        rules.consult(self.call, self.talk, by, self._leg(LegRole.CONSULT, "105"), "consult", {})

    @precondition(lambda self: self.talk.consult is not None)
    @rule(how=st.sampled_from(["swap", "cancel", "complete"]))
    def the_consultation_goes_on(self, how: str) -> None:
        consult = self.talk.consult
        assert consult is not None
        asks = self.call.leg(consult.by)
        asked = self.call.leg(consult.leg)
        assert asks is not None and asked is not None
        if how == "swap" and asked.state is LegState.UP:
            consult.swapped = not consult.swapped
        elif how == "cancel":
            self.talk.consult = None
        elif how == "complete":
            rules.hand_to_consulted(self.call, self.talk)
            rules.leave(self.talk, asks)

    @precondition(lambda self: not self._over() and not self.talk.consult and len(self._members()) == 2)
    @rule(pick=st.booleans())
    def one_is_parked(self, pick: bool) -> None:
        if not self.talk.joining:
            by = self._members()[pick]
            rules.park(self.call, self.talk, by, "701", self.now, 30.0)

    @precondition(lambda self: not self._over() and self._members())
    @rule(pick=st.integers(0, 9), what=st.sampled_from(["hold", "mute"]))
    def a_member_holds_or_is_muted(self, pick: int, what: str) -> None:
        leg = self._members()[pick % len(self._members())]
        if what == "mute":
            leg.muted = not leg.muted
        elif self.talk.consult is None or self.talk.consult.by != leg.channel_id:
            leg.held = not leg.held

    @precondition(lambda self: not self._over() and self._colleagues() and not self.talk.watches)
    @rule(mode=st.sampled_from(list(Mode)))
    def somebody_supervises(self, mode: Mode) -> None:
        leg, target = self._leg(LegRole.SUPERVISOR, "103"), self._colleagues()[-1]
        self.talk.watches.append(
            Watch(leg=leg.channel_id, target=target.channel_id, mode=mode, bridge_id=f"w{self.names}")
        )

    @precondition(lambda self: any(self.call.leg(watch.leg).state is LegState.UP for watch in self.talk.watches))
    @rule()
    def the_supervisor_takes_over(self) -> None:
        rules.take_over(self.call, self.talk, self.talk.watches[0])

    @rule(pick=st.integers(0, 19), up=st.booleans())
    def a_phone_answers_or_ends(self, pick: int, up: bool) -> None:
        living = [leg for leg in self.call.legs if leg.state is not LegState.DOWN]
        if not living:
            return
        leg = living[pick % len(living)]
        if up and leg.state is LegState.RINGING:
            leg.move(LegState.UP)
            rules.leg_up(self.call, self.talk, leg)
        else:
            hang_up(self.call, self.talk, leg.channel_id)

    @rule(seconds=st.integers(0, 100))
    def time_passes(self, seconds: int) -> None:
        """What the one who runs the conversation does: rings back, hangs up who has no part any more."""
        self.now += timedelta(seconds=seconds)
        desk, self.talk.recall = self.talk.recall, None
        if desk is not None and alive(self.call, self.talk):
            leg = self._leg(LegRole.CALLEE, desk.number)
            self.talk.joining.append(Join(leg=leg.channel_id, why=Why.RETURN))
        for leg in rules.unwanted(self.call, self.talk):
            hang_up(self.call, self.talk, leg.channel_id)

    @invariant()
    def nobody_is_alone_in_silence(self) -> None:
        if not hasattr(self, "call") or self._over():
            return
        places = topology(self.call, self.talk)
        crowd: dict[str | None, list[str]] = {}
        for channel_id, place in places.items():
            crowd.setdefault(place.bridge, []).append(channel_id)
        watch_bridges = {watch.bridge_id for watch in self.talk.watches}
        for bridge, channels in crowd.items():
            if bridge is not None and bridge not in watch_bridges:
                assert len(channels) > 1, f"{channels} alone in {bridge}: {places}"
        stepped_out = [leg.channel_id for leg in alive(self.call, self.talk) if leg.held]
        for leg in alive(self.call, self.talk):
            place = places[leg.channel_id]
            assert place.bridge is not None or place.sound in MUSIC_OR_TALK or leg.channel_id in stepped_out

    @invariant()
    def the_state_hangs_together(self) -> None:
        if not hasattr(self, "call"):
            return
        talk = self.talk
        assert len(set(talk.members)) == len(talk.members)
        assert msgspec.json.decode(msgspec.json.encode(self.call), type=Call) == self.call
        if talk.consult is not None and not self._over():
            assert talk.consult.by in talk.members
            assert len(alive(self.call, talk)) > 1, "a consultation with nobody waiting"
        named = {*talk.members, *(join.leg for join in talk.joining), *(watch.leg for watch in talk.watches)}
        for channel_id in named:
            assert self.call.leg(channel_id) is not None
        rules.count_hold(self.call, talk, self.now)
        assert self.call.hold_s >= 0

    @invariant()
    def who_listens_is_heard_by_nobody(self) -> None:
        if not hasattr(self, "call"):
            return
        places = topology(self.call, self.talk)
        for watch in self.talk.watches:
            place = places.get(watch.leg, Place())
            if watch.mode is Mode.LISTEN:
                assert place.muted or place.bridge is None
            if watch.mode is not Mode.BARGE:
                assert place.bridge != self.call.bridge_id


People.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestPeople = pytest.mark.feature("F-PBX-22", "F-PBX-23", "F-WID-13")(People.TestCase)


@pytest.mark.feature("F-PBX-23")
def test_a_consultation_that_rings_becomes_a_transfer_when_the_operator_goes() -> None:
    call, talk = conversation()
    asked = leg_of("asked", "105", LegRole.CONSULT, LegState.RINGING)
    call.legs.append(asked)
    rules.consult(call, talk, call.legs[1], asked, "consult", {})
    assert topology(call, talk)["client"].sound == "music"
    assert topology(call, talk)["op"].sound == "ring"
    hang_up(call, talk, "op")
    assert not rules.over(call, talk)
    assert topology(call, talk)["client"].sound == "ring"
    hang_up(call, talk, "asked")
    assert talk.recall is not None and talk.recall.number == "104"


@pytest.mark.feature("F-PBX-23")
def test_colleagues_go_on_without_the_client_unless_told_otherwise() -> None:
    call, talk = conversation()
    call.legs.append(leg_of("third", "102"))
    talk.members.append("third")
    hang_up(call, talk, "client")
    assert not rules.over(call, talk)
    assert rules.over(call, talk, colleagues_go_on=False)


def test_time_on_hold_is_counted_once() -> None:
    call, talk = conversation()
    call.legs[1].held = True
    for second in (0, 1, 2):
        rules.count_hold(call, talk, AT + timedelta(seconds=second))
    call.legs[1].held = False
    rules.count_hold(call, talk, AT + timedelta(seconds=5))
    rules.count_hold(call, talk, AT + timedelta(seconds=9))
    assert call.hold_s == 5


@pytest.mark.parametrize("text", ["102", "sip:102@10.0.0.1:5060", "sips:102@office;user=phone", "102@office"])
def test_the_number_in_what_a_phone_asks_for(text: str) -> None:
    assert number_in(text) == "102"


def test_a_client_who_is_sent_on_begins_a_call_of_the_same_kind() -> None:
    parent, _ = conversation()
    parent.record, parent.variables = True, {"city": "Тверь"}
    reached = Reached("74950000000", {"kind": "menu", "id": "m"})
    child = child_call(parent, parent.legs[0], reached, AT)
    assert (child.parent_id, child.direction, child.caller) == (parent.id, Direction.INBOUND, "79160000000")
    assert (child.record, child.variables) == (True, {"city": "Тверь"})
    assert child.position == {"destination": reached.destination, "phase": None}
    assert child.caller_leg.state is LegState.UP and child.answered_at == AT
