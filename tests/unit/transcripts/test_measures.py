"""Figures of a conversation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.transcripts.measures import common, joined, measure, opinion, total, without
from engine.transcripts.model import Utterance

pytestmark = pytest.mark.feature("F-PBX-20")


def said(side, start, end, text="раз два"):
    return Utterance(side=side, start_s=start, end_s=end, text=text)


def test_a_plain_conversation():
    found = measure(
        [
            said("operator", 0, 4),
            said("client", 5, 7, "хочу узнать ***"),
            said("operator", 7.3, 8),
            said("client", 20, 21),
        ],
        24,
    )
    assert found["talk_s"] == {"client": 3.0, "operator": 4.7}
    assert found["words"] == {"client": 4, "operator": 4}
    assert found["talk_ratio"] == pytest.approx(4.7 / 7.7, abs=0.001)
    assert found["silence_s"] == pytest.approx(1 + 0.3 + 12 + 3)
    assert found["longest_silence_s"] == 12.0
    assert found["interruptions"] == {"client": 0, "operator": 0} and found["overlap_s"] == 0.0


def test_who_begins_while_the_other_speaks_and_goes_on_interrupts():
    found = measure([said("operator", 0, 10), said("client", 4, 7), said("client", 8.8, 9.2)], 10)
    assert found["interruptions"] == {"client": 1, "operator": 0}
    assert found["overlap_s"] == pytest.approx(3.4)


def test_beginning_together_or_at_the_end_of_the_other_is_no_interruption():
    together = measure([said("operator", 0, 5), said("client", 0.1, 5)], 5)
    at_the_end = measure([said("operator", 0, 5), said("client", 4.8, 9)], 9)
    assert together["interruptions"] == at_the_end["interruptions"] == {"client": 0, "operator": 0}


def test_hold_counts_neither_as_speech_nor_as_silence():
    found = measure([said("operator", 0, 2), said("client", 62, 64)], 64, [(3, 60)])
    assert (found["silence_s"], found["longest_silence_s"], found["unheard_s"]) == (3.0, 2.0, 57.0)


def test_nobody_spoke():
    found = measure([], 12)
    assert (found["talk_ratio"], found["silence_s"], found["longest_silence_s"]) == (None, 12.0, 12.0)


stretches = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 30)).map(lambda x: (x[0] / 4, (x[0] + x[1]) / 4)), max_size=25
)


@given(stretches, stretches)
def test_speech_silence_and_overlap_make_up_the_whole(client, operator):
    duration = 60.0
    one, other = joined(client), joined(operator)
    quiet = without([(0.0, duration)], joined([*one, *other]))
    both = total(common(one, other))
    assert total(one) + total(other) - both + total(quiet) == pytest.approx(duration)
    assert all(not common(quiet, taken) for taken in (one, other))


@given(stretches, stretches, stretches)
def test_figures_are_never_out_of_bounds(client, operator, away):
    utterances = [said("client", *s) for s in client] + [said("operator", *s) for s in operator]
    found = measure(utterances, 60.0, away)
    assert 0 <= found["silence_s"] <= 60 and found["longest_silence_s"] <= found["silence_s"]
    assert found["talk_ratio"] is None or 0 <= found["talk_ratio"] <= 1
    assert found["interruptions"]["client"] <= len(client) and found["overlap_s"] <= min(found["talk_s"].values())


def test_the_opinion_is_the_clients_weighed_by_words():
    assert opinion([("client", 1, 1.0), ("client", 3, -1.0), ("operator", 50, 1.0)]) == -0.5
    assert opinion([("operator", 2, 0.4), ("client", 3, None)]) == 0.4
    assert opinion([]) is None
