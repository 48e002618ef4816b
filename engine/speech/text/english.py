"""An English text in words. Pure."""

import re
import unicodedata

from engine.speech.text import latin

_ONES = str.split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = str.split("January February March April May June July August September October November December")
_CURRENCIES = {
    **dict.fromkeys(("$", "usd"), ("dollar", "dollars", "cent", "cents")),
    **dict.fromkeys(("€", "eur"), ("euro", "euros", "cent", "cents")),
    **dict.fromkeys(("£", "gbp"), ("pound", "pounds", "penny", "pence")),
    **dict.fromkeys(("₽", "rub", "rur"), ("rouble", "roubles", "kopeck", "kopecks")),
}
_UNITS = {
    "kg": "kilogram", "g": "gram", "km": "kilometre", "m": "metre", "cm": "centimetre", "mm": "millimetre",
    "l": "litre",
    "ml": "millilitre", "min": "minute", "sec": "second", "hr": "hour", "hrs": "hour", "h": "hour", "lb": "pound",
    "lbs": "pound", "mb": "megabyte", "gb": "gigabyte", "ft": "foot", "mi": "mile", "°": "degree", "°c": "degree",
    "°f": "degree",
}  # fmt: skip
_ABBREVIATIONS = tuple(
    (re.compile(rf"\b{pattern}", re.IGNORECASE if pattern.islower() else 0), word)
    for pattern, word in (
        (r"No\.(?=\s*\d)", "number"), (r"Mr\.", "Mister"), (r"Mrs\.", "Missis"), (r"Ms\.", "Miz"), (r"Dr\.", "Doctor"),
        (r"St\.(?=\s+[A-Z])", "Saint"), (r"St\.", "Street"), (r"Ave\.", "Avenue"), (r"Rd\.", "Road"),
        (r"Blvd\.", "Boulevard"),
        (r"apt\.", "apartment"), (r"ext\.", "extension"), (r"tel\.", "telephone"), (r"e\.\s?g\.", "for example"),
        (r"i\.\s?e\.", "that is"), (r"etc\.", "et cetera"), (r"vs\.", "versus"), (r"approx\.", "approximately"),
        (r"Mon\.", "Monday"), (r"Tue\.", "Tuesday"), (r"Wed\.", "Wednesday"), (r"Thu\.", "Thursday"),
        (r"Fri\.", "Friday"),
        (r"Sat\.", "Saturday"), (r"Sun\.", "Sunday"), (r"Inc\.", "Incorporated"), (r"Ltd\.", "Limited"),
        (r"dept\.", "department"),
    )
)  # fmt: skip
_SYMBOLS = {
    "№": " number ", "%": " percent ", "&": " and ", "@": " at ", "#": " hash ", "*": " star ", "+": " plus ",
    "=": " equals ",
    "$": " dollars ", "€": " euros ", "£": " pounds ", "₽": " roubles ", "°": " degrees ", "§": " section ",
    "~": " about ",
    "<": " less than ", ">": " more than ", "/": " slash ", "\\": " ", "_": " ", "|": " ", "^": " ",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_URL = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d.,])(\+\s?)?(\d[\d]{0,2}[\s-]\(?\d{2,4}\)?(?:[\s-]?\d{2,4}){2,3}|\(?\d{3}\)?[\s-]\d{3}-\d{4})(?!\d)"
)
_FOREIGN = re.compile(r"\+\s?(\d{7,15})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_DAY = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?(?!\d)")
_TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?:\s*([ap])\.?m\b\.?)?(?![\d:])", re.IGNORECASE)
_HOUR = re.compile(r"(?<![\d:.])(1[0-2]|[1-9])\s?([ap])\.?m\b\.?", re.IGNORECASE)
_YEAR = re.compile(r"(?<=\b[Ii]n )(1[1-9]\d\d|20\d\d)(?![\d,.%-]\d|\s*%|\d)")
_MONEY = re.compile(
    rf"(?P<sign>[$€£₽])\s?(?P<a>{_NUMBER})(?:\.(?P<ap>\d{{1,2}}))?(?!\d)"
    rf"|(?<!\d)(?P<b>{_NUMBER})(?:\.(?P<bp>\d{{1,2}}))?\s?(?P<code>USD|EUR|GBP|RUB|RUR|[$€£₽])(?!\w)"
)
_UNIT = re.compile(
    rf"(?<![\d.,])(?P<whole>{_NUMBER})(?:\.(?P<part>\d+))?\s?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![a-z0-9])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?<!\d)(\d{1,9})(?:st|nd|rd|th)\b")
_RANGE = re.compile(r"(?<![\d,.-])(\d{1,4})\s?-\s?(\d{1,4})(?![\d,.-]*\d)")
_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?!\d|\.\d)")
_PLAIN = re.compile(rf"(?<!\d)(?:{_NUMBER})(?!\d)")
_CODE = re.compile(r"\b(?:code|pin|password)\W+(?:is\W+)?$", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:order|number|ticket|account)\W+(?:number\W+)?$", re.IGNORECASE)


