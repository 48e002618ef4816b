"""Whisper (OpenAI, MIT) by CTranslate2 in 8 bit: many languages in one model, utterances decoded again as they grow.

A model is a folder as faster-whisper takes it: ``model.bin``, ``config.json``, ``tokenizer.json``.
"""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.speech.model import Listening
from engine.speech.recognizers import folders
from engine.speech.recognizers.port import Engine, Found, Recognizer, Session

if TYPE_CHECKING:
    from engine.speech.recognizers.whispering.model import WhisperModel

NAME = "whisper"
LANGUAGES = (
    "ru", "en", "uk", "de", "fr", "es", "it", "pt", "pl", "cs", "nl", "tr", "sv", "fi", "da", "no", "ro", "hu", "el",
    "bg", "sr", "hr", "sk", "sl", "ca", "he", "ar", "hi", "zh", "ja", "ko", "vi", "id", "kk", "az", "be", "hy",
)  # fmt: skip
"""Languages that the models of many languages hear well enough to be of use."""
_FILES = ("model.bin", "config.json", "tokenizer.json")
_PACKAGES = ("ctranslate2", "tokenizers", "numpy")
_RUNTIME_MB = 180
_LOADED = 1.9
"""Memory for a byte of ``model.bin``, work space with it."""


class _Config(msgspec.Struct):
    lang_ids: list[int] | None = None
    suppress_ids: list[int] | None = None


def find(models: Path) -> list[Found]:
    return [
        _examined(folder)
        for folder in folders.folders(models)
        if "whisper" in folder.name.lower() or _config(folder).suppress_ids is not None
    ]


def _config(folder: Path) -> _Config:
    try:
        return msgspec.json.decode((folder / "config.json").read_bytes(), type=_Config)
    except (OSError, msgspec.DecodeError):
        return _Config()


def _examined(folder: Path) -> Found:
    fault = folders.fault(folder, _FILES)
    config = _config(folder)
    if not fault and config.suppress_ids is None:
        fault = f"{folder}/config.json is not of a Whisper model for CTranslate2: fetch it again (tools/models)"
    missing = [name for name in _PACKAGES if not folders.installed(name)]
    if not fault and missing:
        fault = f"Python packages are not installed ({', '.join(missing)}): tools/models fetch {folder.name}"
    if fault:
        return Found(NAME, folder.name, None, fault)
    card = folders.card(folder)
    many = bool(config.lang_ids) and not folder.name.endswith(".en")
    named = card.languages if card else ()
    return Found(
        NAME,
        folder.name,
        Engine(
            name=NAME,
            model=folder.name,
            path=str(folder),
            languages=named or (LANGUAGES if many else ("en",)),
            streaming=False,
            grammar="scored",
            memory_mb=_RUNTIME_MB + round((folder / "model.bin").stat().st_size * _LOADED / 1e6),
            licence=card.licence if card else "",
        ),
    )


def load(engine: Engine, threads: int) -> Recognizer:
    from engine.speech.recognizers.whispering.model import WhisperModel

    fault = folders.fault(Path(engine.path), _FILES)
    if fault:
        raise ValueError(fault)
    return WhisperRecognizer(engine, WhisperModel(engine.path, threads or min(4, os.cpu_count() or 1)))


class WhisperRecognizer:
    """A loaded model; ``finals`` that wait go before partials."""

    def __init__(self, engine: Engine, model: "WhisperModel") -> None:
        self.engine = engine
        self.model = model
        self.turn = Turn()

    def open(self, listening: Listening) -> Session:
        from engine.speech.recognizers.session import SpeechSession
        from engine.speech.recognizers.whispering.hearer import WhisperHearer

        hearer = WhisperHearer(self.engine, self.model, self.turn)
        hearer.prepare(listening)
        return SpeechSession(self.engine, listening, hearer)


class Turn:
    """Counts the finals that are being made or wait to be; a partial made meanwhile would only hold them up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._finals = 0

    @property
    def taken(self) -> bool:
        return self._finals > 0

    def __enter__(self) -> None:
        with self._lock:
            self._finals += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._finals -= 1
