"""Where a call can go: the jumps of each step and what they lead to, endless loops, what is never reached. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.dialplan.flows import ENTRY_CONTEXTS
from engine.dialplan.parser import Context, Dialplan, Extension, Step, matches, split

Node = tuple[str, str, int]
"""Context, extension pattern, priority."""

SPECIAL = ("h", "i", "t", "T", "e", "o", "a", "fax")
ENDS = frozenset({"hangup", "return", "busy", "congestion", "pjsiphangup"})
DIGITS = frozenset({"waitexten", "background"})
_HANDLER = re.compile(r"^CHANNEL\(hangup_handler_(?:push|wipe)\)\s*=\s*(.*)$", re.DOTALL)
_DIAL_GOTO = re.compile(r"([bBGF])\(([^()]*)(?:\([^)]*\))?[^)]*\)")
_DIAL_SUB = re.compile(r"U\(([^()^]*)")
_APP = re.compile(r"^\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*$", re.DOTALL)


@dataclass(frozen=True)
class Jump:
    """A place that a step names. Empty ``context`` or ``exten``: the step's own. ``calls``: it comes back."""

    context: str
    exten: str
    priority: str
    calls: bool = False

    def __str__(self) -> str:
        return ",".join(part for part in (self.context, self.exten, self.priority) if part)


@dataclass
class Moves:
    """What a step does with the call: jumps, and whether the next priority may follow."""

    jumps: list[Jump] = field(default_factory=list)
    goes_on: bool = True


def moves(step: Step) -> Moves:
    """The moves of one step."""
    app = step.app.lower()
    if app in ENDS:
        return Moves(goes_on=False)
    if app == "goto":
        return Moves([_jump(step.args)], goes_on=False)
    if app in ("gotoif", "gotoiftime", "gosubif", "execif"):
        return _conditional(step, app)
    if app == "gosub":
        return Moves([_jump(step.args, calls=True)])
    if app in ("exec", "tryexec"):
        return _inner(step, step.args)
    if app == "set" and (handler := _HANDLER.match(step.args)) and handler[1].strip():
        return Moves([_jump(handler[1], calls=True)])
    if app == "dial":
        return Moves(list(_dial(step.args)))
    return Moves()


def _conditional(step: Step, app: str) -> Moves:
    condition, *rest = split(step.args, "?", limit=1)
    yes, *no = split(rest[0], ":", limit=1) if rest else [""]
    branches = [yes.strip(), no[0].strip() if no else ""]
    always = re.fullmatch(r"\s*(?:\$\[\s*)?([0-9]+)(?:\s*\])?\s*", condition)
    if always and app != "gotoiftime":
        branches = [branches[0]] if int(always[1]) else [branches[1]]
    out = Moves(goes_on=app != "gotoif" and app != "gotoiftime")
    for branch in branches:
        if not branch:
            out.goes_on = True
        elif app == "execif":
            inner = _inner(step, branch)
            out.jumps += inner.jumps
        else:
            out.jumps.append(_jump(branch, calls=app == "gosubif"))
    return out


def _inner(step: Step, text: str) -> Moves:
    match = _APP.match(text)
    return Moves() if match is None else _going_on(moves(replace(step, app=match[1], args=match[2] or "")))


def _going_on(found: Moves) -> Moves:
    """The moves of an application run by another one: the step after may follow."""
    return Moves(found.jumps, goes_on=True)


def inner_apps(step: Step) -> Iterator[str]:
    """Names of the applications that a step runs: its own, and those within ExecIf and Exec."""
    yield step.app
    texts: list[str] = []
    if step.app.lower() == "execif":
        rest = split(step.args, "?", limit=1)[1:]
        texts = split(rest[0], ":", limit=1) if rest else []
    elif step.app.lower() in ("exec", "tryexec"):
        texts = [step.args]
    for text in texts:
        if (match := _APP.match(text)) and "$" not in match[1]:
            yield match[1]


def _dial(args: str) -> Iterator[Jump]:
    options = [*split(args), "", "", ""][2]
    for found in _DIAL_GOTO.finditer(options):
        yield _jump(found[2].replace("^", ","), calls=found[1] in "bB")
    for found in _DIAL_SUB.finditer(options):
        yield Jump(found[1], "s", "1", calls=True)


def _jump(text: str, calls: bool = False) -> Jump:
    text = text.strip()
    if calls and text.endswith(")"):
        depth = 0
        for position in range(len(text) - 1, -1, -1):  # drop the subroutine's arguments
            depth += {")": 1, "(": -1}.get(text[position], 0)
            if depth == 0:
                text = text[:position]
                break
    parts = [part.strip() for part in split(text)]
    context, exten, priority = ["", "", *parts][-3:]
    return Jump(context, exten, priority, calls)


def extensions_of(plan: Dialplan, name: str) -> list[tuple[str, Extension]]:
    """Extensions of a context and of those that it includes, with the name of the context that holds each."""
    seen: list[str] = []
    todo = [name]
    while todo:
        current = todo.pop(0)
        if current in seen or current not in plan.contexts:
            continue
        seen.append(current)
        todo += [include.name for include in plan.contexts[current].includes]
    return [(holder, extension) for holder in seen for extension in plan.contexts[holder].extensions.values()]


def landing(plan: Dialplan, node: Node, jump: Jump) -> list[Node] | tuple[str, str]:
    """Where a jump leads: nodes (empty: only the running call can tell), or (code, message) when it leads nowhere."""
    context = jump.context or node[0]
    if "$" in context:
        return []
    if context not in plan.contexts:
        return "unknown_context", f"There is no context {context}; add [{context}] or mend the name"
    found = extensions_of(plan, context)
    if jump.exten and "$" not in jump.exten:
        found = [item for item in found if matches(item[1].pattern, jump.exten)]
    elif not jump.exten:
        found = [item for item in found if item[1].pattern == node[1]]
    if not found:
        return "unknown_extension", f"Context {context} has no extension that takes {jump.exten or node[1]}; add it"
    if "$" in jump.priority:
        return []
    return _steps(found, jump) or _no_step(context, jump)


