"""What the classifier looks at: what was heard since the answer, as a row of numbers. numpy; for workers, training."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.sound import FLAT, HIGH, HOP_S, LEVEL, LOW, MID, PITCH, SILENT_DB, VOICED, Numbers
from engine.speech.detection.speech import Segment, Speech
from engine.speech.detection.tones import Tones

LEAST_S = 0.06
"""Shorter stretches are clicks."""
UTTERANCE_GAP_S = 0.35
TOP_DB = 14.0
"""What lies so far below the loudest voice at most belongs to the one who speaks, whatever the noise."""
BLOCK = 10
"""Frames of one of the last stretches whose loudness and periodicity are told (0.2 s)."""
BLOCKS = 8
NONE = -999.0
"""Stands for what there is not (yet)."""
NAMES = (
    *("after", "spoke", "onset", "spoken", "words", "utterances", "first", "longest", "last", "quiet", "pause"),
    *("share", "speaking", "before_db", "gaps_db", "gaps_sd", "digital", "voice_db", "voice_sd", "peak_db", "snr"),
    *("slope_db", "pitch", "pitch_sd", "pitch_end", "voiced", "flat", "tilt", "noise_tilt", "noise_flat", "rate"),
    *("tones", "tone_s", "step_db", "first_pause", "second", "loud_before"),
    *("top_first", "top_since", "top_s", "top_share", "top_gap", "top_runs"),
    *(f"level_{number}" for number in range(BLOCKS)),
    *(f"voiced_{number}" for number in range(BLOCKS)),
)
"""Names of the numbers, in order; seconds, dB or shares."""


def vector(speech: Speech, tones: Tones, after_s: float) -> Numbers:
    """The row of ``NAMES`` for what was heard in the ``after_s`` seconds since the answer."""
    frames = np.asarray(speech.frames, dtype=np.float32).reshape(len(speech.frames), -1)
    active = np.asarray(speech.active, dtype=np.bool_)
    words = [part for part in speech.segments if part.seconds >= LEAST_S]
    said = [part for part in speech.utterances(UTTERANCE_GAP_S) if part.seconds >= LEAST_S]
    row = dict.fromkeys(NAMES, NONE)
    heard = tones.all
    row |= {
        "after": after_s,
        "spoke": float(bool(words)),
        "words": float(len(words)),
        "utterances": float(len(said)),
        "tones": float(len(heard)),
        "tone_s": sum(tone.seconds for tone in heard),
    }
    if len(frames):
        row |= _noise(frames, active, words)
        row |= _top(frames)
    if words:
        row |= _cadence(words, said, len(frames))
        row |= _voice(frames, active, words)
    return np.asarray([row[name] for name in NAMES], dtype=np.float32)


def _cadence(words: list[Segment], said: list[Segment], count: int) -> dict[str, float]:
    onset, spoken = words[0].start * HOP_S, sum(part.seconds for part in words)
    pauses = [(after.start - before.end) * HOP_S for before, after in pairwise(words)]
    since = count * HOP_S - onset
    return {
        "onset": onset,
        "spoken": spoken,
        "first": said[0].seconds if said else NONE,
        "longest": max((part.seconds for part in said), default=NONE),
        "last": said[-1].seconds if said else NONE,
        "second": said[1].seconds if len(said) > 1 else NONE,
        "quiet": (count - words[-1].end) * HOP_S,
        "pause": max(pauses, default=NONE),
        "first_pause": (said[1].start - said[0].end) * HOP_S if len(said) > 1 else NONE,
        "share": spoken / max(since, HOP_S),
        "speaking": float((count - words[-1].end) * HOP_S < 0.1),
    }


def _noise(frames: Numbers, active: NDArray[np.bool_], words: list[Segment]) -> dict[str, float]:
    level = frames[:, LEVEL]
    quiet = ~active
    before = level[: words[0].start] if words else level
    out = {
        "digital": float((level < SILENT_DB + 12.0).mean()),
        "before_db": quantile(before, 0.5) if len(before) else NONE,
        "loud_before": float(before.max()) if len(before) else NONE,
    }
    if quiet.any():
        gaps = frames[quiet]
        out |= {
            "gaps_db": quantile(gaps[:, LEVEL], 0.5),
            "gaps_sd": float(gaps[:, LEVEL].std()),
            "noise_tilt": float((gaps[:, LOW] - gaps[:, HIGH]).mean()),
            "noise_flat": float(gaps[:, FLAT].mean()),
        }
    if words:
        inside = quiet.copy()
        inside[: words[0].start] = False
        if inside.any() and len(before):
            out["step_db"] = quantile(level[inside], 0.5) - quantile(before, 0.5)
    return out


def _top(frames: Numbers) -> dict[str, float]:
    """Cadence by loudness alone: what is near the loudest voice, and how the last stretches compare with it."""
    level = frames[:, LEVEL]
    voiced = level[frames[:, VOICED] > 0.7]
    peak = quantile(voiced if len(voiced) > 3 else level, 0.95)
    top = level > peak - TOP_DB
    out: dict[str, float] = {}
    places = np.flatnonzero(top)
    if len(places):
        gaps = np.diff(places)
        out = {
            "top_first": float(places[0]) * HOP_S,
            "top_since": (len(frames) - 1 - float(places[-1])) * HOP_S,
            "top_s": len(places) * HOP_S,
            "top_share": len(places) / float(len(frames) - places[0]),
            "top_gap": float(gaps.max(initial=1) - 1) * HOP_S,
            "top_runs": float((gaps > 10).sum() + 1),
        }
    count = min(BLOCKS, len(frames) // BLOCK)
    last = frames[len(frames) - count * BLOCK :].reshape(count, BLOCK, frames.shape[1])[::-1]
    for number, (loud, voice) in enumerate(
        zip(last[:, :, LEVEL].mean(axis=1), (last[:, :, VOICED] > 0.7).mean(axis=1), strict=True)
    ):
        out[f"level_{number}"], out[f"voiced_{number}"] = float(loud) - peak, float(voice)
    return out


def _voice(frames: Numbers, active: NDArray[np.bool_], words: list[Segment]) -> dict[str, float]:
    voice = frames[active]
    level = voice[:, LEVEL]
    floor = quantile(frames[:, LEVEL], 0.1)
    clear = voice[voice[:, VOICED] > 0.7]
    out = {
        "voice_db": float(level.mean()),
        "voice_sd": float(level.std()),
        "peak_db": float(level.max()),
        "snr": float(level.mean() - floor),
        "slope_db": float(level[len(level) // 2 :].mean() - level[: len(level) // 2 + 1].mean()),
        "voiced": float(len(clear) / len(voice)),
        "flat": float(voice[:, FLAT].mean()),
        "tilt": float((voice[:, LOW] - voice[:, MID]).mean()),
    }
    if len(clear) > 4:
        pitch = np.log2(clear[:, PITCH])
        third = max(2, len(pitch) // 3)
        out |= {
            "pitch": quantile(pitch, 0.5),
            "pitch_sd": float(pitch.std()),
            "pitch_end": quantile(pitch[-third:], 0.5) - quantile(pitch[:third], 0.5),
        }
    whole = frames[words[0].start : words[-1].end, LEVEL]
    if len(whole) > 8:
        smooth = np.convolve(whole, np.ones(5) / 5, mode="valid")
        rising = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > floor + 10.0)
        out["rate"] = float(rising.sum() / (len(whole) * HOP_S))
    return out


def quantile(values: Numbers, share: float) -> float:
    """The value that ``share`` of the others do not exceed."""
    place = int(share * (len(values) - 1) + 0.5)
    return float(np.partition(values, place)[place])


def restless(speech: Speech) -> float:
    """Share of frames with less than half the power around them (1 s), from the first word to the last.

    Speech falls silent between syllables and words, a ring-back tune does not (Saunders, "Real-time discrimination of
    broadcast speech/music", 1996).
    """
    if not speech.segments:
        return 0.0
    level = np.asarray(speech.frames)[speech.segments[0].start : speech.segments[-1].end, LEVEL]
    power = 10.0 ** (level / 10)
    sums = np.cumsum(np.concatenate([[0.0], power]))
    places = np.arange(len(power))
    low, high = np.maximum(0, places - 25), np.minimum(len(power), places + 25)
    around = (sums[high] - sums[low]) / (high - low)
    return float((power < 0.5 * around).mean())
