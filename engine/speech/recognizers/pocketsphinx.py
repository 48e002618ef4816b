"""PocketSphinx (BSD): English, and nothing but the phrases of a grammar; small and quick. Its model is in its package.

Words that its dictionary does not have are left out of the grammar; so are phrases that hold one.
"""

import importlib.util
import threading
from pathlib import Path
from typing import Any

from engine.speech.model import Listening
from engine.speech.recognizers import folders
from engine.speech.recognizers.port import Engine, Found, Recognizer, Session

NAME = "pocketsphinx"
MODEL = "en-us"
RATE = 16000
_FILES = ("en-us/mdef", "en-us/means", "en-us/variances", "en-us/transition_matrices", "cmudict-en-us.dict")


def find(models: Path) -> list[Found]:
    """The model that the package holds; ``models`` has none for it."""
    spec = importlib.util.find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "model" / MODEL
    if fault := folders.fault(folder, _FILES):
        return [Found(NAME, MODEL, None, fault)]
    engine = Engine(
        name=NAME,
        model=MODEL,
        path=str(folder),
        languages=("en",),
        streaming=False,
        free=False,
        grammar="closed",
        memory_mb=180,
        licence="BSD-2-Clause",
    )
    return [Found(NAME, MODEL, engine)]


def load(engine: Engine, threads: int) -> Recognizer:
    """A decoder decodes one session in the thread that feeds it, so ``threads`` changes nothing."""
    import pocketsphinx

    if fault := folders.fault(Path(engine.path), _FILES):
        raise ValueError(fault)
    return SphinxRecognizer(engine, pocketsphinx)


class SphinxRecognizer:
    """Decoders are not for several sessions at once: each session takes an idle one, or makes its own (0.1 s)."""

    def __init__(self, engine: Engine, library: Any) -> None:
        self.engine = engine
        self._library = library
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self.give_back(self.take())

    def open(self, listening: Listening) -> Session:
        from engine.speech.recognizers.session import SpeechSession
        from engine.speech.recognizers.sphinx import SphinxHearer

        return SpeechSession(self.engine, listening, SphinxHearer(self))

    def take(self) -> Any:
        """A decoder of one's own."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        folder = Path(self.engine.path)
        settings = {"hmm": str(folder / "en-us"), "dict": str(folder / "cmudict-en-us.dict"), "lm": None}
        return self._library.Decoder(samprate=RATE, loglevel="FATAL", **settings)

    def give_back(self, decoder: Any) -> None:
        with self._lock:
            self._idle.append(decoder)
