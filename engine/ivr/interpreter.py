"""Runs a menu over a caller's line: one step after another, each by its action."""

from uuid import UUID

from engine.ivr.actions import ACTIONS
from engine.ivr.model import MenuDefinition, StepId
from engine.ivr.place import Guard, Jump, Leave, Place
from engine.ivr.port import FlowTools, Line
from engine.ivr.rules.graph import WAITING
from engine.routing.decide import NOT_IN_SERVICE
from engine.routing.model import Destination


async def run_menu(
    line: Line,
    tools: FlowTools,
    guard: Guard,
    menu_id: UUID,
    step: StepId | None = None,
    *,
    tries: int = 0,
    phase: str | None = None,
    no_matches: int = 0,
) -> Destination:
    """Walk the menu from ``step`` (its start when None or gone) until it leads out, and give where to.

    The definition that holds when the caller enters stays with them until they leave the menu; ``tries``, ``phase``
    and ``no_matches`` belong to an adopted call. The place is saved before each step. Who listened to the caller does
    so no more when the menu is left.

    Raises:
        HungUp: the caller is gone, or a step ended the call.
        LoopStopped: too many steps without waiting for the caller.
    """
    place = await _enter(line, tools, guard, menu_id, step)
    if place is None:
        return NOT_IN_SERVICE
    if place.step == step:
        place.tries, place.phase, place.no_matches = tries, phase, no_matches
    await line.answer()
    following = await _walk(line, tools, guard, place)
    await line.deafen()
    return following


async def _walk(line: Line, tools: FlowTools, guard: Guard, place: Place) -> Destination:
    """One step after another, from ``place`` on."""
    while True:
        action = place.menu.steps.get(place.step)
        if action is None:
            line.note("step_missing", menu=str(place.menu_id), step=place.step)
            return NOT_IN_SERVICE
        if isinstance(action, WAITING):
            guard.waited()
        guard.count()
        place.save()
        line.note("menu", menu=str(place.menu_id), step=place.step)
        outcome = await ACTIONS[type(action)](action, place)
        if isinstance(outcome, Leave):
            return outcome.to
        if isinstance(outcome, Jump):
            entered = await _enter(line, tools, guard, outcome.menu_id, outcome.step)
            if entered is None:
                return NOT_IN_SERVICE
            place = entered
        else:
            place.step, place.tries, place.phase, place.no_matches = outcome, 0, None, 0


async def _enter(line: Line, tools: FlowTools, guard: Guard, menu_id: UUID, step: StepId | None) -> Place | None:
    """The place at which a caller enters a menu; None (noted) when there is no such menu."""
    menu: MenuDefinition | None = tools.table().menus.get(menu_id)
    if menu is None:
        line.note("route_missing", what="menu", name=str(menu_id))
        return None
    if menu.language is not None and menu.language != line.call.language:
        await line.set_language(menu.language)
        line.note("language", language=menu.language)
    at = step if step is not None and step in menu.steps else menu.entry
    return Place(line, tools, guard, menu_id, menu, at)
