"""A text as a voice should read it: words and punctuation alone."""

import re
import unicodedata

from engine.speech.text import english, russian

MAX_CHARS = 5000
"""Longer texts are cut."""
_SPACE = re.compile(r"\s+")
_PLAIN = str.maketrans(
    {"«": "", "»": "", "“": "", "”": "", "„": "", '"': "", "—": " - ", "–": "-", "−": "-", "№": " № ", "…": "..."}
)
_MARK = "\ue000"
_SPACE_BEFORE = re.compile(r"\s+([,.!?;:])")
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")


def normalise(text: str, language: str) -> str:
    """``text`` in words of ``language`` (ru, else English); no digits, no symbols are left. Never raises.

    What is a word already stays as it is, so that doing it twice changes nothing more.
    """
    text = text[:MAX_CHARS].translate(_PLAIN).replace("№", _MARK)
    text = unicodedata.normalize("NFKC", text).replace(_MARK, "№")
    # An accent over a letter is a stress for some voices and a letter of its own for none of our languages but й and ё.
    text = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    text = _SPACE.sub(" ", text).strip()
    text = (russian if language == "ru" else english).words(text)
    text = "".join(_spoken(c) for c in text)
    text = _SPACE_BEFORE.sub(r"\1", _SPACE.sub(" ", text))
    return _DOUBLED.sub(r"\1", text).strip()


def _spoken(char: str) -> str:
    """Letters and punctuation that voices know; a space for everything else."""
    if char.isalpha() or char in " .,!?;:-'+\u0301":
        return char
    return " "
