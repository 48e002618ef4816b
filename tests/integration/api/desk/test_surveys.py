"""Surveys: who is asked after a request was closed or by the calendar, how they answer, what becomes of it."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.auth.seal import Seal
from tests.integration.api.conftest import Api, Client, until

pytestmark = pytest.mark.feature("F-ADM-12")


@dataclass
class Shop:
    """A client's company with its person signed in."""

    id: uuid.UUID
    email: str
    person: Client


@pytest_asyncio.fixture(loop_scope="package")
async def shop(api: Api) -> Shop:
    name = uuid.uuid4().hex[:12]
    person = await api.user("client", f"shop-{name}")
    user_id = await api.db.fetchval("select id from users where login = $1", f"shop-{name}")
    made = Shop(uuid.uuid4(), f"{name}@shop.example", person)
    await api.insert("client_accounts", id=made.id, user_id=user_id, name=f"Магазин {name}", email=made.email)
    return made


async def _survey(api: Api, admin: Client, **fields: Any) -> Any:
    await api.db.execute("update surveys set enabled = false")
    body = {"name": uuid.uuid4().hex, "trigger": "closed", "question": "Как мы справились?", "best": 5}
    return await admin.post("/surveys", {**body, **fields})


async def _closed(api: Api, admin: Client, shop: Shop) -> str:
    """A request of the shop that staff has closed."""
    id_ = uuid.uuid4()
    await api.insert(
        "tickets",
        id=id_,
        account_id=shop.id,
        author_account_id=shop.id,
        channel="portal",
        subject="Не работает касса",
    )
    await admin.post(f"/tickets/{id_}/state", {"state": "closed"}, 200)
    return str(id_)


async def _letters(api: Api, shop: Shop) -> list[str]:
    """Letters with a question."""
    seal = Seal(api.settings)
    rows = await api.db.fetch("select body from mails where recipient = $1 and body is not null", shop.email)
    return [text for row in rows if "/survey/" in (text := seal.open(row["body"]))]


async def test_the_author_of_a_closed_request_is_asked_once_and_the_score_counts(
    api: Api, admin: Client, shop: Shop
) -> None:
    survey = await _survey(api, admin)
    ticket = await _closed(api, admin, shop)
    (letter,) = await until(lambda: _letters(api, shop))
    assert "Как мы справились?" in letter and "Не работает касса" in letter
    token = re.search(r"/support#/survey/(\S+)", letter)[1]  # type: ignore[index]
    asked = await api.anonymous.post("/survey-questions", {"token": token}, 200)
    assert asked["best"] == 5 and asked["ticket_id"] == ticket
    assert [q["id"] for q in (await shop.person.get("/portal/surveys"))["items"]] == [asked["id"]]
    wrong = await api.anonymous.send("POST", "/survey-answers", {"token": token, "score": 6})
    assert wrong.status == 422
    await api.anonymous.post("/survey-answers", {"token": token, "score": 2, "comment": "долго"}, 204)
    again = await api.anonymous.send("POST", "/survey-answers", {"token": token, "score": 5})
    assert again.status == 404
    assert (await shop.person.get("/portal/surveys"))["items"] == []
    (answer,) = (await admin.get("/survey-answers", account_id=shop.id))["items"]
    assert (answer["score"], answer["comment"], answer["ticket_id"], answer["line"]) == (2, "долго", ticket, 1)
    for by in ("survey", "account", "line"):
        (month,) = (await admin.get("/survey-results", by=by, survey_id=survey["id"]))["items"]
        assert (month["asked"], month["answered"], month["mean"]) == (1, 1, 0.25), by
    events = (await admin.get(f"/tickets/{ticket}/events"))["items"]
    assert [e["data"]["score"] for e in events if e["kind"] == "survey"] == [2]
    # Asked lately: not again.
    await _closed(api, admin, shop)
    assert await api.db.fetchval("select count(*) from survey_asks where account_id = $1", shop.id) == 1


async def test_a_request_reopened_before_its_time_asks_nothing(api: Api, admin: Client, shop: Shop) -> None:
    await _survey(api, admin, delay_minutes=60)
    ticket = await _closed(api, admin, shop)
    asks = "select count(*) from survey_asks where ticket_id = $1"
    assert await api.db.fetchval(asks, uuid.UUID(ticket)) == 1
    assert (await shop.person.get("/portal/surveys"))["items"] == []
    await admin.post(f"/tickets/{ticket}/state", {"state": "reopened", "reason": "ещё не всё"}, 200)
    assert await api.db.fetchval(asks, uuid.UUID(ticket)) == 0


async def test_everybody_is_asked_on_schedule(api: Api, admin: Client, shop: Shop) -> None:
    survey = await _survey(api, admin, trigger="schedule", every_days=30, rest_days=0)
    (question,) = await until(lambda: _open_questions(shop))
    assert question["ticket_id"] is None
    await shop.person.post(f"/portal/surveys/{question['id']}", {"score": 5}, 204)
    due = await api.db.fetchval("select next_at from surveys where id = $1", uuid.UUID(survey["id"]))
    assert timedelta(days=29) < due - datetime.now(UTC) <= timedelta(days=30)
    await api.db.execute("update surveys set next_at = now() - interval '1 s' where id = $1", uuid.UUID(survey["id"]))
    # The same day's round is the same: nobody is asked twice.
    await until(lambda: _later(api, survey["id"], due))
    assert (await shop.person.get("/portal/surveys"))["items"] == []
    bad = await admin.send("POST", "/surveys", {"name": "x", "trigger": "schedule", "question": "?"})
    assert bad.status == 422 and "every_days" in bad.json["errors"][0]["path"]


async def test_a_question_is_its_persons_alone(api: Api, admin: Client, shop: Shop) -> None:
    await _survey(api, admin)
    await _closed(api, admin, shop)
    (question,) = await until(lambda: _open_questions(shop))
    other = await api.user("client", f"other-{uuid.uuid4().hex[:12]}")
    user_id = await api.db.fetchval("select id from users where login like 'other-%' order by created_at desc limit 1")
    await api.insert("client_accounts", id=uuid.uuid4(), user_id=user_id, name="Чужие")
    assert (await other.get("/portal/surveys"))["items"] == []
    assert (await other.send("POST", f"/portal/surveys/{question['id']}", {"score": 1})).status == 404
    guess = await api.anonymous.send("POST", "/survey-questions", {"token": "a" * 43})
    assert guess.status in (404, 429)


async def _open_questions(shop: Shop) -> Any:
    return (await shop.person.get("/portal/surveys"))["items"]


async def _later(api: Api, survey: str, due: datetime) -> Any:
    next_at = await api.db.fetchval("select next_at from surveys where id = $1", uuid.UUID(survey))
    return next_at > datetime.now(UTC) and next_at != due
