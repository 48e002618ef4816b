"""A Russian text in words: each kind of thing that is not a word is a pattern and a function. Pure."""

import re
import unicodedata

from engine.speech.text import latin
from engine.speech.text.russian_numbers import (
    ACC,
    DAT,
    GEN,
    INS,
    NOM,
    PRE,
    Gender,
    amount,
    cardinal,
    counted,
    decimal,
    digits,
    group,
    ordinal,
)
from engine.speech.text.russian_words import (
    ABBREVIATIONS,
    CURRENCIES,
    GIVEN_AS_DIGITS,
    HOUR,
    LETTERS,
    MINUTE,
    MONTHS,
    PREPOSITIONS,
    SYMBOLS,
    TOLD_IN_GROUPS,
    UNITS,
)

_LAST_WORD = re.compile(r"([а-яёa-z]+)[\s(]*$", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\s+([а-яё]+)", re.IGNORECASE)
_NUMBER = r"\d{1,3}(?: \d{3})+|\d+"
_URL = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d.,])(?P<plus>\+\s?)?(?P<head>[78])[\s-]?\(?(?P<a>\d{3})\)?[\s-]?(?P<b>\d{3})[\s-]?(?P<c>\d{2})[\s-]?(?P<d>\d{2})(?!\d)"
)
_FOREIGN = re.compile(r"\+\s?(\d[\d\s()-]{5,18}\d)")
_LOCAL = re.compile(r"(?<![\d-])(\d{2,3})-(\d{2})-(\d{2})(?![\d-])")
_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:\s*(?:г\.|года))?(?![\d.]\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DAY = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(MONTHS)})(?:\s+(\d{{4}})(?:\s*(?:г\.|года)|\b))?", re.IGNORECASE)
_TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\d:])")
_YEAR = re.compile(r"(?<![\d.,])(\d{4})(?:-?(?:й|го|м))?\s*(год[ауе]?м?|гг?\.)(?![а-яё])", re.IGNORECASE)
_MONEY = re.compile(
    rf"(?P<sign>[$€₽])?\s?(?P<whole>{_NUMBER})(?:[.,](?P<part>\d{{1,2}}))?(?!\d)"
    r"(?:\s*(?P<word>[₽$€]|(?:руб(?:лей|ля|ль|лям|лями)?|долл(?:аров|ара|ар)?|евро|р|USD|EUR|RUB|RUR)(?![а-яёa-z]))\.?)?"
    r"(?:\s*(?P<small>\d{1,2})\s*(?:коп(?:еек|ейки|ейка)?|цент(?:ов|а)?)(?![а-яё])\.?)?",
    re.IGNORECASE,
)
_UNIT = re.compile(
    rf"(?P<minus>(?<!\w)-)?(?P<whole>{_NUMBER})(?:[.,](?P<part>\d+))?\s?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})(?![а-яёa-z0-9])(?P<dot>\.)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?<!\d)(\d{1,6})-?(ого|его|ому|ему|ая|ую|ой|ое|ый|ий|ым|им|ом|го|му|ых|ми|й|я|е|м|ю|х)(?![а-яё])"
)
_SUFFIXES: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("й", "ый", "ий"), (NOM, "m")),
    **dict.fromkeys(("я", "ая"), (NOM, "f")),
    **dict.fromkeys(("е", "ое"), (NOM, "n")),
    **dict.fromkeys(("го", "ого", "его"), (GEN, "m")),
    **dict.fromkeys(("му", "ому", "ему"), (DAT, "m")),
    **dict.fromkeys(("ым", "им"), (INS, "m")),
    **dict.fromkeys(("м", "ом"), (PRE, "m")),
    **dict.fromkeys(("ю", "ую"), (ACC, "f")),
    **{"ой": (GEN, "f"), "х": (GEN, "p"), "ых": (GEN, "p"), "ми": (INS, "p")},
}
_RANGE = re.compile(r"(?<![\d,.-])(\d{1,4})\s?-\s?(\d{1,4})(?![\d,.-]*\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d+)(?![\d]|[.,]\d)")
_PLAIN = re.compile(rf"(?<!\d)(?:{_NUMBER})(?!\d)")
_CAPITALS = re.compile(r"(?<![А-ЯЁа-яё])[БВГДЖЗКЛМНПРСТФХЦЧШЩ]{2,5}(?![А-ЯЁа-яё])")
_ABBREVIATIONS = [(re.compile(rf"(?<![а-яёa-z]){pattern}", re.IGNORECASE), word) for pattern, word in ABBREVIATIONS]


