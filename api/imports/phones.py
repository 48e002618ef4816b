"""Numbers as lists write them, and the time zones that they tell. Pure."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber

from engine.dialer.windows import zone_of

_NOT_DIGITS = re.compile(r"[^0-9]")
_PLAIN = re.compile(r"\+?[0-9 ()./\u00a0\u2010-\u2015-]+")
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]{1,2}")
_WHOLE_FLOAT = re.compile(r"([0-9]{7,15})[.,]0+")
_EXTENSION = re.compile(r"(доб|ext|внутр|#)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;|\n]+|/")
_HOME, _HOME_CODE = "RU", 7
_NOWHERE = "Etc/Unknown"
_MOBILES, _SOME_MOBILE = "79", "79161234567"
"""Mobile numbers of Russia belong to no place: all of them have one answer."""


def normalise(written: str, region: str) -> str | None:
    """The digits of a valid number in international form; ``region``: the country of numbers without a code.

    None: it is no number that can be called. ``8 (916) ...``, ``+8 916 ...`` and ``916 ...`` are read as at home in
    Russia; digits that are no number of the region are read as if a plus stood before them.
    """
    text = written.strip().lstrip("'\u200e\u202a").rstrip("\u202c")
    if match := _WHOLE_FLOAT.fullmatch(text):
        text = match[1]
    digits = _NOT_DIGITS.sub("", text)
    if region == _HOME and len(digits) == 11 and digits[0] in "78" and _PLAIN.fullmatch(text):
        number = PhoneNumber(country_code=_HOME_CODE, national_number=int(digits[1:]))
        if phonenumbers.is_valid_number(number):
            return f"{_HOME_CODE}{digits[1:]}"
    return _parsed(text, region) or (_parsed("+" + digits, region) if _PLAIN.fullmatch(text) else None)


def _parsed(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def split(cell: str) -> list[str]:
    """The numbers of a cell that holds several; what is written of extensions is left out."""
    if _PLAIN.fullmatch(cell) and "/" not in cell:
        return [cell]
    parts = [part.strip() for part in _BETWEEN.split(cell)]
    return [part for part in parts if part and not _EXTENSION.match(part)]


def complaint(written: str) -> str:
    """Why it is no number, and what to do."""
    if _SCIENTIFIC.fullmatch(written.strip()):
        return "A spreadsheet has rounded the number: give the column the format Text, and export again"
    return "Not a phone number that can be called"


def looks_like_phone(text: str, region: str) -> bool:
    """For guessing what a column is."""
    return 7 <= len(_NOT_DIGITS.sub("", text)) <= 40 and any(normalise(part, region) for part in split(text))


def zone(number: str, list_zone: str) -> str | None:
    """The time zone to keep with a number in a list with ``list_zone``; None where the list's own is to hold, for the
    number tells none that is nearer."""
    mobile = len(number) == 11 and number.startswith(_MOBILES)
    return _zone_of(_SOME_MOBILE if mobile else number, list_zone)


@lru_cache(maxsize=65_536)
def _zone_of(number: str, list_zone: str) -> str | None:
    found = zone_of(number, list_zone)
    return found if found != list_zone or zone_of(number, _NOWHERE) == list_zone else None
