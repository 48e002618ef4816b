"""Calls from their route to their end."""

from uuid import UUID, uuid4

import pytest

from engine.calls.model import HungUp
from engine.ivr.flow import serve_recording, serve_route
from engine.ivr.port import FlowTools, Message
from engine.routing.decide import Route
from engine.routing.features import Feature, ForwardOff, ForwardOn, OwnVoicemail, PickUp
from engine.routing.model import (
    Destination,
    Extension,
    Forward,
    RingGroup,
    ToExtension,
    ToExternal,
    ToGroup,
    ToHangup,
    ToMenu,
    ToMessage,
    ToVoicemail,
)
from tests.unit.ivr.support import BOX, GROUP, MENU, PROMPT, SMALL_BOX, FakeLine, FakePorts, menu_of, table_of, tools_of


async def serve(line: FakeLine, target: Destination | Feature, tools: FlowTools | None = None) -> None:
    route = Route("79161234567", "74951234567", target, ())
    with pytest.raises(HungUp):
        await serve_route(line, tools or tools_of(table_of()), route)


@pytest.mark.feature("F-PBX-12")
async def test_an_extension_that_answers_ends_normally() -> None:
    line = FakeLine(dials=["answered"])
    await serve(line, ToExtension(number="101"))
    assert line.dialled == [["PJSIP/101"]]
    assert line.cause == 16
    assert line.noted("routed") == [{"to": "extension", "number": "101"}]


@pytest.mark.feature("F-PBX-06")
async def test_an_extension_that_does_not_answer_takes_a_message() -> None:
    line = FakeLine(dials=["no_answer"])
    await serve(line, ToExtension(number="101"))
    assert line.recorded == [BOX.id]
    assert line.played[0] == "sound:vm-intro"


@pytest.mark.parametrize(("reason", "cause"), [("busy", 17), ("no_answer", 19), ("unavailable", 20), ("failed", 38)])
async def test_without_a_box_the_caller_hears_why(reason: str, cause: int) -> None:
    line = FakeLine(dials=[reason])
    await serve(line, ToExtension(number="102"))
    assert line.cause == cause
    assert not line.answered


async def test_a_group_rings_all_at_once() -> None:
    line = FakeLine(dials=["answered"])
    await serve(line, ToGroup(id=GROUP))
    assert line.dialled == [["PJSIP/102", "PJSIP/103"]]


async def test_a_linear_group_rings_one_after_another_then_its_rule() -> None:
    group = RingGroup(
        id=GROUP, name="g", strategy="linear", members=("102", "103"), ring_s=5, no_answer=ToVoicemail(box_id=BOX.id)
    )
    line = FakeLine(dials=["busy", "no_answer"])
    await serve(line, ToGroup(id=GROUP), tools_of(table_of(groups={GROUP: group})))
    assert line.dialled == [["PJSIP/102"], ["PJSIP/103"]]
    assert line.recorded == [BOX.id]


@pytest.mark.feature("F-PBX-17")
async def test_a_forwarded_member_rings_where_it_is_forwarded_to() -> None:
    extensions = {
        "102": Extension(id=uuid4(), number="102", name="b", forwards=(Forward(to=ToExternal(number="79990001122")),)),
        "103": Extension(id=uuid4(), number="103", name="c", forwards=(Forward(to=ToVoicemail(box_id=BOX.id)),)),
    }
    line = FakeLine(dials=["answered"])
    await serve(line, ToGroup(id=GROUP), tools_of(table_of(extensions=extensions)))
    assert line.dialled == [["PJSIP/79990001122@city"]]


async def test_a_group_that_leads_to_itself_without_members_is_stopped() -> None:
    group = RingGroup(id=GROUP, name="g", strategy="ring_all", members=("999",), ring_s=5, no_answer=ToGroup(id=GROUP))
    line = FakeLine()
    await serve(line, ToGroup(id=GROUP), tools_of(table_of(groups={GROUP: group})))
    assert line.noted("loop_stopped")
    assert line.cause == 16


async def test_an_external_number_goes_by_the_trunk_with_its_caller_id() -> None:
    line = FakeLine(dials=["answered"])
    await serve(line, ToExternal(number="+79990001122"))
    assert line.dialled == [["PJSIP/79990001122@city"]]
    assert line.caller_ids == ["74950000000"]


async def test_no_trunk_is_unavailable() -> None:
    line = FakeLine()
    await serve(line, ToExternal(number="79990001122"), tools_of(table_of(trunks={})))
    assert line.cause == 20


@pytest.mark.parametrize(("how", "cause"), [("busy", 17), ("reject", 21), ("normal", 16)])
async def test_hang_up_as_asked_without_answering(how: str, cause: int) -> None:
    line = FakeLine()
    await serve(line, ToHangup(how=how))
    assert (line.cause, line.answered) == (cause, False)


@pytest.mark.feature("F-PBX-04")
async def test_a_message_is_played_and_the_call_ends() -> None:
    line = FakeLine()
    await serve(line, ToMessage(prompt_id=PROMPT))
    assert line.played[0].endswith("/hello")
    line = FakeLine()
    await serve(line, ToMessage(prompt_id=uuid4()))
    assert line.played == ["sound:ss-noservice"]


async def test_a_full_box_takes_no_message() -> None:
    line = FakeLine()
    await serve(line, ToVoicemail(box_id=SMALL_BOX.id))
    assert line.recorded == []
    assert line.played == ["sound:vm-mailboxfull"]


