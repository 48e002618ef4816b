"""Asterisk's AMD() computed over many scenes at once, to search its settings. numpy.

The reported arm of ``tools/bench amd`` is AMD() itself in real calls; this is how its settings are found, and the bench
tells how often the two agree. Source: apps/app_amd.c and main/dsp.c of Asterisk 22.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

FRAME_MS = 20
LONGEST_MS = 6500
"""Scenes are a little longer than this."""
OPEN, HUMAN, MACHINE, NOT_SURE = range(4)
Verdicts = NDArray[np.int8]
Levels = NDArray[np.float32]


class AmdSettings(msgspec.Struct, frozen=True):
    """amd.conf; milliseconds, words, and the mean absolute sample below which it is silent."""

    initial_silence: int = 2500
    greeting: int = 1500
    after_greeting_silence: int = 800
    total_analysis_time: int = 5000
    min_word_length: int = 100
    between_words_silence: int = 50
    maximum_number_of_words: int = 2
    silence_threshold: int = 256
    maximum_word_length: int = 5000

    @property
    def arguments(self) -> str:
        """The arguments of AMD()."""
        return ",".join(str(getattr(self, name)) for name in ARGUMENTS)


ARGUMENTS = (
    *("initial_silence", "greeting", "after_greeting_silence", "total_analysis_time", "min_word_length"),
    *("between_words_silence", "maximum_number_of_words", "silence_threshold", "maximum_word_length"),
)


UNHURRIED = AmdSettings(
    initial_silence=6400,
    greeting=2310,
    after_greeting_silence=1270,
    total_analysis_time=6060,
    min_word_length=60,
    between_words_silence=100,
    maximum_number_of_words=6,
    silence_threshold=720,
    maximum_word_length=1720,
)
"""The best that a search found at 3 % of people taken for machines when it may take as long as it likes."""


class Found(NamedTuple):
    """Settings and what they come to."""

    settings: AmdSettings
    recall: float
    false: float


def levels(pcms: Sequence[bytes]) -> Levels:
    """Mean absolute samples of each scene's frames of 20 ms."""
    count = LONGEST_MS // FRAME_MS + 1
    rows = [np.abs(np.frombuffer(pcm, dtype="<i2")[: count * 160].astype(np.int32)) for pcm in pcms]
    return np.stack([row.reshape(count, 160).mean(axis=1) for row in rows]).astype(np.float32)


def verdicts(level: Levels, one: AmdSettings) -> tuple[Verdicts, NDArray[np.int32]]:
    """What AMD() says of each scene, and after how many milliseconds."""
    count = len(level)
    silence, voice, run, words = (np.zeros(count, dtype=np.int32) for _ in range(4))
    in_word, initial, greeting = np.ones(count, bool), np.ones(count, bool), np.zeros(count, bool)
    out, when = np.zeros(count, dtype=np.int8), np.zeros(count, dtype=np.int32)
    for number in range(level.shape[1]):
        total = (number + 1) * FRAME_MS
        if total >= one.total_analysis_time:
            break
        quiet = level[:, number] < one.silence_threshold
        silence = np.where(quiet, silence + FRAME_MS, 0)
        between = quiet & (silence >= one.between_words_silence)
        in_word &= ~between
        run = np.where(between, 0, run)
        machine = quiet & initial & (silence >= one.initial_silence)
        human = quiet & greeting & (silence >= one.after_greeting_silence) & ~machine
        loud = ~quiet
        run += FRAME_MS * loud
        voice += FRAME_MS * loud
        long_ = loud & (run >= one.min_word_length)
        words += long_ & ~in_word
        in_word |= long_
        machine |= loud & (run >= one.maximum_word_length)
        machine |= loud & (words >= one.maximum_number_of_words)
        machine |= loud & greeting & (voice >= one.greeting)
        initial &= ~(long_ & ~greeting)
        greeting |= long_
        fresh = (out == OPEN) & (machine | human)
        out[fresh & machine], out[fresh & human] = MACHINE, HUMAN
        when[fresh] = total
    when[out == OPEN] = one.total_analysis_time
    out[out == OPEN] = NOT_SURE
    return out, when


def judge(level: Levels, machine: NDArray[np.bool_], one: AmdSettings) -> Found:
    """Recall of machines and share of people taken for one."""
    said = verdicts(level, one)[0] == MACHINE
    return Found(one, float(said[machine].mean()), float(said[~machine].mean()))


def search(
    level: Levels,
    machine: NDArray[np.bool_],
    false_most: float,
    tries: int,
    seed: int,
    tell: Callable[[str], None] = lambda text: None,
    longest_ms: int = LONGEST_MS,
) -> Found:
    """The settings of the highest recall with at most ``false_most`` people taken for machines.

    Half of the tries are drawn over wide ranges, the others near the best so far.
    """
    chance = np.random.default_rng(seed)
    best = Found(AmdSettings(), -1.0, 1.0)
    for number in range(tries):
        near = best.settings if number > tries / 2 and best.recall >= 0 else None
        found = judge(level, machine, _draw(chance, near, longest_ms))
        if found.false <= false_most and (found.recall, -found.false) > (best.recall, -best.false):
            best = found
            tell(f"try {number}: recall {found.recall:.3f} at {found.false:.3f}")
    return best


_RANGES = {
    "initial_silence": (800, 6400),
    "greeting": (400, 5000),
    "after_greeting_silence": (200, 3000),
    "total_analysis_time": (LONGEST_MS, LONGEST_MS),
    "min_word_length": (20, 500),
    "between_words_silence": (20, 500),
    "maximum_number_of_words": (2, 15),
    "silence_threshold": (60, 4000),
    "maximum_word_length": (1000, 6000),
}


def _draw(chance: np.random.Generator, near: AmdSettings | None, longest_ms: int) -> AmdSettings:
    made = {}
    for name, (least, most) in _RANGES.items():
        if name == "total_analysis_time":
            made[name] = longest_ms
            continue
        if near is None:
            value = float(np.exp(chance.uniform(np.log(least), np.log(most))))
        else:
            moved = chance.random() < 0.4
            value = getattr(near, name) * float(np.exp(0.25 * chance.standard_normal() * moved))
        step = 1 if name == "maximum_number_of_words" else 10
        made[name] = int(np.clip(round(value / step) * step, least, most))
    return AmdSettings(**made)


def read(path: Path) -> AmdSettings:
    """The settings of an amd.conf."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^(\w+)\s*=>?\s*(\d+)", text, re.MULTILINE)
    return AmdSettings(**{name: int(value) for name, value in found})
