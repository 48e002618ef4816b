"""Simulated customers by their numbers, and the totals that are held against what they saw."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tools.soaks.campaigns.behaviours import MIX, Kind, crowd, kind_of, number_of, plan
from tools.soaks.campaigns.customers import Seen
from tools.soaks.campaigns.operators import Talk
from tools.soaks.campaigns.totals import Totals, expected, totals

T0 = datetime(2026, 11, 22, 10, tzinfo=UTC)
OPERATOR = uuid.uuid4()
LEAD, ATTEMPT = uuid.uuid4(), uuid.uuid4()
NUMBER = number_of(Kind.PERSON, 7)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def seen(**changes: Any) -> Seen:
    """A person who answered after three seconds and was talked to until the tenth."""
    start = T0.timestamp()
    call = Seen(
        number=NUMBER,
        kind=Kind.PERSON,
        visit=1,
        call_id="c",
        shown="7495",
        invited_at=start + 0.1,
        ringing_at=start + 0.2,
        answered_at=start + 3,
        ended_at=start + 10,
        ended_by="caller",
        status=200,
    )
    return replace(call, **changes)


def attempt(**changes: Any) -> dict[str, Any]:
    row = {
        "id": ATTEMPT,
        "lead_id": LEAD,
        "channel": "phone",
        "address": NUMBER,
        "number": 1,
        "shown": "7495",
        "mode": "predictive",
        "claimed_at": T0,
        "dialed_at": at(0),
        "ringing_at": at(0.2),
        "answered_at": at(3),
        "connected_at": at(4),
        "ended_at": at(10),
        "outcome": "talked",
        "abandoned": False,
        "operator_id": OPERATOR,
    }
    return {**row, **changes}


def lead(**changes: Any) -> dict[str, Any]:
    row = {"lead_id": LEAD, "address": NUMBER, "state": "done", "next_at": None, "result": "talked"}
    return {**row, "last_outcome": "talked", **changes}


def talk(**changes: Any) -> Talk:
    start = T0.timestamp()
    one = Talk(extension="600", number=NUMBER, answered_at=start + 4, auto=True, call=ATTEMPT.hex, ended_at=start + 10)
    return replace(one, **changes)


def compare(
    attempts: list[Any], calls: list[Seen], talks: list[Talk], leads: list[Any] | None = None, **options: Any
) -> Totals:
    return totals(attempts, leads or [lead()], calls, talks, {OPERATOR: "600"}, **options)


def test_numbers_tell_what_a_customer_does_and_a_crowd_has_its_shares() -> None:
    numbers = list(crowd(1000))
    kinds = Counter(kind_of(number) for number in numbers)
    assert len(set(numbers)) == 1000
    assert all(abs(kinds[kind] - 10 * share) <= 1 for kind, share in MIX.items())
    assert [kind_of("74950000000"), kind_of("7916000009"), kind_of("79160000099")] == [None, None, None]


def test_a_customer_does_the_same_each_time_but_for_the_first_call_of_some() -> None:
    number = number_of(Kind.BUSY_ONCE, 1)
    first, second = plan(number, 1), plan(number, 2)
    assert first and second and (first.kind, second.kind) == (Kind.BUSY, Kind.PERSON)
    assert plan(number, 2) == second != plan(number_of(Kind.BUSY_ONCE, 2), 2)


def test_a_campaign_that_agrees_has_no_problems_and_its_figures() -> None:
    found = compare([attempt()], [seen()], [talk()])
    assert found.problems == []
    assert found.facts["abandonment"] == 0
    assert found.facts["connect_s"] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("attempts", "calls", "talks", "told"),
    [
        ([attempt()], [], [talk()], "saw no call"),
        ([], [seen()], [], "no attempt says so"),
        ([attempt()], [seen(), seen(call_id="d")], [talk()], "called twice"),
        ([attempt()], [seen(at_once=True)], [talk()], "twice at one time"),
        ([attempt(outcome="busy")], [seen()], [talk()], "that is talked"),
        ([attempt(answered_at=None)], [seen()], [talk()], "answered_at"),
        ([attempt(ended_at=at(14))], [seen()], [talk()], "ended_at"),
        ([attempt(ended_at=None, outcome=None)], [seen()], [talk()], "has no end"),
        ([attempt(operator_id=uuid.uuid4())], [seen()], [talk()], "600 talked, not"),
        ([attempt(connected_at=at(4))], [seen()], [], "no operator's phone was"),
        ([attempt(outcome="abandoned")], [seen()], [talk()], "abandoned is False"),
        ([attempt(outcome="skipped")], [seen()], [talk()], "and the customer was called"),
        ([attempt(shown="7499")], [seen()], [talk()], "the customer saw 7495"),
    ],
)
def test_whatever_does_not_agree_is_told(attempts: Any, calls: Any, talks: Any, told: str) -> None:
    assert any(told in problem for problem in compare(attempts, calls, talks).problems)


def test_nobody_is_forgotten_and_nobody_called_who_may_not_be() -> None:
    waiting = compare([attempt()], [seen()], [talk()], [lead(state="waiting")])
    assert any("is waiting after 1 calls" in problem for problem in waiting.problems)
    closed = compare([attempt()], [seen()], [talk()], closed={NUMBER})
    assert any("may not be called now" in problem for problem in closed.problems)
    other = compare([attempt()], [seen()], [talk()], [lead(last_outcome="busy")])
    assert any("ended busy" in problem for problem in other.problems)
    never = compare([], [], [], [lead(last_outcome=None)])
    assert any("was never called" in problem for problem in never.problems)


def test_what_a_fault_touched_may_be_unknown_but_is_called_once() -> None:
    lost = attempt(outcome="interrupted", answered_at=None, connected_at=None, ended_at=at(6))
    rows = [lead(last_outcome="interrupted")]
    assert compare([lost], [seen()], [], rows).problems
    faults = [(at(4).timestamp(), at(6).timestamp())]
    assert compare([lost], [seen()], [], rows, faults=faults).problems == []
    assert compare([lost], [], [], [lead(state="done", last_outcome="interrupted")]).problems == [
        f"lead {NUMBER} is done and was never called: talked"
    ]


@pytest.mark.parametrize(
    ("call", "outcomes"),
    [
        (seen(answered_at=0.0, status=486, ended_by="customer"), {"busy"}),
        (seen(answered_at=0.0, status=603, ended_by="customer"), {"rejected"}),
        (seen(answered_at=0.0, status=480, ended_by="customer"), {"unavailable"}),
        (seen(answered_at=0.0, status=404, ended_by="customer"), {"bad_number"}),
        (seen(answered_at=0.0, status=487), {"no_answer"}),
        (seen(kind=Kind.MACHINE), {"machine"}),
        (seen(kind=Kind.FAX), {"fax"}),
        (seen(), {"abandoned"}),
        (seen(ended_by="customer"), {"abandoned", "hung_up"}),
        (seen(kind=Kind.SILENT), {"abandoned", "silent"}),
    ],
)
def test_what_a_call_that_no_operator_took_may_be_called(call: Seen, outcomes: set[str]) -> None:
    assert expected(call, None) == outcomes
