"""Numbers of contacts: one spelling to compare by, another to read. Pure."""

from functools import lru_cache

import phonenumbers

from engine.routing.numbering import HOME_REGION, normalise

SHORTEST, LONGEST = 2, 15


def key(written: str) -> str | None:
    """The digits by which a number is compared; None: too few or too many to be one."""
    digits = normalise(written)
    return digits if digits.isdigit() and SHORTEST <= len(digits) <= LONGEST else None


@lru_cache(maxsize=8192)
def shown(number: str) -> str:
    """A number as people read it: home ones as at home, others internationally; what is no number as it is."""
    if not number.isdigit() or len(number) < 7:
        return number
    try:
        parsed = phonenumbers.parse("+" + number)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    home = phonenumbers.region_code_for_number(parsed) == HOME_REGION
    kind = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, kind)
