"""Which phrase of a grammar was said, though the recogniser decodes freely: its text and the sound itself are asked.

The phrases are put into the decoder's prompt, which bends what it hears towards them; then each phrase is decoded by
force, and its log-probability is set against that of the same phrase in mere noise (so that what is likely anyway,
``да``, gains nothing). With what the text says, a logistic model makes a confidence of it. Its weights were fitted to
1,600 pairs of utterance and phrase: 20 phrases a language and 10 sentences that are none of them, two voices each of
RHVoice in Russian and English, a telephone line with noise of 10 dB.
"""

import math
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from engine.speech.model import RATE, Grammar, Phrase, Score
from engine.speech.recognizers.weighing import best_of, matched
from engine.speech.recognizers.whispering.model import Decoded, Encoded, WhisperModel

MOST = 24
"""Phrases that are decoded by force; of more, those whose letters are nearest to the text."""
CLEAR, FAR = 0.9, 0.4
"""A text that is so sure of a key, and of no other, needs no second opinion."""
LONGER = 3
"""A text with so many words more than the phrase is a sentence around it: the sound of the phrase alone says little."""
SENTENCE = 0.6
"""What the text of such a sentence counts: the prompt may have bent a word of it."""
_NOISE = 0.85
"""Share of a phrase's log-probability in noise that is taken off."""
_WEIGHTS = (0.15, 0.31, 3.11, 5.02)
_BIAS = -4.09
_MARGIN = 8.0
_LEAST_S = 1.0
KNOWN_MOST = 20_000
"""Texts of which it is remembered how likely they are in noise."""


class Evidence(NamedTuple):
    """What speaks for a phrase: log-probability of a token over noise, lead over other keys, text, letters (0..1)."""

    sound: float
    lead: float
    text: float
    letters: float


def confidence(evidence: Evidence) -> float:
    """How likely it is that the phrase was said (0..1)."""
    lead = max(-_MARGIN, min(_MARGIN, evidence.lead))
    parts = zip(_WEIGHTS, (evidence.sound, lead, evidence.text, evidence.letters), strict=True)
    return 1 / (1 + math.exp(-(_BIAS + sum(weight * value for weight, value in parts))))


class Phrases:
    """A grammar ready to be weighed; used by many sessions."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        firsts: dict[str, str] = {}
        for phrase in grammar.phrases:
            firsts.setdefault(phrase.key, phrase.text)
        rest = (phrase.text for phrase in grammar.phrases if firsts[phrase.key] != phrase.text)
        self.prompt = ", ".join(dict.fromkeys((*firsts.values(), *rest)))

    def prepare(self, model: WhisperModel, languages: Sequence[str]) -> None:
        """Learn in a thread of its own how likely the phrases are in noise: it takes a second the first time."""
        if len(self._grammar.phrases) > MOST:
            return

        def learn() -> None:
            for language in languages:
                spellings = [text for phrase in self._grammar.phrases for text in _spellings(phrase.text)]
                _in_noise(model, language, spellings, [[*model.tokens(text), model.end] for text in spellings])

        threading.Thread(target=learn, name="phrases", daemon=True).start()

    def weigh(self, model: WhisperModel, encoded: Encoded, language: str, decoded: Decoded) -> tuple[Score, ...]:
        """Keys that were meant, best first."""
        told = {score.key: score.confidence for score in matched(decoded.text, self._grammar, language)}
        best = sorted(told.values(), reverse=True) or [0.0]
        words = len(decoded.text.split())
        if not self._grammar.phrases or (best[0] >= CLEAR and (len(best) == 1 or best[1] < FAR)):
            return best_of(told)
        phrases = self._shortlist(decoded.text)
        sounds = self._sounds(model, encoded, language, phrases)
        found: dict[str, float] = {}
        for number, phrase in enumerate(phrases):
            others = [sounds[at][1] for at, other in enumerate(phrases) if other.key != phrase.key]
            lead = sounds[number][1] - max(others) if others else _MARGIN
            text = told.get(phrase.key, 0.0)
            if words < len(phrase.text.split()) + LONGER:
                likely = confidence(Evidence(sounds[number][0], lead, text, letters(decoded.text, phrase.text)))
            else:
                likely = text if text >= CLEAR else SENTENCE * text
            found[phrase.key] = max(found.get(phrase.key, 0.0), likely)
        return best_of(found)

    def _shortlist(self, text: str) -> list[Phrase]:
        if len(self._grammar.phrases) <= MOST:
            return list(self._grammar.phrases)
        return sorted(self._grammar.phrases, key=lambda phrase: -letters(text, phrase.text))[:MOST]

    def _sounds(
        self, model: WhisperModel, encoded: Encoded, language: str, phrases: Sequence[Phrase]
    ) -> list[tuple[float, float]]:
        """Of each phrase: log-probability over noise, for a token and in all; the better of its two spellings."""
        spellings = [text for phrase in phrases for text in _spellings(phrase.text)]
        tokens = [[*model.tokens(text), model.end] for text in spellings]
        near = [float(values.sum()) for values in model.fits(encoded.cut(), language, tokens)]
        noise = _in_noise(model, language, spellings, tokens)
        over = [(value - _NOISE * noise[at]) for at, value in enumerate(near)]
        pairs = [max(range(at, at + 2), key=over.__getitem__) for at in range(0, len(over), 2)]
        return [(over[at] / len(tokens[at]), over[at]) for at in pairs]


_known: dict[tuple[int, str, str], float] = {}
_lock = threading.Lock()


def _in_noise(
    model: WhisperModel, language: str, spellings: Sequence[str], tokens: Sequence[Sequence[int]]
) -> list[float]:
    """Log-probability of each where nothing is said; computed once a text, whatever grammar it is of."""
    keys = [(id(model), language, text) for text in spellings]
    with _lock:
        new = [at for at, key in enumerate(keys) if key not in _known]
        if len(_known) + len(new) > KNOWN_MOST:
            _known.clear()
            new = list(range(len(keys)))
        if new:
            made = [model.fits(noise, language, [tokens[at] for at in new]) for noise in _noises(model)]
            for number, at in enumerate(new):
                _known[keys[at]] = float(np.mean([one[number].sum() for one in made]))
        return [_known[key] for key in keys]


@lru_cache(maxsize=4)
def _noises(model: WhisperModel) -> tuple[Encoded, ...]:
    """A second of noise, faint and loud."""
    chance = np.random.default_rng(0)
    return tuple(
        model.encode((level * chance.standard_normal(int(_LEAST_S * RATE))).astype(np.float32)).cut()
        for level in (1e-3, 1e-2)
    )


def _spellings(text: str) -> tuple[str, str]:
    """As the decoder would write it alone, and in a line."""
    return f" {text[:1].upper()}{text[1:]}.", f" {text}"


@lru_cache(maxsize=4096)
def letters(text: str, phrase: str) -> float:
    """How alike two texts are by letters alone (0..1)."""
    one, other = ("".join(filter(str.isalnum, words.lower())) for words in (text, phrase))
    return 1 - OSA.distance(one, other) / max(len(one), len(other)) if one and other else 0.0
