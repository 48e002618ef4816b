"""What is heard before and after an answer: tones through a phone line, speech, music; the decision and its trees."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.speech.detection import tones, trees
from engine.speech.detection.classifier import WEIGHTS, Classifier, decide
from engine.speech.detection.features import NAMES
from engine.speech.detection.model import EARLY, Finding, Kind, Mark
from engine.speech.detection.watcher import Watcher
from tools.detection import amd, noise
from tools.detection.boosting import How, fit
from tools.detection.noise import Sound
from tools.detection.voices import Saying, make
from tools.softphone import audio

pytestmark = pytest.mark.feature("F-DIAL-09")
BUSY = [(0.35, (425.0,)), (0.4, (425.0,)), (0.5, (480.0, 620.0)), (0.25, (480.0, 620.0)), (0.175, (425.0,))]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def beats(on_s: float, off_s: float, hertz: Sequence[float], count: int, level_db: float = -20.0) -> Sound:
    return np.concatenate([noise.tone(on_s, *hertz, level_db=level_db), noise.silence(off_s)] * count)


def line(*parts: Sound, codec: str = "a_law", hiss_db: float = -55.0, seed: int = 1) -> bytes:
    """Sounds one after another, as they come through a line."""
    sound = np.concatenate(parts)
    hiss = noise.coloured(np.random.default_rng(seed), len(sound), 1.0)
    sound = noise.band(sound + noise.at_level(hiss, hiss_db), 300.0, 3400.0)
    pcm = np.clip(sound * 32767, -32768, 32767).astype("<i2").tobytes()
    return noise.gsm(pcm) if codec == "gsm" else noise.a_law(pcm)


def hear(classifier: Classifier, pcm: bytes, answered_s: float | None = None, late_s: float = 0.0) -> list[Finding]:
    """All findings; ``answered_s``: when it was answered, which is told ``late_s`` after the audio of that moment."""
    watcher, found = Watcher(classifier), []
    for at in range(0, len(pcm), 640):
        if answered_s is not None and at >= (answered_s + late_s) * 16_000:
            watcher.answered(answered_s, 4.0)
        found += watcher.feed(pcm[at : at + 640])
    return found


def kinds(found: list[Finding]) -> list[str]:
    return [finding.what for finding in found]


@pytest.mark.parametrize("codec", ["a_law", "gsm"])
@pytest.mark.parametrize(("length", "hertz"), BUSY)
def test_busy_tones(classifier: Classifier, codec: str, length: float, hertz: tuple[float, ...]) -> None:
    found = hear(classifier, line(noise.silence(0.7), beats(length, length, hertz, 5), codec=codec))
    assert kinds(found) == [Kind.BUSY], found
    assert found[0].at_s < 0.7 + 8 * length + 0.3


@pytest.mark.parametrize(
    ("on_s", "off_s", "hertz"), [(1.0, 4.0, (425.0,)), (2.0, 4.0, (440.0, 480.0)), (0.8, 3.2, (425.0,))]
)
def test_ring_back_tones_end_nothing(
    classifier: Classifier, on_s: float, off_s: float, hertz: tuple[float, ...]
) -> None:
    found = hear(classifier, line(noise.silence(0.5), beats(on_s, off_s, hertz, 4)))
    assert kinds(found) == [Kind.RINGING]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (((985.2, 0.38), (1370.6, 0.276), (1776.7, 0.38)), Kind.BAD_NUMBER),
        (((913.8, 0.276), (1370.6, 0.276), (1776.7, 0.38)), Kind.BAD_NUMBER),
        (((913.8, 0.276), (1428.5, 0.38), (1776.7, 0.38)), Kind.UNAVAILABLE),
        (((950.0, 0.33), (1400.0, 0.33), (1800.0, 0.33)), Kind.UNAVAILABLE),
    ],
)
def test_special_information_tones(classifier: Classifier, parts: tuple[tuple[float, float], ...], kind: Kind) -> None:
    sound = [noise.tone(length, hz) for hz, length in parts]
    found = hear(classifier, line(noise.silence(1.0), *sound, noise.silence(1.0)))
    assert kinds(found) == [kind]
    assert found[0].why == "special_tones"


def test_a_tune_instead_of_ringing_ends_nothing(classifier: Classifier) -> None:
    for seed in range(3):
        tune = noise.at_level(noise.music(np.random.default_rng(seed), 8000 * 12), -18.0)
        assert not set(kinds(hear(classifier, line(tune)))) & EARLY


@pytest.mark.parametrize(
    ("sound", "why"),
    [(noise.tone(2.8, 2100.0), "fax_answering_tone"), (beats(0.5, 3.0, (1100.0,), 2), "fax_calling_tone")],
)
def test_a_fax(classifier: Classifier, sound: Sound, why: str) -> None:
    found = hear(classifier, line(noise.silence(0.9), sound), 0.2)
    assert kinds(found)[0] == Kind.FAX
    assert found[0].why == why


@pytest.mark.parametrize("late_s", [0.1, 0.3, 0.7, 2.5])
def test_word_of_the_answer_comes_late(classifier: Classifier, late_s: float) -> None:
    """What was said meanwhile counts, and the verdict is the same."""
    voice = noise.at_level(noise.coloured(np.random.default_rng(3), 8000, 1.0), -30.0)
    hello = Saying("espeak/ru+m3", "Алло?")
    make([hello])
    person = np.frombuffer(bytes(8000) + audio.read_wav(hello.path), dtype="<i2").astype(np.float32) / 32768
    sounds = line(noise.silence(0.5), noise.tone(2.8, 2100.0)), line(noise.silence(6.0)), line(voice[:4000])
    for sound in (*sounds, line(person)):
        pcm = sound + line(noise.silence(5.0))
        assert hear(classifier, pcm, 0.2, late_s)[0] == hear(classifier, pcm, 0.2)[0]
    assert hear(classifier, line(person, noise.silence(5.0)), 0.2, late_s)[0].what == Kind.HUMAN


def test_silence_is_told_at_the_deadline(classifier: Classifier) -> None:
    found = hear(classifier, line(noise.silence(6.0)), 0.5)
    assert kinds(found)[0] == Kind.SILENT
    assert 4.4 <= found[0].at_s <= 4.7


def test_a_beep_follows_the_verdict(classifier: Classifier) -> None:
    """Nobody speaks; then a beep, as of a mailbox without a greeting."""
    found = hear(classifier, line(noise.silence(6.0), noise.tone(0.4, 1000.0), noise.silence(1.0)), 0.5)
    assert kinds(found)[0] == Kind.SILENT
    assert Mark.BEEP in kinds(found)


def test_tones_break_off_and_change() -> None:
    heard = tones.Tones()
    for number, hz in enumerate([400.0] * 10 + [None] * 2 + [400.0] * 5 + [800.0] * 10 + [None] * 5):
        heard.take(number * 0.02, 0.02, hz)
    assert [(round(tone.hz), round(tone.seconds, 2)) for tone in heard.heard] == [(400, 0.38), (800, 0.24)]


POLICY = {
    "machine": 0.9,
    "human": 0.1,
    "middle": 0.6,
    "due_s": 2.0,
    "late_s": 0.5,
    "heard_s": 0.4,
    "unsure_low": 0.4,
    "unsure_high": 0.7,
}


@pytest.mark.parametrize(
    ("chance", "after", "kind"),
    [
        (0.95, 0.5, Kind.MACHINE),
        (0.05, 0.5, Kind.HUMAN),
        (0.5, 1.9, None),
        (0.8, 2.0, Kind.MACHINE),
        (0.3, 2.0, Kind.HUMAN),
        (0.5, 2.0, None),
        (0.5, 2.5, Kind.HUMAN),
        (0.65, 2.5, Kind.MACHINE),
    ],
)
def test_the_decision(chance: float, after: float, kind: Kind | None) -> None:
    told = decide(POLICY, chance, after, 4.0)
    assert (told[0] if told else None) == kind


def test_who_is_late_is_heard_first() -> None:
    assert decide(POLICY, 0.8, 2.0, 4.0, onset_s=1.9) is None
    assert decide(POLICY, 0.8, 2.3, 4.0, onset_s=1.9) is not None


def test_a_short_limit_brings_the_decision_forward() -> None:
    assert decide(POLICY, 0.5, 1.0, 1.0) is not None


def test_trees_learn_and_rows_score_as_many_do() -> None:
    chance = np.random.default_rng(3)
    rows = chance.standard_normal((2000, 3)).astype(np.float32)
    labels = ((rows[:, 0] > 0.3) ^ (rows[:, 2] < 0)).astype(float)
    forest = fit(rows, labels, ("a", "b", "c"), How(trees=30, depth=3, least=2.0, columns=1.0))
    scorer = trees.Scorer(forest)
    many = scorer.scores(rows)
    assert ((many > 0.5) == (labels > 0.5)).mean() > 0.97
    assert max(abs(scorer.score(row) - one) for row, one in zip(rows[:50], many[:50], strict=True)) < 1e-5


def test_the_weights_fit_the_features() -> None:
    forest = trees.load(WEIGHTS)
    assert forest.names == NAMES
    assert max(max(row) for row in forest.features) < len(NAMES)
    assert set(POLICY) <= set(forest.policy)


def test_amd_as_computed() -> None:
    """A word and a pause is a person; a long sentence, many words or only silence a machine (app_amd.c)."""
    level = np.full((4, amd.LONGEST_MS // 20 + 1), 10.0, dtype=np.float32)
    level[0, 30:50] = level[1, 30:180] = 2000.0
    for start in range(30, 200, 20):
        level[2, start : start + 10] = 2000.0
    said, when = amd.verdicts(level, amd.AmdSettings(maximum_number_of_words=3))
    assert said.tolist() == [amd.HUMAN, amd.MACHINE, amd.MACHINE, amd.MACHINE]
    assert when.tolist() == [1800, 2100, 1500, 2500]
