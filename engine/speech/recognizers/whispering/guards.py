"""What a recogniser that decodes freely makes up where nothing was said, and how it is told from speech. Pure."""

import re
import zlib
from collections.abc import Sequence

NO_SPEECH = 0.6
"""How sure Whisper must be that nobody speaks (and unsure of its words) for them to be dropped."""
UNSURE = -1.0
"""Mean log-probability of a token below which words are doubtful."""
HOPELESS = -1.8
"""The same below which they are noise."""
COMPRESSION = 2.4
"""Text that zlib makes so much smaller says the same again and again."""
TOKENS_A_SECOND = 9
LETTERS_A_SECOND = 32
LONG_STRETCH = 5
"""So many tokens are hardly said twice in the very same way."""

_MADE_UP = re.compile(
    r"субтитры\s+\w+.*|редактор субтит.*|корректор [а-я]\b.*|продолжение следует|спасибо за просмотр|"
    r"подписывайтесь на .*|ставьте лайки?.*|до встречи в следующ\w+ .*|dimatorzok.*|"
    r"thanks? (?:you )?(?:so much )?for watching.*|please subscribe.*|subtitles by.*|(?:www\.)?\S+\.(?:com|org)"
)
"""Endings of films that Whisper was taught by: nobody says only this to a telephone."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪*♫]+")


def most_tokens(seconds: float) -> int:
    """Tokens that so much speech can't exceed."""
    return int(10 + TOKENS_A_SECOND * seconds)


def clean(text: str) -> str:
    """Text without marks of sounds that are no words, and without endings of films."""
    sentences = _SENTENCE.split(_SOUND.sub(" ", text).strip())
    while sentences and _MADE_UP.fullmatch(sentences[-1].strip(" .!?,…").lower()):
        sentences.pop()
    return " ".join(" ".join(sentences).split())


def made_up(text: str, seconds: float, logprob: float, no_speech: float) -> bool:
    """Whether the words were hardly said; ``logprob``: mean of the tokens, ``no_speech``: how likely nobody spoke."""
    letters = sum(map(str.isalnum, text))
    if not letters or letters > LETTERS_A_SECOND * seconds + 12:
        return True
    return logprob < HOPELESS or (no_speech > NO_SPEECH and logprob < UNSURE)


def loops(text: str) -> bool:
    """Whether the text goes round in circles."""
    data = text.encode()
    return len(data) > 60 and len(data) / len(zlib.compress(data)) > COMPRESSION


def unlooped(tokens: Sequence[int], least: int = 1) -> list[int]:
    """Tokens up to where a stretch of ``least`` and more comes again: at once, or the fourth time if it is short."""
    for size in range(least, len(tokens) // 2 + 1):
        times = 2 if size >= LONG_STRETCH else 4
        for start in range(len(tokens) - size * times + 1):
            stretch = tokens[start : start + size]
            if all(tokens[start + size * n : start + size * (n + 1)] == stretch for n in range(1, times)):
                return unlooped(tokens[: start + size], least)
    return list(tokens)
