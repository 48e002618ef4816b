"""Real voices: RHVoice in its process, Silero's way with a stand-in model, programs of the system."""

import asyncio
import os
import signal
import sys
import time
import wave
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.core.config import ROOT, Settings
from engine.speech.voices import places, programs
from engine.speech.voices.engines import RhVoiceEngine
from engine.speech.voices.port import SynthesisFailed, Voice
from engine.speech.voices.service import Voices

pytestmark = pytest.mark.feature("F-PBX-04")
needs_rhvoice = pytest.mark.skipif(
    places.rhvoice(ROOT / "var" / "models") is None, reason="no RHVoice on this machine: tools/models tells how"
)
TEXT = "Здравствуйте! Ваш заказ готов, приходите за ним сегодня."


def settings_of(tmp_path: Path, **more: Any) -> Settings:
    return msgspec.structs.replace(Settings(), var=tmp_path, models=ROOT / "var" / "models", **more)


def samples(path: Path, rate: int) -> "array[int]":
    with wave.open(str(path)) as file:
        assert file.getframerate() == rate
        return array("h", file.readframes(file.getnframes()))


@needs_rhvoice
async def test_rhvoice_speaks_both_languages_at_both_rates(tmp_path: Path) -> None:
    voices = Voices(settings_of(tmp_path, voice_order="rhvoice"))
    try:
        for text, language in ((TEXT, "ru"), ("Hello, your order is ready.", "en")):
            at_8, at_16 = [await voices.file(text, language, rate=rate) for rate in (8000, 16000)]  # type: ignore[arg-type]
            assert at_8 is not None and at_16 is not None
            narrow, wide = samples(at_8, 8000), samples(at_16, 16000)
            assert 1.0 < len(narrow) / 8000 < 8.0 and len(wide) == pytest.approx(2 * len(narrow), rel=0.02)
            assert max(map(abs, narrow)) > 3000
        assert {voice.engine for voice in voices.found() if voice.streaming} == {"rhvoice"}
        assert not {"mikhail", "tatiana", "pavel"} & {voice.name for voice in voices.found()}
    finally:
        await voices.close()


@needs_rhvoice
async def test_a_voice_streams_and_outlives_what_happens_to_its_process(tmp_path: Path) -> None:
    engine = RhVoiceEngine(settings_of(tmp_path, voice_processes=1))
    anna = next(voice for voice in engine.voices() if voice.name == "anna")
    try:
        assert [piece async for piece in engine.speak("Раз.", anna, 8000)]
        started = time.monotonic()
        speech = engine.speak(TEXT * 6, anna, 8000)
        first = await anext(speech)
        soon = time.monotonic() - started
        await speech.aclose()
        assert first and len([p async for p in engine.speak("Два.", anna, 8000)]) > 0, "what is left is read away"
        whole = time.monotonic()
        assert len(b"".join([p async for p in engine.speak(TEXT * 6, anna, 8000)])) > 16_000 * 9
        whole = time.monotonic() - whole
        assert soon < whole, "the first sound comes before the last"
        speech = engine.speak(TEXT * 6, anna, 8000)
        await anext(speech)
        os.kill(engine.pids[0], signal.SIGKILL)
        with pytest.raises(SynthesisFailed):
            [piece async for piece in speech]
        assert [piece async for piece in engine.speak("Три.", anna, 8000)]
        (pid,) = engine.pids
    finally:
        await engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_damaged_engine_gives_its_place_to_the_next(tmp_path: Path) -> None:
    broken = tmp_path / "models" / "voices" / "rhvoice"
    (broken / "usr/lib").mkdir(parents=True)
    (broken / "usr/lib/libRHVoice.so.5").write_bytes(b"no library")
    (broken / "usr/share/RHVoice/voices/anna").mkdir(parents=True)
    (broken / "usr/share/RHVoice/voices/anna/voice.info").write_text("language=Russian\n", encoding="utf-8")
    settings = msgspec.structs.replace(Settings(), var=tmp_path, models=tmp_path / "models")
    voices = Voices(settings, [RhVoiceEngine(settings)])
    assert await voices.file(TEXT, "ru") is None
    assert "OSError" in voices.failures["rhvoice"].text
    await voices.close()


