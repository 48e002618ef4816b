"""What the api may ask about speech: a picture of what is here, and a text spoken to be listened to."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec

from engine.core.config import Settings
from engine.core.errors import InvalidInput
from engine.speech.recognizers import port
from engine.speech.voices.port import Rate, SynthesisFailed, Voice
from engine.speech.voices.service import Voices
from engine.speech.workers.models import order_of
from engine.speech.workers.pool import Workers

TEXT_MAX = 1000


class Say(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Speak ``text``; ``voice`` empty: the best of the language."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]
    language: Literal["ru", "en"] = "ru"
    voice: Annotated[str, msgspec.Meta(max_length=100)] = ""
    rate: Rate = 16000


class Spoken(msgspec.Struct, frozen=True):
    """A WAV file and who spoke (``rhvoice/anna``)."""

    voice: str
    wav: bytes


class SpeechDesk:
    """One a node."""

    def __init__(self, settings: Settings, voices: Voices, workers: Workers) -> None:
        self._settings = settings
        self._voices = voices
        self._workers = workers

    async def picture(self) -> dict[str, Any]:
        """Engines that turn speech into text, voices (the best of each language first), what runs and what failed."""
        engines = await asyncio.to_thread(port.present, self._settings.models, order_of(self._settings))
        voices, failures = self._voices, self._voices.failures
        best = {language: [voice.id for voice in voices.pick(language)[:1]] for language in ("ru", "en")}
        return {
            "engines": engines,
            "voices": [_told(voice, voice.id in best[voice.language]) for voice in voices.ordered()],
            "failures": {name: failure.text for name, failure in failures.items()},
            "capacity": self._workers.capacity(),
            "spoken": {
                "files": len(voices.cache),
                "bytes": voices.cache.bytes,
                "waiting": voices.waiting,
                "hits": voices.cache.hits,
                "misses": voices.cache.misses,
            },
        }

    async def say(self, wanted: Say) -> Spoken:
        """Speak a text.

        Raises:
            InvalidInput: nobody speaks the language, or there is no such voice. SynthesisFailed: every voice failed.
            Conflict: too many texts wait.
        """
        chosen = self._voices.pick(wanted.language, wanted.voice)
        if not chosen:
            raise _refused("language", f"nobody speaks {wanted.language} on this node: tools/models tells how")
        if wanted.voice and wanted.voice not in (chosen[0].id, chosen[0].name):
            raise _refused("voice", f"there is no voice {wanted.voice} for {wanted.language}")
        said = await self._voices.say(wanted.text, wanted.language, wanted.voice, wanted.rate)
        if said is None:
            reasons = "; ".join(f"{name}: {failure.text}" for name, failure in self._voices.failures.items())
            raise SynthesisFailed(f"No voice could speak the text ({reasons})")
        return Spoken(said.voice.id, await asyncio.to_thread(said.path.read_bytes))


def _refused(name: str, message: str) -> InvalidInput:
    return InvalidInput(message[0].upper() + message[1:], [{"path": f"body.{name}", "message": message}])


def _told(voice: Voice, best: bool) -> dict[str, Any]:
    return {
        "name": voice.id,
        "label": voice.name,
        "engine": voice.engine,
        "language": voice.language,
        "gender": voice.gender,
        "streaming": voice.streaming,
        "rates": voice.rates,
        "licence": voice.licence,
        "best": best,
    }