def cardinal(number: int) -> str:
    """``125`` is ``one hundred twenty five``; numbers of more than twelve digits are told digit by digit."""
    if number >= 10**12:
        return digits(str(number))
    words: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            words += [cardinal(count), name]
    if number >= 20:
        words.append(_TENS[number // 10 - 2])
        number = number % 10 or -1
    if number > 0 or (number == 0 and not words):
        words.append(_ONES[number])
    return " ".join(words)


def ordinal(number: int) -> str:
    """``21`` is ``twenty first``."""
    *head, last = cardinal(number).split()
    last = _IRREGULAR.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join([*head, last])


def year(number: int) -> str:
    """``2026`` is ``twenty twenty six``, ``2005`` is ``two thousand five``."""
    if number < 1100 or 2000 <= number < 2010:
        return cardinal(number)
    head, rest = divmod(number, 100)
    if not rest:
        return f"{cardinal(head)} hundred"
    return f"{cardinal(head)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(text: str) -> str:
    """Digits one by one."""
    return " ".join(_ONES[int(digit)] for digit in text)


def words(text: str) -> str:
    """``text`` in English words; punctuation stays."""
    text = _URL.sub(_url, text)
    text = _ISO.sub(lambda m: _date(int(m[1]), int(m[2]), int(m[3])) or m[0].replace("-", " "), text)
    text = _SLASHED.sub(_slashed, text)
    text = _DOTTED.sub(lambda m: _date(int(m[3]), int(m[2]), int(m[1])) or m[0].replace(".", " "), text)
    text = _PHONE.sub(
        lambda m: ("plus " if m[1] else "") + ", ".join(digits(p) for p in re.findall(r"[0-9]+", m[2])), text
    )
    text = _FOREIGN.sub(lambda m: f"plus {_grouped(m[1])}", text)
    text = _DAY.sub(lambda m: f"{m[1]} {ordinal(int(m[2]))}" + (f", {year(int(m[3]))}" if m[3] else ""), text)
    text = _TIME.sub(_time, text)
    text = _HOUR.sub(lambda m: f"{cardinal(int(m[1]))} {m[2].lower()} m", text)
    text = _MONEY.sub(_money, text)
    text = _YEAR.sub(lambda m: year(int(m[1])), text)
    text = _UNIT.sub(_unit, text)
    for pattern, word in _ABBREVIATIONS:
        text = pattern.sub(word, text)
    text = _ORDINAL.sub(lambda m: ordinal(int(m[1])), text)
    text = _RANGE.sub(lambda m: f"{m[1]} to {m[2]}", text)
    text = _DECIMAL.sub(lambda m: f"{cardinal(int(m[1]))} point {digits(m[2]) if m[2].isascii() else m[2]}", text)
    text = _PLAIN.sub(_number, text)
    text = latin.to_latin(text)
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    return "".join(f" {_ONES[value]} " if (value := unicodedata.digit(c, -1)) >= 0 else c for c in text)


def _url(match: re.Match[str]) -> str:
    text = re.sub(r"^https?://|^www\.", "", match[0], flags=re.IGNORECASE)
    end = re.search(r"[.,!?;:)]+$", text)
    tail = end[0] if end else ""
    text = text.removesuffix(tail).rstrip("/")
    text = re.sub(r"[0-9]+", lambda m: f" {digits(m[0])} ", text)
    for symbol, word in ((".", " dot "), ("@", " at "), ("/", " slash "), ("-", " dash "), ("_", " underscore ")):
        text = text.replace(symbol, word)
    return text + tail


def _date(year_: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(year_)}"


def _slashed(match: re.Match[str]) -> str:
    first, second, year_ = int(match[1]), int(match[2]), int(match[3])
    return _date(year_, first, second) or _date(year_, second, first) or match[0].replace("/", " ")


def _time(match: re.Match[str]) -> str:
    hours, minutes, half = int(match[1]), int(match[2]), match[3]
    told = cardinal(hours)
    if minutes:
        told += f" {'oh ' if minutes < 10 else ''}{cardinal(minutes)}"
    elif not half:
        told += " o'clock" if 1 <= hours <= 12 else " hundred hours"
    return f"{told} {half.lower()} m" if half else told


def _money(match: re.Match[str]) -> str:
    one, many, small, smalls = _CURRENCIES[(match["sign"] or match["code"]).lower()]
    whole = int((match["a"] or match["b"]).replace(",", ""))
    told = f"{cardinal(whole)} {one if whole == 1 else many}"
    part = int((match["ap"] or match["bp"] or "0").ljust(2, "0"))
    return f"{told} {cardinal(part)} {small if part == 1 else smalls}" if part else told


def _unit(match: re.Match[str]) -> str:
    name = _UNITS[match["unit"].lower()]
    whole = int(match["whole"].replace(",", ""))
    plural = "feet" if name == "foot" else name + "s"
    if match["part"]:
        return f"{cardinal(whole)} point {digits(match['part'])} {plural}"
    return f"{cardinal(whole)} {name if whole == 1 else plural}"


def _grouped(text: str) -> str:
    groups = [text[i : i + 3] for i in range(0, len(text), 3)]
    return ", ".join(digits(part) for part in groups)


def _number(match: re.Match[str]) -> str:
    text = match[0].replace(",", "")
    before = match.string[: match.start()]
    if not text.isascii():
        return text
    if _CODE.search(before):
        return digits(text)
    if (
        (text[0] == "0" and len(text) > 1)
        or (len(text) > 6 and "," not in match[0])
        or (len(text) > 4 and _ORDER.search(before))
    ):
        return _grouped(text)
    return cardinal(int(text))
