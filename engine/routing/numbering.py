"""How numbers are written inside the product: digits alone, international where that is known. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import phonenumbers

V = TypeVar("V")
HOME_REGION = "RU"
HOME_CODE, TRUNK_PREFIX = "7", "8"
ANONYMOUS = "anonymous"
_NOT_DIGITS = re.compile(r"[^0-9]")
_SHORTEST_NATIONAL = 10


@lru_cache(maxsize=8192)
def normalise(given: str) -> str:
    """``given`` (as a trunk, a phone or a person wrote it) as digits without a plus sign; ``anonymous`` if it has none.

    - ``+7 495 123-45-67``, ``007495...`` written with a plus are international already: their digits.
    - Ten digits and more are read as dialled at home (Russia): ``8 495 123-45-67`` and ``495 123-45-67`` become
      ``74951234567``, but only where that makes a valid Russian number; ``84951234567`` therefore is Moscow,
      while ``81312345678`` (Tokyo without its plus) stays as it is.
    - Shorter ones (extensions, 112) stay as they are.
    """
    digits = _NOT_DIGITS.sub("", given)
    if not digits:
        return ANONYMOUS
    if given.lstrip().startswith("+") or not _SHORTEST_NATIONAL <= len(digits) <= 15:
        return digits
    try:
        parsed = phonenumbers.parse(digits, HOME_REGION)
    except phonenumbers.NumberParseException:
        return digits
    if phonenumbers.is_valid_number_for_region(parsed, HOME_REGION):
        return f"{parsed.country_code}{parsed.national_number}"
    return digits


def found(index: Mapping[str, V], normalised: str) -> Iterator[V]:
    """Values of ``index`` whose keys are writings of ``normalised``: as it is, then as dialled at home.

    The keys stay as they were written, so that a list of any length is built without reading each number.
    """
    if normalised in index:
        yield index[normalised]
    if len(normalised) == 11 and normalised.startswith(HOME_CODE):
        for text in (TRUNK_PREFIX + normalised[1:], normalised[1:]):
            if text in index and normalise(text) == normalised:
                yield index[text]


def dialled(given: str) -> str:
    """The digits, stars and hashes that a phone dialled; separators and a plus sign are dropped."""
    return re.sub(r"[^0-9*#]", "", given)
