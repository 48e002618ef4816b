"""Any menu, any digits, a hang-up at any moment: the call always ends, and by a hang-up alone."""

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calls.model import HungUp
from engine.ivr.flow import resume, serve_route
from engine.routing.decide import Route
from engine.routing.model import ToMenu
from tests.unit.ivr.support import (
    BOX,
    GROUP,
    MENU,
    OTHER_MENU,
    PROMPT,
    SMALL_BOX,
    FakeLine,
    menu_of,
    table_of,
    tools_of,
)

pytestmark = pytest.mark.feature("F-PBX-05")
NAMES = [f"s{index}" for index in range(7)]
steps = st.sampled_from([*NAMES, "nowhere"])
variables = st.sampled_from(["a", "b"])
words = st.sampled_from(["", "1", "{a}", "{b}x", "{caller}", "{a.b}", "{", "\u00e9\n"])
prompts = st.lists(
    st.sampled_from(
        [
            {"kind": "sound", "name": "hello"},
            {"kind": "file", "id": str(PROMPT)},
            {"kind": "file", "id": str(BOX.id)},
            {"kind": "text", "text": "hi {a}"},
            {"kind": "digits", "digits": "{a}"},
        ]
    ),
    max_size=2,
)
targets = st.sampled_from(
    [
        {"kind": "extension", "number": "101"},
        {"kind": "extension", "number": "999"},
        {"kind": "group", "id": str(GROUP)},
        {"kind": "voicemail", "box_id": str(SMALL_BOX.id)},
        {"kind": "external", "number": "79990001122"},
        {"kind": "menu", "id": str(MENU)},
        {"kind": "menu", "id": str(OTHER_MENU)},
        {"kind": "schedule", "id": str(BOX.id)},
        {"kind": "message", "sound": "x"},
        {"kind": "hangup", "how": "busy"},
    ]
)


def kind(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(name), **fields})


patterns = st.sampled_from([None, "1+", "(1+)+", "[", "12?"])
conditions = st.lists(
    st.fixed_dictionaries(
        {
            "variable": variables,
            "op": st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "prefix", "matches", "in", "empty"]),
            "value": words,
            "next": steps,
        }
    ),
    max_size=2,
)
any_step = st.one_of(
    kind("play", prompts=prompts, barge_in=st.booleans(), next=steps),
    kind(
        "menu",
        prompts=prompts,
        options=st.dictionaries(st.sampled_from(list("123*#")), steps, max_size=3),
        tries=st.integers(1, 3),
        barge_in=st.booleans(),
        timeout_prompts=prompts,
        on_timeout=steps,
        on_invalid=steps,
        speech=st.sampled_from(
            [None, {"phrases": {"1": {"ru": ["продажи"], "en": ["sales"]}, "2": {"ru": ["склад"]}}}]
        ),
        on_no_match=st.one_of(st.none(), steps),
        on_back=st.one_of(st.none(), steps),
        digits_prompts=prompts,
    ),
    kind(
        "collect",
        prompts=prompts,
        variable=variables,
        max_digits=st.integers(1, 4),
        terminator=st.sampled_from([None, "#"]),
        pattern=patterns,
        speech=st.sampled_from([None, {}, {"read_back": False}]),
        next=steps,
        on_failure=steps,
    ),
    kind("confirm", prompts=prompts, on_yes=steps, on_no=steps, on_failure=steps, speech=st.sampled_from([None, {}])),
    kind("ask", prompts=prompts, variable=variables, next=steps, on_failure=steps, detect_language=st.booleans()),
    kind("branch", conditions=conditions, otherwise=steps),
    kind("http", url=st.just("http://crm/{a}"), mapping=st.just({"a": "/x"}), next=steps, on_failure=steps),
    kind("set", values=st.dictionaries(variables, words, max_size=2), next=steps),
    kind("language", language=st.sampled_from(["ru", "en"]), next=steps),
    kind(
        "goto",
        menu_id=st.sampled_from([None, str(MENU), str(OTHER_MENU), str(BOX.id)]),
        step=st.one_of(st.none(), steps),
    ),
    kind("voicemail", box_id=st.sampled_from([str(BOX.id), str(SMALL_BOX.id), str(GROUP)]), next=steps),
    kind("transfer", to=targets, on_failure=st.one_of(st.none(), steps)),
    kind("callback", number=words, next=steps),
    kind("hangup", prompts=prompts),
)
menus = st.fixed_dictionaries(dict.fromkeys(NAMES, any_step)).map(lambda all_steps: menu_of(all_steps, "s0"))


@settings(max_examples=250, deadline=None)
@given(
    first=menus,
    second=menus,
    digits=st.text("123*#,", max_size=15),
    hangs_up_at=st.integers(0, 120),
    dials=st.lists(st.sampled_from(["answered", "busy", "no_answer"]), max_size=4),
    web=st.sampled_from([None, {"a": "1"}]),
    says=st.lists(
        st.sampled_from([",", "продажи", "один", "да", "нет", "назад", "повторите", "sales", ""]), max_size=8
    ),
    deaf=st.sampled_from([None, None, "no_engine"]),
)
def test_every_call_ends_by_a_hang_up_and_so_does_an_adopted_one(
    first: Any,
    second: Any,
    digits: str,
    hangs_up_at: int,
    dials: list[str],
    web: Any,
    says: list[str],
    deaf: str | None,
) -> None:
    async def call() -> None:
        tools = tools_of(table_of(first, second), web=web)
        line = FakeLine(digits, hangs_up_at, dials, says, deaf)
        with pytest.raises(HungUp):
            await serve_route(line, tools, Route("7", "8", ToMenu(id=MENU), ()))
        assert line.awaits <= hangs_up_at + 1
        assert msgspec.json.encode(line.notes)
        if line.saved:
            adopted = FakeLine(digits, hangs_up_at, dials, says, deaf)
            with pytest.raises(HungUp):
                await resume(adopted, tools, msgspec.json.decode(msgspec.json.encode(line.saved[-1])))

    asyncio.run(call())
