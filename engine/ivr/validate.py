"""Is a menu fit to be saved? Every broken rule at once, as ``{"path", "message"}``; pure, in linear time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.core import patterns
from engine.ivr import model
from engine.ivr.model import MenuDefinition, Step
from engine.ivr.rules import requests
from engine.ivr.rules.graph import dead_ends, exits, reachable, repeating
from engine.ivr.rules.hearing import unclear
from engine.ivr.rules.render import MAX_LENGTH
from engine.routing.model import (
    Destination,
    ToCallback,
    ToExtension,
    ToExternal,
    ToGroup,
    ToMenu,
    ToMessage,
    ToQueue,
    ToSchedule,
    ToVoicemail,
)

MAX_STEPS = 2000
_PROMPTS = (
    "prompts", "timeout_prompts", "invalid_prompts", "no_match_prompts", "confirm_prompts", "digits_prompts"
)  # fmt: skip
_OWN = ("caller", "called", "language")
Problem = dict[str, str]


@dataclass(frozen=True)
class References:
    """What a menu may name. ``menus`` gives the steps of each menu; a menu that is being made counts itself in."""

    menus: Mapping[UUID, frozenset[str]]
    prompts: frozenset[UUID] = frozenset()
    boxes: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    schedules: frozenset[UUID] = frozenset()
    trunks: frozenset[UUID] = frozenset()
    extensions: frozenset[str] = frozenset()
    queues: frozenset[UUID] = frozenset()


def validate(menu: MenuDefinition, known: References | None = None, *, max_steps: int = MAX_STEPS) -> list[Problem]:
    """All that is wrong with ``menu``; empty when it may be saved. Without ``known`` outside names are not checked.

    Paths are RFC 6901 pointers into the menu's JSON: ``/steps/main/options/1``.
    """
    problems: list[Problem] = []

    def tell(path: str, message: str) -> None:
        problems.append({"path": path, "message": message})

    if len(menu.steps) > max_steps:
        tell("/steps", f"{len(menu.steps)} steps; at most {max_steps} are allowed")
        return problems
    if menu.entry not in menu.steps:
        tell("/entry", f"there is no step {menu.entry}")
    for name, step in menu.steps.items():
        at = f"/steps/{name}"
        for path, target in exits(step):
            if target not in menu.steps:
                tell(at + path, f"there is no step {target}")
        for path, message in _own_problems(step):
            tell(at + path, message)
        if known is not None:
            for path, message in _unknown(step, known):
                tell(at + path, message)
    for path, message in unclear(menu):
        tell(path, message)
    _check_ways(menu, tell)
    return problems


def _check_ways(menu: MenuDefinition, tell: Callable[[str, str], None]) -> None:
    reached, dead, looping = reachable(menu), dead_ends(menu), repeating(menu)
    in_loop = {name for loop in looping for name in loop}
    for name in menu.steps:
        if name not in reached:
            tell(f"/steps/{name}", "no step leads here")
        elif name in dead and name not in in_loop:
            tell(f"/steps/{name}", "dead end: from here the menu never ends the call nor passes it on")
    for loop in looping:
        if reached.intersection(loop):
            tell(f"/steps/{loop[0]}", f"endless loop without waiting for the caller: {' -> '.join([*loop, loop[0]])}")


def _own_problems(step: Step) -> Iterator[tuple[str, str]]:
    """Rules of one step beyond its shape."""
    if isinstance(step, model.Menu):
        if not step.options:
            yield "/options", "a menu offers at least one digit"
    elif isinstance(step, model.Collect):
        if step.min_digits > step.max_digits:
            yield "/min_digits", "more than max_digits"
        if step.pattern is not None:
            yield from _pattern("/pattern", step.pattern)
    elif isinstance(step, model.Confirm):
        if step.yes_digit == step.no_digit:
            yield "/no_digit", "is the digit of yes too"
    elif isinstance(step, model.Ask):
        if step.variable in _OWN or step.confidence_variable in _OWN:
            yield "/variable", "is set by the call itself"
    elif isinstance(step, model.Branch):
        for index, condition in enumerate(step.conditions):
            if condition.op == "matches":
                yield from _pattern(f"/conditions/{index}/value", condition.value)
    elif isinstance(step, model.Http):
        if reason := requests.refused(step.url):
            yield "/url", reason
        for variable, pointer in step.mapping.items():
            if not requests.is_pointer(pointer):
                yield f"/mapping/{variable}", "not a JSON pointer (RFC 6901), such as /client/name"
        for header, value in step.headers.items():
            if not header.isascii() or not header.replace("-", "").isalnum() or not value.isprintable():
                yield f"/headers/{_escaped(header)}", "not an HTTP header"
    elif isinstance(step, model.Set):
        for variable, value in step.values.items():
            if variable in _OWN:
                yield f"/values/{variable}", "is set by the call itself"
            if len(value) > MAX_LENGTH:
                yield f"/values/{variable}", f"longer than {MAX_LENGTH} characters"
    elif isinstance(step, model.Goto) and step.menu_id is None and step.step is None:
        yield "/step", "names neither a step nor a menu"
    elif isinstance(step, model.Play) and not step.prompts:
        yield "/prompts", "nothing to play"


def _pattern(path: str, pattern: str) -> Iterator[tuple[str, str]]:
    try:
        patterns.compiled(pattern)
    except patterns.PatternRefused as exc:
        yield path, str(exc)


def _unknown(step: Step, known: References) -> Iterator[tuple[str, str]]:
    """Names of things outside the menu that are not there."""
    for field in _PROMPTS:
        for index, prompt in enumerate(getattr(step, field, ())):
            if isinstance(prompt, model.FilePrompt) and prompt.id not in known.prompts:
                yield f"/{field}/{index}/id", f"there is no prompt {prompt.id}"
    if isinstance(step, model.LeaveVoicemail) and step.box_id not in known.boxes:
        yield "/box_id", f"there is no voicemail box {step.box_id}"
    elif isinstance(step, model.Goto) and step.menu_id is not None:
        if step.menu_id not in known.menus:
            yield "/menu_id", f"there is no menu {step.menu_id}"
        elif step.step is not None and step.step not in known.menus[step.menu_id]:
            yield "/step", f"that menu has no step {step.step}"
    elif isinstance(step, model.Callback) and step.queue_id is not None and step.queue_id not in known.queues:
        yield "/queue_id", f"there is no queue {step.queue_id}"
    elif isinstance(step, model.Transfer):
        for path, message in unknown_destination(step.to, known):
            yield f"/to{path}", message


def unknown_destination(to: Destination, known: References) -> Iterator[tuple[str, str]]:
    """What ``to`` names that is not there, as (path below the destination, message)."""
    if isinstance(to, ToMenu) and to.id not in known.menus:
        yield "/id", f"there is no menu {to.id}"
    elif isinstance(to, ToQueue) and to.id not in known.queues:
        yield "/id", f"there is no queue {to.id}"
    elif isinstance(to, ToCallback) and to.queue_id not in known.queues:
        yield "/queue_id", f"there is no queue {to.queue_id}"
    elif isinstance(to, ToGroup) and to.id not in known.groups:
        yield "/id", f"there is no group {to.id}"
    elif isinstance(to, ToSchedule) and to.id not in known.schedules:
        yield "/id", f"there is no schedule {to.id}"
    elif isinstance(to, ToVoicemail) and to.box_id not in known.boxes:
        yield "/box_id", f"there is no voicemail box {to.box_id}"
    elif isinstance(to, ToExtension) and to.number not in known.extensions:
        yield "/number", f"there is no extension {to.number}"
    elif isinstance(to, ToExternal) and to.trunk_id is not None and to.trunk_id not in known.trunks:
        yield "/trunk_id", f"there is no trunk {to.trunk_id}"
    elif isinstance(to, ToMessage) and to.prompt_id is not None and to.prompt_id not in known.prompts:
        yield "/prompt_id", f"there is no prompt {to.prompt_id}"


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
