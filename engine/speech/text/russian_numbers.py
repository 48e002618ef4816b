"""Russian numerals and the nouns they count, in all cases. Pure.

Declension after "Русская грамматика" (1980), vol. 1, paragraphs 1366-1379.
"""

from typing import Literal, NamedTuple

Gender = Literal["m", "f", "n"]
CASES = ("nom", "gen", "dat", "acc", "ins", "pre")
NOM, GEN, DAT, ACC, INS, PRE = range(6)
LARGEST = 10**12


class Noun(NamedTuple):
    """A noun that is counted: its gender, its six cases, singular and plural."""

    gender: Gender
    one: tuple[str, ...]
    many: tuple[str, ...]


def noun(gender: Gender, one: str, many: str) -> Noun:
    return Noun(gender, tuple(one.split()), tuple(many.split()))


def _rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in text.strip().splitlines()]


_ONE = dict(
    zip(
        "mfn",
        _rows("""
        один одного одному один одним одном
        одна одной одной одну одной одной
        одно одного одному одно одним одном
        """),
        strict=True,
    )
)
_SMALL = _rows("""
    ноль ноля нолю ноль нолём ноле
    один одного одному один одним одном
    два двух двум два двумя двух
    три трёх трём три тремя трёх
    четыре четырёх четырём четыре четырьмя четырёх
    пять пяти пяти пять пятью пяти
    шесть шести шести шесть шестью шести
    семь семи семи семь семью семи
    восемь восьми восьми восемь восемью восьми
    девять девяти девяти девять девятью девяти
""")
_TEENS = [
    tuple(stem + ending for ending in ("ь", "и", "и", "ь", "ью", "и"))
    for stem in str.split(
        "десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат"
    )
]
_TENS = _rows("""
    двадцать двадцати двадцати двадцать двадцатью двадцати
    тридцать тридцати тридцати тридцать тридцатью тридцати
    сорок сорока сорока сорок сорока сорока
    пятьдесят пятидесяти пятидесяти пятьдесят пятьюдесятью пятидесяти
    шестьдесят шестидесяти шестидесяти шестьдесят шестьюдесятью шестидесяти
    семьдесят семидесяти семидесяти семьдесят семьюдесятью семидесяти
    восемьдесят восьмидесяти восьмидесяти восемьдесят восемьюдесятью восьмидесяти
    девяносто девяноста девяноста девяносто девяноста девяноста
""")
_HUNDREDS = _rows("""
    сто ста ста сто ста ста
    двести двухсот двумстам двести двумястами двухстах
    триста трёхсот трёмстам триста тремястами трёхстах
    четыреста четырёхсот четырёмстам четыреста четырьмястами четырёхстах
    пятьсот пятисот пятистам пятьсот пятьюстами пятистах
    шестьсот шестисот шестистам шестьсот шестьюстами шестистах
    семьсот семисот семистам семьсот семьюстами семистах
    восемьсот восьмисот восьмистам восемьсот восемьюстами восьмистах
    девятьсот девятисот девятистам девятьсот девятьюстами девятистах
""")
THOUSAND = noun("f", "тысяча тысячи тысяче тысячу тысячей тысяче", "тысячи тысяч тысячам тысячи тысячами тысячах")
MILLION = noun(
    "m",
    "миллион миллиона миллиону миллион миллионом миллионе",
    "миллионы миллионов миллионам миллионы миллионами миллионах",
)
MILLIARD = noun(
    "m",
    "миллиард миллиарда миллиарду миллиард миллиардом миллиарде",
    "миллиарды миллиардов миллиардам миллиарды миллиардами миллиардах",
)
_SCALES = ((10**9, MILLIARD), (10**6, MILLION), (10**3, THOUSAND))


def cardinal(number: int, case: int = NOM, gender: Gender = "m") -> str:
    """``21, GEN, f`` is ``двадцати одной``; numbers of more than twelve digits are told digit by digit."""
    if number >= LARGEST:
        return " ".join(_SMALL[int(digit)][NOM] for digit in str(number))
    if number == 0:
        return _SMALL[0][case]
    words: list[str] = []
    for size, scale in _SCALES:
        count, number = divmod(number, size)
        if count == 1 and not words and scale is THOUSAND:
            words.append(THOUSAND.one[case])
        elif count:
            words += [_below_thousand(count, case, scale.gender), counted(count, scale, case)]
    if number:
        words.append(_below_thousand(number, case, gender))
    return " ".join(words)