async def test_a_menu_leads_to_an_extension_and_on_to_its_box() -> None:
    menu = menu_of({"main": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}}})
    line = FakeLine()
    await serve(line, ToMenu(id=MENU), tools_of(table_of(menu)))
    assert line.dialled == [["PJSIP/101"]]
    assert line.recorded == [BOX.id]


@pytest.mark.feature("F-PBX-12", "F-PBX-17")
async def test_forwarding_is_set_and_ended_by_phone() -> None:
    ports = FakePorts()
    tools = tools_of(table_of(), ports)
    line = FakeLine()
    await serve(line, ForwardOn("101", "79990001122"), tools)
    assert ports.forwards == {("101", "always"): "79990001122"}
    await serve(FakeLine(), ForwardOn("101", "102", "busy"), tools)
    assert ports.forwards["101", "busy"] == "102"
    await serve(FakeLine(), ForwardOff("101", "busy"), tools)
    assert "digits:79990001122" in line.played
    await serve(FakeLine(), ForwardOff("101"), tools)
    assert ports.forwards == {}
    await serve(FakeLine(), ForwardOn("101", "101"), tools)
    assert ports.forwards == {}


async def test_pick_up_is_told_to_be_unavailable() -> None:
    line = FakeLine()
    await serve(line, PickUp("101", "102"))
    assert line.played == ["sound:feature-not-avail-line"]


@pytest.mark.feature("F-PBX-06", "F-PBX-12")
async def test_own_voicemail_again_delete_and_end() -> None:
    ports = FakePorts()
    messages = [Message(UUID(int=n), f"sound:m{n}", "7", False) for n in (1, 2, 3)]
    ports.boxes[BOX.id] = list(messages)
    line = FakeLine(",1,7,2,#".replace(",", ""))
    await serve(line, OwnVoicemail("101"), tools_of(table_of(), ports))
    assert line.played.count("sound:m1") == 2
    assert [message.id for message in ports.boxes[BOX.id]] == [UUID(int=2), UUID(int=3)]
    assert set(ports.heard) == {message.id for message in messages}
    empty = FakeLine()
    await serve(empty, OwnVoicemail("102"), tools_of(table_of(), ports))
    assert "sound:vm-no" in empty.played


@pytest.mark.feature("F-PBX-04")
@pytest.mark.parametrize(("digits", "kept", "dropped"), [("1", 1, 0), (",21", 1, 0), ("31", 1, 1), ("", 0, 1)])
async def test_a_prompt_is_recorded_by_phone(digits: str, kept: int, dropped: int) -> None:
    ports = FakePorts()

    class Patient(FakeLine):
        async def play(self, media: list[str], *, barge_in: bool) -> str | None:
            return await super().play(media, barge_in=False)

    with pytest.raises(HungUp):
        await serve_recording(Patient(digits), tools_of(table_of(), ports), PROMPT)
    assert (len(ports.kept), len(ports.dropped)) == (kept, dropped)


async def test_a_take_is_dropped_when_the_person_hangs_up() -> None:
    ports = FakePorts()
    with pytest.raises(HungUp):
        await serve_recording(FakeLine(hangs_up_at=4), tools_of(table_of(), ports), PROMPT)
    assert (len(ports.kept), len(ports.dropped)) == (0, 1)


class BrokenPorts(FakePorts):
    """The database is away."""

    async def count(self, box_id: UUID) -> int:
        raise OSError("away")

    messages = count  # type: ignore[assignment]

    async def forward_off(self, extension: str, when: str) -> None:
        raise OSError("away")

    async def keep(self, prompt_id: UUID, take: object) -> None:
        raise OSError("away")


@pytest.mark.feature("F-PBX-06")
async def test_without_the_database_a_message_is_still_taken() -> None:
    line = FakeLine()
    await serve(line, ToVoicemail(box_id=BOX.id), tools_of(table_of(), BrokenPorts()))
    assert line.recorded == [BOX.id]


@pytest.mark.parametrize("feature", [OwnVoicemail("101"), ForwardOff("101")])
async def test_without_the_database_feature_codes_say_so(feature: Feature) -> None:
    line = FakeLine()
    await serve(line, feature, tools_of(table_of(), BrokenPorts()))
    assert line.played == ["sound:feature-not-avail-line"]
    assert line.noted("feature_failed") == [{"feature": feature.kind, "reason": "OSError"}]


async def test_without_the_database_a_prompt_is_not_said_to_be_kept() -> None:
    line = FakeLine("1")
    line.play = quiet(line)  # type: ignore[method-assign]
    with pytest.raises(HungUp):
        await serve_recording(line, tools_of(table_of(), BrokenPorts()), PROMPT)
    assert not line.noted("prompt_recorded")


def quiet(line: FakeLine) -> object:
    play = FakeLine.play

    async def without_barge_in(media: list[str], *, barge_in: bool) -> str | None:
        return await play(line, media, barge_in=False)

    return without_barge_in


@pytest.mark.feature("F-PBX-23")
async def test_a_transferred_conversation_goes_on_at_its_new_destination() -> None:
    line = FakeLine(dials=["transferred", "answered"])
    line.onward = {"kind": "extension", "number": "103"}
    await serve(line, ToExtension(number="102"))
    assert line.dialled == [["PJSIP/102"], ["PJSIP/103"]]
    assert line.cause == 16
