"""What the socket carries: any message is read, or told to be unreadable, and never raises."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ari import errors, events, wire
from engine.ari.link import error_text

CHANNEL = {
    "id": "node1-1795296991.66",
    "name": "PJSIP/demo-00000021",
    "state": "Ring",
    "protocol_id": "call-id",
    "caller": {"name": "Иван", "number": "74950000001"},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {"context": "from-trunk", "exten": "101", "priority": 2, "app_name": "Stasis", "app_data": "a,b"},
    "creationtime": "2026-11-21T10:00:00.123+0000",
    "language": "ru",
}
START = {
    "type": "StasisStart",
    "timestamp": "2026-11-21T13:00:00.125+0300",
    "args": ["inbound", "101"],
    "channel": CHANNEL,
    "asterisk_id": "00:00",
    "application": "paylater",
}
BY_TYPE = {
    "StasisStart": START,
    "ChannelDtmfReceived": {**START, "type": "ChannelDtmfReceived", "digit": "5", "duration_ms": 100},
    "PlaybackFinished": {
        **START,
        "type": "PlaybackFinished",
        "playback": {"id": "p", "media_uri": "sound:x", "target_uri": "channel:c", "state": "done"},
    },
    "RESTResponse": {**START, "type": "RESTResponse", "request_id": "1", "status_code": 204, "uri": "x"},
}


def encoded(message: Any) -> str:
    return msgspec.json.encode(message).decode()


def test_times_are_aware_in_any_zone() -> None:
    event = wire.parse(encoded(START))
    assert isinstance(event, events.StasisStart)
    assert event.channel.creationtime == datetime(2026, 11, 21, 10, 0, 0, 123000, UTC)
    assert event.timestamp == datetime(2026, 11, 21, 10, 0, 0, 125000, UTC)
    assert event.timestamp.utcoffset() == timedelta(hours=3)
    assert event.args == ["inbound", "101"]


def test_what_is_not_there_has_a_default_and_what_is_not_known_is_passed_over() -> None:
    event = wire.parse(encoded({**START, "brand_new_field": {"a": [1]}}))
    assert isinstance(event, events.StasisStart)
    assert event.replace_channel is None
    assert event.channel.channelvars == {}


def test_a_word_of_python_is_renamed() -> None:
    message = {"from": "101", "to": "102", "body": "hi"}
    event = wire.parse(encoded({**START, "type": "TextMessageReceived", "message": message}))
    assert isinstance(event, events.TextMessageReceived)
    assert event.message.from_ == "101"


def test_an_event_of_another_version_is_unknown_and_garbage_is_malformed() -> None:
    assert wire.parse(encoded({**START, "type": "BrandNewEvent"})) == wire.Unknown("BrandNewEvent")
    broken = wire.parse(encoded({**START, "channel": 5}))
    assert isinstance(broken, wire.Malformed)
    assert broken.reason.startswith("StasisStart: ")
    for garbage in ("", "{", "null", "[]", '{"type": 5}', '{"type": null}', "\x00", b"\xff\xfe", "[" * 5000):
        assert isinstance(wire.parse(garbage), wire.Malformed)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_no_bytes_kill_the_reader(data: bytes | str) -> None:
    assert isinstance(wire.parse(data), wire.Malformed | wire.Unknown | events.Event)


@given(
    st.sampled_from(sorted(BY_TYPE)),
    st.dictionaries(st.sampled_from([*START, "digit", "playback", "status_code", "request_id"]), json_values),
)
def test_no_fields_kill_the_reader(kind: str, changes: dict[str, Any]) -> None:
    assert isinstance(wire.parse(encoded({**BY_TYPE[kind], **changes})), wire.Malformed | wire.Unknown | events.Event)


@given(st.sampled_from(sorted(BY_TYPE)), st.data())
def test_a_message_cut_short_is_malformed(kind: str, data: st.DataObject) -> None:
    text = encoded(BY_TYPE[kind]).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    assert isinstance(wire.parse(text[:cut]), wire.Malformed)


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_ids_and_values_survive_the_uri(segment: str, value: str) -> None:
    from urllib.parse import parse_qs, unquote

    try:
        uri = wire.with_query(wire.path("channels", segment, "play"), {"media": value, "lang": None, "beep": True})
    except UnicodeEncodeError:
        return
    place, query = uri.split("?")
    assert place.count("/") == 2
    assert unquote(place.split("/")[1]) == segment
    assert parse_qs(query, keep_blank_values=True) == {"media": [value], "beep": ["true"]}


def test_a_request_is_written_as_asterisk_reads_it() -> None:
    request = wire.Request(request_id="7", method="POST", uri="channels/c/answer")
    assert msgspec.json.decode(wire.encode(request)) == {
        "type": "RESTRequest",
        "request_id": "7",
        "method": "POST",
        "uri": "channels/c/answer",
    }


@pytest.mark.parametrize(
    ("method", "uri", "name"),
    [
        ("POST", "channels/node1-17.1/answer", "POST channels/answer"),
        ("DELETE", "channels/c?reason_code=17", "DELETE channels"),
        ("POST", "channels?endpoint=PJSIP/101", "POST channels"),
        ("POST", "recordings/live/a%2Fb/stop", "POST recordings/stop"),
        ("GET", "recordings/stored/a", "GET recordings"),
        ("PUT", "asterisk/modules/res_pjsip.so", "PUT asterisk/modules"),
        ("PUT", "applications/paylater/eventFilter", "PUT applications/eventFilter"),
    ],
)
def test_operations_have_names_without_ids(method: str, uri: str, name: str) -> None:
    assert wire.operation(method, uri) == name


def test_the_filter_lets_answers_to_our_requests_through() -> None:
    allowed = {entry["type"] for entry in wire.event_filter()["allowed"]}
    assert "RESTResponse" in allowed
    assert allowed <= {kind.__name__ for kind in events.EVENTS}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, errors.AriNotFound),
        (409, errors.AriConflict),
        (422, errors.AriUnprocessable),
        (500, errors.AriError),
        (400, errors.AriError),
    ],
)
def test_each_refusal_has_its_class(status: int, kind: type[errors.AriError]) -> None:
    error = errors.of_status(status, "POST channels/answer", "gone")
    assert type(error) is kind
    assert error.fields == {"operation": "POST channels/answer", "http_status": status}
    assert "POST channels/answer" in str(error)


@pytest.mark.parametrize(
    ("body", "text"),
    [('{"message": "x"}', "x"), (b'{"error": "y"}', "y"), ("", ""), (None, ""), ("<html>", ""), ("[1]", "")],
)
def test_the_text_of_a_fault(body: str | bytes | None, text: str) -> None:
    assert error_text(body) == text
