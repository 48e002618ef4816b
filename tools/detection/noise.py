"""Noises behind a voice, music, and what a line does to all of it. Seeded; numpy."""

import audioop
import ctypes
import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.speech.model import RATE

Sound = NDArray[np.float64]
"""Samples of 8 kHz, full scale is 1."""
Chance = np.random.Generator


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE))


def tone(seconds: float, *hertz: float, level_db: float = -20.0) -> Sound:
    """Sines of one loudness, ``level_db`` together, with edges of 5 ms."""
    t = np.arange(int(seconds * RATE)) / RATE
    sound = np.sum([np.sin(2 * np.pi * hz * t) for hz in hertz], axis=0)
    edge = np.clip(np.minimum(t, t[::-1]) / 0.005, 0, 1) if len(t) else t
    return at_level(sound * edge, level_db)


def level(sound: Sound) -> float:
    """Loudness of the loud parts (frames within 30 dB of the loudest), dB of full scale."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1) if len(frames) else np.zeros(1)
    loud = power[power > power.max() / 1000]
    return float(10 * np.log10(loud.mean() + 1e-12)) if len(loud) else -120.0


def at_level(sound: Sound, level_db: float) -> Sound:
    return sound * 10 ** ((level_db - level(sound)) / 20)


def coloured(chance: Chance, count: int, slope_db: float) -> Sound:
    """Noise that falls ``slope_db`` an octave."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 50.0)
    return np.fft.irfft(spectrum * (hertz / 1000) ** (-slope_db / 6.02), count)


def street(chance: Chance, count: int) -> Sound:
    """Cars that come and go over a rumble."""
    noise = coloured(chance, count, 4.0)
    t = np.arange(count) / RATE
    swell = 1 + sum(
        chance.uniform(0.5, 3.0) * np.exp(-(((t - chance.uniform(-2, 8)) / chance.uniform(0.5, 2)) ** 2))
        for _ in range(3)
    )
    return noise * swell


def engine(chance: Chance, count: int) -> Sound:
    """Inside a car: a hum with harmonics, and wind."""
    t = np.arange(count) / RATE
    base = chance.uniform(30, 60)
    hum = sum(np.sin(2 * np.pi * base * k * t + chance.uniform(0, 6)) / k for k in range(2, 16))
    return hum + 1.5 * coloured(chance, count, 6.0)


def music(chance: Chance, count: int) -> Sound:
    """A tune over chords, with a beat."""
    t = np.arange(count) / RATE
    beat = chance.uniform(0.25, 0.5)
    scale = 220.0 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12) * chance.uniform(0.8, 1.3)
    out = np.zeros(count)
    for number in range(int(count / RATE / beat) + 1):
        start = int(number * beat * RATE)
        length = min(int(beat * chance.choice([1, 1, 2]) * RATE), count - start)
        if length <= 0:
            break
        note, own = chance.choice(scale) * chance.choice([1, 2]), t[:length]
        fade = np.exp(-own * chance.uniform(1, 4))
        partials = sum(np.sin(2 * np.pi * note * k * own) / k**1.5 for k in range(1, 6))
        out[start : start + length] += partials * fade
        chord = np.sin(2 * np.pi * scale[0] * own) + np.sin(2 * np.pi * scale[2] * own)
        out[start : start + length] += 0.4 * chord + 0.3 * chance.standard_normal(length) * np.exp(-own * 40)
    return out


def babble(chance: Chance, count: int, talkers: Sequence[Sound]) -> Sound:
    """Several people at once."""
    out = np.zeros(count)
    for _ in range(int(chance.integers(3, 8))):
        talker = talkers[int(chance.integers(len(talkers)))]
        repeated = np.resize(talker, count)
        out += np.roll(repeated, int(chance.integers(count))) * chance.uniform(0.4, 1.0)
    return out


NOISES: dict[str, Callable[[Chance, int], Sound]] = {
    "street": street,
    "engine": engine,
    "music": music,
    "hiss": lambda chance, count: coloured(chance, count, 0.0),
    "room": lambda chance, count: coloured(chance, count, 3.0),
}


def band(sound: Sound, low: float, high: float) -> Sound:
    """What passes between two frequencies, with edges of 100 Hz."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    gain = np.clip((hertz - low + 100) / 100, 0, 1) * np.clip((high + 100 - hertz) / 100, 0, 1)
    return np.fft.irfft(spectrum * gain, len(sound))


def a_law(pcm: bytes) -> bytes:
    return audioop.alaw2lin(audioop.lin2alaw(pcm, 2), 2)


@functools.cache
def _gsm() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libgsm.so.1")
    except OSError:
        return None
    library.gsm_create.restype = ctypes.c_void_p
    return library


def gsm(pcm: bytes) -> bytes:
    """Through GSM 06.10 (libgsm), then A-law; A-law alone where there is no libgsm."""
    library = _gsm()
    if library is None:
        return a_law(pcm)
    coder, decoder = (ctypes.c_void_p(library.gsm_create()) for _ in range(2))
    frame, sound, out = ctypes.create_string_buffer(33), ctypes.create_string_buffer(320), []
    whole = pcm + bytes(-len(pcm) % 320)
    for at in range(0, len(whole), 320):
        library.gsm_encode(coder, ctypes.c_char_p(whole[at : at + 320]), frame)
        library.gsm_decode(decoder, frame, sound)
        out.append(sound.raw)
    for state in (coder, decoder):
        library.gsm_destroy(state)
    return a_law(b"".join(out)[: len(pcm)])


def losses(chance: Chance, pcm: bytes, share: float) -> bytes:
    """Packets of 20 ms that never came, in bursts, as silence."""
    out, at = bytearray(pcm), 0
    while at < len(out):
        if chance.random() < share / 2:
            burst = 320 * int(chance.integers(1, 4))
            out[at : at + burst] = bytes(len(out[at : at + burst]))
            at += burst
        at += 320
    return bytes(out)
