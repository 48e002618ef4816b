"""`branch`: on variables, the caller's number, the number called, the language."""

from collections.abc import Callable, Mapping

from engine.core import patterns
from engine.ivr.model import Branch, Condition
from engine.ivr.place import Outcome, Place
from engine.ivr.prompts import known_variables


async def run(step: Branch, place: Place) -> Outcome:
    variables = known_variables(place.line)
    for condition in step.conditions:
        if holds(condition, variables):
            return condition.next
    return step.otherwise


def holds(condition: Condition, variables: Mapping[str, str]) -> bool:
    """Is the condition true? An unknown variable is empty; ``in`` takes values parted by commas.

    ``lt``, ``le``, ``gt``, ``ge`` compare as numbers where both sides are numbers, else as text.
    """
    return _OPERATORS[condition.op](variables.get(condition.variable, ""), condition.value)


def _matches(value: str, pattern: str) -> bool:
    try:
        return patterns.matches(pattern, value)
    except patterns.PatternRefused:
        return False


def _order(value: str, other: str) -> int:
    try:
        left, right = float(value), float(other)
    except ValueError:
        return (value > other) - (value < other)
    return (left > right) - (left < right)


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda value, other: value == other,
    "ne": lambda value, other: value != other,
    "lt": lambda value, other: _order(value, other) < 0,
    "le": lambda value, other: _order(value, other) <= 0,
    "gt": lambda value, other: _order(value, other) > 0,
    "ge": lambda value, other: _order(value, other) >= 0,
    "prefix": lambda value, other: value.startswith(other),
    "matches": _matches,
    "in": lambda value, other: value in [item.strip() for item in other.split(",")],
    "empty": lambda value, _other: not value,
}
