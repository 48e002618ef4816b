"""A phone that has lost its part of a conversation takes it up again with a new leg."""

import pytest

from engine.calls.model import LegRole
from engine.calls.states import LegState
from engine.calls.talk import rules
from engine.calls.talk.state import Consult, Join, Mode, Talk, Watch, Why
from tests.unit.calls.test_talk import conversation, hang_up, leg_of

pytestmark = pytest.mark.feature("F-WID-05")


def ringing(talk: Talk, call, instead: str = "op"):
    leg = leg_of("again", "104", LegRole.CALLEE, LegState.RINGING)
    call.legs.append(leg)
    talk.joining.append(Join(leg="again", why=Why.REJOIN, instead=instead))
    return leg


def test_the_new_leg_is_all_that_the_old_one_was():
    call, talk = conversation()
    old = call.leg("op")
    old.held = True
    talk.consult = Consult(by="op", leg="asked", bridge_id="b", to={})
    talk.watches = [Watch(leg="boss", target="op", mode=Mode.LISTEN, bridge_id="w", snoop="s", ready=True)]
    leg = ringing(talk, call)
    leg.move(LegState.UP)
    assert rules.leg_up(call, talk, leg) == [("rejoined", {"number": "104"})]
    assert talk.members == ["client", "again"]
    assert (leg.held, talk.consult.by, talk.watches[0].target, talk.watches[0].ready) == (True, "again", "again", False)
    assert [one.channel_id for one in rules.unwanted(call, talk)] == ["op"]


@pytest.mark.parametrize("lost", ["op", "client"])
def test_the_other_side_waits_when_the_old_leg_dies_first(lost):
    call, talk = conversation()
    leg = ringing(talk, call, lost)
    hang_up(call, talk, lost)
    assert not rules.over(call, talk)
    leg.move(LegState.UP)
    rules.leg_up(call, talk, leg)
    assert "again" in talk.members and len(talk.members) == 2


def test_a_phone_that_does_not_come_back_ends_it():
    call, talk = conversation()
    ringing(talk, call)
    hang_up(call, talk, "op")
    hang_up(call, talk, "again")
    assert rules.over(call, talk)
