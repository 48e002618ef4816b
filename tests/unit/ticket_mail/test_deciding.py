"""What becomes of a letter, and whom an event is told."""

import uuid
from datetime import UTC, datetime
from typing import get_args

import pytest

from api.letters.reading import Letter
from api.ticket_mail import deciding
from api.ticket_mail.deciding import Author, Speech, Standing
from api.ticket_notices.service import answering
from api.ticket_notices.telling import tellings
from api.ticket_notices.texts import Occasion, Words, letter
from api.tickets.model import Actor, Event, Happening, Message, Ticket
from api.tickets.states import State, Who

pytestmark = pytest.mark.feature("F-TKT-05", "F-TKT-07")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TOKEN = "1a2b3c4d" + "0" * 56


def a_letter(sender="ivan@x.ru", subject="Касса", **headers):
    return Letter("<m@x>", sender, "", [], subject, [], headers, "text", [])


@pytest.mark.parametrize(
    "made",
    [
        a_letter(**{"auto-submitted": "auto-replied; x"}),
        a_letter(precedence="Bulk"),
        a_letter(**{"x-autoreply": "yes"}),
        a_letter(**{"list-id": "<n.x>"}),
        a_letter(**{"return-path": "< >"}),
        a_letter(**{"content-type": 'multipart/report; report-type="delivery-status"'}),
        a_letter("MAILER-DAEMON@mx.ru".lower()),
        a_letter("no-reply@shop.ru"),
        a_letter(subject="Автоответ: Касса"),
        a_letter(subject="Out of office: back on Monday"),
    ],
)
def test_machines_are_recognised(made):
    assert deciding.automatic(made)


@pytest.mark.parametrize("headers", [{}, {"auto-submitted": "no"}, {"precedence": "normal"}, {"return-path": "<i@x>"}])
def test_people_are_not_taken_for_machines(headers):
    assert deciding.automatic(a_letter(**headers)) is None


def test_a_token_is_found_and_compared_whole():
    text = deciding.token_text(100123, TOKEN)
    token = deciding.token_in(f"Re: Касса {text} снова")
    assert text == "[#100123-1a2b3c4d]" and token == (100123, "1a2b3c4d")
    assert deciding.fits(token, TOKEN) and not deciding.fits(token._replace(code="1a2b3c4e"), TOKEN)
    assert deciding.without_token(f"Касса {text}") == "Касса"
    for broken in ("[#1-1a2b3c4]", "[#1-1a2b3c4dd]", "[#1-zzzzzzzz]", "#1-1a2b3c4d", "[#-1a2b3c4d]"):
        assert deciding.token_in(broken) is None


def test_who_may_speak_in_a_request_by_letter():
    one, other = uuid.uuid4(), uuid.uuid4()
    standing = Standing(frozenset({"ivan@x.ru"}), frozenset({one}))
    known, stranger = Author(one, other, None, ""), Author(other, other, None, "")
    assert deciding.speech(a_letter(), None, standing, by_token=False) is Speech.CLIENT
    assert deciding.speech(a_letter("b@x.ru"), known, standing, by_token=False) is Speech.CLIENT
    assert deciding.speech(a_letter("b@x.ru"), stranger, standing, by_token=True) is Speech.NOTE
    assert deciding.speech(a_letter("b@x.ru"), stranger, standing, by_token=False) is Speech.STRANGER


def test_who_may_be_forged_is_heard_by_staff_alone():
    one, other = uuid.uuid4(), uuid.uuid4()
    standing = Standing(frozenset({"ivan@x.ru"}), frozenset({one}))
    known, stranger = Author(one, other, None, ""), Author(other, other, None, "")
    for by_token in (True, False):
        assert deciding.speech(a_letter(), None, standing, by_token=by_token, doubted=True) is Speech.NOTE
        assert deciding.speech(a_letter("b@x.ru"), known, standing, by_token=by_token, doubted=True) is Speech.NOTE
    away = deciding.speech(a_letter("b@x.ru"), stranger, standing, by_token=False, doubted=True)
    assert away is Speech.STRANGER
    letter = a_letter()._replace(results=[(3, "mx.x.ru; dmarc=pass header.from=x.ru")])
    assert deciding.doubt(letter, "") is None and deciding.doubt(letter, "mx.x.ru") is None
    assert deciding.doubt(letter._replace(sender="ivan@y.ru"), "mx.x.ru") == (False, "dmarc=pass")
    assert deciding.doubt(a_letter(), "mx.x.ru") == (False, "")


