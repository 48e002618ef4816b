"""Regular expressions that people write, as rules or in menus: bounded in cost. Pure."""

import re
import warnings
from functools import lru_cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_INPUT = 256
MAX_COST = 100_000
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_REFUSED = {
    codes.GROUPREF: "back-references",
    codes.GROUPREF_EXISTS: "conditional groups",
    codes.ASSERT: "look-around",
    codes.ASSERT_NOT: "look-around",
}


class PatternRefused(ValueError):
    """The expression is wrong, or could take too long; the text says which."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` compiled.

    Raises:
        PatternRefused: not a regular expression, or one whose matching may take more than ``MAX_COST`` attempts on
            ``MAX_INPUT`` characters (a varying part inside a repetition grows exponentially).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            cost = _cost(parser.parse(pattern))
            expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as exc:
        raise PatternRefused(f"not a regular expression: {exc}") from exc
    if cost > MAX_COST:
        raise PatternRefused("too many repetitions of varying length one after another")
    return expression


def matches(pattern: str, text: str) -> bool:
    """Does ``pattern`` match the whole of ``text`` (cut at ``MAX_INPUT``)? Raises as `compiled`."""
    return compiled(pattern).fullmatch(text[:MAX_INPUT]) is not None


def _cost(tree: Any) -> int:
    """Ways to split an input among the parts of ``tree``: 1 where there is no choice."""
    cost = 1
    for code, value in tree:
        if code in _REFUSED:
            raise PatternRefused(f"{_REFUSED[code]} are not allowed")
        if code in _REPEATS:
            low, high, inner = value
            inner_cost = _cost(inner)
            if inner_cost > 1 and high > 1:
                raise PatternRefused("a repetition of a part that itself varies")
            cost *= max(inner_cost, 1) * (min(high, MAX_INPUT) - min(low, MAX_INPUT) + 1)
        elif code is codes.BRANCH:
            cost *= sum(_cost(branch) for branch in value[1])
        elif code is codes.SUBPATTERN:
            cost *= _cost(value[-1])
        elif code is getattr(codes, "ATOMIC_GROUP", None):
            cost *= _cost(value)
        if cost > MAX_COST**2:
            return cost
    return cost
