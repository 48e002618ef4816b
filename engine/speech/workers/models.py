"""The models that one worker has in memory: each is loaded once, when it is first wanted, and shared."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from engine.core import log
from engine.core.config import Settings
from engine.speech.model import Listening
from engine.speech.recognizers import port
from engine.speech.workers.errors import NoEngine
from engine.speech.workers.protocol import Loaded, Loading

_log = log.get("speech.models")
RETRY_S = 60.0
"""After so long a model that could not be loaded is tried again."""


class Models:
    """``tell`` gets Loading and Loaded; ``avoid`` names models that killed a process. Used from many threads."""

    def __init__(self, settings: Settings, tell: Callable[[Any], None], avoid: Iterable[str] = ()) -> None:
        self._settings = settings
        self._order = order_of(settings)
        self._tell = tell
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._loaded: dict[str, port.Recognizer] = {}
        self._broken = dict.fromkeys(avoid, float("inf"))

    @property
    def count(self) -> int:
        """Models in memory."""
        return len(self._loaded)

    def recognizer(self, listening: Listening) -> port.Recognizer:
        """The loaded model that serves this best; one that can't be loaded is passed over for the next.

        Raises:
            NoEngine: none is left.
        """
        while True:
            now = time.monotonic()
            engines = port.present(self._settings.models, self._order)
            usable = [engine for engine in engines if self._broken.get(key_of(engine), 0.0) < now]
            engine = port.choose(usable, listening, self._order)
            if engine is None:
                raise NoEngine(f"No engine hears {', '.join(listening.languages)}", broken=sorted(self._broken))
            try:
                return self._load(engine)
            except NoEngine:
                continue
            except Exception as exc:  # a damaged model may raise anything
                _log.warning("model_not_loaded", model=key_of(engine), error=f"{type(exc).__name__}: {exc}")
                self._broken[key_of(engine)] = now + RETRY_S
                self._tell(Loaded(key_of(engine), 0.0, f"{exc}"[:300] or type(exc).__name__))

    def _load(self, engine: port.Engine) -> port.Recognizer:
        key = key_of(engine)
        with self._lock:
            own = self._loading.setdefault(key, threading.Lock())
        with own:
            if (found := self._loaded.get(key)) is not None:
                return found
            if self._broken.get(key, 0.0) > time.monotonic():
                raise NoEngine(f"{key} could not be loaded a moment ago")
            began = time.monotonic()
            self._tell(Loading(key))
            made = port.load(engine, self._settings.speech_threads)
            self._loaded[key] = made
            self._tell(Loaded(key, time.monotonic() - began))
            return made


def order_of(settings: Settings) -> tuple[str, ...]:
    """Names of engines in the order in which they are tried."""
    return tuple(name.strip() for name in settings.speech_engines.split(",") if name.strip())


def key_of(engine: port.Engine) -> str:
    """What a model is called in messages and logs."""
    return f"{engine.name}:{engine.model}"
