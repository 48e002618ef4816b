"""What people type to look for words, as terms: words, ``"phrases in quotes"``, ``beginnings*``. Pure."""

import re
from typing import Literal, NamedTuple

_TERM = re.compile(r'["«“„]([^"»”“]*)["»”“]?|(\S+)')
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*", re.UNICODE)
MOST = 10
"""Terms of one search."""


class Term(NamedTuple):
    """Words that stand one after another, in all their forms; ``beginning``: one word that begins so."""

    text: str
    kind: Literal["words", "beginning"] = "words"

    @property
    def query(self) -> str:
        """What the place of its text is wrapped in, as a tsquery."""
        return "phraseto_tsquery('speech', {})" if self.kind == "words" else "to_tsquery('speech', {})"

    @property
    def argument(self) -> str:
        """What PostgreSQL gets; nothing in it is taken for an operator."""
        if self.kind == "words":
            return self.text
        return "'" + self.text.replace("\\", "").replace("'", "") + "':*"


def terms(text: str) -> list[Term]:
    """The terms of what was typed, at most ``MOST``; all of them must be said. Nothing where there is no word."""
    found: list[Term] = []
    for phrase, word in _TERM.findall(plain(text)):
        said = " ".join(_WORD.findall(phrase or word))
        if not said:
            continue
        if not phrase and word.endswith("*") and " " not in said and len(said) > 1:
            found.append(Term(said.lower(), "beginning"))
        else:
            found.append(Term(said))
    return list(dict.fromkeys(found))[:MOST]


def loosened(wanted: list[Term]) -> list[Term]:
    """Every word by itself: a phrase may go on from one stretch of speech to the next."""
    return [
        one for term in wanted for one in ([Term(w) for w in term.text.split()] if term.kind == "words" else [term])
    ]


def plain(text: str) -> str:
    """As texts are indexed: ``е`` for ``ё``; every letter keeps its place."""
    return text.replace("ё", "е").replace("Ё", "Е")


def marked(headline: str, start: str, stop: str) -> tuple[str, list[tuple[int, int]]]:
    """A text with marks around words: the text without them, and where the words stand (from, to)."""
    text, marks, begun = "", [], 0
    for piece in re.split(f"([{start}{stop}])", headline):
        if piece == start:
            begun = len(text)
        elif piece == stop:
            marks.append((begun, len(text)))
        else:
            text += piece
    return text, marks


def said_at(text: str, words: list[tuple[str, float, float, float]], place: int, start_s: float, end_s: float) -> float:
    """The second at which the word at ``place`` of a text is said; without times of words, by its share of the text."""
    tokens = text.split()
    number = len(text[:place].split())
    if len(tokens) == len(words) and number < len(words):
        return words[number][1]
    return round(start_s + (end_s - start_s) * place / max(len(text), 1), 2)
