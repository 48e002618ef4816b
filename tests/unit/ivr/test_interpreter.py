"""Menus as a caller walks them."""

import pytest

from engine.calls.model import HungUp
from engine.ivr.flow import resume
from engine.ivr.interpreter import run_menu
from engine.ivr.place import Guard, LoopStopped
from engine.routing.model import ToExtension, ToMessage, ToVoicemail
from tests.unit.ivr.support import BOX, MENU, OTHER_MENU, PROMPT, FakeLine, menu_of, table_of, tools_of

pytestmark = pytest.mark.feature("F-PBX-05")

SOUND = {"kind": "sound", "name": "hello-world"}
END = {"kind": "hangup"}


def choice(options: dict[str, str], **more: object) -> dict[str, object]:
    return {"kind": "menu", "prompts": [SOUND], "options": options, "on_timeout": "end", "on_invalid": "end", **more}


async def walk(line: FakeLine, *menus: object, web: dict[str, str] | None = None) -> object:
    """Where the menu leads, or ``hung up``."""
    try:
        return await run_menu(line, tools_of(table_of(*menus), web=web), Guard(200), MENU)
    except HungUp:
        return "hung up"


async def test_three_levels_down_by_digits() -> None:
    menu = menu_of(
        {
            "main": choice({"1": "second"}),
            "second": choice({"2": "third"}),
            "third": choice({"3": "out"}),
            "out": {"kind": "transfer", "to": {"kind": "voicemail", "box_id": str(BOX.id)}},
            "end": END,
        }
    )
    line = FakeLine("123")
    assert await walk(line, menu) == ToVoicemail(box_id=BOX.id)
    assert line.path == ["main", "second", "third", "out"]
    assert [data["digit"] for data in line.noted("choice")] == ["1", "2", "3"]
    assert line.answered


async def test_silence_is_asked_again_then_goes_its_way() -> None:
    menu = menu_of(
        {
            "main": choice(
                {"1": "end"}, tries=2, timeout_prompts=[{"kind": "sound", "name": "vm-sorry"}], on_timeout="late"
            ),
            "late": END,
            "end": END,
        }
    )
    line = FakeLine()
    assert await walk(line, menu) == "hung up"
    assert line.path == ["main", "late"]
    assert line.played == ["sound:hello-world", "sound:vm-sorry", "sound:hello-world", "sound:vm-sorry"]


async def test_wrong_digits_end_in_on_invalid() -> None:
    menu = menu_of({"main": choice({"1": "end"}, tries=2, on_invalid="wrong"), "wrong": END, "end": END})
    line = FakeLine("98")
    await walk(line, menu)
    assert line.path == ["main", "wrong"]
    assert [data["digit"] for data in line.noted("invalid")] == ["9", "8"]


async def test_an_adopted_call_keeps_its_step_tries_variables_and_language() -> None:
    menu = menu_of(
        {
            "main": choice({"1": "second"}),
            "second": choice({"2": "end"}, tries=3, on_timeout="gave_up"),
            "gave_up": END,
            "end": END,
        }
    )
    tools = tools_of(table_of(menu))
    first = FakeLine("1,,", hangs_up_at=7)
    first.call.variables["client"] = "42"
    first.call.language = "en"
    with pytest.raises(HungUp):
        await run_menu(first, tools, Guard(200), MENU)
    position = first.saved[-1]
    assert (position["step"], position["tries"]) == ("second", 2)
    adopted = FakeLine()
    with pytest.raises(HungUp):
        await resume(adopted, tools, position)
    assert adopted.path == ["second", "gave_up"]
    assert len(adopted.noted("no_input")) == 1
    assert adopted.call.variables == {"client": "42"}
    assert adopted.call.language == "en"


async def test_an_adopted_call_starts_again_where_its_step_was_taken_out() -> None:
    menu = menu_of({"main": choice({"1": "end"}), "end": END})
    line = FakeLine("1")
    with pytest.raises(HungUp):
        await resume(line, tools_of(table_of(menu)), {"menu": str(MENU), "step": "gone", "tries": 2})
    assert line.path == ["main", "end"]


@pytest.mark.parametrize("position", [{}, {"menu": "x", "step": "y"}, {"destination": {"kind": "?"}}, {"feature": {}}])
async def test_an_unknown_position_hangs_up(position: dict[str, object]) -> None:
    line = FakeLine()
    with pytest.raises(HungUp):
        await resume(line, tools_of(table_of()), position)
    assert line.cause == 16
    assert line.noted("position_lost")


async def test_a_recording_that_goes_on_is_not_greeted_again() -> None:
    line = FakeLine()
    position = {"destination": {"kind": "voicemail", "box_id": str(BOX.id)}, "phase": "recording"}
    with pytest.raises(HungUp):
        await resume(line, tools_of(table_of()), position)
    assert line.recorded == [BOX.id]
    assert "sound:vm-intro" not in line.played


async def test_a_recording_that_is_over_is_not_made_again() -> None:
    line = FakeLine()
    menu = menu_of({"main": {"kind": "voicemail", "box_id": str(BOX.id), "next": "end"}, "end": END})
    with pytest.raises(HungUp):
        await resume(line, tools_of(table_of(menu)), {"menu": str(MENU), "step": "main", "phase": "recorded"})
    assert (line.path, line.recorded, line.played) == (["main", "end"], [], [])


