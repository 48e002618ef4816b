"""The port to engines that turn speech into text, and which of them this machine has.

An engine is one module of this package, named in ``ADAPTERS``. It gives three things, and a streaming ONNX model (a
transducer or CTC network of 8 or 16 kHz) needs no more:

* ``NAME``: what the setting speech_engines calls it;
* ``find(models: Path) -> list[Found]``: the models that lie in ``models``, whole or damaged. No heavy import, no model
  loaded, no file read but small ones: every process may call it;
* ``load(engine: Engine, threads: int) -> Recognizer``: the loaded model; heavy, in a worker alone. Its ``open`` gives
  ``session.SpeechSession(engine, listening, hearer)``, which does voice activity, ends of utterances, times and
  ``keep``; the module's own part is a ``session.Hearer``: ``begin(listening)``, ``accept(pcm)`` as audio comes,
  ``partial()`` and ``final()``.

tests/unit/speech/test_recognizers.py runs the same tests over every engine that is found.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

import msgspec

from engine.core.errors import PayLaterError
from engine.speech.model import Final, Listening, Onset, Partial

ADAPTERS = ("vosk", "whisper", "pocketsphinx")
"""Modules of engines in the order in which they are tried where the setting speech_engines says nothing else."""

GRAMMARS = ("closed", "scored", "matched", "none")
"""How an engine may take a grammar, the best first."""

Event = Onset | Partial | Final


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be used on this machine.

    ``languages``: codes of ISO 639-1. ``streaming``: words come while somebody speaks (else by decoding again).
    ``free``: hears more than the phrases of a grammar. ``grammar``: ``closed`` (decodes nothing but the phrases),
    ``scored`` (weighs each phrase against what it heard), ``matched`` (looks for phrases in free text) or ``none``.
    ``words``: tells times of words. ``memory_mb``: of a process with the model loaded.
    """

    name: str
    model: str
    path: str
    languages: tuple[str, ...]
    streaming: bool = True
    free: bool = True
    grammar: Literal["closed", "scored", "matched", "none"] = "none"
    words: bool = True
    memory_mb: int = 0
    licence: str = ""


class Found(msgspec.Struct, frozen=True):
    """A model on this machine, or why it can't be used (``fault``: what is wrong and what to do)."""

    name: str
    model: str
    engine: Engine | None = None
    fault: str = ""


class LoadFailed(PayLaterError):
    """A model can't be loaded; the text names the model and what to do."""


class Session(Protocol):
    """Listens to one stream of audio (signed 16 bit, 8 kHz, one channel).

    Every ``Onset`` is followed by one ``Final``; its text is empty when what began was no speech. May be fed from
    several threads, one at a time; decoding is done in the thread that feeds.
    """

    def feed(self, pcm: bytes) -> list[Event]:
        """What is heard in the next stretch of audio, of any length. After ``close``: nothing."""
        ...

    def listen(self, listening: Listening) -> None:
        """Listen so from the next utterance on."""
        ...

    def finish(self) -> list[Event]:
        """The audio is over: the final of the utterance that goes on, if one does."""
        ...

    def close(self) -> None:
        """Let go of everything at once; what was being said is lost."""
        ...


class Recognizer(Protocol):
    """One loaded model for any number of sessions at once."""

    engine: Engine

    def open(self, listening: Listening) -> Session: ...


def examine(models: Path, names: Sequence[str] = ADAPTERS) -> list[Found]:
    """Every model in ``models`` or in an installed package, usable or not; cheap, safe in any process."""
    return [found for name in names for found in _adapter(name).find(models)]


def present(models: Path, names: Sequence[str] = ADAPTERS) -> list[Engine]:
    """What can be used on this machine now; cheap (no model is loaded), safe in any process."""
    return [found.engine for found in examine(models, names) if found.engine is not None]


def choose(engines: Sequence[Engine], listening: Listening, order: Sequence[str] = ADAPTERS) -> Engine | None:
    """The engine that serves best: all the languages before the first alone, then the order of engines, then the model
    that takes a grammar best where there is one, then the larger.

    ``order``: names of engines, the setting speech_engines; one that is not named is not used.
    """
    wanted = set(listening.languages)
    fit = [
        engine
        for engine in engines
        if engine.name in order
        and listening.languages[:1]
        and listening.languages[0] in engine.languages
        and (engine.free or (listening.grammar is not None and not listening.keep))
    ]

    def rank(engine: Engine) -> tuple[bool, int, int, int, str]:
        taken = GRAMMARS.index(engine.grammar) if listening.grammar is not None else 0
        place = list(order).index(engine.name)
        return not wanted <= set(engine.languages), place, taken, -engine.memory_mb, engine.model

    return min(fit, key=rank, default=None)


def load(engine: Engine, threads: int = 0) -> Recognizer:
    """Load the model; heavy, for worker processes. ``threads``: of the processor, 0: as the engine likes.

    Raises:
        LoadFailed: the model or its library can't be used.
    """
    try:
        recognizer: Recognizer = _adapter(engine.name).load(engine, threads)
    except (ImportError, OSError, RuntimeError, ValueError) as exc:
        raise LoadFailed(
            f"The model {engine.model} of {engine.name} can't be loaded: {exc}. Fetch it again with tools/models"
        ) from exc
    return recognizer


def _adapter(name: str) -> ModuleType:
    """The module of an engine: one of this package, or (with a dot) one of another."""
    return importlib.import_module(name if "." in name else f"engine.speech.recognizers.{name}")
