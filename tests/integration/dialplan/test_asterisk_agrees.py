"""Asterisk loads the shipped dialplan without a warning and sees in it what our parser sees."""

import re

import pytest

from engine.dialplan.catalogue import APPLICATIONS, FUNCTIONS
from engine.dialplan.parser import Dialplan, parse
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from tests.integration.dialplan.conftest import Node

pytestmark = pytest.mark.feature("F-PBX-25")
_CONTEXT = re.compile(r"^\[ Context '([^']+)'")
_STEP = re.compile(r"^\s+(?:'([^']+)' =>)?\s*(?:\[([^\]]+)\])?\s*(\d+)\. (\w+)\((.*)\)\s+\[[^\]]*\]$")


def seen_by_asterisk(text: str) -> dict[tuple[str, str, int], tuple[str | None, str, str]]:
    out: dict[tuple[str, str, int], tuple[str | None, str, str]] = {}
    context = pattern = ""
    for line in text.splitlines():
        if opened := _CONTEXT.match(line):
            context = opened[1]
        elif step := _STEP.match(line):
            pattern = step[1] or pattern
            out[context, pattern, int(step[3])] = (step[2], step[4], step[5])
    return out


def seen_by_us(plan: Dialplan) -> dict[tuple[str, str, int], tuple[str | None, str, str]]:
    """As `dialplan show` tells it, which leaves out the label of an extension's first step."""
    return {
        (context.name, extension.pattern, step.priority): (
            None if step.priority == min(extension.steps) else step.label,
            step.app,
            step.args,
        )
        for context in plan.contexts.values()
        for extension in context.extensions.values()
        for step in extension.steps.values()
    }


def test_asterisk_reads_the_dialplan_as_our_parser_does(node: Node) -> None:
    plan = parse(render(default_templates(), context_of(node.settings))[OUTPUT])
    assert seen_by_asterisk(node.console("dialplan show")) == seen_by_us(plan)


def test_asterisk_loads_the_dialplan_without_a_warning(node: Node) -> None:
    before = len(node.log())
    node.console("dialplan reload")
    assert "pbx_config" not in node.log()[before:]


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nexten => _8X.,1,NoOp(a\\;b,${F(1,2)}) ; comment\n same => n+3(lab),Hangup\n same => n,Wait(1)\n",
        '[a]\nexten => 5,1,NoOp("x")\nexten => 6,1,NoOp()\nexten => 5,n,Hangup()\n',
        ";-- [b]\n--;\n[a]\nexten=>s,1(go),Goto(go)\n[a](+)\nexten => t,1,NoOp(1)\n",
    ],
)
def test_asterisk_and_our_parser_agree_on_corners_of_the_syntax(node: Node, text: str) -> None:
    plan = parse(text)
    if plan.problems:  # what Asterisk reads in its own way, we refuse
        return
    shipped = render(default_templates(), context_of(node.settings))[OUTPUT]
    try:
        node.stand.write_dialplan(text)
        assert seen_by_asterisk(node.console("dialplan show")) == seen_by_us(plan)
    finally:
        node.stand.write_dialplan(shipped)


def test_the_catalogue_lists_what_asterisk_offers(node: Node) -> None:
    applications = {found[1] for found in re.finditer(r"(?m)^ *(\w+): ", node.console("core show applications"))}
    functions = {found[1] for found in re.finditer(r"(?m)^([A-Z][A-Z0-9_]*)\s", node.console("core show functions"))}
    assert applications == APPLICATIONS
    assert functions == {name[:20] for name in FUNCTIONS}  # the console cuts names
