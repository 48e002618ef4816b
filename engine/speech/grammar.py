"""What may be said and how well it was: phrases of a menu to a grammar, words heard to scores of its phrases. Pure.

A score says how sure it is that a key was meant (0..1). It grows with the share of a phrase that was said and falls
with words that speak for something else; two keys that fit alike pull each other down, so that the caller is asked.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from engine.speech.model import Grammar, Phrase, Score
from engine.speech.numerals import numbers, spell
from engine.speech.wording import FILLERS, Unit, alike, plain, units

LANGUAGES = ("ru", "en")
LEAST = 0.05
"""Scores below are not told."""
_SHARED = 0.4
"""What a word counts that phrases of several keys hold."""
_STRAY, _RIVAL = 0.4, 0.7
"""What it costs when all other words mean nothing here, or are words of another key."""
_JOINED = 0.82

_ORDINALS: Mapping[str, tuple[str, ...]] = {
    "ru": (
        "нуль", "первый", "второй", "третий", "четвертый", "пятый", "шестой", "седьмой", "восьмой", "девятый"
    ),
    "en": ("oh", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
}  # fmt: skip
_KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ru": {"*": ("звездочка",), "#": ("решетка",)},
    "en": {"*": ("star", "asterisk"), "#": ("pound", "hash")},
}
COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "repeat": {
        "ru": ("повторите", "еще раз", "не расслышал"),
        "en": ("repeat", "again", "pardon"),
    },
    "back": {
        "ru": ("назад", "вернуться", "предыдущее меню"),
        "en": ("back", "go back", "previous menu"),
    },
    "operator": {
        "ru": ("оператор", "живой человек", "специалист", "сотрудник"),
        "en": ("operator", "agent", "human", "representative"),
    },
    "yes": {
        "ru": ("да", "ага", "верно", "правильно", "конечно", "подтверждаю", "согласен", "именно так"),
        "en": ("yes", "yeah", "yep", "sure", "correct", "right", "of course", "i confirm"),
    },
    "no": {
        "ru": ("нет", "неверно", "неправильно", "не согласен", "не так", "отмена", "не надо"),
        "en": ("no", "nope", "wrong", "incorrect", "not right", "cancel"),
    },
}
"""Words that mean the same in every menu, by command and language."""


def expand(
    options: Mapping[str, Iterable[str]], languages: Sequence[str] = LANGUAGES, *, commands: Iterable[str] = ()
) -> Grammar:
    """A grammar of ``options`` (key -> phrases), the words of their digits and the words of ``commands``.

    A key that is a digit of the phone may be said: ``один``, ``первый``. Phrases are in lower case, numbers in words. A
    command's word that an option has already stays the option's. Few phrases are a service to recognisers that weigh
    each of them: `match` knows other forms, ``кнопка номер один``, by itself.
    """
    found: dict[str, str] = {}
    for key, phrases in options.items():
        for text in phrases:
            for language in languages:
                found.setdefault(as_said(text, language), key)
    for language in languages:
        for key in options:
            for text in _words_of(key, language):
                found.setdefault(text, key)
        for command in commands:
            for text in COMMANDS[command].get(language, ()):
                found.setdefault(text, command)
    return Grammar(tuple(Phrase(key, text) for text, key in found.items() if text))


def _words_of(key: str, language: str) -> tuple[str, ...]:
    """How a key of the phone is called."""
    if key.isdecimal() and len(key) == 1:
        return spell(int(key), language), _ORDINALS[language][int(key)]
    return _KEYS.get(language, {}).get(key, ())


def yes_or_no(languages: Sequence[str] = LANGUAGES) -> Grammar:
    """Keys ``yes`` and ``no``."""
    return expand({}, languages, commands=("yes", "no"))


def as_said(text: str, language: str) -> str:
    """``text`` as words: lower case, no punctuation, numbers spelled in ``language``."""
    return " ".join(spell(int(word), language) if word.isdecimal() and len(word) < 6 else word for word in plain(text))


def read_digits(text: str) -> tuple[str, float]:
    """The digits that were said, and how sure that is: the share of numbers among words that mean something.

    ``восемь девятьсот шестнадцать, сто двадцать три`` gives ``8916123``.
    """
    words = plain(text)
    found = list(numbers(words))
    counted = sum(number.end - number.start for number in found)
    inside = {at for number in found for at in range(number.start, number.end)}
    other = sum(1 for at, word in enumerate(words) if at not in inside and word not in FILLERS | {"плюс", "plus"})
    return "".join(number.digits for number in found), counted / (counted + other) if counted else 0.0


class _Compiled(NamedTuple):
    """Phrases ready to be compared; ``shared``: units that phrases of several keys hold."""

    phrases: tuple[tuple[str, tuple[Unit, ...], str], ...]
    shared: frozenset[tuple[str, bool]]


class _Fit(NamedTuple):
    """How a key fits: the score before rivals are counted, and which units speak for it."""

    score: float
    spoken: frozenset[int]


def match(text: str, grammar: Grammar, language: str = "") -> tuple[Score, ...]:
    """Keys of ``grammar`` that ``text`` may mean, best first; none when nothing fits.

    Forms of words, politeness around them and small slips of a recogniser do not matter; numbers are alike in digits
    and in words. ``language`` is not needed to compare: letters and numbers tell it.
    """
    said = units(text)
    if not said:
        return ()
    compiled = _compile(grammar)
    fits = _fits(said, compiled)
    if not fits:
        return ()
    ordered = sorted(fits.items(), key=lambda item: -item[1].score)
    best = ordered[0][1]
    certainty = min((_certainty(best, rival) for _, rival in ordered[1:]), default=1.0)
    scores = (Score(key, round(fit.score * certainty, 3)) for key, fit in ordered)
    return tuple(score for score in scores if score.confidence >= LEAST)


@lru_cache(maxsize=512)
def _compile(grammar: Grammar) -> _Compiled:
    phrases = tuple((phrase.key, units(phrase.text), _joined(units(phrase.text))) for phrase in grammar.phrases)
    holders: dict[tuple[str, bool], set[str]] = {}
    for key, parts, _ in phrases:
        for unit in parts:
            holders.setdefault((unit.stem, unit.negated), set()).add(key)
    return _Compiled(phrases, frozenset(unit for unit, keys in holders.items() if len(keys) > 1))


def _fits(said: tuple[Unit, ...], compiled: _Compiled) -> dict[str, _Fit]:
    """Each key that something speaks for."""
    whole = _joined(said)
    covered: dict[str, float] = {}
    spoken: dict[str, set[int]] = {}
    for key, parts, joined in compiled.phrases:
        share, where = _coverage(said, parts, compiled.shared)
        if share < 1.0 and (likeness := _joined_likeness(whole, joined)) > share:
            share, where = likeness, set(range(len(said)))
        if share > 0.0:
            covered[key] = max(covered.get(key, 0.0), share)
            spoken.setdefault(key, set()).update(where)
    counts = Counter(at for where in spoken.values() for at in where)
    return {
        key: _Fit(share * _clarity(len(said), spoken[key], counts), frozenset(spoken[key]))
        for key, share in covered.items()
    }


def _coverage(
    said: tuple[Unit, ...], parts: tuple[Unit, ...], shared: frozenset[tuple[str, bool]]
) -> tuple[float, set[int]]:
    """How well a phrase was said, and the units that said it.

    The square root of the share that was said, by weight (one word of two that no other key has is most of it), times
    how alike the words are.
    """
    got = alike_ = total = 0.0
    where: set[int] = set()
    for part in parts:
        weight = part.weight * (_SHARED if (part.stem, part.negated) in shared and len(parts) > 1 else 1.0)
        total += weight
        likeness, at = max(((_likeness(unit, part), -at) for at, unit in enumerate(said)), default=(0.0, 0))
        if likeness:
            got += weight
            alike_ += weight * likeness
            where.add(-at)
    return (math.sqrt(got / total) * alike_ / got if got else 0.0), where


def _likeness(unit: Unit, part: Unit) -> float:
    if unit.negated != part.negated:
        return 0.0
    return 1.0 if unit.stem == part.stem else alike(unit.sound, part.sound)


def _clarity(count: int, where: set[int], counts: Counter[int]) -> float:
    """1 when every unit speaks for the key; less with strays and with words of other keys."""
    others = set(range(count)) - where
    rival = sum(1 for at in others if counts[at])
    stray = len(others) - rival
    return 1.0 - _RIVAL * rival / count - _STRAY * stray / count


def _certainty(best: _Fit, rival: _Fit) -> float:
    """How much a rival lowers the best: one that words of its own speak for, or that fits the same words as well."""
    ratio = rival.score / best.score
    floor = 0.4 if rival.spoken - best.spoken else 0.8 if len(rival.spoken) == len(best.spoken) else 1.0
    return 1.0 if ratio <= floor else 1.0 - 0.5 * (ratio - floor) / (1.0 - floor)


def _joined(parts: Sequence[Unit]) -> str:
    """Units as one sound, for words that a recogniser takes apart or puts together; what is negated marked so."""
    return "-" * sum(part.negated for part in parts) + "".join(part.sound for part in parts if part.stem[0] != "#")


def _joined_likeness(one: str, other: str) -> float:
    """How alike two such sounds are; 0 where it is not enough."""
    if min(len(one), len(other)) < 6 or one.count("-") != other.count("-"):
        return 0.0
    likeness = 1.0 - float(OSA.distance(one, other)) / max(len(one), len(other))
    return likeness if likeness >= _JOINED else 0.0
