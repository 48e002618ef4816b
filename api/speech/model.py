"""What the routes of speech take and give."""

from typing import Annotated, Literal

import msgspec


class SpeechEngine(msgspec.Struct, kw_only=True):
    """A model that turns speech into text. ``grammar``: how it hears the phrases of a menu (``none``: it does not)."""

    name: str
    model: str
    languages: list[str]
    streaming: bool
    free: bool = True
    grammar: str = "none"
    words: bool = True
    memory_mb: int = 0
    licence: str = ""


class SpeechVoice(msgspec.Struct, kw_only=True):
    """A voice; ``name`` is what texts of menus call it (``rhvoice/anna``). ``best``: speaks where none is named."""

    name: str
    label: str
    engine: str
    language: str
    gender: str
    streaming: bool
    rates: list[int]
    licence: str
    best: bool


class SpeechWorker(msgspec.Struct, kw_only=True):
    """A process that hears (``live``) or does tasks."""

    pid: int
    kind: str
    state: str
    streams: int = 0
    jobs: int = 0
    rss_mb: int = 0


class SpeechCapacity(msgspec.Struct, kw_only=True):
    """Streams that are heard now, and how many more can be. ``broken``: models that can't be loaded, and why."""

    streams: int = 0
    free: int = 0
    total: int = 0
    lag_s: float = 0.0
    broken: dict[str, str] = {}


class SpokenTexts(msgspec.Struct, kw_only=True):
    """Texts that are kept as sound; how often one was found, and how often not."""

    files: int
    bytes: int
    waiting: int
    hits: int
    misses: int


class SpeechPicture(msgspec.Struct, kw_only=True):
    """All of it. ``failures``: the last failure of each engine of voices."""

    engines: list[SpeechEngine]
    voices: list[SpeechVoice]
    failures: dict[str, str]
    capacity: SpeechCapacity
    workers: list[SpeechWorker]
    spoken: SpokenTexts


class SayText(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Speak ``text``. ``voice``: as in the list of voices; empty: the best of the language."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    language: Literal["ru", "en"] = "ru"
    voice: Annotated[str, msgspec.Meta(max_length=100)] = ""
    rate: Literal[8000, 16000] = 16000
