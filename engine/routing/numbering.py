"""How numbers are written inside the product: digits alone, international where that is known. Pure."""

import re
from functools import lru_cache

import phonenumbers

HOME_REGION = "RU"
ANONYMOUS = "anonymous"
_NOT_DIGITS = re.compile(r"[^0-9]")
_SHORTEST_NATIONAL = 10


@lru_cache(maxsize=8192)
def normalise(given: str, region: str = HOME_REGION) -> str:
    """``given`` (as a trunk, a phone or a person wrote it) as digits without a plus sign; ``anonymous`` if it has none.

    - ``+7 495 123-45-67``, ``007495...`` written with a plus are international already: their digits.
    - Ten digits and more are read as dialled in ``region``: ``8 495 123-45-67`` and ``495 123-45-67`` become
      ``74951234567``, but only where that makes a valid number of the region; ``84951234567`` therefore is Moscow,
      while ``81312345678`` (Tokyo without its plus) stays as it is.
    - Shorter ones (extensions, 112) stay as they are.
    """
    digits = _NOT_DIGITS.sub("", given)
    if not digits:
        return ANONYMOUS
    if given.lstrip().startswith("+") or not _SHORTEST_NATIONAL <= len(digits) <= 15:
        return digits
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return digits
    if phonenumbers.is_valid_number_for_region(parsed, region):
        return f"{parsed.country_code}{parsed.national_number}"
    return digits


def dialled(given: str) -> str:
    """The digits, stars and hashes that a phone dialled; separators and a plus sign are dropped."""
    return re.sub(r"[^0-9*#]", "", given)
