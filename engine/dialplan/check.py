"""Is a dialplan fit to go live? Pure: templates in, problems out."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.dialplan import expressions, graph
from engine.dialplan.catalogue import APPLICATIONS, FUNCTIONS
from engine.dialplan.flows import ENTRY_CONTEXTS, FLOW_NAMES
from engine.dialplan.parser import Dialplan, Step, parse, split
from engine.dialplan.problems import Problem
from engine.dialplan.render import Line, TemplateFailed, render_lines

_APPLICATIONS = {name.lower() for name in APPLICATIONS}
_NEEDS_CLEAN = frozenset({"dial", "stasis", "agi", "goto", "gotoif", "gosub", "gosubif", "record", "playback", "exec"})


def check(templates: dict[str, str], context: Mapping[str, Any]) -> list[Problem]:
    """All problems of a set of templates (file name -> text), in the order of files and lines.

    ``context`` holds the values that templates use (`render.context_of`).
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for name in sorted(templates):
        try:
            lines += render_lines(name, templates[name], context)
        except TemplateFailed as exc:
            problems.append(Problem(exc.file, exc.line, "error", "template", exc.detail))
    if problems:  # a template that is missing would only make others look wrong
        return sorted(problems)
    plan = parse(lines)
    return sorted({*plan.problems, *check_plan(plan, str(context.get("app", "")))})


def check_plan(plan: Dialplan, app: str = "") -> Iterator[Problem]:
    """Problems of a parsed dialplan, beyond its syntax; ``app`` is the name of the engine's Stasis application."""
    yield from _check_entries(plan)
    for context in plan.contexts.values():
        for include in context.includes:
            if include.name not in plan.contexts:
                message = f"There is no context {include.name} to include; add it or mend the name"
                yield Problem(include.file, include.line, "error", "unknown_context", message)
        for extension in context.extensions.values():
            if extension.steps and 1 not in extension.steps:
                first = min(extension.steps.values(), key=lambda item: item.priority)
                message = f"{extension.pattern} in {context.name} has no priority 1: no call starts there; begin with 1"
                yield _problem(first, "no_first_priority", message)
        for node, step in graph.context_steps(context):
            yield from _check_step(plan, node, step, app)
    yield from _check_ways(plan)


def _problem(step: Step, code: str, message: str, *, warning: bool = False) -> Problem:
    return Problem(step.file, step.line, "warning" if warning else "error", code, message)


def _check_entries(plan: Dialplan) -> Iterator[Problem]:
    for name in ENTRY_CONTEXTS:
        if name not in plan.contexts:
            yield Problem(
                f"{name}.conf.j2", 1, "error", "no_entry", f"Context {name} is missing: calls start there; add [{name}]"
            )
        elif not any(graph.extensions_of(plan, name)):
            at = plan.contexts[name]
            yield Problem(at.file, at.line, "error", "no_entry", f"Context {name} takes no number; add an extension")


def _check_step(plan: Dialplan, node: graph.Node, step: Step, app: str) -> Iterator[Problem]:
    for name in graph.inner_apps(step):
        if name.lower().startswith("macro"):
            yield _problem(step, "macro", f"{name} is gone from Asterisk; use Gosub")
        elif name.lower() not in _APPLICATIONS:
            yield _problem(step, "unknown_application", f"No application {name} is loaded{_like(name, APPLICATIONS)}")
    if wrong := expressions.fault(step.args):
        yield _problem(step, "unbalanced", f"In {step.app}: {wrong}")
        return
    for name in expressions.functions(step.app, step.args):
        if name not in FUNCTIONS:
            yield _problem(step, "unknown_function", f"No function {name} is loaded{_like(name, FUNCTIONS)}")
    for jump in graph.moves(step).jumps:
        landed = graph.landing(plan, node, jump)
        if isinstance(landed, tuple):
            yield _problem(step, landed[0], f"{step.app} goes to {jump}: {landed[1]}")
    yield from _check_arguments(step, app)
    if step.app.lower() in _NEEDS_CLEAN and node[1][-1] in ".!" and (raw := expressions.raw_input(step.args)):
        message = f"{step.app} takes {raw} as the caller wrote it; use PL_NUMBER or ${{FILTER(0-9,{raw})}}"
        yield _problem(step, "unfiltered", message, warning=True)


def _check_arguments(step: Step, app: str) -> Iterator[Problem]:
    name = step.app.lower()
    if name == "set" and "=" not in step.args:
        yield _problem(step, "syntax", "Set reads Set(name=value)")
    if name in ("gotoif", "gosubif", "gotoiftime", "execif") and len(split(step.args, "?", limit=1)) < 2:
        yield _problem(step, "syntax", f"{step.app} reads {step.app}(condition?where when true:where when false)")
    if name == "stasis":
        yield from _check_stasis(step, app)


def _check_stasis(step: Step, app: str) -> Iterator[Problem]:
    args = [part.strip() for part in split(step.args)]
    if args[0] not in ("${PL_APP}", app):
        yield _problem(step, "stasis_app", f"The engine's application is ${{PL_APP}}, not {args[0]!r}")
    flow = args[1] if len(args) > 1 else ""
    known = ", ".join(FLOW_NAMES)
    if "$" in flow:
        message = f"Which flow starts can't be checked: {flow}; write one of {known}"
        yield _problem(step, "stasis_flow", message, warning=True)
    elif flow not in FLOW_NAMES:
        yield _problem(step, "stasis_flow", f"No flow is named {flow!r}; the second argument is one of {known}")
    elif len(args) < 3 or not args[2]:
        yield _problem(step, "stasis_flow", f"Flow {flow} needs a third argument: the number, or the call's id")


def _check_ways(plan: Dialplan) -> Iterator[Problem]:
    ways = graph.Graph(plan)
    for node in ways.endless():
        message = "A call that comes here goes round without an end; add a way out (a counter and GotoIf, or Hangup)"
        yield _problem(ways.steps[node], "endless_loop", message)
    lost = ways.unreached()
    for context in plan.contexts.values():
        nodes = graph.context_steps(context)
        if nodes and all(node in lost for node, _ in nodes):
            message = f"No call comes to context {context.name}; send one there, or delete it"
            yield Problem(context.file, context.line, "warning", "unreachable", message)
            continue
        previous: graph.Node | None = None
        for node, step in nodes:
            joined = previous is not None and previous[:2] == node[:2] and previous in lost
            if node in lost and not joined:
                message = f"No call comes to {node[1]},{node[2]} in {context.name}; go there, or delete it"
                yield _problem(step, "unreachable", message, warning=True)
            previous = node


def _like(name: str, known: frozenset[str]) -> str:
    close = difflib.get_close_matches(name.lower(), {item.lower(): item for item in known}, n=1)
    if not close:
        return "; see `core show applications` and `core show functions`"
    return f"; is it {next(item for item in known if item.lower() == close[0])}?"
