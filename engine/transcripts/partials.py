"""Texts that may still change, on their way to screens: the newest of each speaker, not too often, never kept.

Each goes by NOTIFY to the processes of the api. A text that comes before its time waits, and a newer one takes its
place; past the node's bound, and while the database is away, texts are dropped: what was said is told as a whole soon.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from prometheus_client import Counter

from engine.core import log
from engine.core.config import Settings

_log = log.get("transcripts.partials")
_TOLD = Counter("paylater_speech_partials", "Texts that may still change which screens were told")
_DROPPED = Counter("paylater_speech_partials_dropped", "Texts that may still change which were dropped")
TICK_S = 0.1
MAX_BYTES = 7900
"""Of a message; PostgreSQL takes 8000."""
MAX_TEXT = 1500
"""Characters of a text that are told: its end."""


@dataclass(slots=True)
class _Waiting:
    due: float
    data: dict[str, Any]


class Partials:
    """``tell`` is given messages as JSON."""

    def __init__(self, settings: Settings, tell: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._settings = settings
        self._tell = tell
        self._waiting: dict[Hashable, _Waiting] = {}
        self._told_at: dict[Hashable, float] = {}
        self._room = 0.0
        self._news = asyncio.Event()

    def put(self, speaker: Hashable, key: str, data: dict[str, Any]) -> None:
        """The newest text of a speaker in the call ``key``."""
        now = asyncio.get_running_loop().time()
        due = self._told_at.get(speaker, -1e9) + self._settings.speech_partial_interval_s
        self._waiting[speaker] = _Waiting(max(due, now), {"key": key, "data": data})
        self._news.set()

    def forget(self, speaker: Hashable) -> None:
        """What waits of a speaker is out of date."""
        self._waiting.pop(speaker, None)

    def drop(self, speaker: Hashable) -> None:
        """The speaker has gone."""
        self._waiting.pop(speaker, None)
        self._told_at.pop(speaker, None)

    async def run(self) -> None:
        """Tell what is due until cancelled."""
        while True:
            await self._news.wait()
            texts = self._due(asyncio.get_running_loop().time())
            if texts:
                try:
                    await self._tell(texts)
                    _TOLD.inc(len(texts))
                except Exception as exc:
                    _DROPPED.inc(len(texts))
                    _log.debug("partials_not_told", error=f"{type(exc).__name__}: {exc}")
            if not self._waiting:
                self._news.clear()
            await asyncio.sleep(TICK_S)

    def _due(self, now: float) -> list[str]:
        rate = self._settings.speech_partials_per_second
        self._room = min(self._room + rate * TICK_S, float(rate))
        texts = []
        for speaker in [speaker for speaker, one in self._waiting.items() if one.due <= now]:
            waiting = self._waiting.pop(speaker)
            if self._room < 1:
                _DROPPED.inc()
                continue
            self._room -= 1
            self._told_at[speaker] = now
            texts.append(_encoded(waiting.data))
        return texts


def _encoded(message: dict[str, Any]) -> str:
    """The message, its text cut at the front to what PostgreSQL takes."""
    data = message["data"]
    for most in (MAX_TEXT, MAX_TEXT // 2, MAX_TEXT // 4, 100):
        text = msgspec.json.encode({**message, "data": {**data, "text": data["text"][-most:]}})
        if len(text) <= MAX_BYTES:
            return text.decode()
    return msgspec.json.encode({**message, "data": {**data, "text": ""}}).decode()
