"""A menu as a graph of steps: where each leads, what can be reached, which steps go round without end. Pure."""

from collections.abc import Iterator

from engine.ivr import model
from engine.ivr.model import MenuDefinition, Step, StepId

Exit = tuple[str, StepId]
_WAYS = ("next", "on_yes", "on_no", "on_timeout", "on_invalid", "on_no_match", "on_back", "on_operator", "on_failure")
WAITING = (model.Menu, model.Collect, model.Confirm, model.Ask)
"""Kinds that wait for the caller: a loop through one of them is the caller's own choice."""


def exits(step: Step) -> Iterator[Exit]:
    """Where ``step`` leads within its menu: (path of the field below the step, step id)."""
    if isinstance(step, model.Menu):
        for digit, target in step.options.items():
            yield f"/options/{digit}", target
    if isinstance(step, model.Branch):
        for index, condition in enumerate(step.conditions):
            yield f"/conditions/{index}/next", condition.next
        yield "/otherwise", step.otherwise
    if isinstance(step, model.Goto) and step.menu_id is None and step.step is not None:
        yield "/step", step.step
    for field in _WAYS:
        following: StepId | None = getattr(step, field, None)
        if following is not None:
            yield f"/{field}", following


def reachable(menu: MenuDefinition) -> set[StepId]:
    """Steps that a caller can come to from the entry."""
    found: set[StepId] = set()
    todo = [menu.entry]
    while todo:
        name = todo.pop()
        if name in found or name not in menu.steps:
            continue
        found.add(name)
        todo.extend(target for _, target in exits(menu.steps[name]))
    return found


def dead_ends(menu: MenuDefinition) -> set[StepId]:
    """Steps from which no way leads to an end: a hang-up, a transfer or another menu."""
    leading_to: dict[StepId, list[StepId]] = {}
    todo: list[StepId] = []
    for name, step in menu.steps.items():
        if isinstance(step, model.Hangup | model.Transfer) or (isinstance(step, model.Goto) and step.menu_id):
            todo.append(name)
        for _, target in exits(step):
            leading_to.setdefault(target, []).append(name)
    ending: set[StepId] = set()
    while todo:
        name = todo.pop()
        if name not in ending:
            ending.add(name)
            todo.extend(leading_to.get(name, ()))
    return menu.steps.keys() - ending


def repeating(menu: MenuDefinition) -> list[list[StepId]]:
    """Groups of steps among which a call could go round without ever waiting for the caller (Tarjan's algorithm).

    Steps of a group are in the order of the menu. Each group is one strongly connected part of the graph without the
    steps that wait.
    """
    silent = {name: step for name, step in menu.steps.items() if not isinstance(step, WAITING)}
    ways = {name: [target for _, target in exits(step) if target in silent] for name, step in silent.items()}
    order = {name: index for index, name in enumerate(menu.steps)}
    return [sorted(part, key=order.__getitem__) for part in _parts(ways) if len(part) > 1 or part[0] in ways[part[0]]]


def _parts(ways: dict[StepId, list[StepId]]) -> Iterator[list[StepId]]:
    """Strongly connected parts, without recursion (a menu may be 2,000 steps deep)."""
    index: dict[StepId, int] = {}
    low: dict[StepId, int] = {}
    stack: list[StepId] = []
    on_stack: set[StepId] = set()
    for root in ways:
        if root in index:
            continue
        work: list[tuple[StepId, Iterator[StepId]]] = [(root, iter(ways[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(ways[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    yield _pop_part(stack, on_stack, name)


def _pop_part(stack: list[StepId], on_stack: set[StepId], first: StepId) -> list[StepId]:
    part: list[StepId] = []
    while not part or part[-1] != first:
        part.append(stack.pop())
    on_stack.difference_update(part)
    return part
