"""``{variable}`` places in texts of menus: names alone, no attributes, no formats. Pure."""

import re
from collections.abc import Callable, Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
MAX_LENGTH = 4000


def render(text: str, variables: Mapping[str, str], quote: Callable[[str], str] = str) -> str:
    """``text`` with each place replaced by its variable (quoted by ``quote``); an unknown variable leaves nothing.

    Replaced text is not looked at again, so a caller's input can't reach other variables. At most ``MAX_LENGTH``
    characters come back.
    """
    return PLACE.sub(lambda match: quote(variables.get(match[1], "")), text)[:MAX_LENGTH]


def places(text: str) -> list[str]:
    """Names of the variables in ``text``."""
    return PLACE.findall(text)
