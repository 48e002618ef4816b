"""Numbers as people say them, in Russian and English: words to values, and values to words. Pure.

``один``, ``первого``, ``twenty-first`` and ``1`` are read alike; ``девятьсот шестнадцать`` and ``nine sixteen`` are the
digits 916, as telephone numbers are told.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_UNITS_RU = str.split("ноль один два три четыре пять шесть семь восемь девять")
_TEENS_RU = str.split(
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_TENS_RU = str.split("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_HUNDREDS_RU = str.split("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_UNITS_EN = str.split("zero one two three four five six seven eight nine")
_TEENS_EN = str.split("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS_EN = str.split("twenty thirty forty fifty sixty seventy eighty ninety")

_FORMS_RU = {
    0: "ноль нуль ноля нуля нолю нулю нолем нулем",
    1: "один одна одно одну одного одной одному одним одном единица единицу единицы",
    2: "два две двух двум двумя двойка двойку",
    3: "три трех трем тремя тройка тройку",
    4: "четыре четырех четырем четырьмя четверка четверку",
    5: "пять пяти пятью пятерка пятерку",
    6: "шесть шести шестью шестерка шестерку",
    7: "семь семи семью семерка семерку",
    8: "восемь восьми восемью восьмерка восьмерку",
    9: "девять девяти девятью девятка девятку",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти",
    60: "шестьдесят шестидесяти",
    70: "семьдесят семидесяти",
    80: "восемьдесят восьмидесяти",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам",
    300: "триста трехсот тремстам",
    400: "четыреста четырехсот четыремстам",
    500: "пятьсот пятисот пятистам",
    600: "шестьсот шестисот шестистам",
    700: "семьсот семисот семистам",
    800: "восемьсот восьмисот восьмистам",
    900: "девятьсот девятисот девятистам",
}
_ORDINAL_STEMS_RU = {
    0: "нулев", 1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят",
    40: "сороков", 50: "пятидесят", 60: "шестидесят", 70: "семидесят", 80: "восьмидесят", 90: "девяност", 100: "сот",
}  # fmt: skip
_ADJECTIVE = str.split("ый ой ая ое ую ого ому ым ом")
_THIRD_RU = str.split("третий третья третье третью третьего третьей третьему третьим третьем")
_ORDINALS_EN = {
    1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
    10: "tenth", 11: "eleventh", 12: "twelfth", 20: "twentieth", 30: "thirtieth",
}  # fmt: skip
_SCALES = {"тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "тысячу": 1000, "thousand": 1000} | {
    "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "million": 10**6,
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3}


class Number(NamedTuple):
    """A number found among words: its digits, and where it stands (words ``start`` to ``end``, not included)."""

    digits: str
    start: int
    end: int
    ordinal: bool = False


def _words() -> dict[str, tuple[int, bool]]:
    """Word -> (value, is it an ordinal)."""
    found: dict[str, tuple[int, bool]] = {}
    for value, forms in _FORMS_RU.items():
        found |= dict.fromkeys(forms.split(), (value, False))
    for value, word in enumerate([*_TEENS_RU, *_TENS_RU[:2]]):
        at, stem = (value + 10 if value < 10 else (value - 8) * 10), word.removesuffix("ь")
        found |= {word: (at, False), stem + "и": (at, False), stem + "ью": (at, False)}
        found |= {stem + ending: (at, True) for ending in _ADJECTIVE}
    for value, stem in _ORDINAL_STEMS_RU.items():
        found |= {stem + ending: (value, True) for ending in _ADJECTIVE if stem + ending not in found}
    found |= dict.fromkeys(_THIRD_RU, (3, True))
    found |= {word: (value, False) for value, word in enumerate([*_UNITS_EN, *_TEENS_EN])}
    found |= {word: (20 + 10 * index, False) for index, word in enumerate(_TENS_EN)}
    found |= {word: (value, True) for value, word in _ORDINALS_EN.items()}
    return found | {"oh": (0, False), "hundred": (100, False)}


WORDS = _words()
"""Every number word that is known, in lower case, ``е`` for ``ё``."""


def numbers(words: Sequence[str]) -> Iterator[Number]:
    """The numbers in a sequence of lower-case words, each as long as it goes on.

    ``двадцать пять`` is 25, ``двадцать тридцать`` two numbers; ``double five`` is 55; digits stay as they are written.
    """
    at = 0
    while at < len(words):
        found = _times(words, at) or _number(words, at)
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def _times(words: Sequence[str], at: int) -> Number | None:
    """``double five``, ``triple oh``."""
    times = _TIMES.get(words[at])
    following = WORDS.get(words[at + 1]) if times and at + 1 < len(words) else None
    if times is None or following is None or following[0] > 9:
        return None
    return Number(str(following[0]) * times, at, at + 2)


def _number(words: Sequence[str], start: int) -> Number | None:
    """The number that begins at ``start``."""
    if words[start].isdecimal():
        return _written(words, start)
    whole, part, room, at, ordinal, scale, last = 0, -1, 10**9, start, False, 10**9, 0
    while at < len(words) and not ordinal:
        word = words[at]
        if whole and part > 0 and _SCALES.get(word, 0) >= scale:
            # ``пять тысяч пятьсот | одна тысяча``: the word before begins the next number.
            return Number(str(whole + part - last), start, at - 1)
        if word in ("and", "и") and part >= 100 and room > 1 and _value(words, at + 1) < 100:
            at += 1
            continue
        if word in _SCALES and part != 0 and _SCALES[word] < scale and (part > 0 or not whole):
            scale = _SCALES[word]
            whole, part, room = whole + (part if part > 0 else 1) * _SCALES[word], -1, 1000
        elif word == "hundred" and 0 < part < 10:
            part, room = part * 100, 100
        elif word in WORDS:
            value, ordinal = WORDS[word]
            if value >= room or (value == 0 and at > start):
                ordinal = False
                break
            part, room, last = max(part, 0) + value, _room(value), value
        else:
            break
        at += 1
    if at == start:
        return None
    return Number(str(whole + max(part, 0)), start, at, ordinal)


def _written(words: Sequence[str], start: int) -> Number:
    """A number in digits, perhaps with its scale as a word: ``2 тысячи``."""
    scale = _SCALES.get(words[start + 1]) if start + 1 < len(words) else None
    if scale is not None:
        return Number(str(int(words[start]) * scale), start, start + 2)
    return Number(words[start], start, start + 1)


def _room(value: int) -> int:
    """What may follow ``value`` within the same number must be less than this."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 1


