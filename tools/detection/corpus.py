"""The corpus: scenes of a part, drawn again whenever they are wanted, always the same for a seed."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tools.detection import voices
from tools.detection.phrases import LANGUAGES
from tools.detection.scenes import Scene, Theatre, sayings

LABELS = ("human", "machine")


def prepare(
    part: str, tell: Callable[[str], None] = lambda text: None, engines: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Voices of each language, of these engines (all by default). Without a choice, all their sentences are made now.

    Raises:
        RuntimeError: no voice speaks a language here.
    """
    found = {language: voices.usable(part, language, engines) for language in LANGUAGES}
    for language, names in found.items():
        if not names:
            raise RuntimeError(f"no voice of {part} speaks {language} here: install espeak-ng (tools/test does it)")
        if not engines:
            voices.make(sayings(part, language, names), tell)
    return found


def scenes(
    part: str,
    count: int,
    seed: int,
    tell: Callable[[str], None] = lambda text: None,
    engines: Sequence[str] = (),
    hard: bool = False,
) -> Iterator[Scene]:
    """``count`` scenes: humans and machines, Russian and English by turns. Each has a seed of its own.

    ``hard``: more people who say more than a word, for training.
    """
    theatres = [Theatre(part, language, names, hard) for language, names in prepare(part, tell, engines).items()]
    for number in range(count):
        chance = np.random.default_rng([seed, number])
        theatre = theatres[number // len(LABELS) % len(theatres)]
        yield theatre.draw(chance, LABELS[number % len(LABELS)])
