"""Small rules of menus: places in texts, costs of patterns, pointers into answers."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.patterns import MAX_INPUT, PatternRefused, matches
from engine.ivr.rules.render import MAX_LENGTH, render
from engine.ivr.rules.requests import AnswerUnfit, is_pointer, pick, refused


def test_places_are_names_alone() -> None:
    variables = {"a": "{b}", "b": "2"}
    assert render("{a}{b}{c}", variables) == "{b}2"
    assert render("{a.x} {a[0]} {0} {} {A} {a!r}", variables) == "{a.x} {a[0]} {0} {} {A} {a!r}"
    assert len(render("{a}", {"a": "x" * 10_000})) == MAX_LENGTH


@given(st.text(max_size=80), st.dictionaries(st.sampled_from("ab"), st.text(max_size=5)))
def test_any_text_renders(text: str, variables: dict[str, str]) -> None:
    assert isinstance(render(text, variables), str)


@given(st.text("1a|()*+?[]{}2,\\d.-^$", max_size=14))
def test_a_pattern_that_is_taken_is_quick(pattern: str) -> None:
    started = time.perf_counter()
    try:
        matches(pattern, "1" * MAX_INPUT + "x")
    except PatternRefused:
        return
    assert time.perf_counter() - started < 0.5


def test_values_are_picked_by_pointer() -> None:
    data = b'{"a": {"b/c": [1, {"~": true}]}, "n": null, "t": "x"}'
    mapping = {"one": "/a/b~1c/0", "two": "/a/b~1c/1/~0", "three": "/n", "four": "/t", "five": "/a/b~1c"}
    found = {"one": "1", "two": "true", "three": "", "four": "x", "five": '[1,{"~":true}]'}
    assert pick(data, mapping) == found


@pytest.mark.parametrize("pointer", ["/x", "/a/9", "/a/-1", "/a/99999999999999999999", "/t/0", "/a/\u0661"])
def test_a_pointer_to_nothing_is_a_failure(pointer: str) -> None:
    with pytest.raises(AnswerUnfit):
        pick(b'{"a": [1], "t": "x"}', {"v": pointer})


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_a_failure(data: bytes) -> None:
    with pytest.raises(AnswerUnfit):
        pick(data, {"v": "/a"})


def test_pointers_and_urls() -> None:
    assert is_pointer("") and is_pointer("/a~0b/~1")
    assert not is_pointer("a") and not is_pointer("/a~2") and not is_pointer("/a~")
    assert refused("https://crm.local:8443/x?y={caller}") is None
    for url in (
        "ftp://x/",
        "http://",
        "http://{a}/",
        "http://x{a}:80/",
        "http://[fe80::1]/",
        "http://[x",
        "/etc/passwd",
    ):
        assert refused(url), url
