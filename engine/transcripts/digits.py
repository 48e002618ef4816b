"""Personal data among words: where it stands. Pure; words are lower-case pieces without punctuation."""

from collections.abc import Container, Iterable, Sequence
from itertools import pairwise

from engine.core import patterns
from engine.speech.numerals import Number, numbers

Span = tuple[int, int]
"""Words from, to (not included)."""
Run = list[Number]
"""Numbers said one after another."""

_FILLERS = frozenset({
    "э", "эм", "ээ", "эээ", "мм", "ну", "так", "да", "вот", "ага", "угу", "а", "и", "дальше", "далее", "потом",
    "затем", "значит", "тире", "дефис", "пробел", "минус", "это", "uh", "um", "er", "hm", "so", "then", "next",
    "dash", "space", "and", "yes", "yeah", "okay", "ok",
})  # fmt: skip
MAX_FILLERS = 3
"""Words that say nothing and may stand between two numbers of a run."""
_CARD_BEGINS = "23456"
MAX_CARD = 19
_PASSPORT_WORDS = ("паспорт", "passport", "сери", "series")
_SERIES, _NUMBER = ("сери", "series"), ("номер", "number")
_PASSPORT_BETWEEN = frozenset(["серия", "серии", "серию", "номер", "номера", "номером", "series", "number"])


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def runs(words: Sequence[str], between: frozenset[str] = _FILLERS) -> list[Run]:
    """Numbers that follow one another, with at most a few empty words between two of them."""
    found: list[Run] = []
    for number in numbers(words):
        if number.ordinal:
            continue
        gap = words[found[-1][-1].end : number.start] if found else words
        if found and len(gap) <= MAX_FILLERS and all(word in between for word in gap):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def tail(words: Sequence[str]) -> Run:
    """The run that may go on in what comes next; empty when the last words are no numbers."""
    found = runs(words)
    if not found:
        return []
    rest = words[found[-1][-1].end :]
    return found[-1] if len(rest) <= MAX_FILLERS and all(word in _FILLERS for word in rest) else []


def said(run: Iterable[Number]) -> str:
    """All digits of a run."""
    return "".join(number.digits for number in run)


def cards(words: Sequence[str]) -> list[Span]:
    """Numbers of bank cards: 13 to 19 digits whose check digit is right.

    A run of 15 digits or more that begins as a card does is taken for one although its check digit is wrong, since
    recognisers mishear digits; only 20 digits, the length of an account, are none.
    """
    return [span for run in runs(words) for span in _cards(run)]


def _cards(run: Run) -> list[Span]:
    return _windows(run, (16,)) or _misheard(run, 15, 19) or _windows(run, range(13, 20)) or _misheard(run, 21, 10_000)


def _windows(run: Run, lengths: Container[int]) -> list[Span]:
    """Parts of the run that are card numbers of these lengths; none overlaps another."""
    found: list[Span] = []
    at = 0
    while at < len(run):
        end = _card_end(run, at, lengths)
        if end:
            found.append((run[at].start, run[end - 1].end))
        at = end or at + 1
    return found


def _card_end(run: Run, start: int, lengths: Container[int]) -> int:
    """The place after the last number of the longest card that begins at ``start``; 0: none does."""
    digits, best = "", 0
    if run[start].digits[0] in _CARD_BEGINS:
        for at in range(start, len(run)):
            digits += run[at].digits
            if len(digits) > MAX_CARD:
                break
            if len(digits) in lengths and luhn(digits):
                best = at + 1
    return best


def _misheard(run: Run, least: int, most: int) -> list[Span]:
    """The end of the run from where it looks like a card."""
    for at, number in enumerate(run):
        length = len(said(run[at:]))
        if number.digits[0] in _CARD_BEGINS and least <= length <= most:
            return [(run[at].start, run[-1].end)]
    return []


def begun_card(run: Run) -> bool:
    """Whether a run that does not go on is a card of which the end was not heard."""
    digits = said(run)
    return 12 <= len(digits) <= 14 and digits[0] in _CARD_BEGINS


def speaks_of_passport(words: Sequence[str]) -> bool:
    """Whether the words make numbers that follow a passport's."""
    return any(word.startswith(_PASSPORT_WORDS) for word in words)


def passports(words: Sequence[str]) -> list[Span]:
    """Series (4 digits) and number (6) of a Russian passport, where the talk is of passports: together, or each alone
    after its name. One digit too many or too few is a mistake of hearing; eleven that begin with 7 or 8 are a phone."""
    found: list[Span] = []
    for run in runs(words, _FILLERS | _PASSPORT_BETWEEN):
        digits = said(run)
        phone = len(digits) == 11 and digits[0] in "78"
        if 9 <= len(digits) <= 11 and not phone:
            found += [(number.start, number.end) for number in run]
    for run in runs(words):
        before = words[max(run[0].start - 2, 0) : run[0].start]
        length = len(said(run))
        named = (length == 4 and _named(before, _SERIES)) or (length == 6 and _named(before, _NUMBER))
        if named:
            found.append((run[0].start, run[-1].end))
    return found


def _named(before: Sequence[str], names: tuple[str, ...]) -> bool:
    return any(word.startswith(names) for word in before)


def of_pattern(words: Sequence[str], pattern: str) -> list[Span]:
    """Where a regular expression fits the words, joined by spaces; digits said one after another stand joined.

    What its groups hold is meant, where it has any.
    """
    text, places = _written(words)
    expression, found = patterns.compiled(pattern), []
    step = patterns.MAX_INPUT // 2
    for first in range(0, max(len(text) - step, 1), step):
        for match in expression.finditer(text[first : first + patterns.MAX_INPUT]):
            for start, end in match.regs[1:] or match.regs:
                hit = [place for place in places[first + start : first + end] if place is not None]
                if start >= 0 and hit:
                    found.append((hit[0][0], hit[-1][1]))
    return found


def _written(words: Sequence[str]) -> tuple[str, list[Span | None]]:
    """The words as text with digits for numbers, and for each character the words that it stands for."""
    pieces: list[tuple[str, Span, bool]] = []
    at = 0
    for number in [*numbers(words), None]:
        end = number.start if number is not None else len(words)
        pieces += [(words[n], (n, n + 1), False) for n in range(at, end)]
        if number is not None:
            pieces.append((number.digits, (number.start, number.end), True))
            at = number.end
    text, places = "", list[Span | None]()
    for before, (piece, place, is_number) in pairwise([("", (0, 0), False), *pieces]):
        if text and not (is_number and before[2]):
            text += " "
            places.append(None)
        text += piece
        places += [place] * len(piece)
    return text, places