def _steps(found: list[tuple[str, Extension]], jump: Jump) -> list[Node]:
    out = []
    for holder, extension in found:
        if jump.priority.isdigit():
            step = extension.steps.get(int(jump.priority))
        else:
            step = extension.step_of(jump.priority)
        if step is not None:
            out.append((holder, extension.pattern, step.priority))
    return out


def _no_step(context: str, jump: Jump) -> tuple[str, str]:
    where = f"{jump.exten} in {context}" if jump.exten else "this extension"
    if not jump.priority:
        return "syntax", "The place to go to is empty; write context,extension,label"
    if jump.priority.isdigit():
        return "unknown_priority", f"{where} has no priority {jump.priority}; use a label"
    return "unknown_label", f"{where} has no label {jump.priority}; add ({jump.priority}) to a step or mend the name"


class Graph:
    """Steps as nodes, moves as edges. Jumps that lead nowhere are left out: `check` reports them."""

    def __init__(self, plan: Dialplan) -> None:
        self.plan = plan
        self.steps: dict[Node, Step] = {}
        self.edges: dict[Node, set[Node]] = {}
        self.leaves: set[Node] = set()
        """Nodes from which a call can end."""
        for context in plan.contexts.values():
            for extension in context.extensions.values():
                for step in extension.steps.values():
                    self.steps[context.name, extension.pattern, step.priority] = step
        for node, step in self.steps.items():
            self._connect(node, step)
        self._connect_loops()

    def _connect(self, node: Node, step: Step) -> None:
        found = moves(step)
        edges = self.edges.setdefault(node, set())
        for jump in found.jumps:
            edges.update(self._ways(node, jump))
        follower = (node[0], node[1], node[2] + 1)
        if found.goes_on and follower in self.steps:
            edges.add(follower)
        elif found.goes_on or not found.jumps:
            self.leaves.add(node)

    def _ways(self, node: Node, jump: Jump) -> list[Node]:
        """Where a jump leads. Jumps to any extension of a context share a hub, or edges would grow as a square."""
        hub = (jump.context or node[0], f"${jump.priority}", 0) if "$" in jump.exten else None
        if hub is not None and hub in self.edges:
            return [hub]
        landed = landing(self.plan, node, jump)
        if not landed or isinstance(landed, tuple):
            self.leaves.add(node)
            return []
        if hub is None:
            return landed
        self.edges[hub] = set(landed)
        return [hub]

    def _connect_loops(self) -> None:
        """While goes past its EndWhile, EndWhile goes back to its While."""
        for context in self.plan.contexts.values():
            for extension in context.extensions.values():
                open_loops: list[Node] = []
                for priority in sorted(extension.steps):
                    node = (context.name, extension.pattern, priority)
                    app = extension.steps[priority].app.lower()
                    if app == "while":
                        open_loops.append(node)
                    elif app == "endwhile" and open_loops:
                        self._close_loop(open_loops.pop(), node)

    def _close_loop(self, start: Node, end: Node) -> None:
        after = (end[0], end[1], end[2] + 1)
        endless = self.steps[start].args.strip() in ("1", "$[1]")
        self.edges[end] = {start}
        self.leaves.discard(end)
        if endless:
            return
        if after in self.steps:
            self.edges[start].add(after)
        else:
            self.leaves.add(start)

    def endless(self) -> list[Node]:
        """One node of each loop that no call leaves but by hanging up: its last jump."""
        back: dict[Node, set[Node]] = {}
        for node, targets in self.edges.items():
            for target in targets:
                back.setdefault(target, set()).add(node)
        stuck = set(self.edges) - _reach(self.leaves, back)
        out = []
        while stuck:
            group = _reach([next(iter(stuck))], {n: (self.edges[n] | back.get(n, set())) & stuck for n in stuck})
            stuck -= group
            group &= set(self.steps)
            circle = {node for node in group if node in _reach(self.edges[node], self.edges)}
            out.append(max(circle or group, key=lambda node: (self.steps[node].file, self.steps[node].line)))
        return out

    def unreached(self) -> set[Node]:
        """Steps that no call can come to."""
        seen: set[Node] = set()
        todo = [start for name in ENTRY_CONTEXTS for start in self._starts(name, all_of=True)]
        visited: set[str] = set()
        while todo:
            node = todo.pop()
            if node in seen or node not in self.edges:
                continue
            seen.add(node)
            todo += self.edges[node]
            if node in self.steps and node[0] not in visited:
                visited.add(node[0])
                todo += self._starts(node[0], all_of=False)
            if node in self.steps and self.steps[node].app.lower() in DIGITS:
                todo += self._starts(node[0], all_of=True)
        return set(self.steps) - seen

    def _starts(self, context: str, *, all_of: bool) -> Iterator[Node]:
        for holder, extension in extensions_of(self.plan, context):
            if all_of or extension.pattern in SPECIAL:
                yield holder, extension.pattern, 1


def _reach(start: Iterable[Node], edges: dict[Node, set[Node]]) -> set[Node]:
    seen: set[Node] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += edges.get(node, set())
    return seen


def context_steps(context: Context) -> list[tuple[Node, Step]]:
    """All steps of a context with their nodes, in the order of their lines."""
    found = [
        ((context.name, extension.pattern, step.priority), step)
        for extension in context.extensions.values()
        for step in extension.steps.values()
    ]
    return sorted(found, key=lambda item: (item[1].file, item[1].line))