def test_letters_of_ours_come_back_as_loops():
    ours = a_letter()._replace(letter_id="<ticket-1@desk.example>")
    assert deciding.loop(ours, set(), "@desk.example") and deciding.loop(a_letter(), {"ivan@x.ru"}, "@desk.example")
    assert deciding.loop(a_letter(), {"help@x.ru"}, "@desk.example") is None


def test_the_language_of_a_letter():
    assert [deciding.language_of(text) for text in ("Касса iPOS-7 не печатает", "It is broken", "", "12")] == [
        "ru",
        "en",
        "ru",
        "ru",
    ]


def a_ticket(**fields):
    values = dict.fromkeys(Ticket.__struct_fields__)
    values |= {"id": uuid.uuid4(), "number": 100123, "subject": "Касса", "channel": "email", "state": State.IN_WORK}
    return Ticket(**(values | fields))


def happening(kind, by=Who.STAFF, data=None, message=None, **fields):
    ticket = a_ticket(**fields)
    event = Event(
        id=1, ticket_id=ticket.id, at=NOW, kind=kind, actor=by, user_id=None, account_id=None, actor_name="",
        message_id=None, data=data or {},
    )  # fmt: skip
    return Happening(event=event, before=ticket, after=ticket, by=Actor(by), message=message)


def a_message(author, public):
    return Message(
        id=uuid.uuid4(), ticket_id=uuid.uuid4(), at=NOW, author=author, user_id=None, account_id=None, author_name="",
        public=public, channel="desk", body="x",
    )  # fmt: skip


def test_what_is_told_to_whom():
    def told(*words, **fields):
        return [(one.occasion, one.clients, one.staff, one.line) for one in tellings(happening(*words, **fields))]

    assert told("opened", Who.CLIENT) == [("opened", True, False, False)]
    assert told("opened", channel="missed") == [] == told("opened", split_from_id=uuid.uuid4())
    assert told("opened", Who.CLIENT, split_from_id=uuid.uuid4())
    assert told("said", Who.STAFF, message=a_message(Who.STAFF, False)) == []
    assert told("said", Who.STAFF, message=a_message(Who.STAFF, True)) == [("answered", True, False, False)]
    heard = told("said", Who.CLIENT, message=a_message(Who.CLIENT, True))
    assert heard == [("client_said", False, True, False), ("answered", True, False, False)]
    assert told("moved", data={"after": "solved"}) == [("solved", True, False, False)]
    assert told("moved", data={"after": "closed"}, merged_into_id=uuid.uuid4()) == []
    assert told("moved", Who.CLIENT, data={"after": "reopened"}) == [("reopened", False, True, True)]
    assert told("warned") == [("warned", False, True, True)] and told("breached") == [("breached", False, True, True)]
    for quiet in ("edited", "escalated", "linked", "merged", "split", "checked", "worked", "noticed", "file", "survey"):
        assert told(quiet) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_letters_say_what_they_must_and_bring_no_lines_of_others(language):
    words = Words(5, "Касса\r\nBcc: all", "Слова", "Анна\nОт: банк", "solution", "02.03.2026", "https://x", True)
    for occasion in get_args(Occasion):
        text = letter(occasion, language, words)
        assert "5" in text and "\nBcc" not in text and "\nОт" not in text and "https://x" in text and "{" not in text


def test_references_are_the_newest_and_fit_a_line():
    thread = ["<new@x>", *(f"<{n:03}{'y' * 60}@x>" for n in range(30)), f"<{'z' * 300}@x>", "<sha256-1>"]
    made = answering(thread)
    assert made["In-Reply-To"] == "<new@x>" and made["References"].endswith(" <new@x>")
    assert len(made["References"]) <= 850 and "zzz" not in made["References"]
    assert answering(["<sha256-1>"]) == {}