def _value(words: Sequence[str], at: int) -> int:
    return WORDS[words[at]][0] if at < len(words) and words[at] in WORDS else 10**9


def spell(number: int, language: str) -> str:
    """``number`` (0 to 999,999) in words, in the nominative: ``25`` is ``двадцать пять``."""
    if number >= 1000:
        scale = _thousands(number // 1000, language)
        return scale if number % 1000 == 0 else f"{scale} {spell(number % 1000, language)}"
    russian = language == "ru"
    if number < 20:
        return [*(_UNITS_RU if russian else _UNITS_EN), *(_TEENS_RU if russian else _TEENS_EN)][number]
    if number < 100:
        tens = (_TENS_RU if russian else _TENS_EN)[number // 10 - 2]
        return tens if number % 10 == 0 else f"{tens} {spell(number % 10, language)}"
    head = _HUNDREDS_RU[number // 100 - 1] if russian else f"{_UNITS_EN[number // 100]} hundred"
    return head if number % 100 == 0 else f"{head} {spell(number % 100, language)}"


def _thousands(count: int, language: str) -> str:
    if language != "ru":
        return f"{spell(count, language)} thousand"
    last = 0 if 10 < count % 100 < 20 else count % 10
    words = spell(count, "ru").split()
    words[-1] = {"один": "одна", "два": "две"}.get(words[-1], words[-1])
    form = "тысяча" if last == 1 else "тысячи" if last in (2, 3, 4) else "тысяч"
    return f"{' '.join(words)} {form}"
