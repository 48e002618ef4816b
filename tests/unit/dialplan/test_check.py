"""The checker passes the shipped templates and finds every planted mistake."""

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.config import Settings
from engine.dialplan.check import check
from engine.dialplan.problems import Problem
from engine.dialplan.render import context_of, default_templates

pytestmark = pytest.mark.feature("F-PBX-25")

CONTEXT = context_of(Settings())
SHIPPED = default_templates()
ENTRIES = """[from-trunk]
exten => _X!,1,Goto(main,s,1)
[from-internal]
exten => _X!,1,Hangup()
[tap]
exten => _X!,1,Hangup()
"""


def found(text: str) -> list[tuple[int, str, str]]:
    """Problems of the entry contexts and ``text``: (line in text, severity, code)."""
    offset = len(ENTRIES.splitlines())
    problems = check({"main.conf.j2": ENTRIES + text}, CONTEXT)
    return [(problem.line - offset, problem.severity, problem.code) for problem in problems]


def test_the_shipped_templates_have_no_problem() -> None:
    assert check(SHIPPED, CONTEXT) == []


def test_a_problem_reads_well() -> None:
    problem = Problem("a.conf.j2", 3, "error", "unknown_context", "There is no context x")
    assert str(problem) == "a.conf.j2:3: error: There is no context x [unknown_context]"


@pytest.mark.parametrize(
    ("line", "severity", "code"),
    [
        ("Goto(nowhere,s,1)", "error", "unknown_context"),
        ("Goto(nothing)", "error", "unknown_label"),
        ("Goto(main,s,7)", "error", "unknown_priority"),
        ("Goto(main,123,1)", "error", "unknown_extension"),
        ("Goto()", "error", "syntax"),
        ("GotoIf($[1 = 2]?main,s,nothing)", "error", "unknown_label"),
        ("GotoIf($[1 = 2]?here:nowhere,s,1)", "error", "unknown_context"),
        ("GotoIf(main,s,1)", "error", "syntax"),
        ("GotoIfTime(9:00-17:00,mon-fri,*,*?nowhere,s,1)", "error", "unknown_context"),
        ("Gosub(nowhere,s,1(a,b))", "error", "unknown_context"),
        ("GosubIf($[1 = 2]?main,s,nothing(a):here)", "error", "unknown_label"),
        ("ExecIf($[1 = 2]?Goto(nowhere,s,1))", "error", "unknown_context"),
        ("ExecIf($[1 = 2]?Foo(1))", "error", "unknown_application"),
        ("Set(CHANNEL(hangup_handler_push)=nowhere,s,1)", "error", "unknown_context"),
        ("Dial(PJSIP/1,30,b(nowhere^s^1))", "error", "unknown_context"),
        ("Dial(PJSIP/1,30,tU(nowhere^1))", "error", "unknown_context"),
        ("Macro(stdexten)", "error", "macro"),
        ("System(rm -rf /)", "error", "unknown_application"),
        ("Plaback(beep)", "error", "unknown_application"),
        ("Set(X=${SHELL(id)})", "error", "unknown_function"),
        ("Set(X=${FLTER(0-9,1)})", "error", "unknown_function"),
        ("Set(CDRR(x)=1)", "error", "unknown_function"),
        ("Set(X)", "error", "syntax"),
        ("Set(X=${EXTEN)", "error", "unbalanced"),
        ("Set(X=$[1 + 2)", "error", "unbalanced"),
        ("Set(X=${LEN(abc})", "error", "unbalanced"),
        ('Set(X=$["a = "a"])', "error", "unbalanced"),
        ("Set(X=abc})", "error", "unbalanced"),
        ("Set(X=${})", "error", "unbalanced"),
        ("Stasis(other,inbound,${PL_NUMBER})", "error", "stasis_app"),
        ("Stasis(${PL_APP},outbond,${PL_NUMBER})", "error", "stasis_flow"),
        ("Stasis(${PL_APP})", "error", "stasis_flow"),
        ("Stasis(${PL_APP},inbound)", "error", "stasis_flow"),
        ("Stasis(${PL_APP},${FLOW},1)", "warning", "stasis_flow"),
    ],
)
def test_a_mistake_in_a_step_is_found_in_its_line(line: str, severity: str, code: str) -> None:
    text = f"[main]\nexten => s,1(here),NoOp()\n same => n,{line}\n same => n,Hangup()\n"
    assert (3, severity, code) in found(text)


