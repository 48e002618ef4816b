"""What the classifier looks at: what was heard since the answer, as a row of numbers. numpy; for workers, training."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.speech.detection.sound import FLAT, HIGH, HOP_S, LEVEL, LOW, MID, PITCH, SILENT_DB, VOICED, Numbers
from engine.speech.detection.speech import Segment, Speech
from engine.speech.detection.tones import Tones

NAMES = (
    *("after", "spoke", "onset", "spoken", "words", "utterances", "first", "longest", "last", "quiet", "pause"),
    *("share", "speaking", "before_db", "gaps_db", "gaps_sd", "digital", "voice_db", "voice_sd", "peak_db", "snr"),
    *(
        "slope_db",
        "pitch",
        "pitch_sd",
        "pitch_end",
        "voiced",
        "flat",
        "tilt",
        "noise_tilt",
        "noise_flat",
        "rate",
        "tones",
    ),
    *("tone_s", "step_db", "first_pause", "second", "loud_before"),
)
"""Names of the numbers, in order; seconds, dB or shares."""
LEAST_S = 0.06
"""Shorter stretches are clicks."""
UTTERANCE_GAP_S = 0.35
NONE = -999.0
"""Stands for what there is not (yet)."""


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
        "before_db": float(np.median(before)) if len(before) else NONE,
        "loud_before": float(before.max()) if len(before) else NONE,
    }
    if quiet.any():
        gaps = frames[quiet]
        out |= {
            "gaps_db": float(np.median(gaps[:, LEVEL])),
            "gaps_sd": float(gaps[:, LEVEL].std()),
            "noise_tilt": float((gaps[:, LOW] - gaps[:, HIGH]).mean()),
            "noise_flat": float(gaps[:, FLAT].mean()),
        }
    if words:
        inside = quiet.copy()
        inside[: words[0].start] = False
        if inside.any() and len(before):
            out["step_db"] = float(np.median(level[inside]) - np.median(before))
    return out


def _voice(frames: Numbers, active: NDArray[np.bool_], words: list[Segment]) -> dict[str, float]:
    voice = frames[active]
    level = voice[:, LEVEL]
    floor = np.quantile(frames[:, LEVEL], 0.1)
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
            "pitch": float(np.median(pitch)),
            "pitch_sd": float(pitch.std()),
            "pitch_end": float(np.median(pitch[-third:]) - np.median(pitch[:third])),
        }
    whole = frames[words[0].start : words[-1].end, LEVEL]
    if len(whole) > 8:
        smooth = np.convolve(whole, np.ones(5) / 5, mode="valid")
        rising = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > floor + 10.0)
        out["rate"] = float(rising.sum() / (len(whole) * HOP_S))
    return out
