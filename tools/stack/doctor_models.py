"""What the doctor says about models of speech: which are here, and which languages can be heard and spoken."""

import asyncio

from engine.core.config import Settings
from engine.speech.model import Grammar, Listening, Phrase
from engine.speech.recognizers import port
from engine.speech.voices.service import Voices
from engine.speech.workers.models import order_of

LANGUAGES = ("ru", "en")
_MENU = Grammar((Phrase("1", "one"),))


class Damaged(Exception):
    """Which models are damaged, and ``remedy``: what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


async def models(settings: Settings) -> str:
    """Engines by language; where a language has none, what happens instead.

    Raises:
        Damaged: a model that lies here can't be used.
    """
    found = await asyncio.to_thread(port.examine, settings.models, order_of(settings))
    if faults := [f"{one.model}: {one.fault}" for one in found if one.fault]:
        raise Damaged("; ".join(faults), "tools/models tells how")
    engines = [one.engine for one in found if one.engine is not None]
    lines = [_heard(engines, language, order_of(settings)) for language in LANGUAGES]
    spoken = await asyncio.to_thread(_spoken, settings)
    return "; ".join([*lines, *spoken])


def _heard(engines: list[port.Engine], language: str, order: tuple[str, ...]) -> str:
    free = port.choose(engines, Listening(languages=(language,)), order)
    menu = port.choose(engines, Listening(languages=(language,), grammar=_MENU), order)
    if menu is None:
        return f"{language} is not heard (speech menus fall back to digits; tools/models)"
    words = f"{language} heard by {menu.name} ({menu.model})"
    return words if free is not None else f"{words}, in menus alone"


def _spoken(settings: Settings) -> list[str]:
    voices = Voices(settings)
    silent = [language for language in LANGUAGES if not voices.speaks(language)]
    return [f"nothing speaks {', '.join(silent)} (texts are not played; tools/models)"] if silent else []