@pytest.mark.parametrize(
    "line",
    [
        "Goto(${CTX},s,1)",
        "GotoIf($[${A} = 1]?main,${X},here)",
        "GotoIf($[${A} = 1]?here)",
        "Gosub(main,s,here(${A},$[1 + 2]))",
        "Dial(PJSIP/1&PJSIP/2,30,tTb(main^s^1(a^b))U(main))",
        'Set(X=${REGEX("^[0-9]{3,5}$" ${A})})',
        "Set(X=${A:1:-1}${LEN(${A}):1})",
        "ExecIf($[1 = ${A}]?Playback(beep):NoOp(a:b))",
        "Read(D,beep,1)",
        "Stasis(${PL_APP},internal,${PL_NUMBER})",
        "Stasis(paylater,callee,${ID})",
        "answer()",
        'NoOp("a, b" (c))',
    ],
)
def test_sound_lines_pass(line: str) -> None:
    text = f"[main]\nexten => s,1(here),NoOp()\n same => n,{line}\n same => n(end),Hangup()\n"
    assert [item for item in found(text) if item[2] != "unreachable"] == []


def test_raw_input_of_the_caller_is_warned_of() -> None:
    text = "[main]\nexten => s,1,Goto(deep,55,1)\n[deep]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@t)\n same => n,Hangup()\n"
    assert found(text) == [(4, "warning", "unfiltered")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[main]\nexten => s,1(a),NoOp()\n same => n,Goto(a)\n", 3),
        ("[main]\nexten => s,1,Goto(other,s,1)\n[other]\nexten => s,1,Wait(1)\n same => n,Goto(main,s,1)\n", 5),
        ("[main]\nexten => s,1(a),GotoIf(1?a:b)\n same => n(b),Hangup()\n", 2),
        ("[main]\nexten => s,1,While(1)\n same => n,Wait(1)\n same => n,EndWhile()\n same => n,Hangup()\n", 4),
        ("[main]\nexten => s,1(a),Wait(1)\n same => n,GotoIf($[${X} = 1]?a:b)\n same => n(b),Goto(a)\n", 4),
    ],
)
def test_a_loop_without_an_exit_is_found(text: str, line: int) -> None:
    assert (line, "error", "endless_loop") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "[main]\nexten => s,1(a),Wait(1)\n same => n,GotoIf($[${X} = 1]?a)\n same => n,Hangup()\n",
        "[main]\nexten => s,1,While($[${X} < 3])\n same => n,Wait(1)\n same => n,EndWhile()\n",
        "[main]\nexten => s,1(a),GotoIf($[${X} = 1]?a:b)\n same => n(b),Hangup()\n",
        "[main]\nexten => s,1(a),GosubIf($[${X} = 1]?a)\n same => n,Return()\n",
    ],
)
def test_a_loop_with_an_exit_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[main]\nexten => s,1,Hangup()\n[menu]\nexten => 1,1,Hangup()\n", [3]),
        ("[main]\nexten => s,1,Goto(x)\n same => n,NoOp()\n same => n,NoOp()\n same => n(x),Hangup()\n", [3]),
        ("[main]\nexten => s,1,Hangup()\nexten => 5,1,Hangup()\n", [3]),
        ("[main]\nexten => s,1,Background(beep)\n same => n,WaitExten(5)\nexten => 5,1,Hangup()\n", []),
        ("[main]\nexten => s,1,Hangup()\nexten => h,1,NoOp()\n", []),
        ("[main]\ninclude => more\nexten => s,1,Goto(5,1)\n[more]\nexten => 5,1,Hangup()\n", []),
        ("[main]\nexten => s,1,NoOp()\nexten => s,5,Hangup()\n", [3]),
    ],
)
def test_what_no_call_reaches_is_warned_of(text: str, lines: list[int]) -> None:
    assert [(line, severity) for line, severity, code in found(text) if code == "unreachable"] == [
        (line, "warning") for line in lines
    ]


