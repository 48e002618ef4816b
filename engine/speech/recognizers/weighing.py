"""How sure a recogniser is of a phrase: from the text heard, and from how well the sound fits each phrase. Pure."""

from collections.abc import Mapping, Sequence

from engine.speech.grammar import match
from engine.speech.model import Grammar, Score

LEAST = 0.05
"""Scores below are not told."""


def mean(values: Sequence[float]) -> float:
    """Their mean; 0 of none."""
    return sum(values) / len(values) if values else 0.0


def matched(text: str, grammar: Grammar, language: str) -> tuple[Score, ...]:
    """Keys that the words heard may mean, best first; in scripts that ``match`` does not read, the very words."""
    if found := match(text, grammar, language):
        return found
    said = f" {text.casefold()} "
    keys = {phrase.key: 1.0 for phrase in grammar.phrases if f" {phrase.text.casefold()} " == said}
    return best_of(keys)


def best_of(scores: Mapping[str, float]) -> tuple[Score, ...]:
    """Scores by key, best first, without what is next to nothing."""
    ordered = sorted(scores.items(), key=lambda item: -item[1])
    return tuple(Score(key, round(min(1.0, value), 3)) for key, value in ordered if value >= LEAST)
