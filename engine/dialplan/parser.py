"""extensions.conf as data: contexts, extensions, priorities, labels, hints, includes, global variables. Pure.

Follows Asterisk's pbx_config: what Asterisk would warn of and skip is a `Problem` here. `parse` and `write` are inverse
(comments aside).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.dialplan.problems import Problem
from engine.dialplan.render import Line

_SECTION = re.compile(r"^\[([^\]]*)\]\s*(?:\(([^)]*)\))?\s*$")
_PRIORITY = re.compile(r"^(hint|n|s|[0-9]+)\s*(?:\+\s*([0-9]+))?\s*(?:\(\s*([^)]*?)\s*\))?$")
_NAME = re.compile(r"^[A-Za-z0-9_.-]{1,79}$")
_APP = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)\s*(?:\((.*)\))?\s*$", re.DOTALL)
MAX_LINE = 4000
MAX_STEPS = 5000
_SETTINGS = ("static", "writeprotect", "autofallthrough", "clearglobalvars", "extenpatternmatchnew", "userscontext")


@dataclass(frozen=True)
class Step:
    """One priority: ``app(args)`` of the template line ``file``:``line``."""

    priority: int
    label: str | None
    app: str
    args: str
    file: str = ""
    line: int = 0


@dataclass
class Extension:
    """The priorities of one extension name or pattern (``_X.``), by number; ``hint`` is its device, if any."""

    pattern: str
    steps: dict[int, Step] = field(default_factory=dict)
    hint: str | None = None

    def step_of(self, label: str) -> Step | None:
        """The step with a label."""
        return next((step for step in self.steps.values() if step.label == label), None)


@dataclass(frozen=True)
class Include:
    """``include => name``, perhaps with times."""

    name: str
    times: str = ""
    file: str = ""
    line: int = 0


@dataclass
class Context:
    """One context: extensions by pattern, in the order of the file."""

    name: str
    file: str = ""
    line: int = 0
    extensions: dict[str, Extension] = field(default_factory=dict)
    includes: list[Include] = field(default_factory=list)


@dataclass
class Dialplan:
    """A whole extensions.conf, and what is wrong with its syntax."""

    general: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    contexts: dict[str, Context] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse(source: str | Iterable[Line], file: str = "extensions.conf") -> Dialplan:
    """Read extensions.conf: a text, or rendered lines that know their template."""
    lines = _lines(source, file) if isinstance(source, str) else source
    reader = _Reader()
    for line, text in _uncomment(lines):
        reader.read(line, text)
        if reader.steps > MAX_STEPS:
            message = f"The dialplan has more than {MAX_STEPS} steps; templates are to stay thin"
            reader.plan.problems.append(Problem(line.file, line.number, "error", "too_large", message))
            break
    return reader.plan


def write(plan: Dialplan) -> str:
    """The text of a dialplan; reading it again gives an equal one (but for line numbers)."""
    out = ["[general]", *(f"{name}={value}" for name, value in plan.general.items())]
    out += ["[globals]", *(f"{name} => {value.replace(';', chr(92) + ';')}" for name, value in plan.variables.items())]
    for context in plan.contexts.values():
        out.append(f"[{context.name}]")
        out += [f"include => {item.name}{',' if item.times else ''}{item.times}" for item in context.includes]
        for extension in context.extensions.values():
            if extension.hint is not None:
                out.append(f"exten => {extension.pattern},hint,{extension.hint}")
            for step in sorted(extension.steps.values(), key=lambda item: item.priority):
                label = f"({step.label})" if step.label else ""
                args = step.args.replace(";", r"\;")
                out.append(f"exten => {extension.pattern},{step.priority}{label},{step.app}({args})")
    return "\n".join(out) + "\n"


def split(text: str, separator: str = ",", limit: int = -1) -> list[str]:
    """Split at separators that stand outside of quotes and of every kind of bracket."""
    parts = [""]
    depth = 0
    quoted = False
    for position, char in enumerate(text):
        if char == '"' and text[position - 1 : position] != "\\":
            quoted = not quoted
        elif not quoted and char in "([{":
            depth += 1
        elif not quoted and char in ")]}":
            depth -= 1
        if char == separator and depth == 0 and not quoted and limit != len(parts) - 1:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _lines(text: str, file: str) -> list[Line]:
    return [Line(line, file, number) for number, line in enumerate(text.splitlines(), start=1)]


def _uncomment(lines: Iterable[Line]) -> Iterable[tuple[Line, str]]:
    """The lines without ``; comments`` and ``;-- blocks --;``; ``\\;`` is a semicolon."""
    inside = 0
    for line in lines:
        if len(line.text) > MAX_LINE:
            yield line, "?" * (MAX_LINE + 1)
            continue
        text, inside = _strip(line.text, inside)
        if text.strip():
            yield line, text.strip()


def _strip(text: str, inside: int) -> tuple[str, int]:
    out = ""
    position = 0
    while position < len(text):
        rest = text[position:]
        if inside:
            if rest.startswith("--;"):
                inside -= 1
                position += 3
            else:
                position += 1
        elif rest.startswith("\\;"):
            out += ";"
            position += 2
        elif rest.startswith(";--") and not rest.startswith(";---"):
            inside += 1
            position += 3
        elif rest[0] == ";":
            break
        else:
            out += rest[0]
            position += 1
    return out, inside


class _Reader:
    """Takes lines in order and builds the dialplan."""

    def __init__(self) -> None:
        self.plan = Dialplan()
        self._section = ""
        self._context: Context | None = None
        self._extension: Extension | None = None
        self._last = 0
        self.steps = 0

    def read(self, line: Line, text: str) -> None:
        if len(text) > MAX_LINE:
            self._problem(line, "too_long", f"A line holds {MAX_LINE} characters at most; split it")
        elif text.startswith("["):
            self._open(line, text)
        elif text.startswith("#"):
            self._problem(line, "directive", "#include and #exec are not allowed; put the text into a template")
        elif text.endswith("\\"):
            self._problem(line, "continuation", "Asterisk does not continue lines; write this in one line")
        elif not self._section:
            self._problem(line, "outside", "This stands before the first [context]; move it into one")
        else:
            name, sign, value = text.partition("=")
            if not sign:
                self._problem(line, "syntax", f"'{text}' is not understood; write exten => name,priority,App(...)")
                return
            self._assign(line, name.strip(), value.removeprefix(">").strip())

    def _assign(self, line: Line, name: str, value: str) -> None:
        if self._section == "general":
            if name not in _SETTINGS:
                self._problem(line, "setting", f"[general] has no setting {name}; it has {', '.join(_SETTINGS)}")
            self.plan.general[name] = value
        elif self._section == "globals":
            self.plan.variables[name] = value
        elif name == "exten":
            self._exten(line, value)
        elif name == "same":
            self._same(line, value)
        elif name == "include":
            self._include(line, value)
        elif name not in ("switch", "lswitch", "eswitch", "ignorepat"):
            self._problem(line, "syntax", f"'{name}' is not known in a context; use exten, same or include")

    def _open(self, line: Line, text: str) -> None:
        self._context = self._extension = None
        match = _SECTION.match(text)
        if match is None:
            self._section = "?"
            self._problem(line, "syntax", "A context is opened by [name] alone on its line")
            return
        self._section = name = match[1].strip()
        if name in ("general", "globals"):
            return
        if not _NAME.match(name):
            self._problem(line, "name", f"'{name}' can't name a context; use letters, digits, - and _")
        if match[2] and match[2] != "+":
            self._problem(line, "inheritance", "Contexts that inherit are not taken; use include =>")
        if name in self.plan.contexts and match[2] != "+":
            first = self.plan.contexts[name]
            self._problem(
                line,
                "duplicate_context",
                f"Context {name} is there already ({first.file}:{first.line}); write [{name}](+) to add to it",
            )
        self._context = self.plan.contexts.setdefault(name, Context(name, line.file, line.number))

    def _include(self, line: Line, value: str) -> None:
        name, _, times = value.partition(",")
        if self._context is not None:
            self._context.includes.append(Include(name.strip(), times.strip(), line.file, line.number))

    def _exten(self, line: Line, value: str) -> None:
        pattern, *rest = split(value, limit=1)
        pattern = pattern.partition("/")[0].strip()
        if self._context is None or not rest or not pattern:
            self._problem(line, "syntax", "An extension reads exten => name,priority,App(arguments)")
            return
        if fault := pattern_fault(pattern):
            self._problem(line, "pattern", f"Pattern {pattern}: {fault}")
        before = self._extension
        self._extension = self._context.extensions.setdefault(pattern, Extension(pattern))
        if self._extension is not before:
            self._last = 0
        self._step(line, rest[0])

    def _same(self, line: Line, value: str) -> None:
        if self._extension is None:
            self._problem(line, "same_without_exten", "same => follows no exten =>; write the extension's name")
        else:
            self._step(line, value)

    def _step(self, line: Line, value: str) -> None:
        assert self._extension is not None
        where, *rest = split(value, limit=1)
        match = _PRIORITY.match(where.strip())
        if match is None or not rest:
            self._problem(line, "priority", f"'{where.strip()}' is no priority; use 1, n, n(label) or hint")
            return
        if match[1] == "hint":
            self._extension.hint = rest[0].strip()
            return
        number = self._number(line, match[1], int(match[2] or 0))
        app = _APP.match(rest[0].strip())
        if app is None:
            self._problem(line, "syntax", f"'{rest[0].strip()}' is not App(arguments): mind the closing bracket")
            return
        step = Step(number, match[3] or None, app[1], app[2] or "", line.file, line.number)
        if number in self._extension.steps:
            self._problem(line, "duplicate_priority", f"Priority {number} is there already; use n, or another number")
            return
        if step.label and self._extension.step_of(step.label):
            self._problem(line, "duplicate_label", f"Label {step.label} is there already in {self._extension.pattern}")
        self._extension.steps[number] = step
        self.steps += 1

    def _number(self, line: Line, word: str, plus: int) -> int:
        if word == "n":
            if self._last == 0:
                self._problem(line, "priority", "n follows no priority; the first priority of an extension is 1")
            number = self._last + 1 + plus
        elif word == "s":
            number = self._last + plus
        else:
            number = int(word) + plus
        self._last = number
        return number

    def _problem(self, line: Line, code: str, message: str) -> None:
        self.plan.problems.append(Problem(line.file, line.number, "error", code, message))


def pattern_fault(pattern: str) -> str | None:
    """What is wrong with an extension pattern; None: nothing."""
    if not pattern.startswith("_"):
        return None
    body = pattern[1:]
    if not body:
        return "it is empty; write _X. or the like"
    if not re.fullmatch(r"(\[[^\[\]]+\]|[^\[\]])*", body):
        return "its square brackets don't match"
    try:
        re.compile(_expression(pattern))
    except re.error:
        return "a range in its square brackets is upside down"
    plain = re.sub(r"\[[^\]]*\]", "", body)
    if re.search(r"[.!].", plain):
        return "nothing may follow . or !"
    return None


def matches(pattern: str, number: str) -> bool:
    """Whether Asterisk would take ``number`` to the extension ``pattern`` (ranking aside)."""
    if not pattern.startswith("_"):
        return pattern.replace("-", "") == number.replace("-", "") if pattern[:1].isdigit() else pattern == number
    return re.fullmatch(_expression(pattern), number) is not None


def _expression(pattern: str) -> str:
    simple = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", "x": "[0-9]", "z": "[1-9]", "n": "[2-9]", ".": ".+", "!": ".*"}
    out = ""
    for piece in re.findall(r"\[[^\]]*\]|.", pattern[1:]):
        if piece.startswith("["):
            out += "[" + re.sub(r"([\^\\\[\]])", r"\\\1", piece[1:-1]) + "]"
        elif piece in "- ":
            continue
        else:
            out += simple.get(piece) or re.escape(piece)
    return out
