"""Templates become extensions.conf; a template that can't says where and why."""

from typing import Any

import pytest

from engine.dialplan.diff import preview
from engine.dialplan.render import OUTPUT, TemplateFailed, complete, render, render_lines

pytestmark = pytest.mark.feature("F-PBX-25")


def test_the_shipped_templates_render(templates: dict[str, str], context: dict[str, Any]) -> None:
    text = render(templates, context)[OUTPUT]
    assert "PL_AGI=agi://127.0.0.1:20073" in text
    assert "PL_RECORDINGS=/srv/paylater/asterisk/spool/recording" in text
    assert "{{" not in text
    assert "\x01" not in text


def test_each_template_is_thin(templates: dict[str, str]) -> None:
    assert {name: len(text.splitlines()) for name, text in templates.items() if len(text.splitlines()) > 120} == {}


def test_lines_know_their_template_line_through_loops_and_comments(context: dict[str, Any]) -> None:
    text = "a\n{# one\ntwo #}b\n{% for i in [1, 2] %}\nc{{ i }}\n{% endfor %}\nd\n"
    lines = [(line.text, line.number) for line in render_lines("x.conf.j2", text, context) if line.text]
    assert lines == [("a", 1), ("b", 3), ("c1", 5), ("c2", 5), ("d", 7)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a\n{{ nothing }}\n", 2, "'nothing' is undefined"),
        ("a\nb\n{% if %}\n", 3, "Expected an expression"),
        ("{% for x in [1] %}\n", 1, "endfor"),
        ("a\n{{ ''.__class__.__mro__ }}\n", 2, "unsafe"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError"),
        ("{{ 'a' * 999999999 }}", 1, "small numbers"),
        ("{{ 9 ** 9 ** 9 }}", 1, "small numbers"),
        ("{{ '%999999999d' % 1 }}", 1, "small numbers"),
        ("{% for a in range(100000) %}{% endfor %}", 1, "range of more"),
        ("{% for a in range(1000) %}{% for b in range(1000) %}xx{% endfor %}{% endfor %}", 1, "more than"),
        ("; " + "x" * 100_000, 1, "longer than"),
        ("{% include 'x' %}", 1, "no loader"),
        ("a\x01b", 1, "control characters"),
    ],
)
def test_a_template_that_fails_says_where_and_why(context: dict[str, Any], text: str, line: int, says: str) -> None:
    with pytest.raises(TemplateFailed, match=says) as caught:
        render({"x.conf.j2": text}, context)
    assert (caught.value.file, caught.value.line) == ("x.conf.j2", line)


@pytest.mark.parametrize("name", ["../x.conf.j2", "x.conf", "X.conf.j2", ".conf.j2", "a/b.conf.j2"])
def test_a_template_is_named_like_one(context: dict[str, Any], name: str) -> None:
    with pytest.raises(TemplateFailed, match="named like"):
        render({name: "[x]"}, context)


def test_an_empty_template_is_left_out(context: dict[str, Any]) -> None:
    text = render(complete({"shed.conf.j2": ""}), context)[OUTPUT]
    assert "[shed]" not in text
    assert "[fallback]" in text


def test_preview_shows_what_changes_and_nothing_else(templates: dict[str, str], context: dict[str, Any]) -> None:
    assert preview(templates, templates, context) == ""
    changed = {**templates, "shed.conf.j2": templates["shed.conf.j2"].replace("Hangup(42)", "Hangup(34)")}
    lines = preview(templates, changed, context).splitlines()
    assert [line for line in lines if line.startswith("-") and not line.startswith("---")] == [
        "- same => n(congestion),Hangup(42)"
    ]
    assert [line for line in lines if line.startswith("+") and not line.startswith("+++")] == [
        "+ same => n(congestion),Hangup(34)"
    ]
