"""Words as they are compared: without endings, as they sound, less what people say out of politeness. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer
from rapidfuzz.distance import OSA

from engine.speech.numerals import WORDS, numbers

FILLERS = frozenset(
    str.split("""
    а алло ага бы будьте в вас вот вы давай давайте день для дня добрый добры до же за здравствуйте и из к как кнопка
    кнопку кнопки когда ли любезны мм мне меня мы на надо наверное над ну нужен нужна нужно нужны о об ой от переведите
    перевести переключите по под подскажите пожалуйста позвоните при про прошу с сделайте сейчас скажите слушайте со
    соедините соединить спасибо та так там то тогда тот ту у узнать хотел хотела хотелось хочу хотим цифра цифру что
    чтобы это эта этот эту эм э я выбираю выберу вариант пункт номер можно мой моя мое мою мои моего моей моим
    a about an and are at be by can could do for from get give go good hello hi i id im in is it its let like me my need
    now of ok okay on our please press put s so some take talk thank thanks that thats the then there this to uh um us
    want we well were with would yeah you your button number option er erm hey connect transfer speak
    """)
)
"""Words that tell nothing of what is wanted; they count where nothing else was said."""
COMMON = frozenset(
    str.split("отдел отдела отделу отделом отделе служба службу службы департамент department service вопрос вопросы")
)
"""Words that many choices share; they count little."""
_POLITE = re.compile(r"\bне (?:могли бы|подскажете|могли|скажете)\b|\b(?:do not|dont) (?:you )?mind\b")
_NOT = frozenset({"не", "ни", "not", "dont", "doesnt", "isnt", "wasnt", "never"})
_WITHOUT = {"неверно": "верно", "неправильно": "правильно", "несогласен": "согласен", "incorrect": "correct"}
"""Words that hold their own ``не``."""
_ONE_AS_PRONOUN = frozenset({"the", "that", "this", "another", "which"})
_HOMOPHONES = {"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8"}
_TOKENS = re.compile(r"[a-zа-я]+|[0-9]+")
_STEMMERS = {name: snowballstemmer.stemmer(name) for name in ("russian", "english")}


class Unit(NamedTuple):
    """A word or number of what was said. ``stem``: what is compared; a number is ``#`` and its digits."""

    stem: str
    sound: str
    weight: float = 1.0
    negated: bool = False


def plain(text: str) -> list[str]:
    """Words of ``text`` in lower case, ``е`` for ``ё``, without punctuation."""
    text = text.lower().replace("ё", "е").replace("'", "").replace("’", "")
    return _TOKENS.findall(_POLITE.sub(" ", text))


@lru_cache(maxsize=4096)
def units(text: str) -> tuple[Unit, ...]:
    """What was said, as units to compare. Fillers are left out unless they are all that was said.

    ``не`` before a word makes it another one; at the end it stands for itself.
    """
    words = plain(text)
    if len(words) == 1 and words[0] in _HOMOPHONES:
        words = [_HOMOPHONES[words[0]]]
    found = _with_numbers(words)
    told = [word for word in found if word not in FILLERS] or found
    taken: list[Unit] = []
    negated = False
    for at, word in enumerate(told):
        if word in _NOT and at < len(told) - 1:
            negated = True
        else:
            without = _WITHOUT.get(word)
            taken.append(_unit(without or word, negated != (without is not None)))
            negated = False
    return tuple(taken)


def _with_numbers(words: list[str]) -> list[str]:
    """Words with numbers put together as ``#25``; ``the first one`` has one number."""
    at, merged = 0, []
    for number in numbers([_as_number(word) for word in words]):
        merged += words[at : number.start]
        pronoun = words[number.start] == "one" and merged and (merged[-1] in _ONE_AS_PRONOUN or merged[-1][0] == "#")
        if not (pronoun and number.end - number.start == 1):
            merged.append(f"#{int(number.digits) if len(number.digits) < 16 else number.digits}")
        at = number.end
    return merged + words[at:]


@lru_cache(maxsize=4096)
def _as_number(word: str) -> str:
    """The number word that sounds like ``word``, else the word."""
    return word if word in WORDS or len(word) < 4 else _SOUNDS.get(sound(word), word)


def _unit(word: str, negated: bool) -> Unit:
    weight = 0.3 if word in COMMON else 1.0
    if word[0] == "#":
        return Unit(word, word, weight, negated)
    return Unit(stem(word), sound(word), weight, negated)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """``word`` without its ending; by its letters Russian or English."""
    return str(_STEMMERS["russian" if word[0] >= "а" else "english"].stemWord(word))


@lru_cache(maxsize=8192)
def alike(one: str, other: str) -> float:
    """How much two words (as they sound) are alike: 1 the same, 0 not enough to be a slip.

    Short words must be the same; ``верно`` and ``неверно`` are never a slip.
    """
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or "#" in (one[0], other[0]) or long in (f"ни{short}", f"in{short}", f"un{short}"):
        return 0.0
    if long.startswith(short):
        return 0.85
    likeness = 1.0 - float(OSA.distance(one, other)) / len(long)
    return likeness if likeness >= 0.74 and len(long) - len(short) <= 2 else 0.0


_CYRILLIC = (
    (re.compile("ться|тся"), "ца"),
    (re.compile("(?<=[ое])го$"), "во"),
    (re.compile("[ьъ]"), ""),
    (re.compile("стн"), "сн"),
    (re.compile("[сш]ч|щ"), "ш"),
    (re.compile("[тд]с|дц|тц"), "ц"),
    (re.compile("о"), "а"),
    (re.compile("[еэяй]"), "и"),
    (re.compile("ю"), "у"),
    (re.compile("ы"), "и"),
    (re.compile("б(?=[пткшсфхцч]|$)"), "п"),
    (re.compile("в(?=[пткшсфхцч]|$)"), "ф"),
    (re.compile("г(?=[пткшсфхцч]|$)"), "к"),
    (re.compile("д(?=[пткшсфхцч]|$)"), "т"),
    (re.compile("ж(?=[пткшсфхцч]|$)"), "ш"),
    (re.compile("з(?=[пткшсфхцч]|$)"), "с"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_LATIN = (
    (re.compile("ph"), "f"),
    (re.compile("[sc]h|tch"), "j"),
    (re.compile("ck|q"), "k"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("c"), "k"),
    (re.compile("gh"), ""),
    (re.compile("^kn"), "n"),
    (re.compile("wh"), "w"),
    (re.compile("z"), "s"),
    (re.compile("[iy]"), "e"),
    (re.compile("e$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """``word`` roughly as it sounds: unstressed vowels, voiced and unvoiced consonants fall together."""
    for pattern, put in _CYRILLIC if word[0] >= "а" else _LATIN:
        word = pattern.sub(put, word)
    return word or "-"


_SOUNDS = {sound(word): word for word in sorted(WORDS) if len(word) >= 4}
