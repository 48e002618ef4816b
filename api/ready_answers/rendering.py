"""Ready answers are filled in: a small part of Jinja in a sandbox. Pure.

Of the language there are variables, filters that change words, and conditions. What could reach into objects, call
something or take its time (attributes, calls, loops, arithmetic) is refused when the text is saved, not only when it is
used.
"""

from collections.abc import Mapping

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

VARIABLES = (
    *("number", "subject", "client", "company", "outlet", "operator", "assignee", "line", "category", "status"),
)
FILTERS = ("default", "d", "upper", "lower", "title", "capitalize", "trim")
_NODES = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.Filter, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
_JINJA = ImmutableSandboxedEnvironment(autoescape=False, keep_trailing_newline=True)


def template_errors(text: str) -> str:
    """What is wrong with a text; empty: nothing."""
    try:
        tree = _JINJA.parse(text)
    except TemplateSyntaxError as exc:
        return f"The text can't be read in line {exc.lineno}: {exc.message}"
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _NODES):
            return f"{type(node).__name__} can't be used in a ready answer; variables, filters and if can"
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            return f"There is no filter {node.name}; there are: {', '.join(FILTERS)}"
    unknown = sorted({node.name for node in tree.find_all(nodes.Name)} - set(VARIABLES))
    if unknown:
        return f"There is no variable {', '.join(unknown)}; there are: {', '.join(VARIABLES)}"
    return ""


def render(text: str, values: Mapping[str, str]) -> str:
    """The text filled in; as it stands where it can't be (it was written past the checks)."""
    if template_errors(text):
        return text
    try:
        return _JINJA.from_string(text).render(values)
    except TemplateError:
        return text
