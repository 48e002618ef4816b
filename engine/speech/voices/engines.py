"""Engines that live in processes of their own: RHVoice and Silero."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from engine.core.config import Settings
from engine.speech.voices import places
from engine.speech.voices.frames import Say
from engine.speech.voices.port import Rate, SynthesisFailed, Voice
from engine.speech.voices.process import Hosted

FREE = {
    **dict.fromkeys(("aleksandr", "anna", "irina", "alan", "bdl", "clb"), "GPL-2.0-or-later"),
    **{"elena": "GPL-3.0", "slt": "CMU"},
}
"""Voices of RHVoice that may be used by anybody (debian/copyright of rhvoice 1.14), with their licences."""
BEST = ("anna", "slt")
"""Voices that come first of their language: the best heard through a phone line."""
LANGUAGES = {"Russian": "ru", "English": "en"}
SPEAKERS = {"ru": ("xenia", "kseniya", "baya", "aidar", "eugene"), "en": ("en_0", "en_21", "en_45")}
MEN = {"aidar", "eugene"}
NICE = 5
"""Calls come first."""


def nice(settings: Settings) -> str:
    """How far a process of voices gives way to others: a word of its command line."""
    return str(NICE if settings.speech_modest else 0)


class RhVoiceEngine:
    """RHVoice: Russian and English voices of small cost, which stream."""

    name = "rhvoice"

    def __init__(self, settings: Settings) -> None:
        self._models = settings.models
        self._settings = settings
        self._hosted: tuple[Path, Hosted] | None = None

    def voices(self) -> list[Voice]:
        prefix = places.rhvoice(self._models)
        found = [] if prefix is None else [_rh_voice(path) for path in _infos(prefix)]
        return sorted((v for v in found if v is not None), key=lambda v: (v.name not in BEST, v.gender, v.name))

    def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        prefix = places.rhvoice(self._models)
        if prefix is None:
            raise SynthesisFailed("RHVoice is not on this machine any more")
        if self._hosted is None or self._hosted[0] != prefix:
            words = ["rhvoice", str(prefix), nice(self._settings)]
            hosted = Hosted(words, self._settings.voice_processes, self._settings.voice_start_s, self._settings.voice_s)
            self._hosted = (prefix, hosted)
        return self._hosted[1].speak(Say(text, voice.name, voice.language, rate))

    @property
    def pids(self) -> list[int]:
        return self._hosted[1].pids if self._hosted is not None else []

    async def close(self) -> None:
        if self._hosted is not None:
            await self._hosted[1].close()


def _infos(prefix: Path) -> list[Path]:
    return sorted((prefix / "usr/share/RHVoice/voices").glob("*/voice.info"))


def _rh_voice(info: Path) -> Voice | None:
    name = info.parent.name
    facts = dict(line.split("=", 1) for line in info.read_text(encoding="utf-8").splitlines() if "=" in line)
    language = LANGUAGES.get(facts.get("language", ""))
    if language is None or name not in FREE:
        return None
    gender: Any = facts.get("gender", "")
    return Voice(
        engine="rhvoice",
        name=name,
        language=language,
        gender=gender if gender in ("female", "male") else "",
        streaming=True,
        licence=FREE[name],
        version=f"{facts.get('format', '')}.{facts.get('revision', '')}-{places.stamp(info.with_name('voice.info'))}",
    )


class SileroEngine:
    """Silero: models that an administrator has put into ``<models>/voices/silero``."""

    name = "silero"

    def __init__(self, settings: Settings, installed: Callable[[], bool]) -> None:
        self._models = settings.models
        self._installed = installed
        words = ["silero", str(settings.speech_threads), nice(settings)]
        self._hosted = Hosted(words, 1, settings.voice_start_s, settings.voice_s)

    def voices(self) -> list[Voice]:
        from engine.speech.voices.silero import language_of

        if not self._installed():
            return []
        return [
            Voice(
                engine="silero",
                name=f"{path.stem}/{speaker}",
                language=language,
                gender="male" if speaker in MEN else "female" if language == "ru" else "",
                licence="MIT" if "cis_base" in path.stem else "CC-BY-NC-SA-4.0",
                version=places.stamp(path),
            )
            for path in places.silero(self._models)
            for language in language_of(path)
            for speaker in SPEAKERS[language]
        ]

    def speak(self, text: str, voice: Voice, rate: Rate) -> AsyncGenerator[bytes, None]:
        stem, _, speaker = voice.name.rpartition("/")
        model = places.folder(self._models) / "silero" / f"{stem}.pt"
        return self._hosted.speak(Say(text, speaker, voice.language, rate, str(model)))

    @property
    def pids(self) -> list[int]:
        return self._hosted.pids

    async def close(self) -> None:
        await self._hosted.close()
