"""The corpus: scenes of a part, drawn again whenever they are wanted, always the same for a seed."""

from collections.abc import Callable, Iterator

import numpy as np

from tools.detection import voices
from tools.detection.phrases import LANGUAGES
from tools.detection.scenes import Scene, Theatre, sayings

LABELS = ("human", "machine")


def prepare(part: str, tell: Callable[[str], None] = lambda text: None) -> dict[str, tuple[str, ...]]:
    """Let every sentence of a part be said; gives the voices of each language.

    Raises:
        RuntimeError: no voice speaks a language here.
    """
    found = {language: voices.usable(part, language) for language in LANGUAGES}
    for language, names in found.items():
        if not names:
            raise RuntimeError(
                f"no voice of {part} speaks {language} here: install espeak-ng, flite, or RHVoice (tools/test)"
            )
        voices.make(sayings(part, language, names), tell)
    return found


def scenes(part: str, count: int, seed: int, tell: Callable[[str], None] = lambda text: None) -> Iterator[Scene]:
    """``count`` scenes: humans and machines, Russian and English by turns. Each has a seed of its own."""
    theatres = [Theatre(part, language, names) for language, names in prepare(part, tell).items()]
    for number in range(count):
        chance = np.random.default_rng([seed, number])
        theatre = theatres[number // len(LABELS) % len(theatres)]
        yield theatre.draw(chance, LABELS[number % len(LABELS)])
