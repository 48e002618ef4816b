"""What stands beside a request, and what the desk is set up with."""

import asyncio
import uuid
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-TKT-02")


@pytest_asyncio.fixture(loop_scope="package")
async def operator(api: Api) -> Client:
    return await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")


async def me(client: Client) -> str:
    found: str = (await client.get("/me"))["id"]
    return found


async def test_watchers(api: Api, operator: Client) -> None:
    account, child, other = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    await api.insert("client_accounts", id=account, name=f"ООО {account}")
    await api.insert("client_accounts", id=child, parent_id=account, name="Пётр")
    await api.insert("client_accounts", id=other, name=f"ООО {other}")
    ticket = await operator.post("/tickets", {"subject": "Видят все", "account_id": str(account)})
    path = f"/tickets/{ticket['id']}/watchers"
    mine = await me(operator)
    for _ in range(2):
        await operator.post(path, {"user_id": mine}, 200)
        await operator.post(path, {"email": "Somebody@Example.test"}, 200)
    watchers = (await operator.post(path, {"account_id": str(account)}, 200))["items"]
    assert [(one["user_id"], one["email"], one["account_id"]) for one in watchers] == [
        (mine, None, None),
        (None, "somebody@example.test", None),
        (None, None, str(account)),
    ]
    # A person of the client who was not granted the outlet, a stranger, nobody, two at once.
    for wrong in ({"account_id": str(child)}, {"account_id": str(other)}, {}, {"user_id": mine, "email": "a@b"}):
        await operator.post(path, wrong, 422)
    assert (await operator.send("DELETE", f"{path}/{watchers[0]['id']}")).status == 204
    assert (await operator.send("DELETE", f"{path}/{watchers[0]['id']}")).status == 404
    assert len((await operator.get(path))["items"]) == 2


async def test_a_checklist_is_worked_off(api: Api, operator: Client) -> None:
    ticket = await operator.post("/tickets", {"subject": "По шагам"})
    path = f"/tickets/{ticket['id']}/checks"
    ids = [str(uuid.uuid4()) for _ in range(3)]
    for id_, text in zip(ids, ("Раз", "Два", "Три"), strict=True):
        for _ in range(2):
            await operator.post(path, {"id": id_, "text": text})
    answer = await operator.send("PATCH", f"{path}/{ids[2]}", {"done": True, "place": 0})
    assert answer.status == 200 and answer.json["done_by"] == await me(operator)
    await operator.send("PATCH", f"{path}/{ids[2]}", {"done": True})
    checks = (await operator.get(path))["items"]
    assert [(check["text"], check["done_at"] is not None) for check in checks] == [
        ("Три", True),
        ("Раз", False),
        ("Два", False),
    ]
    assert (await operator.send("DELETE", f"{path}/{ids[0]}")).status == 204
    events = (await operator.get(f"/tickets/{ticket['id']}/events"))["items"]
    assert [event["data"] for event in events if event["kind"] == "checked"] == [
        {"text": "Три", "done": True, "public": False}
    ]
    assert (await operator.send("PATCH", f"{path}/{uuid.uuid4()}", {"done": True})).status == 404


async def test_time_spent_is_noted_once(api: Api, operator: Client) -> None:
    ticket = await operator.post("/tickets", {"subject": "Долго"})
    await operator.post(f"/tickets/{ticket['id']}/escalate", {"line": 2, "reason": "Сложно"}, 200)
    path, body = f"/tickets/{ticket['id']}/work", {"id": str(uuid.uuid4()), "seconds": 5400, "note": "Выезд"}
    for _ in range(2):
        work = await operator.post(path, body)
    assert (work["line"], work["seconds"]) == (2, 5400)
    assert len((await operator.get(path))["items"]) == 1
    other = await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")
    await other.post(path, body, 409)
    await operator.post(path, {"seconds": 0}, 422)


