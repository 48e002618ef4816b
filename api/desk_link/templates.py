"""Paths and JSON bodies that people write as jinja2 templates: values and nothing else, bounded in cost. Pure.

What a template may hold is a short list of constructs: values, filters that are named here, conditions, one level of
loops. Nothing can be called, assigned, defined or included. A ``{{ value }}`` of a body becomes a JSON value (so that
text of a client can't end the string that it stands in), one of a path is quoted.
"""

import time
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jinja2
import jinja2.sandbox
import msgspec
from jinja2 import nodes

FILTERS = frozenset({"default", "first", "float", "int", "last", "length", "list", "lower", "round", "string", "trim"})
FILTERS |= {"truncate", "upper"}
MAX_TEXT = 1_000_000
"""Characters that a template may become."""
_MAX_SECONDS = 0.5
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
    nodes.Dict,
    nodes.Pair,
    nodes.Slice,
)


class BadTemplate(ValueError):
    """The template can't be used, or does not fit the values; the text says why."""


class _Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Values alone: no globals, no calls."""

    def __init__(self, finalize: Any) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=False, finalize=finalize)
        self.globals.clear()
        self.filters = {name: made for name, made in self.filters.items() if name in FILTERS}

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def _as_json(value: Any) -> str:
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises: which name it is
    return msgspec.json.encode(value).decode()


def _as_part(value: Any) -> str:
    """A value as a part of a path: it can't leave its place."""
    text = "" if value is None else str(value)
    if not text:
        raise BadTemplate("A value of the path is empty: the other desk has not told its id of the request yet")
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")


_BODIES, _PATHS = _Sandbox(_as_json), _Sandbox(_as_part)


def check_path(text: str) -> None:
    """Raises BadTemplate."""
    _compiled(_PATHS, text)


def check_body(text: str) -> None:
    """Raises BadTemplate."""
    _compiled(_BODIES, text)


def path(text: str, values: dict[str, Any]) -> str:
    """The path with its values quoted. Raises BadTemplate."""
    made = _rendered(_compiled(_PATHS, text), values)
    if not made.startswith("/") or any(not "!" <= char <= "~" for char in made):
        raise BadTemplate("The path must be one line that begins with / and has neither spaces nor letters but latin")
    return made


def body(text: str, values: dict[str, Any]) -> Any:
    """The JSON document that the template becomes. Raises BadTemplate."""
    made = _rendered(_compiled(_BODIES, text), values)
    try:
        return msgspec.json.decode(made)
    except msgspec.DecodeError as exc:
        raise BadTemplate(f"The body does not become JSON: {exc}") from None


@lru_cache(maxsize=512)
def _compiled(environment: _Sandbox, text: str) -> jinja2.Template:
    try:
        tree = environment.parse(text)
        _check(tree, 0)
        return environment.from_string(tree)
    except jinja2.TemplateError as exc:
        raise BadTemplate(f"Line {getattr(exc, 'lineno', 1)}: {exc.message}") from None
    except RecursionError:
        raise BadTemplate("The template is nested too deep") from None


def _check(node: nodes.Node, loops: int) -> None:
    """Raises BadTemplate where something stands that templates here may not hold."""
    if not isinstance(node, _ALLOWED):
        word = type(node).__name__.lower()
        raise BadTemplate(f"Line {node.lineno}: '{word}' can't stand here; use values, filters, if and for")
    if isinstance(node, nodes.For):
        loops += 1
        if loops > 1 or node.recursive:
            raise BadTemplate(f"Line {node.lineno}: a loop can't stand within another")
    for child in node.iter_child_nodes():
        _check(child, loops)


def _rendered(template: jinja2.Template, values: dict[str, Any]) -> str:
    until, size = time.monotonic() + _MAX_SECONDS, 0
    made: list[str] = []
    try:
        for piece in template.generate(**values):
            size += len(piece)
            if size > MAX_TEXT or time.monotonic() > until:
                raise BadTemplate(f"It becomes longer than {MAX_TEXT} characters, or takes too long")
            made.append(piece)
    except BadTemplate:
        raise
    except Exception as exc:  # whatever an expression raises is the template's fault
        names = ", ".join(sorted(values))
        raise BadTemplate(f"{type(exc).__name__}: {exc}. Values that templates may use: {names}"[:500]) from None
    return "".join(made)
