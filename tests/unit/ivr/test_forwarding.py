"""Forwarding after a phone rang in vain, refused calls outside, and chains that come back to where they began."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calls.model import HungUp
from engine.ivr.flow import resume, serve_route
from engine.ivr.flows.connect import group_targets
from engine.routing.decide import Route, resolve
from engine.routing.model import (
    Destination,
    Extension,
    Forward,
    OutboundRule,
    RingGroup,
    ToExtension,
    ToExternal,
    ToVoicemail,
)
from tests.unit.ivr.support import BOX, NOW, OURS, FakeLine, table_of, tools_of

pytestmark = pytest.mark.feature("F-PBX-17")
A, B, C = (ToExtension(number=number) for number in ("101", "102", "103"))
MOBILE = ToExternal(number="79990001122")
NO_ABROAD = OutboundRule(id=uuid4(), position=1, name="no mobiles", prefixes=("79",), allow=False)


def phone(number: str, *forwards: Forward, box: bool = False) -> Extension:
    box_id = BOX.id if box else None
    return Extension(id=UUID(int=int(number)), number=number, name=number, forwards=forwards, voicemail_box_id=box_id)


async def call(
    *extensions: Extension, dials: tuple[str, ...] = (), to: Destination = A, caller: str = "", **more: Any
) -> FakeLine:
    """A call to ``to`` (extension 101); ``dials`` tells what becomes of each phone in turn."""
    line = FakeLine(dials=dials)
    line.call.number_id = None if caller else uuid4()
    line.call.caller = caller or line.call.caller
    table = table_of(extensions={item.number: item for item in extensions}, **more)
    target, steps = resolve(table, to, NOW)
    with pytest.raises(HungUp):
        await serve_route(line, tools_of(table), Route(line.call.caller, "101", target, steps))
    return line


@pytest.mark.parametrize(
    ("reason", "when"),
    [("busy", "busy"), ("rejected", "busy"), ("no_answer", "no_answer"), ("unavailable", "unavailable")],
)
async def test_a_phone_that_was_not_reached_forwards_by_the_reason(reason: str, when: str) -> None:
    rules = [Forward(when=name, to=to) for name, to in (("busy", B), ("no_answer", C), ("unavailable", MOBILE))]
    line = await call(phone("101", *rules), phone("102"), phone("103"), dials=(reason, "answered"))
    wanted = {"busy": "PJSIP/102", "no_answer": "PJSIP/103", "unavailable": "PJSIP/79990001122@city"}[when]
    assert line.dialled == [["PJSIP/101"], [wanted]]
    assert line.noted("forwarded") == [{"extension": "101", "when": when}]


async def test_a_rule_ends_at_its_time_and_rings_only_as_long_as_it_says() -> None:
    over = Forward(when="no_answer", to=B, until=NOW - timedelta(seconds=1), after_s=5)
    line = await call(phone("101", over, box=True), phone("102"), dials=("no_answer",))
    assert (line.dialled, line.recorded, line.ring_times) == ([["PJSIP/101"]], [BOX.id], [30])
    line = await call(phone("101", Forward(when="no_answer", to=B, after_s=7)), phone("102"), dials=("no_answer",))
    assert line.ring_times == [7, 30]


async def test_forwarding_comes_before_the_box() -> None:
    line = await call(phone("101", Forward(when="busy", to=B), box=True), phone("102"), dials=("busy", "no_answer"))
    assert line.dialled == [["PJSIP/101"], ["PJSIP/102"]]
    assert (line.recorded, line.cause) == ([], 19)


async def test_a_chain_that_comes_back_ends_with_an_event_and_the_box() -> None:
    line = await call(
        phone("101", Forward(when="no_answer", to=B), box=True),
        phone("102", Forward(when="busy", to=A)),
        dials=("no_answer", "busy"),
    )
    assert line.dialled == [["PJSIP/101"], ["PJSIP/102"]]
    assert line.noted("route_loop") == [{"what": "extension", "name": "101"}]
    assert line.recorded == [BOX.id]


async def test_an_adopted_call_still_knows_the_chain() -> None:
    extensions = [phone("101", Forward(when="no_answer", to=B)), phone("102", Forward(when="busy", to=A))]
    line = await call(*extensions, dials=("no_answer",))
    position = next(saved for saved in line.saved if saved["destination"]["number"] == "102")
    again = FakeLine(dials=("busy",))
    with pytest.raises(HungUp):
        await resume(again, tools_of(table_of(extensions={item.number: item for item in extensions})), position)
    assert again.dialled == [["PJSIP/102"]]
    assert again.noted("route_loop")


@pytest.mark.feature("F-PBX-13")
async def test_a_phone_that_may_not_call_hears_so_and_is_refused() -> None:
    to = ToExternal(number=MOBILE.number, extension="101")
    line = await call(phone("101"), to=to, caller="101", outbound_rules=(NO_ABROAD,))
    assert (line.dialled, line.cause, line.answered) == ([], 21, False)
    assert line.played == ["sound:cannot-complete-as-dialed"]
    assert line.noted("refused") == [
        {"reason": "denied", "rule": "no mobiles", "number": MOBILE.number, "extension": "101"}
    ]


@pytest.mark.feature("F-PBX-16")
async def test_a_member_of_a_group_outside_is_shown_a_number_of_ours() -> None:
    line = FakeLine()
    group = RingGroup(id=uuid4(), name="g", strategy="ring_all", members=("101", "102"), ring_s=5)
    extensions = {item.number: item for item in (phone("101", Forward(to=MOBILE)), phone("102"))}
    targets = group_targets(line, tools_of(table_of(extensions=extensions)), group)
    assert [(target.number, target.caller_id) for target in targets] == [(MOBILE.number, OURS.number), ("102", None)]
    closed = tools_of(table_of(extensions=extensions, outbound_rules=(NO_ABROAD,)))
    assert [target.number for target in group_targets(line, closed, group)] == ["102"]
    assert line.noted("refused")


@pytest.mark.feature("F-PBX-13")
async def test_a_forwarding_outside_obeys_the_rules_of_its_owner() -> None:
    """The caller does not hear of it: the phone rings, or the box takes the call."""
    always = phone("101", Forward(to=MOBILE))
    line = await call(always, dials=("answered",), outbound_rules=(NO_ABROAD,))
    assert line.noted("refused")[0]["extension"] == "101"
    assert (line.dialled, line.cause, line.played) == ([["PJSIP/101"]], 16, [])
    busy = phone("101", Forward(when="busy", to=MOBILE), box=True)
    line = await call(busy, dials=("busy",), outbound_rules=(NO_ABROAD,))
    assert (line.dialled, line.recorded) == ([["PJSIP/101"]], [BOX.id])


ways = st.sampled_from([A, B, C, MOBILE, ToVoicemail(box_id=BOX.id)])
rules = st.lists(
    st.builds(Forward, when=st.sampled_from(["always", "busy", "no_answer", "unavailable"]), to=ways), max_size=3
)


@settings(deadline=None)
@given(
    chains=st.tuples(rules, rules, rules),
    boxes=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    dials=st.lists(st.sampled_from(["busy", "no_answer", "unavailable", "failed"]), min_size=20, max_size=20),
    forbidden=st.booleans(),
)
async def test_every_chain_ends_and_rings_each_phone_once(chains: Any, boxes: Any, dials: Any, forbidden: bool) -> None:
    extensions = [
        phone(number, *chain, box=box) for number, chain, box in zip(("101", "102", "103"), chains, boxes, strict=True)
    ]
    line = await call(*extensions, dials=tuple(dials), outbound_rules=(NO_ABROAD,) if forbidden else ())
    rung = [endpoint for endpoints in line.dialled for endpoint in endpoints]
    inside = [endpoint for endpoint in rung if "@" not in endpoint]
    assert len(inside) == len(set(inside))
    assert not (forbidden and len(rung) > len(inside))
    assert line.cause is not None
