"""What may not be saved: each rule by itself, the graph rules against a walk of every path, and the time it takes."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ivr.model import MenuDefinition
from engine.ivr.rules.graph import WAITING, dead_ends, exits, reachable, repeating
from engine.ivr.validate import References, validate
from tests.unit.ivr.support import BOX, GROUP, MENU, OTHER_MENU, PROMPT, TRUNK, menu_of

pytestmark = pytest.mark.feature("F-PBX-05", "F-PBX-25")
SOUND = [{"kind": "sound", "name": "hello"}]
END = {"kind": "hangup"}
KNOWN = References(
    menus={MENU: frozenset({"main"}), OTHER_MENU: frozenset({"inner"})},
    prompts=frozenset({PROMPT}),
    boxes=frozenset({BOX.id}),
    groups=frozenset({GROUP}),
    trunks=frozenset({TRUNK.id}),
    extensions=frozenset({"101"}),
)


def choice(**options: str) -> dict[str, Any]:
    named = {digit.strip("d"): step for digit, step in options.items()}
    return {"kind": "menu", "prompts": SOUND, "options": named, "on_timeout": "end", "on_invalid": "end"}


def problems(steps: dict[str, Any], known: References | None = KNOWN) -> dict[str, str]:
    return {problem["path"]: problem["message"] for problem in validate(menu_of(steps), known)}


def test_a_sound_menu_has_no_problem() -> None:
    steps = {
        "main": choice(d1="say", d2="main", d0="operator"),
        "say": {"kind": "play", "prompts": [{"kind": "file", "id": str(PROMPT)}], "next": "main"},
        "operator": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}, "on_failure": "box"},
        "box": {"kind": "voicemail", "box_id": str(BOX.id), "next": "end"},
        "end": END,
    }
    assert problems(steps) == {}


def test_steps_that_are_not_there() -> None:
    found = problems({"main": {**choice(d1="gone"), "on_timeout": "away"}, "end": END})
    assert found == {
        "/steps/main/options/1": "there is no step gone",
        "/steps/main/on_timeout": "there is no step away",
    }
    entry = validate(menu_of({"main": END}, entry="start"))
    assert {"path": "/entry", "message": "there is no step start"} in entry


def test_unreachable_steps_dead_ends_and_endless_loops() -> None:
    found = problems(
        {
            "main": choice(d1="loop", d2="trap"),
            "loop": {"kind": "set", "values": {"a": "1"}, "next": "again"},
            "again": {"kind": "play", "prompts": SOUND, "next": "loop"},
            "trap": {**choice(d1="trap"), "on_timeout": "trap", "on_invalid": "trap"},
            "alone": END,
            "end": END,
        }
    )
    assert found == {
        "/steps/alone": "no step leads here",
        "/steps/trap": "dead end: from here the menu never ends the call nor passes it on",
        "/steps/loop": "endless loop without waiting for the caller: loop -> again -> loop",
    }


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ({**choice(), "options": {}}, "/options"),
        ({"kind": "play", "prompts": [], "next": "end"}, "/prompts"),
        ({"kind": "set", "values": {"caller": "1"}, "next": "end"}, "/values/caller"),
        ({"kind": "goto"}, "/step"),
        (
            {
                "kind": "branch",
                "conditions": [{"variable": "a", "op": "matches", "value": "[", "next": "end"}],
                "otherwise": "end",
            },
            "/conditions/0/value",
        ),
    ],
)
def test_rules_of_single_steps(step: dict[str, Any], path: str) -> None:
    assert "/steps/main" + path in problems({"main": step, "end": END})


def test_phrases_that_are_not_clear() -> None:
    def unclear(phrases: dict[str, Any], **more: Any) -> dict[str, str]:
        main = {**choice(d1="a", d2="b", d3="a"), "speech": {"phrases": phrases, **more}}
        found = problems({"main": main, "a": END, "b": END, "end": END})
        return {path.removeprefix("/steps/main/speech"): message for path, message in found.items()}

    assert unclear({"1": {"ru": ["продажи", "новый заказ"]}, "2": {"ru": ["статус заказа"]}}) == {}
    assert unclear({"1": {"ru": ["Продажи"]}, "2": {"ru": ["продажи!"]}}) == {"/phrases/2/ru/0": "is a phrase of 1 too"}
    assert unclear({"1": {"ru": ["доставка"]}, "2": {"ru": ["поставка"]}}) == {
        "/phrases/1/ru/0": "sounds too much like a phrase of 2",
        "/phrases/2/ru/0": "sounds too much like a phrase of 1",
    }
    assert unclear({"1": {"ru": ["продажи"]}, "3": {"ru": ["продажи и сбыт"]}}) == {}
    assert unclear({"1": {"ru": ["два"]}}) == {"/phrases/1/ru/0": "sounds too much like a phrase of 2"}
    assert unclear({"1": {"ru": ["?!"]}}) == {"/phrases/1/ru/0": "holds no word that can be said"}
    assert unclear({"7": {"ru": ["склад"]}}) == {"/phrases/7": "no option has this digit"}
    assert unclear({"1": {"ru": ["склад"], "en": ["stock"]}, "2": {"ru": ["офис"]}}) == {
        "/phrases/2": "no phrase in a language that is listened for (en)"
    }
    assert unclear({}, accept=0.5, confirm=0.7) == {"/confirm": "more than accept"}


def test_questions() -> None:
    ways = {"on_yes": "end", "on_no": "end", "on_failure": "end"}
    confirm = {"kind": "confirm", "prompts": SOUND, **ways}
    assert problems({"main": confirm, "end": END}) == {}
    assert set(problems({"main": {**confirm, "no_digit": "1"}, "end": END})) == {"/steps/main/no_digit"}
    assert "/steps/main/on_no" in problems({"main": {**confirm, "on_no": "gone"}, "end": END})
    ask = {"kind": "ask", "prompts": SOUND, "variable": "wish", "next": "end", "on_failure": "main"}
    assert problems({"main": ask, "end": END}) == {}
    assert set(problems({"main": {**ask, "variable": "caller"}, "end": END})) == {"/steps/main/variable"}


@pytest.mark.parametrize("pattern", ["[0-9", "(1+)+", "(1|2)(?=3)", "(1|11)*", r"(1)\1", "1*2*1*2*1*"])
def test_patterns_that_are_wrong_or_too_costly(pattern: str) -> None:
    step = {
        "kind": "collect",
        "prompts": SOUND,
        "variable": "a",
        "pattern": pattern,
        "next": "end",
        "on_failure": "end",
    }
    assert "/steps/main/pattern" in problems({"main": step, "end": END})


@pytest.mark.parametrize("pattern", ["[0-9]{4}", "8?[0-9]{10}", r"\d{1,2}\*\d{1,2}", "4[0-9]+|5[0-9]+", "(?:12|34)?5*"])
def test_everyday_patterns(pattern: str) -> None:
    step = {
        "kind": "collect",
        "prompts": SOUND,
        "variable": "a",
        "pattern": pattern,
        "next": "end",
        "on_failure": "end",
    }
    assert problems({"main": step, "end": END}) == {}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"url": "http://{a}.example/x"}, "/url"),
        ({"url": "http://169.254.169.254/latest"}, "/url"),
        ({"mapping": {"a": "name"}}, "/mapping/a"),
        ({"headers": {"X": "a\nb"}}, "/headers/X"),
        ({"headers": {"X y": "a"}}, "/headers/X y"),
    ],
)
def test_web_requests(change: dict[str, Any], path: str) -> None:
    step = {"kind": "http", "url": "https://crm.example/{caller}", "next": "end", "on_failure": "end"}
    assert problems({"main": step, "end": END}) == {}
    assert "/steps/main" + path in problems({"main": step | change, "end": END})


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ({"kind": "voicemail", "box_id": str(MENU), "next": "end"}, "/box_id"),
        ({"kind": "goto", "menu_id": str(BOX.id)}, "/menu_id"),
        ({"kind": "goto", "menu_id": str(OTHER_MENU), "step": "main"}, "/step"),
        ({"kind": "hangup", "prompts": [{"kind": "file", "id": str(BOX.id)}]}, "/prompts/0/id"),
        ({"kind": "transfer", "to": {"kind": "extension", "number": "999"}}, "/to/number"),
        ({"kind": "transfer", "to": {"kind": "group", "id": str(MENU)}}, "/to/id"),
        ({"kind": "transfer", "to": {"kind": "menu", "id": str(GROUP)}}, "/to/id"),
        ({"kind": "transfer", "to": {"kind": "schedule", "id": str(GROUP)}}, "/to/id"),
        ({"kind": "transfer", "to": {"kind": "voicemail", "box_id": str(GROUP)}}, "/to/box_id"),
        ({"kind": "transfer", "to": {"kind": "message", "prompt_id": str(GROUP)}}, "/to/prompt_id"),
        ({"kind": "transfer", "to": {"kind": "external", "number": "112", "trunk_id": str(GROUP)}}, "/to/trunk_id"),
    ],
)
def test_names_outside_the_menu(step: dict[str, Any], path: str) -> None:
    steps = {"main": step, "end": END}
    assert "/steps/main" + path in problems(steps)
    assert "/steps/main" + path not in problems(steps, None)


def test_too_many_steps() -> None:
    menu = menu_of({f"s{n}": END for n in range(11)}, entry="s0")
    assert validate(menu, max_steps=10) == [{"path": "/steps", "message": "11 steps; at most 10 are allowed"}]


@pytest.mark.parametrize("count", [500, 1998])
def test_a_long_menu_is_read_checked_and_written_quickly(count: int) -> None:
    steps: dict[str, Any] = {
        f"s{n}": {
            **choice(**{f"d{d}": f"s{(n * 7 + d) % count}" for d in range(9)}),
            "on_timeout": f"s{(n + 1) % count}",
        }
        if n % 2
        else {"kind": "set", "values": {"a": "{b}"}, "next": f"s{n + 1}"}
        for n in range(count)
    }
    steps["end"] = END
    text = msgspec.json.encode({"entry": "s0", "steps": steps})
    best = []  # seconds of the processor, whatever else the machine does
    for _ in range(5):
        started = time.process_time()
        menu = msgspec.json.decode(text, type=MenuDefinition)
        read = time.process_time()
        assert validate(menu, KNOWN) == []
        checked = time.process_time()
        msgspec.json.encode(menu)
        best.append((time.process_time() - started, checked - read))
    whole, check = map(min, zip(*best, strict=True))
    assert whole < 0.1 * count / 500
    assert check < 0.05 * count / 500


NAMES = [f"s{n}" for n in range(6)]
target = st.sampled_from(NAMES)
any_step = st.one_of(
    st.fixed_dictionaries({"kind": st.just("play"), "prompts": st.just(SOUND), "next": target}),
    st.fixed_dictionaries({"kind": st.just("goto"), "step": target}),
    st.fixed_dictionaries({"kind": st.just("goto"), "menu_id": st.just(str(OTHER_MENU))}),
    st.fixed_dictionaries(
        {
            "kind": st.just("menu"),
            "prompts": st.just([]),
            "options": st.dictionaries(st.sampled_from("12"), target, min_size=1),
            "on_timeout": target,
            "on_invalid": target,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("branch"),
            "conditions": st.lists(
                st.fixed_dictionaries({"variable": st.just("a"), "op": st.just("eq"), "next": target}), max_size=2
            ),
            "otherwise": target,
        }
    ),
    st.just(END),
)


def walked(menu: MenuDefinition, start: str, *, silent_only: bool = False) -> set[str]:
    """Every step that some path of at least one step from ``start`` comes to, by trying paths out."""
    seen: set[str] = set()
    edges = {(start, way) for _, way in exits(menu.steps[start])}
    if silent_only and isinstance(menu.steps[start], WAITING):
        return seen
    while edges:
        _, name = edges.pop()
        if name in seen or (silent_only and isinstance(menu.steps[name], WAITING)):
            continue
        seen.add(name)
        edges |= {(name, way) for _, way in exits(menu.steps[name])}
    return seen


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, any_step)))
def test_graph_rules_agree_with_walking_every_path(steps: dict[str, Any]) -> None:
    menu = menu_of(steps, entry="s0")
    assert reachable(menu) == {"s0"} | walked(menu, "s0")
    ends = {name for name, step in steps.items() if step["kind"] == "hangup" or "menu_id" in step}
    assert dead_ends(menu) == {name for name in NAMES if name not in ends and not walked(menu, name) & ends}
    looping = {name for name in NAMES if name in walked(menu, name, silent_only=True)}
    assert {name for loop in repeating(menu) for name in loop} == looping