def words(text: str) -> str:
    """``text`` in Russian words; punctuation stays."""
    text = _URL.sub(_url, text)
    text = _PHONE.sub(_phone, text)
    text = _FOREIGN.sub(lambda m: f", плюс {_grouped(re.sub(r'[^0-9]', '', m[1]))}, ", text)
    text = _LOCAL.sub(lambda m: ", ".join(group(part) for part in m.groups()), text)
    text = _ISO.sub(lambda m: f"{m[3]}.{m[2]}.{m[1]}", text)
    text = _DATE.sub(_date, text)
    text = _DAY.sub(_day, text)
    text = _TIME.sub(_time, text)
    text = _YEAR.sub(_year, text)
    text = _MONEY.sub(_money, text)
    text = _UNIT.sub(_unit, text)
    for pattern, word in _ABBREVIATIONS:
        text = pattern.sub(lambda m, w=word: _like(m, w), text)  # type: ignore[misc]
    text = _SUFFIX.sub(lambda m: ordinal(int(m[1]), *_SUFFIXES[m[2]]), text)
    text = _RANGE.sub(lambda m: f"{m[1]}, {m[2]}" if not _preposition(m) else f"{m[1]} до {m[2]}", text)
    text = _DECIMAL.sub(lambda m: decimal(int(m[1]), m[2], _case(m)), text)
    text = _PLAIN.sub(_number, text)
    text = _CAPITALS.sub(lambda m: " ".join(LETTERS[c] for c in m[0].lower()), text)
    text = latin.to_russian(text)
    for symbol, word in SYMBOLS.items():
        text = text.replace(symbol, word)
    return "".join(f" {digits(str(value))} " if (value := unicodedata.digit(c, -1)) >= 0 else c for c in text)


def _like(match: re.Match[str], word: str) -> str:
    """``word`` with a capital where the text had one; the dot that ended a sentence stays."""
    after = match.string[match.end() :].lstrip()
    ends = match[0].endswith(".") and (not after or (after[0].isupper() and word not in ("город", "улица", "имени")))
    ends = ends and word not in ("переулок", "площадь", "проспект", "набережная", "шоссе", "господин")
    word = word.capitalize() if match[0][0].isupper() and match.start() == 0 else word
    return word + ("." if ends and not after else "")


def _before(match: re.Match[str]) -> str:
    found = _LAST_WORD.search(match.string[: match.start()])
    return found[1].lower() if found else ""


def _preposition(match: re.Match[str]) -> bool:
    return _before(match) in ("с", "со", "от")


def _case(match: re.Match[str]) -> int:
    """Case that the word before asks for."""
    before = _before(match)
    if before in ("с", "со"):
        after = match.string[match.end() :]
        return GEN if re.search(r"^[^.!?]{0,40}?\b(?:до|по)\b", after) or ":" in match[0] else INS
    return PREPOSITIONS.get(before, NOM)


def _url(match: re.Match[str]) -> str:
    text = re.sub(r"^https?://|^www\.", "", match[0], flags=re.IGNORECASE)
    end = re.search(r"[.,!?;:)]+$", text)
    tail = end[0] if end else ""
    text = text.removesuffix(tail).rstrip("/")
    text = re.sub(r"\d+", lambda m: f" {digits(m[0]) if m[0].isascii() else m[0]} ", text)
    for symbol, word in (
        (".", " точка "),
        ("@", " собака "),
        ("/", " слэш "),
        ("-", " дефис "),
        ("_", " подчёркивание "),
    ):
        text = text.replace(symbol, word)
    return latin.to_russian(text) + tail


def _phone(match: re.Match[str]) -> str:
    head = ("плюс " if match["plus"] else "") + cardinal(int(match["head"]))
    return ", ".join([head, *(group(match[part]) for part in "abcd")])


def _grouped(text: str) -> str:
    """Digits of a long number in groups of three, the last ones of two."""
    groups = [text[i : i + 3] for i in range(0, len(text), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2][:2], groups[-2][2:] + groups[-1]]
    return ", ".join(group(part) for part in groups)


