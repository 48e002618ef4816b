"""Texts as they are spoken: numbers, money, dates, abbreviations as words. Pure."""

from engine.speech.text.normal import normalise
from engine.speech.text.sentences import sentences

__all__ = ["normalise", "sentences"]