def _below_thousand(number: int, case: int, gender: Gender) -> str:
    words = []
    hundreds, rest = divmod(number, 100)
    if hundreds:
        words.append(_HUNDREDS[hundreds - 1][case])
    if rest >= 20:
        words.append(_TENS[rest // 10 - 2][case])
        rest %= 10
    if rest >= 10:
        words.append(_TEENS[rest - 10][case])
    elif rest == 1:
        words.append(_ONE[gender][case])
    elif rest == 2 and gender == "f" and case in (NOM, ACC):
        words.append("две")
    elif rest:
        words.append(_SMALL[rest][case])
    return " ".join(words)


def counted(number: int, what: Noun, case: int = NOM) -> str:
    """The form of a noun beside a number: ``2 рубля``, ``5 рублей``, ``до 21 рубля``."""
    last = 0 if 10 < number % 100 < 20 else number % 10
    if last == 1:
        return what.one[case]
    if case in (NOM, ACC):
        return what.one[GEN] if last in (2, 3, 4) else what.many[GEN]
    return what.many[case]


def amount(number: int, what: Noun, case: int = NOM) -> str:
    """A number with its noun."""
    return f"{cardinal(number, case, what.gender)} {counted(number, what, case)}"


_STEMS = {
    0: "нулев", 1: "перв", 2: "втор", 4: "четвёрт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят",
    20: "двадцат", 30: "тридцат", 40: "сороков", 50: "пятидесят", 60: "шестидесят", 70: "семидесят",
    80: "восьмидесят", 90: "девяност", 100: "сот", 200: "двухсот", 300: "трёхсот", 400: "четырёхсот", 500: "пятисот",
    600: "шестисот", 700: "семисот", 800: "восьмисот", 900: "девятисот",
}  # fmt: skip
_STEMS |= {10 + index: forms[NOM].removesuffix("ь") for index, forms in enumerate(_TEENS)}
_OY = {"втор", "шест", "седьм", "восьм", "сороков", "нулев"}
_ENDINGS = dict(
    zip(("m", "f", "n", "p"), _rows("""
    ый ого ому ый ым ом
    ая ой ой ую ой ой
    ое ого ому ое ым ом
    ые ых ым ые ыми ых
    """), strict=True)
)  # fmt: skip
_THIRD = dict(
    zip(("m", "f", "n", "p"), _rows("""
    третий третьего третьему третий третьим третьем
    третья третьей третьей третью третьей третьей
    третье третьего третьему третье третьим третьем
    третьи третьих третьим третьи третьими третьих
    """), strict=True)
)  # fmt: skip


def ordinal(number: int, case: int = NOM, gender: str = "m") -> str:
    """``2026, PRE`` is ``две тысячи двадцать шестом``; ``gender`` may be ``p`` for the plural."""
    if number >= 10**6:
        return cardinal(number)
    head, last = _last_part(number)
    if last == 3:
        word = _THIRD[gender][case]
    else:
        stem = _STEMS[last] if last in _STEMS else _thousandth(last)
        ending = _ENDINGS[gender][case]
        word = stem + ("ой" if ending == "ый" and stem in _OY else ending)
    return f"{cardinal(head)} {word}" if head else word


def _last_part(number: int) -> tuple[int, int]:
    """The part before the last word, and the value of that word."""
    if number and number % 1000 == 0:
        return 0, number
    rest = number % 100
    last = number % 10 if rest > 20 and number % 10 else rest
    if not last and number:
        last = number % 1000
    return number - last, last


def _thousandth(number: int) -> str:
    count = number // 1000
    if count == 1:
        return "тысячн"
    return cardinal(count, GEN).replace(" ", "").replace("одного", "одно") + "тысячн"


def digits(text: str) -> str:
    """Digits one by one."""
    return " ".join(_SMALL[int(digit)][NOM] for digit in text)


def group(text: str) -> str:
    """A group of digits as people tell numbers: ``05`` is ``ноль пять``, ``123`` is ``сто двадцать три``."""
    zeros = len(text) - len(text.lstrip("0"))
    words = [_SMALL[0][NOM]] * zeros
    rest = text[zeros:]
    return " ".join([*words, cardinal(int(rest))] if rest else words)


def decimal(whole: int, fraction: str, case: int = NOM) -> str:
    """``2, 5`` is ``две целых пять десятых``; with more than three digits after the comma they are told one by one."""
    if len(fraction) > 3:
        return f"{cardinal(whole, case)} и {digits(fraction)}"
    parts = ("десят", "сот", "тысячн")[len(fraction) - 1]
    pieces = int(fraction)
    singular, plural = _ENDINGS["f"], _ENDINGS["p"]

    def ending(number: int) -> str:
        if number % 10 == 1 and number % 100 != 11:
            return singular[case]
        return plural[GEN] if case in (NOM, ACC) else plural[case]

    whole_word = {"ая": "целая", "ую": "целую", "ой": "целой"}.get(ending(whole), "цел" + ending(whole))
    return f"{cardinal(whole, case, 'f')} {whole_word} {cardinal(pieces, case, 'f')} {parts}{ending(pieces)}"
