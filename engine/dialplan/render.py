"""Dialplan templates -> the text of extensions.conf. Pure, but for `default_templates`, which reads dialplan/."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.sandbox

from engine.core.config import ROOT, Settings
from engine.core.errors import InvalidInput

TEMPLATES = ROOT / "dialplan"
SUFFIX = ".conf.j2"
OUTPUT = "extensions.conf"
MAX_SOURCE = 100_000
"""Characters of one template."""
MAX_TEXT = 1_000_000
"""Characters that one template may render to."""
_MAX_SECONDS = 2.0
_MAX_ITEMS = 1000
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*\.conf\.j2$")
_MARK = re.compile("\x01([0-9]+)\x02")


class TemplateFailed(InvalidInput):
    """A template can't be rendered; ``file`` and ``line`` (1-based) say where."""

    code = "dialplan_template_failed"

    def __init__(self, file: str, line: int, detail: str) -> None:
        super().__init__(detail, errors=[{"path": f"{file}:{line}", "message": detail}])
        self.file = file
        self.line = line


@dataclass(frozen=True)
class Line:
    """One rendered line: its text, the template it came from and the line there (1-based)."""

    text: str
    file: str
    number: int


def default_templates() -> dict[str, str]:
    """The templates that the product ships: file name -> text."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob(f"*{SUFFIX}"))}


def complete(templates: Mapping[str, str]) -> dict[str, str]:
    """``templates`` laid over the shipped ones; a template given empty is left out of the dialplan."""
    return {**default_templates(), **templates}


def context_of(settings: Settings) -> dict[str, Any]:
    """The values that templates may use (listed with their meaning in dialplan/globals.conf.j2)."""
    return {
        "app": settings.ari_app,
        "node_id": settings.node_id,
        "language": settings.default_language,
        "agi": f"agi://127.0.0.1:{settings.agi_port}",
        "agi_seconds": settings.fallback_agi_seconds,
        "recordings": str(settings.recordings),
        "retry_tries": 1 + round(settings.fallback_retry_seconds / settings.fallback_retry_interval),
        "retry_interval": settings.fallback_retry_interval,
        "ring_seconds": settings.fallback_ring_seconds,
        "voicemail_max_seconds": settings.voicemail_max_seconds,
        "voicemail_silence_seconds": settings.voicemail_silence_seconds,
        "overload_action": settings.overload_action,
    }


def render(templates: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, str]:
    """The files for Asterisk: ``{"extensions.conf": text}``.

    Raises:
        TemplateFailed: a template has a Jinja error, uses an unknown value, or is named wrongly.
    """
    parts = ["; Made from the dialplan templates; changes here are lost. See tools/dialplan.\n"]
    for name in sorted(templates):
        lines = render_lines(name, templates[name], context)
        if lines:
            parts.append(f"\n; ---- {name} ----\n" + "\n".join(line.text for line in lines).rstrip("\n") + "\n")
    return {OUTPUT: "".join(parts)}


def render_lines(name: str, text: str, context: Mapping[str, Any]) -> list[Line]:
    """One template rendered, each line with the template line that it came from.

    Raises:
        TemplateFailed: see `render`.
    """
    if not _NAME.match(name):
        raise TemplateFailed(name, 1, f"A template is named like name{SUFFIX}: small letters, digits, - and _")
    if not text.strip():
        return []
    if "\x01" in text or "\x02" in text or "\x00" in text:
        raise TemplateFailed(name, 1, "The template holds control characters; delete them")
    if len(text) > MAX_SOURCE:
        raise TemplateFailed(name, 1, f"The template is longer than {MAX_SOURCE} characters; split it")
    environment = _Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        rendered = _collect(environment.from_string(_mark_lines(environment, text)).generate(**context))
    except jinja2.TemplateSyntaxError as exc:
        raise TemplateFailed(name, exc.lineno, f"Jinja: {exc.message}") from exc
    except jinja2.UndefinedError as exc:
        names = ", ".join(sorted(context))
        line = _failed_line(exc)
        raise TemplateFailed(name, line, f"Jinja: {exc.message}. Values that templates may use: {names}") from exc
    except Exception as exc:  # whatever a template's expression raises is the template's fault
        raise TemplateFailed(name, _failed_line(exc), f"Jinja: {type(exc).__name__}: {exc}") from exc
    return _unmark(name, rendered)


class _Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with bounds on what an expression can blow up."""

    intercepted_binops = frozenset({"*", "**", "%", "<<"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals["range"] = _short_range

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on small numbers alone: text is neither multiplied nor formatted."""
        if not all(isinstance(side, int | float) and abs(side) < 1e6 for side in (left, right)) or operator == "**":
            raise jinja2.sandbox.SecurityError(f"{operator} is for small numbers alone here")
        return super().call_binop(context, operator, left, right)


def _short_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _MAX_ITEMS:
        raise jinja2.sandbox.SecurityError(f"range of more than {_MAX_ITEMS} numbers")
    return numbers


def _collect(pieces: Iterable[str]) -> str:
    """The rendered text, if it stays within its bounds of size and time."""
    until = time.monotonic() + _MAX_SECONDS
    out: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_TEXT:
            raise ValueError(f"it renders to more than {MAX_TEXT} characters")
        if time.monotonic() > until:
            raise ValueError(f"it takes more than {_MAX_SECONDS:g} s to render")
        out.append(piece)
    return "".join(out)


def _mark_lines(environment: jinja2.Environment, text: str) -> str:
    """The template with each line of plain text led by its number, so that rendered lines know where they came from."""
    pieces = []
    number = 1
    for told, kind, value in environment.lex(text):
        number = max(number, told)  # whitespace that a template strips is told by the number alone
        if kind == "data":
            lines = value.split("\n")
            pieces.append("\n".join(f"\x01{number + step}\x02{line}" for step, line in enumerate(lines)))
        else:
            pieces.append(value)
        number += value.count("\n")
    return "".join(pieces)


def _unmark(name: str, rendered: str) -> list[Line]:
    number = 1
    lines = []
    for raw in rendered.split("\n"):
        if marks := _MARK.findall(raw):
            number = int(marks[-1])
        lines.append(Line(_MARK.sub("", raw).rstrip("\r"), name, number))
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def _failed_line(exc: BaseException) -> int:
    """The template line in which an expression failed: Jinja puts it into the traceback."""
    line = 1
    trace = exc.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
