"""extensions.conf is read as Asterisk reads it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dialplan.parser import (
    Context,
    Dialplan,
    Extension,
    Include,
    Step,
    matches,
    parse,
    pattern_fault,
    split,
    write,
)

pytestmark = pytest.mark.feature("F-PBX-25")

TEXT = """
[general]
static=yes
[globals]
NAME => value ; a comment
OTHER=a\\;b
;-- a block
[nothing]
--;
[main]
include => later,09:00-17:00,mon-fri,*,*
exten => _8X.,1,NoOp(a\\;b) ; a comment
 same => n(again),Set(X=${FILTER(0-9,${EXTEN})})
 same => n+2,Dial(PJSIP/${X}@trunk,30,b(sub^s^1))
exten => 100,hint,PJSIP/100
exten => 100,1,Answer
exten=>100,n,Hangup()
[later]
exten => s,1(start),Goto(main,100,1)
"""


def test_a_dialplan_is_read() -> None:
    plan = parse(TEXT)
    assert plan.problems == []
    assert plan.variables == {"NAME": "value", "OTHER": "a;b"}
    main = plan.contexts["main"]
    assert [(item.name, item.times) for item in main.includes] == [("later", "09:00-17:00,mon-fri,*,*")]
    steps = main.extensions["_8X."].steps
    assert {number: (step.label, step.app, step.args) for number, step in steps.items()} == {
        1: (None, "NoOp", "a;b"),
        2: ("again", "Set", "X=${FILTER(0-9,${EXTEN})}"),
        5: (None, "Dial", "PJSIP/${X}@trunk,30,b(sub^s^1)"),
    }
    assert main.extensions["100"].hint == "PJSIP/100"
    assert main.extensions["100"].steps[1].app == "Answer"
    assert plan.contexts["later"].extensions["s"].steps[1].label == "start"
    assert steps[2].line == 13


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("exten => s,1,NoOp()", 1, "outside"),
        ("[a]\nsame => n,NoOp()", 2, "same_without_exten"),
        ("[a]\nexten => s,1,NoOp(", 2, "syntax"),
        ("[a]\nexten => s", 2, "syntax"),
        ("[a]\nexten => s,x,NoOp()", 2, "priority"),
        ("[a]\nexten => s,n,NoOp()", 2, "priority"),
        ("[a]\nexten => s,1,NoOp()\nexten => s,1,Hangup()", 3, "duplicate_priority"),
        ("[a]\nexten => s,1(x),NoOp()\n same => n(x),Hangup()", 3, "duplicate_label"),
        ("[a]\nexten => _[0-9,1,NoOp()", 2, "syntax"),
        ("[a]\nexten => _X.5,1,NoOp()", 2, "pattern"),
        ("[a]\n#include other.conf", 2, "directive"),
        ("[a]\n#exec /bin/true", 2, "directive"),
        ("[a]\nexten => s,1,NoOp() \\", 2, "continuation"),
        ("[a]\n[a]", 2, "duplicate_context"),
        ("[a", 1, "syntax"),
        ("[a](b)", 1, "inheritance"),
        ("[a]\nextenn => s,1,NoOp()", 2, "syntax"),
        ("[general]\nfoo=bar", 2, "setting"),
        ("[a]\nwhat is this", 2, "syntax"),
        ("[a]\nexten => s,1,NoOp(" + "x" * 5000 + ")", 2, "too_long"),
        ("[a]\n" + "exten => s,1,NoOp()\n" + "same => n,NoOp()\n" * 6000, 5002, "too_large"),
    ],
)
def test_what_asterisk_would_skip_is_a_problem_with_its_line(text: str, line: int, code: str) -> None:
    problems = parse(text).problems
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        ("100", "100", True),
        ("100", "1000", False),
        ("_1XX", "199", True),
        ("_1XX", "1999", False),
        ("_NXZ", "209", True),
        ("_NXZ", "109", False),
        ("_8.", "8", False),
        ("_8.", "89", True),
        ("_8!", "8", True),
        ("_[+*#0-9]!", "+7495", True),
        ("_[+*#0-9]!", "*21#", True),
        ("_[+*#0-9]!", "abc", False),
        ("_[1-3]X", "35", True),
        ("_[1-3]X", "45", False),
        ("_8-800-X", "88005", True),
        ("s", "s", True),
        ("h", "s", False),
    ],
)
def test_patterns_match_as_in_asterisk(pattern: str, number: str, fits: bool) -> None:
    assert pattern_fault(pattern) is None
    assert matches(pattern, number) is fits


def test_split_minds_brackets_and_quotes() -> None:
    assert split('a,${F(b,c)},$["x,y" = "z"],"q,r"') == ["a", "${F(b,c)}", '$["x,y" = "z"]', '"q,r"']
    assert split("a?b:c", "?", limit=1) == ["a", "b:c"]


names = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
patterns = st.one_of(
    st.from_regex(r"[0-9]{2,5}", fullmatch=True), st.sampled_from(["s", "h", "_X.", "_[+0-9]!", "_9NXZ"])
)
arguments = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\\"), max_size=20)


@st.composite
def extensions(draw: st.DrawFn, pattern: str) -> Extension:
    numbers = draw(st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True))
    labels = draw(st.lists(names, min_size=len(numbers), max_size=len(numbers), unique=True))
    steps = {
        number: Step(
            number, draw(st.sampled_from([label, None])), draw(st.sampled_from(["NoOp", "Set"])), draw(arguments)
        )
        for number, label in zip(numbers, labels, strict=True)
    }
    return Extension(pattern, steps, draw(st.sampled_from([None, "PJSIP/1"])))


@st.composite
def dialplans(draw: st.DrawFn) -> Dialplan:
    plan = Dialplan(
        variables=draw(st.dictionaries(st.from_regex(r"[A-Z]{1,5}", fullmatch=True), arguments, max_size=3))
    )
    for name in draw(st.lists(names.filter(lambda n: n not in ("general", "globals")), max_size=3, unique=True)):
        chosen = draw(st.lists(patterns, max_size=3, unique=True))
        includes = [Include(item) for item in draw(st.lists(names, max_size=2))]
        plan.contexts[name] = Context(name, "", 0, {p: draw(extensions(p)) for p in chosen}, includes)
    return plan


def _bare(plan: Dialplan) -> object:
    """A dialplan without files and lines."""
    return plan.variables, {
        name: (
            [(item.name, item.times) for item in context.includes],
            {
                pattern: (ext.hint, {n: (s.label, s.app, s.args) for n, s in ext.steps.items()})
                for pattern, ext in context.extensions.items()
            },
        )
        for name, context in plan.contexts.items()
    }


@given(dialplans())
def test_what_is_written_reads_the_same(plan: Dialplan) -> None:
    assert _bare(parse(write(plan))) == _bare(plan)


@given(st.text())
def test_no_text_makes_the_parser_raise(text: str) -> None:
    parse("[a]\n" + text)


@given(st.from_regex(r"_[XZN0-9\[\]\-.!]{0,8}", fullmatch=True), st.from_regex(r"[0-9*#+]{1,6}", fullmatch=True))
def test_no_sound_pattern_makes_matching_raise(pattern: str, number: str) -> None:
    if pattern_fault(pattern) is None:
        try:
            matches(pattern, number)
        except re.error as exc:
            pytest.fail(f"{pattern}: {exc}")
