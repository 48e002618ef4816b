"""Texts of menus as what Asterisk plays: a file that is kept, one made now, or speech that is spoken as it is made."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

from engine.calls.speaking import speech_uri
from engine.core import log
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.ivr.model import MenuDefinition, TextPrompt
from engine.ivr.rules.render import places
from engine.routing.table import RoutingTable
from engine.speech.voices.service import Voices

_log = log.get("voices")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN_WORDS = re.compile(r"[a-z]{2,}", re.IGNORECASE)
FOREIGN_WORDS = 3
"""A text of so many Latin words and no Russian letter is English, whatever the call's language."""
AHEAD_MAX = 2000
"""Texts that are spoken ahead after a change of menus."""

Wanted = tuple[str, str, str]
"""Text, language, voice."""


def language_of(text: str, language: str) -> str:
    """In which language a text of a call in ``language`` is spoken: an English voice can't read Russian letters."""
    if _CYRILLIC.search(text):
        return "ru"
    return "en" if len(_LATIN_WORDS.findall(text)) >= FOREIGN_WORDS else language


class SpokenTexts:
    """The ``Synthesizer`` of flows, and what is made ahead of calls."""

    def __init__(self, voices: Voices, table: Callable[[], RoutingTable], settings: Settings) -> None:
        self._voices = voices
        self._table = table
        self._settings = settings
        self._changed = asyncio.Event()

    async def media(self, text: str, language: str, voice: str) -> str | None:
        """The media URI of a text; None when nobody can speak it."""
        language = language_of(text, language)
        kept = self._voices.kept(text, language, voice)
        if kept is None and len(text) > self._settings.voice_stream_chars and self._voices.streams(language, voice):
            return speech_uri(text, language, voice)
        path = kept or await self._voices.file(text, language, voice)
        return f"sound:{path.with_suffix('')}" if path is not None else None

    async def follow(self, tables: set[str]) -> None:
        """Menus have changed: their texts are made ahead."""
        if tables & {"menus", "everything"}:
            self._changed.set()

    async def run(self) -> None:
        """Make fixed texts ahead, one at a time, while nothing else is to be spoken."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._make_ahead()
            except Exception as exc:
                _log.warning("texts_not_made_ahead", error=f"{type(exc).__name__}: {exc}")

    async def _make_ahead(self) -> None:
        wanted = list(dict.fromkeys(fixed_texts(self._table(), self._settings.default_language)))[:AHEAD_MAX]
        made = 0
        for text, language, voice in wanted:
            if self._voices.kept(text, language, voice) is not None or not self._voices.speaks(language):
                continue
            await self._voices.quiet()
            if self._changed.is_set():
                return
            try:
                made += await self._voices.file(text, language, voice) is not None
            except PayLaterError as exc:
                _log.info("text_not_made_ahead", error=exc.detail)
        if made:
            _log.info("texts_made_ahead", texts=made)
        for language in self._languages():
            await self._voices.warm(language)

    def _languages(self) -> list[str]:
        """Languages of texts that can't be made ahead."""
        menus = (menu for menu in self._table().menus.values() if isinstance(menu, MenuDefinition))
        default = self._settings.default_language
        found = {
            language_of(prompt.text, menu.language or default)
            for menu in menus
            for prompt in _texts(menu)
            if places(prompt.text)
        }
        return sorted(found)


def fixed_texts(table: RoutingTable, language: str) -> Iterator[Wanted]:
    """Texts of menus that no variable changes. ``language``: of menus that name none."""
    for menu in table.menus.values():
        if isinstance(menu, MenuDefinition):
            for prompt in _texts(menu):
                if not places(prompt.text):
                    yield prompt.text.strip(), language_of(prompt.text, menu.language or language), prompt.voice


def _texts(value: Any) -> Iterator[TextPrompt]:
    """Every text prompt in a menu, wherever it stands."""
    if isinstance(value, TextPrompt):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))