async def test_collected_digits_are_checked_and_kept() -> None:
    menu = menu_of(
        {
            "main": {
                "kind": "collect",
                "prompts": [SOUND],
                "variable": "code",
                "min_digits": 3,
                "max_digits": 4,
                "pattern": "4[0-9]+",
                "next": "out",
                "on_failure": "end",
            },
            "out": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}},
            "end": END,
        }
    )
    line = FakeLine("12#456#")
    assert await walk(line, menu) == ToExtension(number="101")
    assert line.call.variables == {"code": "456"}
    assert [data["digit"] for data in line.noted("invalid")] == ["12"]


@pytest.mark.parametrize(
    ("op", "value", "holds"),
    [
        ("eq", "12", True),
        ("ne", "12", False),
        ("lt", "100", True),
        ("ge", "9", True),
        ("prefix", "1", True),
        ("matches", "[0-9]{2}", True),
        ("matches", "(1+)+", False),
        ("in", "11, 12", True),
        ("empty", "", False),
    ],
)
async def test_branches_compare(op: str, value: str, holds: bool) -> None:
    menu = menu_of(
        {
            "main": {"kind": "set", "values": {"a": "1{b}2"}, "next": "branch"},
            "branch": {
                "kind": "branch",
                "conditions": [{"variable": "a", "op": op, "value": value, "next": "yes"}],
                "otherwise": "end",
            },
            "yes": END,
            "end": END,
        }
    )
    line = FakeLine()
    await walk(line, menu)
    assert line.path[-1] == ("yes" if holds else "end")


@pytest.mark.parametrize(("web", "last"), [({"name": "Anna"}, "end"), (None, "failed")])
async def test_a_web_service_gives_variables_or_its_failure_branch(web: dict[str, str] | None, last: str) -> None:
    menu = menu_of(
        {
            "main": {
                "kind": "http",
                "url": "http://crm/client?phone={caller}",
                "mapping": {"name": "/name"},
                "next": "end",
                "on_failure": "failed",
            },
            "failed": END,
            "end": END,
        }
    )
    line = FakeLine()
    await walk(line, menu, web=web)
    assert line.path == ["main", last]
    assert line.call.variables == (web or {})


async def test_goto_another_menu_and_language_of_a_menu() -> None:
    first = menu_of({"main": {"kind": "goto", "menu_id": str(OTHER_MENU), "step": "inner"}})
    second = menu_of({"main": END, "inner": END}, language="en")
    line = FakeLine()
    await walk(line, first, second)
    assert line.path == ["main", "inner"]
    assert line.call.language == "en"


async def test_a_menu_that_is_gone_says_not_in_service() -> None:
    line = FakeLine()
    menu = menu_of({"main": {"kind": "goto", "menu_id": str(OTHER_MENU)}})
    assert await walk(line, menu) == ToMessage(sound="ss-noservice")


async def test_texts_without_a_voice_are_left_out_and_noted() -> None:
    prompts = [
        {"kind": "text", "text": "Hello {caller}"},
        {"kind": "file", "id": str(PROMPT)},
        {"kind": "digits", "digits": "{caller}x"},
    ]
    line = FakeLine()
    await walk(line, menu_of({"main": {"kind": "hangup", "prompts": prompts}}))
    assert [item.rsplit("/", 1)[-1] for item in line.played] == ["hello", "digits:79161234567"]
    assert line.noted("prompt_skipped") == [{"step": "main", "reason": "no voice to speak the text"}]


async def test_a_loop_that_never_waits_is_stopped() -> None:
    menu = menu_of(
        {
            "main": {"kind": "set", "values": {"a": "1"}, "next": "again"},
            "again": {"kind": "goto", "step": "main"},
        }
    )
    with pytest.raises(LoopStopped):
        await run_menu(FakeLine(), tools_of(table_of(menu)), Guard(50), MENU)


async def test_a_transfer_that_fails_goes_on_in_the_menu() -> None:
    menu = menu_of(
        {
            "main": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}, "on_failure": "sorry"},
            "sorry": {"kind": "callback", "next": "end"},
            "end": END,
        }
    )
    line = FakeLine(dials=["busy"])
    await walk(line, menu)
    assert line.path == ["main", "sorry", "end"]
    assert line.dialled == [["PJSIP/101"]]
    assert line.callbacks == ["79161234567"]


@pytest.mark.feature("F-DIAL-15")
async def test_whom_a_campaign_has_called_orders_a_call_to_their_own_number() -> None:
    menu = menu_of({"main": choice({"1": "order"}), "order": {"kind": "callback", "next": "end"}, "end": END})
    line = FakeLine("1")
    line.call.caller, line.call.called, line.call.dial = "74951000001", "79260000001", {"mode": "robocall"}
    await walk(line, menu)
    assert line.path == ["main", "order", "end"]
    assert line.callbacks == ["79260000001"]


async def test_voicemail_step_goes_on_after_the_message() -> None:
    menu = menu_of({"main": {"kind": "voicemail", "box_id": str(BOX.id), "next": "end"}, "end": END})
    line = FakeLine()
    await walk(line, menu)
    assert line.recorded == [BOX.id]
    assert line.path == ["main", "end"]
    assert [position.get("phase") for position in line.saved] == [None, "recording", "recorded", None]
