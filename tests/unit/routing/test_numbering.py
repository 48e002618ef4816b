"""One form for every way of writing a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.routing import features
from engine.routing.features import ForwardOff, ForwardOn, OwnVoicemail, PickUp
from engine.routing.numbering import dialled, normalise


@pytest.mark.parametrize(
    ("given_number", "normal"),
    [
        ("+74951234567", "74951234567"),
        ("84951234567", "74951234567"),
        ("8 (495) 123-45-67", "74951234567"),
        ("4951234567", "74951234567"),
        ("74951234567", "74951234567"),
        ("88001234567", "78001234567"),
        ("+84951234567", "84951234567"),
        ("81312345678", "81312345678"),
        ("442071234567", "442071234567"),
        ("101", "101"),
        ("112", "112"),
        ("", "anonymous"),
        ("anonymous", "anonymous"),
    ],
)
def test_numbers_become_international_where_that_is_sure(given_number: str, normal: str) -> None:
    assert normalise(given_number) == normal


@given(st.text(max_size=30))
def test_any_text_becomes_digits_and_stays_so(text: str) -> None:
    once = normalise(text)
    assert once == "anonymous" or (once.isascii() and once.isdigit())
    assert normalise("+" + once) == once


def test_what_phones_dial() -> None:
    assert dialled("+7 (495) *97#") == "7495*97#"


@pytest.mark.feature("F-PBX-12")
@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("*97", OwnVoicemail("101")),
        ("*7289161234567", ForwardOn("101", "79161234567")),
        ("*72102", ForwardOn("101", "102")),
        ("*73", ForwardOff("101")),
        ("*8102", PickUp("101", "102")),
        ("*72", None),
        ("*72*1", None),
        ("*8", None),
        ("*99", None),
        ("102", None),
    ],
)
def test_feature_codes(code: str, feature: object) -> None:
    assert features.parse("101", code) == feature