@pytest.mark.parametrize("name", ["from-trunk", "from-internal", "tap"])
def test_calls_must_have_somewhere_to_start(name: str) -> None:
    problems = check({**SHIPPED, f"{name}.conf.j2": ""}, CONTEXT)
    assert ("no_entry", f"{name}.conf.j2") in [
        (problem.code, problem.file) for problem in problems if problem.severity == "error"
    ]


def test_a_template_that_does_not_render_is_one_problem_with_its_line() -> None:
    problems = check({**SHIPPED, "shed.conf.j2": "; one\n{{ nothing }}\n"}, CONTEXT)
    assert [(problem.file, problem.line, problem.code) for problem in problems] == [("shed.conf.j2", 2, "template")]


def _named() -> list[tuple[str, str, str]]:
    """Every context and label of the shipped templates that something goes to: (file, kind, name)."""
    out = []
    for file, text in SHIPPED.items():
        for name in re.findall(r"^\[([a-z-]+)\]", text, re.M):
            if name not in ("general", "globals"):
                out.append((file, "context", name))
        for label in re.findall(r"=> n\(([a-z-]+)\)", text):
            if re.search(rf"[?:,(]{label}[:)]", text.replace(f"n({label})", "")):
                out.append((file, "label", label))
    return out


@given(st.sampled_from(_named()), st.sampled_from(["drop", "rename"]))
@settings(deadline=None, max_examples=60)
def test_a_context_or_label_that_is_lost_is_always_reported(named: tuple[str, str, str], how: str) -> None:
    file, kind, name = named
    text = SHIPPED[file]
    if kind == "context":
        other = text.replace(f"[{name}]", "[elsewhere]" if how == "rename" else "")
    else:
        other = text.replace(f"n({name})", "n(elsewhere)" if how == "rename" else "n")
    problems = check({**SHIPPED, file: other}, CONTEXT)
    assert [problem for problem in problems if problem.severity == "error"], named


LINES = [
    (file, number)
    for file, text in SHIPPED.items()
    for number, line in enumerate(text.splitlines())
    if line.startswith((" same", "exten"))
]


@given(st.sampled_from(LINES), st.data())
@settings(deadline=None, max_examples=150)
def test_no_mutation_makes_the_checker_raise(place: tuple[str, int], data: st.DataObject) -> None:
    file, number = place
    lines = SHIPPED[file].splitlines()
    position = data.draw(st.integers(0, len(lines[number])))
    piece = data.draw(
        st.sampled_from(["", "(", ")", "{", "}", "[", "]", "$", '"', "?", ":", ",", ";", "\\", "n", "=>"])
    )
    lines[number] = lines[number][:position] + piece + lines[number][position + 1 :]
    check({**SHIPPED, file: "\n".join(lines)}, CONTEXT)


@given(st.sampled_from([(f, n) for f, n in LINES if re.search(r"[\])}]\)?$", SHIPPED[f].splitlines()[n])]))
@settings(deadline=None, max_examples=60)
def test_a_closing_bracket_that_is_lost_is_always_reported(place: tuple[str, int]) -> None:
    file, number = place
    lines = SHIPPED[file].splitlines()
    lines[number] = lines[number][:-1]
    problems = check({**SHIPPED, file: "\n".join(lines)}, CONTEXT)
    assert [item for item in problems if item.severity == "error" and (item.file, item.line) == (file, number + 1)]


def test_a_large_dialplan_is_checked_in_time() -> None:
    lines = ["[main]"]
    for number in range(1200):
        lines += [f"exten => {1000 + number},1,GotoIf($[${{A}} = 1]?main,${{B}},1)", " same => n(a),Hangup()"]
    started = time.process_time()
    found("\n".join([*lines, "exten => s,1,Goto(${A},1)"]))
    assert time.process_time() - started < 10.0  # seconds of the processor


def test_context_fixture_matches_settings(context: dict[str, Any]) -> None:
    assert set(context) == set(CONTEXT)