async def test_who_writes_is_seen_by_others(api: Api, operator: Client) -> None:
    other = await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")
    ticket = await operator.post("/tickets", {"subject": "Вдвоём"})
    path = f"/tickets/{ticket['id']}/viewing"
    text = "select data from changes where topic = 'tickets' and kind = 'viewing' and key = $1 order by id"

    async def told() -> list[Any]:
        rows = await api.db.fetch(text, ticket["id"])
        return [(row["data"]["writing"], row["data"]["here"]) for row in rows]

    api.clock.stop()
    assert await operator.post(path, {}, 200) == {"items": [], "next": None}
    seen = (await other.post(path, {"writing": True}, 200))["items"]
    assert [one["user_id"] for one in seen] == [await me(operator)]
    [seen] = (await operator.get(path))["items"]
    assert seen["writing"] and seen["user_id"] == await me(other)
    # Saying the same again is no news.
    await other.post(path, {"writing": True}, 200)
    await other.post(path, {"writing": False}, 200)
    assert await told() == [(False, True), (True, True), (False, True)]
    assert (await operator.send("DELETE", path)).status == 204
    assert (await other.get(path))["items"] == [] and (await told())[-1] == (False, False)
    await operator.post(path, {}, 200)
    api.clock.ahead += api.settings.ticket_viewing_s + 1
    assert (await other.get(path))["items"] == []


async def test_new_requests_go_to_the_line_of_their_category(api: Api, operator: Client, admin: Client) -> None:
    name = uuid.uuid4().hex
    category = await admin.post("/ticket-categories", {"name": name, "line": 2, "priority": "high"})
    ticket = await operator.post("/tickets", {"subject": "Сеть", "category_id": category["id"]})
    assert (ticket["line"], ticket["top_line"], ticket["priority"]) == (2, 2, "high")
    assert ticket["category_name"] == name
    listed = await operator.get("/tickets", category_id=category["id"])
    assert [item["id"] for item in listed["items"]] == [ticket["id"]]
    assert (await admin.send("DELETE", f"/ticket-categories/{category['id']}")).status == 409
    await operator.post("/ticket-categories", {"name": name + "2"}, 403)

    lines = (await operator.get("/support-lines"))["items"]
    assert sorted(line["line"] for line in lines) == [1, 2, 3]
    [second] = [line for line in lines if line["line"] == 2]
    answer = await admin.send("PATCH", f"/support-lines/{second['id']}", {"target_share": 0.7})
    assert answer.status == 200 and answer.json["target_share"] == 0.7
    answer = await admin.send("PATCH", f"/support-lines/{second['id']}", {"group_id": str(uuid.uuid4())})
    assert answer.status == 422
    await admin.send("PATCH", f"/support-lines/{second['id']}", {"target_share": second["target_share"]})
    resource = await admin.post("/support-resources", {"name": name})
    assert (await admin.send("DELETE", f"/support-resources/{resource['id']}")).status == 204


async def test_ready_answers_are_filled_in(api: Api, operator: Client, admin: Client) -> None:
    name = uuid.uuid4().hex
    body = {
        "name": name,
        "shortcut": name,
        "text": "{{ client }}, {{ number }} {{ status }}.{% if outlet %} {{ outlet }}.{% endif %} {{ operator }}",
        "text_en": "Dear {{ client | default('client', true) }}: {{ subject }}",
    }
    answer = await admin.post("/ready-answers", body)
    path = f"/ready-answers/{answer['id']}/render"
    texts = []
    for language in ("ru", "en"):
        subject = "<b>{{ number }}</b>"
        ticket = await operator.post("/tickets", {"subject": subject, "author_name": "Анна", "language": language})
        texts.append((await operator.post(path, {"ticket_id": ticket["id"]}, 200))["text"])
    number = ticket["number"] - 1
    user = await operator.get("/me")
    assert texts == [f"Анна, {number} принята. {user['name']}", "Dear Анна: <b>{{ number }}</b>"]
    await operator.post(path, {"ticket_id": str(uuid.uuid4())}, 404)
    for wrong in (
        "{{ nobody }}",
        "{{ client",
        "{{ client.__class__ }}",
        "{{ client['x'] }}",
        "{% for a in client %}{{ a }}{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ range(10) }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{{ client | replace('a', 'b') }}",
    ):
        refused = await admin.send(
            "POST", "/ready-answers", body | {"name": name + "2", "shortcut": None, "text": wrong}
        )
        assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.text", wrong


async def test_limits_hold_for_those_who_come_at_once(api: Api, operator: Client) -> None:
    ticket = await operator.post("/tickets", {"subject": "Много шагов"})
    most = api.settings.ticket_checks_most
    await api.db.executemany(
        "insert into ticket_checks (id, ticket_id, place, text) values (gen_random_uuid(), $1::uuid, $2, 'Шаг')",
        [(ticket["id"], place) for place in range(most - 1)],
    )
    sent = (operator.send("POST", f"/tickets/{ticket['id']}/checks", {"text": "Ещё"}) for _ in range(4))
    assert sorted(answer.status for answer in await asyncio.gather(*sent)) == [201, 409, 409, 409]