def _date_case(match: re.Match[str]) -> int:
    before = _before(match)
    if before in ("на", "по", "сегодня", "завтра", "это", "дата"):
        return NOM
    if match.string[: match.start()].rstrip().endswith(":"):
        return NOM
    return DAT if before in ("к", "ко") else GEN


def _date(match: re.Match[str]) -> str:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0].replace(".", " ")
    year += 2000 if len(match[3]) == 2 else 0
    return f"{ordinal(day, _date_case(match), 'n')} {MONTHS[month - 1]} {ordinal(year, GEN)} года"


def _day(match: re.Match[str]) -> str:
    if not 1 <= int(match[1]) <= 31:
        return match[0]
    year = f" {ordinal(int(match[3]), GEN)} года" if match[3] else ""
    return f"{ordinal(int(match[1]), _date_case(match), 'n')} {match[2].lower()}{year}"


def _time(match: re.Match[str]) -> str:
    case = _case(match)
    hours, minutes = int(match[1]), int(match[2])
    case = GEN if case == INS else case
    told = amount(hours, HOUR, case)
    return f"{told} {amount(minutes, MINUTE, case)}" if minutes else told


def _year(match: re.Match[str]) -> str:
    number, word = int(match[1]), match[2].lower()
    if word in ("гг.", "годам", "годем"):
        return f"{cardinal(number)} годы"
    case = {"год": NOM, "года": GEN, "году": PRE, "годе": PRE, "годом": INS}.get(word)
    if case is None:
        before = _before(match)
        case = PRE if before in ("в", "во", "о") else GEN
    if case == PRE and _before(match) in ("к", "ко"):
        case = DAT
    name = ("год", "года", "году", "год", "годом", "году")[case]
    return f"{ordinal(number, case)} {name}"


def _money(match: re.Match[str]) -> str:
    sign = (match["sign"] or match["word"] or "").lower()
    if sign not in CURRENCIES:
        if match["small"] is None or match["part"]:
            return match[0]
        return match[0]
    main, small = CURRENCIES[sign]
    case = _case(match)
    whole = int(match["whole"].replace(" ", ""))
    told = amount(whole, main, case)
    part = (match["part"] or "").ljust(2, "0") if match["part"] else match["small"]
    if part and int(part):
        told += f" {amount(int(part), small, case)}"
    lead = " " if match[0][:1] == " " else ""
    after = match.string[match.end() :].lstrip()
    return lead + told + ("." if match[0].endswith(".") and (not after or after[:1].isupper()) else "")


def _unit(match: re.Match[str]) -> str:
    unit = UNITS[match["unit"].lower()]
    whole, case = int(match["whole"].replace(" ", "")), _case(match)
    sign = "минус " if match["minus"] else ""
    after = match.string[match.end() :].lstrip()
    dot = "." if match["dot"] and (not after or after[0].isupper()) else ""
    if match["part"]:
        return f"{sign}{decimal(whole, match['part'], case)} {unit.one[GEN]}{dot}"
    return f"{sign}{amount(whole, unit, case)}{dot}"


def _number(match: re.Match[str]) -> str:
    text = match[0].replace(" ", "")
    before = _before(match)
    if not text.isascii():
        return " ".join(str(unicodedata.digit(c)) if unicodedata.digit(c, -1) >= 0 else c for c in text)
    if before in GIVEN_AS_DIGITS:
        return digits(text)
    if len(text) > 1 and text[0] == "0":
        return group(text) if len(text) <= 3 else _grouped(text)
    if len(text) > 9 or (len(text) > 6 and " " not in match[0]) or (len(text) > 4 and before in TOLD_IN_GROUPS):
        return _grouped(text)
    number, case = int(text), _case(match)
    following = _NEXT_WORD.match(match.string, match.end())
    return cardinal(number, case, _gender(number, following[1].lower() if following else ""))


def _gender(number: int, noun: str) -> Gender:
    """Gender of the noun that is counted, by its ending: ``2 минуты``, ``21 заявка``, ``1 сообщение``."""
    if 10 < number % 100 < 20 or number % 10 not in (1, 2) or len(noun) < 3:
        return "m"
    if number % 10 == 1:
        return "f" if noun[-1] in "аяую" else "n" if noun[-1] in "ое" else "m"
    return "f" if noun[-1] in "ыи" else "m"


__all__ = ["counted", "words"]