PROGRAMS = {"flite": ("flite", "en"), "espeak": ("espeak-ng", "ru"), "festival": ("text2wave", "ru")}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_programs_speak(name: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, voice_order=name, voice_s=40.0)
    program, language = PROGRAMS[name]
    engine = getattr(programs, name)(settings)
    if not [voice for voice in engine.voices() if voice.language == language]:
        pytest.skip(f"no {program} with a voice for {language} on this machine")
    voices = Voices(settings, [engine])
    path = await voices.file("Hello, this is a test." if language == "en" else TEXT, language)
    assert path is not None, voices.failures
    assert len(samples(path, 8000)) > 8000 and max(map(abs, samples(path, 8000))) > 1000
    await voices.close()


async def test_a_program_that_hangs_is_killed_and_one_that_fails_says_why(tmp_path: Path) -> None:
    voice = Voice(engine="x", name="x", language="en")
    settings = settings_of(tmp_path, voice_s=0.3)
    hanging = programs.Program("x", settings, lambda: [voice], lambda _voice, _path: ["sleep", "60"])
    with pytest.raises(SynthesisFailed, match="longer than"):
        [piece async for piece in hanging.speak("a", voice, 8000)]
    assert hanging.pids == []
    failing = programs.Program("x", settings, lambda: [voice], lambda _v, _p: ["sh", "-c", "echo no voice >&2; exit 3"])
    with pytest.raises(SynthesisFailed, match="ended with 3: no voice"):
        [piece async for piece in failing.speak("a", voice, 8000)]
    missing = programs.Program("x", settings, lambda: [voice], lambda _v, _p: ["/no/such/program"])
    with pytest.raises(SynthesisFailed, match="can't be run"):
        [piece async for piece in missing.speak("a", voice, 8000)]


STAND_IN = """
import torch

class Model:
    speakers = ["aidar", "xenia", "random"]

    def apply_tts(self, text, speaker="xenia", sample_rate=48000, put_accent=True, put_yo=True):
        if not text or speaker not in self.speakers or sample_rate not in (8000, 24000, 48000):
            raise ValueError("bad input")
        hertz = {"aidar": 300.0, "xenia": 600.0}[speaker]
        times = torch.arange(sample_rate * len(text.split()) // 2) / sample_rate
        return torch.sin(2 * torch.pi * hertz * times) * 0.5
"""


async def test_silero_speaks_by_its_model_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[silero]'")
    monkeypatch.syspath_prepend(str(tmp_path / "code"))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "stand_in_voice.py").write_text(STAND_IN, encoding="utf-8")
    from stand_in_voice import Model  # type: ignore[import-not-found]

    model = tmp_path / "models/voices/silero/v4_ru.pt"
    model.parent.mkdir(parents=True)
    with torch.package.PackageExporter(str(model)) as exporter:
        exporter.intern("stand_in_voice")
        exporter.extern("torch")
        exporter.save_pickle("tts_models", "model", Model())
    settings = msgspec.structs.replace(Settings(), var=tmp_path, models=tmp_path / "models", voice_order="silero")
    voices = Voices(settings)
    try:
        for rate in (8000, 16000):
            path = await voices.file("раз два три четыре", "ru", rate=rate)  # type: ignore[arg-type]
            assert path is not None, voices.failures
            heard = samples(path, rate)
            assert len(heard) == pytest.approx(2 * rate, rel=0.02)
            assert crossings(heard) == pytest.approx(2 * 2 * 600, rel=0.05), "xenia speaks"
        man = await voices.say("раз два три четыре", "ru", "v4_ru/aidar")
        assert man is not None and man.voice.id == "silero/v4_ru/aidar"
        assert crossings(samples(man.path, 8000)) == pytest.approx(2 * 2 * 300, rel=0.05)
        assert {voice.licence for voice in voices.ordered()} == {"CC-BY-NC-SA-4.0"}
        model.write_bytes(b"torn")
        await voices.close()
        assert await voices.file("пять", "ru") is None and voices.failures["silero"].text
    finally:
        await voices.close()


def crossings(sound: "array[int]") -> int:
    return sum((one < 0) != (other < 0) for one, other in pairwise(sound))


@needs_rhvoice
async def test_processes_end_with_the_engine(tmp_path: Path) -> None:
    """A process of voices whose engine was killed ends by itself."""
    from engine.speech.voices.frames import HEADER

    prefix = places.rhvoice(ROOT / "var" / "models")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.speech.voices.worker", "rhvoice", str(prefix), "0"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None and process.stdin is not None
    await process.stdout.readexactly(HEADER.size)
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 10) == 0
