"""One labelled answer: who, what they say and when, the room, the line. All drawn from a seeded generator; numpy.

The shares below describe the corpus; they are the same in both parts and for both arms of ``tools/bench amd``.
"""

import wave
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from engine.speech.model import RATE
from tools.detection import noise
from tools.detection.noise import Chance, Sound
from tools.detection.phrases import machines, people
from tools.detection.voices import Saying, make

SECONDS = 7.0
"""Length of a scene."""
SPEEDS = {"person": (1.15, 1.3, 1.45, 1.6), "machine": (0.95, 1.0, 1.1, 1.2)}
"""Of a voice's own: who answers is quick, who records a greeting takes his time."""
WARPS = (0.9, 0.95, 1.0, 1.05, 1.1)
"""Playing faster or slower makes other people of a voice."""
PEOPLE_SAY = {"short": 0.87, "medium": 0.10, "long": 0.03}
HARD_SAY = {"short": 0.2, "medium": 0.5, "long": 0.3}
"""The same where training looks closer; rows are weighed back."""
AGAIN = 0.6
"""Who hears nothing says hello again."""
ROOMS = {"": 0.55, "street": 0.1, "babble": 0.11, "engine": 0.1, "room": 0.09, "music": 0.02, "hiss": 0.03}
"""What is behind a person, with these signal-to-noise ratios."""
ROOM_SNR_DB = (8.0, 30.0)
RECORDED_ROOMS = {"": 0.7, "room": 0.15, "hiss": 0.08, "music": 0.07}
"""What was behind a greeting when it was recorded; it begins and ends with the recording."""
RECORDED_SNR_DB = (10.0, 35.0)
LEVEL_DB = (-22.0, 5.0, -36.0, -10.0)
"""Loudness of speech: mean, deviation, least, most."""
ONSET_S = {"person": (0.5, 0.45, 0.1, 3.5), "machine": (0.6, 0.45, 0.1, 3.5)}
"""From the answer to the first word: median and deviation (of the logarithm), least, most."""
PAUSE_S = (0.3, 0.4, 0.12, 1.2)
"""Between the sentences of a machine."""
BEFORE = 0.12
"""Machines that begin with a tone or a tune; people whose phone rustles first."""
CODECS = {"a_law": 0.6, "gsm": 0.4}
LOSSY, LOSS = 0.2, (0.005, 0.05)
SILENCED = 0.15
"""Lines that send nothing while nobody speaks (digital silence)."""


class Scene(msgspec.Struct):
    """What was drawn; ``pcm`` is 16 bit, 8 kHz, from the answer on. ``label`` is ``human`` or ``machine``."""

    label: str
    kind: str
    voice: str
    room: str
    codec: str
    onset_s: float
    spoken_s: float
    """Length of what is said first."""
    pcm: bytes = b""


def sayings(part: str, language: str, voices: Sequence[str]) -> list[Saying]:
    """All that may be said in a part, for ``voices.make``: each text by each voice at two speeds."""
    texts = [("person", text) for kind in people(part, language).values() for text in kind]
    texts += [("machine", text) for greeting in machines(part, language) for text in greeting]
    return [
        Saying(voice, text, SPEEDS[who][(number + shift) % 4])
        for number, (who, text, voice) in enumerate((who, text, voice) for who, text in texts for voice in voices)
        for shift in (0, 2)
    ]


