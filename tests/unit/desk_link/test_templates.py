"""Templates of requests to other desks: what they may hold, what their values can't break out of."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.desk_link import mapping, presets, templates
from api.desk_link.mapping import LinkSettings, Operation
from api.desk_link.outgoing import http_adapter
from api.desk_link.templates import BadTemplate
from api.webhooks import signature

pytestmark = pytest.mark.feature("F-TKT-06")
VALUES: dict[str, Any] = {"ticket": {"subject": "a", "tags": ["x", "y"]}, "remote": {"id": "7", "number": None}}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_leaves_the_place_that_it_stands_in(text: str) -> None:
    values = {"ticket": {"subject": text}}
    assert templates.body('{"a": {{ ticket.subject }}, "b": 1}', values) == {"a": text, "b": 1}
    if text:
        path = templates.path("/t/{{ ticket.subject }}/x?y=1", values)
        assert path.count("/") == 3 and path.count("?") == 1 and "#" not in path
        assert path.split("/")[2] not in ("", ".", "..")


def test_values_filters_conditions_and_a_loop() -> None:
    text = """{"tags": [{% for tag in ticket.tags %}{{ tag | upper }}{% if not loop.last %}, {% endif %}{% endfor %}],
      "n": {{ remote.number }}, "s": {{ "№ " ~ remote.id }}, "all": {{ ticket.tags }}}"""
    assert templates.body(text, VALUES) == {"tags": ["X", "Y"], "n": None, "s": "№ 7", "all": ["x", "y"]}


@pytest.mark.parametrize(
    "text",
    [
        "{{ ticket.keys() }}",
        "{% set x = 1 %}",
        "{{ 'a' * 9 }}",
        "{{ 9 ** 9 }}",
        "{{ '%s' | format(1) }}",
        "{{ 'a' | center(99999999) }}",
        "{{ ticket | attr('x') }}",
        "{% include 'x' %}",
        "{% macro a() %}{% endmacro %}",
        "{% for a in ticket.tags %}{% for b in ticket.tags %}{% endfor %}{% endfor %}",
        "{{ ticket.subject",
        "{% call x() %}{% endcall %}",
    ],
)
def test_what_templates_may_not_hold_is_refused_when_they_are_saved(text: str) -> None:
    with pytest.raises(BadTemplate):
        templates.check_body(text)
    made = Operation(path="/x", body=text, remote_id="/id")
    found = mapping.errors(LinkSettings(create=made))
    assert [error["path"] for error in found] == ["body.settings.create.body"]


@pytest.mark.parametrize(
    "text", ["{{ ''.__class__ }}", "{{ ''['__class__'] }}", "{{ ticket.no_such }}", "{{ nothing }}", '{"a": ', "x"]
)
def test_what_does_not_fit_the_values_is_told(text: str) -> None:
    with pytest.raises(BadTemplate):
        templates.body(text, VALUES)


@pytest.mark.parametrize("text", ["/t/{{ remote.number }}", "/t/a b", "/т", "{{ remote.id }}"])
def test_a_path_is_one_place_and_has_all_its_values(text: str) -> None:
    with pytest.raises(BadTemplate):
        templates.path(text, VALUES)


def test_a_template_that_grows_is_stopped() -> None:
    values = {"ticket": {"description": "a" * 50_000}}
    with pytest.raises(BadTemplate, match="longer"):
        templates.body("{% for a in ticket.description %}{{ ticket.description }}{% endfor %}", values)


def test_words_both_ways() -> None:
    words = {"new": "Open", "closed": "Done"}
    assert mapping.outward(words, "new") == "Open" and mapping.outward(words, "waiting") == "waiting"
    assert mapping.inward(words, {"Resolved": "solved"}, "done") == "closed"
    assert mapping.inward(words, {"Resolved": "solved"}, "RESOLVED") == "solved"
    assert mapping.inward(words, {}, "?") is None


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (mapping.NoAuth(), {}),
        (mapping.BasicAuth("bot"), {"Authorization": "Basic Ym90OnPRjw=="}),  # printf 'bot:s\321\217' | base64
        (mapping.BearerAuth(), {"Authorization": "Bearer sя"}),
        (mapping.HeaderAuth("X-Api-Key", "Key "), {"X-Api-Key": "Key sя"}),
        (mapping.HmacAuth("X-Sign"), {"X-Sign": signature.header(["sя"], 1000, b"{}")}),
    ],
)
def test_ways_to_tell_who_asks(auth: mapping.Auth, expected: dict[str, str]) -> None:
    assert http_adapter.proof(auth, "sя", b"{}", 1000) == expected


def test_an_answer_is_read_by_pointers() -> None:
    made = Operation(path="/x", remote_id="/data/0/id", remote_number="/data/0/no", remote_state="/state")
    assert http_adapter.remote(made, b'{"data": [{"id": 7, "no": "A-7"}]}') == ("7", "A-7", None)
    for raw in (b"", b"<html>", b"[]", b'{"data": []}', b'{"data": [{"id": null}]}'):
        assert http_adapter.remote(made, raw).id is None


def test_presets_are_sound() -> None:
    for preset in presets.ALL:
        assert mapping.errors(preset.settings) == []
        assert mapping.capabilities(preset.settings) == set(mapping.OPERATIONS)
    assert mapping.errors(LinkSettings())[0]["path"] == "body.settings.create"
