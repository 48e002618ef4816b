"""Outcomes of calls, ids derived from channels, causes in words."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calls.causes import describe
from engine.calls.model import Call, Direction, Ending, Leg, LegRole, Outcome, outcome_of
from engine.core.ids import ID_TIME_SLACK, call_id_of, new_id, time_of

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def call_with(talk_s: float = 0.0, **facts: object) -> Call:
    return Call(
        id=call_id_of("node1-1795255200.1", AT),
        node_id="node1",
        direction=Direction.INBOUND,
        caller="79160000000",
        called="74951000001",
        started_at=AT,
        legs=[Leg(channel_id="a", role=LegRole.CALLER, number="79160000000", endpoint="PJSIP/demo", started_at=AT)],
        talk_s=talk_s,
        ending=Ending(**facts),  # type: ignore[arg-type]
    )


@pytest.mark.feature("F-PBX-19")
@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        (call_with(talk_s=3.0, message_left=True), Outcome.ANSWERED),
        (call_with(message_left=True), Outcome.VOICEMAIL),
        (call_with(rejected=True, flow_finished=True), Outcome.REJECTED),
        (call_with(failed=True), Outcome.FAILED),
        (call_with(), Outcome.ABANDONED),
        (call_with(dial_reason="busy"), Outcome.ABANDONED),
        (call_with(dial_reason="busy", flow_finished=True), Outcome.BUSY),
        (call_with(dial_reason="unavailable", flow_finished=True), Outcome.NO_ANSWER),
        (call_with(dial_reason="failed", flow_finished=True), Outcome.FAILED),
        (call_with(flow_finished=True), Outcome.SERVED),
    ],
)
def test_the_strongest_fact_tells_the_outcome(call: Call, outcome: Outcome) -> None:
    assert outcome_of(call) is outcome


def test_a_call_survives_its_encoding_whole() -> None:
    call = call_with(dial_reason="busy")
    call.variables["city"] = "Тверь"
    call.position = {"menu": "m", "step": "s"}
    assert msgspec.json.decode(msgspec.json.encode(call), type=Call) == call


@given(st.integers(1_000_000_000, 4_000_000_000), st.integers(0, 10_000_000), st.sampled_from(["", "node1-", "a-b-"]))
def test_the_same_channel_gives_the_same_call_id_near_its_time(epoch: int, sequence: int, system: str) -> None:
    unique_id = f"{system}{epoch}.{sequence}"
    first = call_id_of(unique_id, AT)
    assert first == call_id_of(unique_id, AT + timedelta(days=9))
    assert abs(time_of(first).timestamp() - epoch) <= ID_TIME_SLACK.total_seconds()
    assert first.version == 7
    assert first != call_id_of(f"{system}{epoch}.{sequence + 1}", AT)


def test_new_ids_sort_by_time() -> None:
    assert new_id(AT) < new_id(AT + timedelta(milliseconds=1))


@given(st.integers(0, 200))
def test_every_cause_has_words_in_both_languages(cause: int) -> None:
    assert describe(cause, "ru")
    assert describe(cause, "en")


def test_causes_in_words() -> None:
    assert describe(17, "ru") == "абонент занят"
    assert describe(17, "en") == "busy"
    assert describe(None) == ""
