"""Mistyped words: what is two mistakes away has a piece in common; an ending counts as one mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from api.tickets.search import beginnings, mistakes_in, pieces

pytestmark = pytest.mark.feature("F-TKT-02")
LETTERS = "абвгд"
"""So few that words are often like one another."""
Edit = tuple[str, int, str]


def mistyped(word: str, edits: list[Edit]) -> str:
    """``word`` with a letter too few, too many, another or swapped with its neighbour, at each edit's place."""
    for kind, place, letter in edits:
        at = place % max(len(word), 1)
        match kind:
            case "less":
                word = word[:at] + word[at + 1 :]
            case "more":
                word = word[:at] + letter + word[at:]
            case "other":
                word = word[:at] + letter + word[at + 1 :]
            case "swapped":
                word = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word


edits = st.tuples(st.sampled_from(["less", "more", "other", "swapped"]), st.integers(0, 30), st.sampled_from(LETTERS))


@given(st.text(LETTERS, min_size=6, max_size=14), st.lists(edits, max_size=2))
def test_long_words_within_two_mistakes_meet(word: str, made: list[Edit]) -> None:
    typed = mistyped(word, made)
    if len(typed) >= 6 and OSA.distance(word, typed) <= 2:
        assert pieces(word, mistakes_in(word)) & pieces(typed, mistakes_in(typed)), typed


@given(st.text(LETTERS, min_size=1, max_size=14), st.lists(edits, max_size=1))
def test_words_of_any_length_within_one_mistake_meet(word: str, made: list[Edit]) -> None:
    typed = mistyped(word, made)
    assert pieces(word, mistakes_in(word)) & pieces(typed, mistakes_in(typed)), typed


def test_a_long_word_asks_for_a_bounded_number_of_pieces() -> None:
    word = "переосвидетельствование"
    asked = set().union(*(pieces(one, 2 - spent) for one, spent in beginnings(word, "переосвидетельствован").items()))
    assert len(asked) <= 1 + 8 + 28 and max(map(len, asked)) == 8


def test_what_may_be_an_ending_is_cut_off_at_the_price_of_a_mistake() -> None:
    assert beginnings("терминалфм", "терминалфм") == {
        "терминалфм": 0,
        **dict.fromkeys(["терминалф", "терминал", "термина", "термин", "терми"], 1),
    }
    assert beginnings("чекии", "чек") == {"чек": 0}
