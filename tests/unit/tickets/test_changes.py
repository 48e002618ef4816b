"""Which fields change with a move, a word, an edit; what may be merged; what may stand in a ready answer."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from api.ready_answers.rendering import render, template_errors
from api.tickets import changes
from api.tickets.model import SYSTEM, Actor, Edit, Ticket
from api.tickets.states import MOVES, State, Who, after_word, check_move
from engine.core.errors import Conflict, InvalidInput

pytestmark = pytest.mark.feature("F-TKT-02")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAFF = Actor(Who.STAFF, "Оператор", user_id=uuid.UUID(int=7))
CLIENT = Actor(Who.CLIENT, "Клиент")
NONE = dict.fromkeys(
    (
        *("account_id", "outlet_id", "author_account_id", "partner_id", "category_id", "assignee_id", "resource_id"),
        *("problem_id", "merged_into_id", "split_from_id", "call_id", "call_started_at", "external_id", "plan_id"),
        *("due_at", "overdue_at", "first_response_at", "solved_at", "solved_line", "solved_by", "confirm_until"),
        *("closed_at", "client_said_at", "staff_said_at"),
    )
)
TICKET = Ticket(
    id=uuid.UUID(int=1),
    number=100001,
    author_name="",
    author_email="",
    author_phone="",
    channel="desk",
    subject="Касса",
    description="",
    priority="normal",
    state=State.NEW,
    status="accepted",
    line=1,
    top_line=1,
    tags=[],
    language="ru",
    mail_token="",
    reopened=0,
    version=1,
    created_at=NOW,
    updated_at=NOW,
    **NONE,
)


def ticket(**fields: Any) -> Ticket:
    return replace(TICKET, **fields)


def test_every_state_can_be_left_by_somebody() -> None:
    for state in State:
        assert any(moves[state] for moves in MOVES.values())
        for who in Who:
            assert state not in MOVES[who][state]
    with pytest.raises(Conflict) as caught:
        check_move(Who.CLIENT, State.NEW, State.SOLVED)
    assert "closed" in caught.value.detail
    assert after_word(Who.CLIENT, State.SOLVED) is State.REOPENED
    assert after_word(Who.SYSTEM, State.NEW) is State.NEW


def test_a_line_has_solved_what_its_people_solved() -> None:
    days = timedelta(days=5)
    fields = changes.of_move(ticket(line=2), State.SOLVED, STAFF, NOW, days)
    assert (fields["solved_line"], fields["solved_by"], fields["confirm_until"]) == (2, STAFF.user_id, NOW + days)
    assert fields["first_response_at"] == NOW
    assert changes.of_move(ticket(), State.CLOSED, STAFF, NOW, days)["solved_line"] == 1
    assert "solved_line" not in changes.of_move(ticket(), State.CLOSED, CLIENT, NOW, days)
    assert "solved_line" not in changes.of_move(ticket(state=State.WAITING), State.CLOSED, SYSTEM, NOW, days)
    confirmed = changes.of_move(ticket(state=State.SOLVED, solved_at=NOW), State.CLOSED, CLIENT, NOW, days)
    assert confirmed == {"state": State.CLOSED, "closed_at": NOW, "confirm_until": None}


def test_edits_that_change_nothing_say_nothing() -> None:
    edit = Edit(subject="Касса", tags=[], assignee_id=None)
    assert changes.of_edit(TICKET, edit) == {}
    fields = changes.of_edit(TICKET, Edit(tags=["a", "b", "a"]))
    assert changes.events_of(TICKET, fields, "") == [("edited", {"tags": [[], ["a", "b"]], "public": False})]
    with pytest.raises(InvalidInput):
        changes.of_edit(TICKET, Edit(line=2, reason="  "))
    with pytest.raises(Conflict):
        changes.of_edit(ticket(state=State.CLOSED), Edit(line=2, reason="Надо"))
    fields = changes.of_edit(ticket(state=State.CLOSED, assignee_id=STAFF.user_id), Edit(assignee_id=None))
    assert fields == {"assignee_id": None}


def test_who_sees_one_sees_the_other_or_they_are_not_merged() -> None:
    company, outlet, child = (uuid.UUID(int=n) for n in (11, 12, 13))
    one = ticket(account_id=company, outlet_id=outlet, author_account_id=child)
    changes.check_one_client(ticket(), one)
    changes.check_one_client(one, replace(one, author_account_id=company))
    own = ticket(account_id=company, author_account_id=child)
    changes.check_one_client(own, own)
    changes.check_one_client(replace(own, author_account_id=company), own)
    for other in (ticket(), replace(one, outlet_id=None), replace(one, account_id=uuid.UUID(int=14))):
        with pytest.raises(Conflict):
            changes.check_one_client(one, other)
    with pytest.raises(Conflict):
        changes.check_one_client(own, replace(own, author_account_id=company))


def test_ready_answers_reach_for_nothing() -> None:
    assert template_errors("{{ client|upper }}{% if outlet and not line == '2' %}!{% else %}?{% endif %}") == ""
    assert render("{{ client|upper }}, {{ number }}{{ outlet }}", {"client": "аня", "number": "7"}) == "АНЯ, 7"
    for text in (
        "{{ client.x }}",
        "{{ self }}",
        "{% macro a() %}{% endmacro %}",
        "{{ 2 ** 99999999 }}",
        "{% filter upper %}x{% endfilter %}",
    ):
        assert template_errors(text)
        assert render(text, {}) == text
