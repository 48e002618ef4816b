"""Human speech with known words for ``stt``: Asterisk's core sounds one after another, and errors in words."""

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from engine.speech.model import RATE
from engine.speech.recognizers import audio
from tools.benchmarks.command import folder
from tools.stack.install.asterisk import LANGUAGES

PAUSE_S = 1.2


class Talk(NamedTuple):
    """A person who says some sentences with pauses: samples as PCM at 8 kHz, and the words."""

    language: str
    pcm: bytes
    words: list[str]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE


def talks(prefix: Path, count: int, seconds: float, seed: int) -> list[Talk]:
    """``count`` talks of about ``seconds``, in Russian and English by turns; none says a sentence twice."""
    chance = random.Random(seed)
    return [_talk(prefix, list(LANGUAGES)[number % len(LANGUAGES)], seconds, chance) for number in range(count)]


def _talk(prefix: Path, language: str, seconds: float, chance: random.Random) -> Talk:
    lines = folder("spoken.tsv").read_text(encoding="utf-8").splitlines()
    known = [line.split("\t")[1:] for line in lines if line.startswith(f"{language}\t")]
    chance.shuffle(known)
    pcm, words = bytes(RATE), []
    for name, text in known:
        sound = prefix / "usr/share/asterisk/sounds" / LANGUAGES[language] / f"{name}.wav"
        pcm += audio.pcm(audio.read_wav(sound)) + bytes(2 * int(PAUSE_S * RATE))
        words += spoken(text)
        if len(pcm) / 2 / RATE >= seconds:
            break
    return Talk(language, pcm, words)


def spoken(text: str) -> list[str]:
    """Words without case, punctuation and the difference between е and ё."""
    return re.sub(r"[^\w' ]", " ", text.lower().replace("ё", "е").replace("-", " ")).split()


def errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Words put in, left out or taken for others (Levenshtein distance)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        before, row = row, [number]
        for at, other in enumerate(heard):
            row.append(min(before[at] + (word != other), before[at + 1] + 1, row[at] + 1))
    return row[-1]