class Theatre:
    """Makes scenes of one part in one language from sentences that were said."""

    def __init__(self, part: str, language: str, voices: Sequence[str], hard: bool = False) -> None:
        self._voices = list(voices)
        self._say_shares = HARD_SAY if hard else PEOPLE_SAY
        self._people, self._machines = people(part, language), machines(part, language)
        self._known: dict[tuple[str, str], list[Saying]] = {}
        for one in sayings(part, language, voices):
            self._known.setdefault((one.voice, one.text), []).append(one)
        self._sounds: dict[Saying, Sound] = {}

    def draw(self, chance: Chance, label: str) -> Scene:
        """A scene of ``human`` or ``machine``."""
        voice, warp = str(chance.choice(self._voices)), float(chance.choice(WARPS))
        make = self._person if label == "human" else self._machine
        return self._through(chance, make(chance, voice, warp))

    def _say(self, chance: Chance, voice: str, text: str, warp: float = 1.0) -> Sound:
        choice = self._known[voice, text]
        saying = choice[int(chance.integers(len(choice)))]
        if saying not in self._sounds:
            if not saying.path.is_file():
                make([saying])
            with wave.open(str(saying.path), "rb") as file:
                self._sounds[saying] = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768.0
        sound = self._sounds[saying]
        places = np.arange(0, len(sound) - 1, warp)
        return np.interp(places, np.arange(len(sound)), sound)

    def _person(self, chance: Chance, voice: str, warp: float) -> tuple[Scene, Sound]:
        kind = _pick(chance, self._say_shares)
        texts = self._people
        first = self._say(chance, voice, str(chance.choice(texts[kind])), warp)
        onset = _lognormal(chance, *ONSET_S["person"])
        stage = noise.silence(SECONDS)
        if chance.random() < BEFORE:
            rustle = noise.coloured(chance, int(chance.uniform(0.05, 0.3) * RATE), 2.0) * 0.02
            _put(stage, rustle, chance.uniform(0, max(0.05, onset - 0.1)))
        end = _put(stage, first, onset)
        while chance.random() < AGAIN and end < SECONDS - 2:
            again = self._say(chance, voice, str(chance.choice(texts["short"])), warp)
            end = _put(stage, again, end + _lognormal(chance, 1.8, 0.4, 0.8, 4.0))
        room = _pick(chance, ROOMS)
        scene = Scene("human", kind, voice, room, "", onset, len(first) / RATE)
        stage = noise.at_level(stage, _level(chance))
        if room:
            behind = self._noise(chance, room, len(stage))
            stage = stage + noise.at_level(behind, noise.level(stage) - chance.uniform(*ROOM_SNR_DB))
        return scene, stage

    def _machine(self, chance: Chance, voice: str, warp: float) -> tuple[Scene, Sound]:
        texts = self._machines[int(chance.integers(len(self._machines)))]
        onset = _lognormal(chance, *ONSET_S["machine"])
        stage, at = noise.silence(SECONDS), onset
        first = 0.0
        for text in texts:
            sentence = self._say(chance, voice, text, warp)
            first = first or len(sentence) / RATE
            at = _put(stage, sentence, at) + _lognormal(chance, *PAUSE_S)
        _put(stage, noise.tone(chance.uniform(0.2, 0.8), chance.uniform(400, 1400), level_db=-18.0), at)
        stage = noise.at_level(stage, _level(chance))
        room = _pick(chance, RECORDED_ROOMS)
        if room:
            start = int(max(0.0, onset - chance.uniform(0.02, 0.6)) * RATE)
            behind = noise.at_level(self._noise(chance, room, len(stage)), noise.level(stage))
            behind *= 10 ** (-chance.uniform(*RECORDED_SNR_DB) / 20)
            behind[:start] = 0
            stage = stage + behind
        if chance.random() < BEFORE and onset > 0.4:
            opening = (
                noise.music(chance, int((onset - 0.1) * RATE)) if chance.random() < 0.5 else noise.tone(0.3, 800.0)
            )
            _put(stage, noise.at_level(opening, _level(chance)), 0.0)
        return Scene("machine", "greeting", voice, room, "", onset, first), stage

    def _noise(self, chance: Chance, room: str, count: int) -> Sound:
        if room == "babble":
            texts = [text for greeting in self._machines[:2] for text in greeting]
            talkers = [self._say(np.random.default_rng(7), voice, text) for voice in self._voices for text in texts]
            return noise.babble(chance, count, talkers)
        return noise.NOISES[room](chance, count)

    def _through(self, chance: Chance, made: tuple[Scene, Sound]) -> Scene:
        """The line: hiss of its own, its band, a codec, lost packets, silence suppression."""
        scene, sound = made
        if chance.random() < SILENCED and not scene.room:
            sound = _silenced(sound)
        else:
            hiss = noise.coloured(chance, len(sound), 1.0)
            sound = sound + noise.at_level(hiss, chance.uniform(-78.0, -50.0))
        sound = noise.band(sound, 300.0, 3400.0)
        pcm = np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()
        scene.codec = _pick(chance, CODECS)
        pcm = noise.gsm(pcm) if scene.codec == "gsm" else noise.a_law(pcm)
        if chance.random() < LOSSY:
            pcm = noise.losses(chance, pcm, chance.uniform(*LOSS))
        scene.pcm = pcm
        return scene


def _silenced(sound: Sound) -> Sound:
    """Nothing is sent while nobody speaks, and 0.2 s after."""
    frames = np.abs(sound[: len(sound) // 160 * 160].reshape(-1, 160)).max(axis=1) > 0.002
    kept = np.convolve(frames, np.ones(10), mode="full")[: len(frames)] > 0
    out = sound.copy()
    out[: len(kept) * 160] *= np.repeat(kept, 160)
    return out


def _put(stage: Sound, sound: Sound, at_s: float) -> float:
    """Add a sound to the stage; gives the time of its end."""
    start = int(at_s * RATE)
    end = min(len(stage), start + len(sound))
    if end > start:
        stage[start:end] += sound[: end - start]
    return at_s + len(sound) / RATE


def _pick(chance: Chance, shares: dict[str, float]) -> str:
    names = list(shares)
    return str(names[int(chance.choice(len(names), p=np.array(list(shares.values())) / sum(shares.values())))])


def _lognormal(chance: Chance, median: float, deviation: float, least: float, most: float) -> float:
    return float(np.clip(median * np.exp(deviation * chance.standard_normal()), least, most))


def _level(chance: Chance) -> float:
    mean, deviation, least, most = LEVEL_DB
    return float(np.clip(mean + deviation * chance.standard_normal(), least, most))


Draw = Callable[[Chance, str], Scene]
