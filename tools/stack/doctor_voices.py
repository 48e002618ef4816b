"""What the doctor says about voices: each language is spoken, really, by the voice that calls would get."""

import tempfile
import time
from pathlib import Path

import msgspec

from engine.core.config import Settings
from engine.speech.voices.service import Voices

WORDS = {"ru": "Проверка голоса.", "en": "A test of the voice."}
ADVICE = "tools/models fetch rhvoice"


class Mute(Exception):
    """Which voice does not speak and why, and ``remedy``: what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


async def voices(settings: Settings) -> str:
    """Who speaks each language and how fast; where nobody does, what happens instead.

    Raises:
        Mute: a voice that is here can't speak.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Voices(msgspec.structs.replace(settings, var=Path(folder)))
        try:
            return "; ".join([await _spoken(found, language, text) for language, text in WORDS.items()])
        finally:
            await found.close()


async def _spoken(voices: Voices, language: str, text: str) -> str:
    chosen = voices.pick(language)
    if not chosen:
        return f"nobody speaks {language}: texts of menus are not played (to mend it: {ADVICE})"
    started = time.monotonic()
    said = await voices.say(text, language)
    if said is None or said.voice.engine != chosen[0].engine:
        why = "; ".join(f"{name}: {failure.text}" for name, failure in voices.failures.items())
        instead = f"{said.voice.id} speaks instead" if said is not None else "nobody speaks instead"
        raise Mute(
            f"{chosen[0].id} can't speak {language} ({why}), {instead}", f"{ADVICE}, or set PAYLATER_VOICE_ORDER"
        )
    others = len(voices.ordered()) - 1
    note = "; poor: a better one by tools/models" if said.voice.engine == "espeak" else ""
    return (
        f"{language} by {said.voice.id} ({time.monotonic() - started:.1f} s at the first text{note}), {others} others"
    )
