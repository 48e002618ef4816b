"""The desk over HTTP: requests are opened, found, worked on, merged, split."""

import asyncio
import uuid
from typing import Any

import pytest
import pytest_asyncio

from api.tickets.lists import TicketLists
from engine.core import db
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-TKT-02")


def word() -> str:
    """A word that stands nowhere else: letters alone, so that it counts as one."""
    return "я" + "".join(chr(ord("а") + int(digit, 16)) for digit in uuid.uuid4().hex[:14])


@pytest_asyncio.fixture(loop_scope="package")
async def operator(api: Api) -> Client:
    return await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")


async def make_client(api: Api, **columns: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """A company and its outlet."""
    account, outlet = uuid.uuid4(), uuid.uuid4()
    await api.insert("client_accounts", id=account, name=f"ООО {account}", **columns)
    await api.insert("outlets", id=outlet, account_id=account, name="Точка")
    return account, outlet


async def found(client: Client, q: str, **params: Any) -> list[str]:
    return [item["subject"] for item in (await client.get("/tickets", q=q, **params))["items"]]


async def test_a_request_is_opened_answered_and_closed(api: Api, operator: Client) -> None:
    account, outlet = await make_client(api)
    category = await operator.get("/ticket-counters")
    body = {"id": str(uuid.uuid4()), "subject": "Не печатает", "description": "Совсем", "account_id": str(account)}
    body |= {"outlet_id": str(outlet), "channel": "phone", "tags": ["vip"]}
    ticket = await operator.post("/tickets", body)
    again = await operator.post("/tickets", body)
    assert again["number"] == ticket["number"] and ticket["outlet_name"] == "Точка"
    assert (await operator.get("/ticket-counters"))["new"] == category["new"] + 1
    assert "vip" in [tag["tag"] for tag in (await operator.get("/ticket-tags"))["items"]]
    one = f"/tickets/{ticket['id']}"

    said = await operator.post(one + "/messages", {"body": "Уже едем", "state": "waiting"})
    assert said["ticket_id"] == ticket["id"]
    await operator.post(one + "/messages", {"body": "Между нами", "public": False})
    page = await operator.get(one + "/messages", limit=1)
    assert [item["body"] for item in page["items"]] == ["Уже едем"]
    page = await operator.get(one + "/messages", cursor=page["next"])
    assert [(item["body"], item["public"]) for item in page["items"]] == [("Между нами", False)]
    ticket = await operator.get("/tickets/by-number/" + str(ticket["number"]))
    assert ticket["state"] == "waiting" and "solved" in ticket["moves"] and ticket["first_response_at"]

    ticket = await operator.post(one + "/state", {"state": "solved", "reason": "Заменили"}, 200)
    assert ticket["confirm_until"] and ticket["solved_line"] == 1
    kinds = [event["kind"] for event in (await operator.get(one + "/events"))["items"]]
    assert kinds == ["opened", "said", "assigned", "moved", "said", "moved"]
    await operator.post(one + "/state", {"state": "new"}, 409)


async def test_changes_of_an_older_version_are_refused(api: Api, operator: Client) -> None:
    ticket = await operator.post("/tickets", {"subject": "Терминал"})
    one, old = f"/tickets/{ticket['id']}", f'"{ticket["version"]}"'
    answer = await operator.send("PATCH", one, {"priority": "urgent"}, headers={"If-Match": old})
    assert answer.status == 200 and answer.headers["ETag"] == f'"{ticket["version"] + 1}"'
    for path, body in (("", {"priority": "low"}), ("/state", {"state": "closed"})):
        method = "POST" if path else "PATCH"
        answer = await operator.send(method, one + path, body, headers={"If-Match": old})
        assert answer.status == 409 and answer.json["version"] == ticket["version"] + 1
    answer = await operator.send("PATCH", one, {"priority": "low", "version": ticket["version"]})
    assert answer.status == 409


async def test_lines_pass_a_request_on_with_a_reason(api: Api, operator: Client) -> None:
    ticket = await operator.post("/tickets", {"subject": "Сервер", "assignee_id": None})
    one = f"/tickets/{ticket['id']}"
    taken = await operator.post(one + "/take", {}, 200)
    assert taken["state"] == "in_work" and taken["assignee_id"]
    other = await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")
    await other.post(one + "/take", {}, 409)
    assert (await other.post(one + "/take", {"over": True}, 200))["assignee_id"] != taken["assignee_id"]

    await operator.post(one + "/escalate", {"line": 2, "reason": " "}, 422)
    resource = uuid.uuid4()
    await api.insert("support_resources", id=resource, name=str(resource))
    body = {"line": 2, "reason": "Нужен администратор", "resource_id": str(resource)}
    passed = await operator.post(one + "/escalate", body, 200)
    assert (passed["line"], passed["assignee_id"], passed["resource_name"]) == (2, None, str(resource))
    await operator.post(one + "/escalate", body, 422)
    [event] = [e for e in (await operator.get(one + "/events"))["items"] if e["kind"] == "escalated"]
    assert event["data"]["reason"] == "Нужен администратор" and event["data"]["resource_id"] == str(resource)


async def test_what_is_merged_is_read_in_one_place(api: Api, operator: Client) -> None:
    account, outlet = await make_client(api)
    whose = {"account_id": str(account), "outlet_id": str(outlet)}
    one, two = [await operator.post("/tickets", {"subject": name, **whose}) for name in ("Раз", "Два")]
    await operator.post(f"/tickets/{one['id']}/messages", {"body": "В первой"})
    word_of_two = await operator.post(f"/tickets/{two['id']}/messages", {"body": "Во второй"})
    kept = await operator.post(f"/tickets/{one['id']}/merge", {"into_id": two["id"]}, 200)
    assert kept["id"] == two["id"] and [near["number"] for near in kept["merged"]] == [one["number"]]
    said = await operator.post(f"/tickets/{one['id']}/messages", {"body": "Потом"})
    assert said["ticket_id"] == two["id"]
    bodies = [item["body"] for item in (await operator.get(f"/tickets/{two['id']}/messages"))["items"]]
    assert bodies == ["В первой", "Во второй", "Потом"]
    gone = await operator.get(f"/tickets/{one['id']}")
    assert gone["state"] == "closed" and gone["merged_into"]["number"] == two["number"] and gone["moves"] == []

    part = await operator.post(
        f"/tickets/{two['id']}/split", {"subject": "Отдельно", "message_ids": [word_of_two["id"]]}
    )
    assert part["split_from"]["id"] == two["id"] and part["description"] == "Во второй"
    bodies = [item["body"] for item in (await operator.get(f"/tickets/{part['id']}/messages"))["items"]]
    assert bodies == ["Во второй"]


async def test_lists_are_paged_in_each_order(api: Api, operator: Client) -> None:
    account, _ = await make_client(api)
    made = [
        await operator.post("/tickets", {"subject": f"№{n}", "account_id": str(account), "priority": "urgent"})
        for n in range(7)
    ]
    for hours, ticket in zip((5, 3, 4), made, strict=False):
        await api.db.execute(
            "update tickets set due_at = now() + make_interval(hours => $2) where id = $1::uuid", ticket["id"], hours
        )
    await operator.post(f"/tickets/{made[4]['id']}/messages", {"body": "Последнее слово"})
    wanted = {
        "newest": ["№6", "№5", "№4", "№3", "№2", "№1", "№0"],
        "due": ["№1", "№2", "№0", "№3", "№4", "№5", "№6"],
        "updated": ["№4", "№6", "№5", "№3", "№2", "№1", "№0"],
    }
    for order, subjects in wanted.items():
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await operator.get("/tickets", account_id=account, order=order, limit=3, **cursor)
            seen += [item["subject"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert seen == subjects, order
    for closed in ({"open": "false"}, {"state": "closed"}):
        refused = await operator.send("GET", "/tickets", params={"order": "due", **closed})
        assert (refused.status, refused.json["code"]) == (422, "invalid_input")
    params: list[dict[str, Any]] = [{"assignee_id": "none"}, {"state": "new", "priority": "urgent"}, {"open": "true"}]
    for filters in params:
        page = await operator.get("/tickets", account_id=account, **filters)
        assert len(page["items"]) == (7 if "open" in filters else 6)
    assert (await operator.get("/tickets", account_id=account, assignee_id="me"))["items"][0]["subject"] == "№4"


async def test_words_are_found_in_all_their_forms(api: Api, operator: Client) -> None:
    mark = word()
    subjects = {
        "Терминал не видит сеть": "терминалы сети",
        "Ёлочка на экране": "елочки",
        "Чеки не печатаются": "чек",
        "Printers are offline": "printer",
        "Зависла касса, HP-1020/А": "hp 1020",
    }
    for subject in subjects:
        await operator.post("/tickets", {"subject": subject, "description": mark})
    for subject, asked in subjects.items():
        assert await found(operator, f"{asked} {mark}") == [subject]
    ticket = (await operator.get("/tickets", q=f"чек {mark}"))["items"][0]
    note = word()
    await operator.post(f"/tickets/{ticket['id']}/messages", {"body": f"Смотри {note}", "public": False})
    assert await found(operator, note) == ["Чеки не печатаются"]
    for asked in (str(ticket["number"]), f"№ {ticket['number']}", f"#{ticket['number']} {mark}"):
        assert await found(operator, asked) == ["Чеки не печатаются"]
    assert await found(operator, f"чек {word()}") == [] and await found(operator, "!!!") == []
    assert len(await found(operator, mark, limit=2)) == 2
    untouched = [subject for subject in subjects if not subject.startswith("Чеки")]
    for filters in ({}, {"state": "new"}):
        latest = await found(operator, mark, order="updated", **filters)
        assert latest == ["Чеки не печатаются", *untouched[::-1]]


async def test_mistakes_are_forgiven_where_nothing_else_is_found(api: Api, operator: Client) -> None:
    name = word()
    await operator.post("/tickets", {"subject": f"Программа {name}"})
    wrong = [
        name[:5] + name[6:],
        name[:5] + "ъ" + name[5:],
        name[:5] + "ъ" + name[6:],
        name[:9],
        name[1::-1] + name[2:],
    ]
    layout = name.translate(str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,."))
    for asked in (*wrong, layout):
        assert await found(operator, asked) == [f"Программа {name}"], asked
    await operator.post("/tickets", {"subject": f"Ещё {name}"})
    page = await operator.get("/tickets", q=wrong[0], limit=1)
    page = await operator.get("/tickets", q=wrong[0], limit=1, cursor=page["next"])
    assert [item["subject"] for item in page["items"]] == [f"Программа {name}"] and page["next"] is None


async def test_a_partner_reads_its_own_and_no_notes(api: Api, operator: Client) -> None:
    partner = uuid.uuid4()
    await api.insert("partners", id=partner, name=f"Партнёр {partner}")
    user = await api.user("partner", f"partner-{uuid.uuid4().hex[:12]}", partner_id=partner)
    account, _ = await make_client(api, partner_id=partner)
    public, inner, tag = word(), word(), r"it's \\a ' tag & ~" + word()
    own = await operator.post("/tickets", {"subject": "Своя", "account_id": str(account), "tags": [tag]})
    alien = await operator.post("/tickets", {"subject": "Чужая", "description": public})
    await operator.post(f"/tickets/{own['id']}/messages", {"body": f"Можно {public}"})
    await operator.post(f"/tickets/{own['id']}/messages", {"body": f"Нельзя {inner}", "public": False})
    assert await found(user, public) == ["Своя"] and sorted(await found(operator, public)) == ["Своя", "Чужая"]
    assert await found(user, inner) == [] and await found(operator, inner) == ["Своя"]
    assert await found(user, f"!{inner}") == [] and await found(user, public, state="in_work") == ["Своя"]
    assert [item["id"] for item in (await user.get("/tickets"))["items"]] == [own["id"]]
    for asked in ({}, {"q": public}, {"q": public, "state": "in_work"}):
        for client in (user, operator):
            found_by_tag = (await client.get("/tickets", tag=tag, **asked))["items"]
            assert [item["id"] for item in found_by_tag] == [own["id"]]
    said = (await user.get(f"/tickets/{own['id']}/messages"))["items"]
    assert [message["body"] for message in said] == [f"Можно {public}"]
    for path in (
        f"/tickets/{alien['id']}",
        f"/tickets/{alien['id']}/messages",
        f"/tickets/by-number/{alien['number']}",
    ):
        assert (await user.send("GET", path)).status == 404
    assert (await user.get("/ticket-counters"))["open"] == 1
    for path in ("/state", "/messages", "/take"):
        assert (await user.send("POST", f"/tickets/{own['id']}{path}", {"state": "closed", "body": "x"})).status == 403


async def test_a_word_said_inside_becomes_public_when_it_is_said_aloud(api: Api, operator: Client) -> None:
    partner = uuid.uuid4()
    await api.insert("partners", id=partner, name=f"Партнёр {partner}")
    user = await api.user("partner", f"partner-{uuid.uuid4().hex[:12]}", partner_id=partner)
    account, _ = await make_client(api, partner_id=partner)
    ticket = await operator.post("/tickets", {"subject": "Своя", "account_id": str(account)})
    name = word()
    for public in (False, True, False):
        await operator.post(f"/tickets/{ticket['id']}/messages", {"body": name, "public": public})
        assert await found(user, name) == (["Своя"] if public or await _aloud(api, ticket) else [])
    await api.db.execute("update ticket_messages set body = 'стёрто' where ticket_id = $1::uuid", ticket["id"])
    assert await found(operator, name) == []
    other, _ = await make_client(api)
    answer = await operator.send("PATCH", f"/tickets/{ticket['id']}", {"account_id": str(other)})
    assert answer.status == 200 and await found(user, "стёрто") == []


async def test_words_that_stand_nowhere_any_more_are_forgotten(api: Api, operator: Client) -> None:
    name, kept = word(), word()
    ticket = await operator.post("/tickets", {"subject": f"Паспорт {name} {kept}"})
    other = await operator.post("/tickets", {"subject": f"Ещё {kept}"})
    pool = await db.create_pool(api.settings)
    lists = TicketLists(pool)
    known = "select array_agg(term) from ticket_terms where term = any($1)"
    stems = await api.db.fetchval("select tsvector_to_array(text_stems($1))", f"{name} {kept}")
    try:
        await lists.keep_terms()
        assert sorted(await api.db.fetchval(known, stems)) == sorted(stems)
        answer = await operator.send("PATCH", f"/tickets/{ticket['id']}", {"subject": "стёрто"})
        assert answer.status == 200
        await lists.keep_terms()
        assert await api.db.fetchval(known, stems) == [
            stem for stem in stems if stem in await api.db.fetchval("select tsvector_to_array(text_stems($1))", kept)
        ]
        await api.db.execute("delete from tickets where id = $1::uuid", other["id"])
        await lists.keep_terms()
        assert await api.db.fetchval(known, stems) is None
    finally:
        await pool.close()


async def _aloud(api: Api, ticket: Any) -> bool:
    text = "select exists (select from ticket_messages where ticket_id = $1::uuid and public)"
    return bool(await api.db.fetchval(text, ticket["id"]))


async def test_two_who_take_at_once(api: Api, operator: Client) -> None:
    other = await api.user("operator", f"operator-{uuid.uuid4().hex[:12]}")
    ticket = await operator.post("/tickets", {"subject": "Одна на двоих"})
    path = f"/tickets/{ticket['id']}/take"
    answers = await asyncio.gather(*(person.send("POST", path, {}) for person in (operator, other)))
    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_clients_find_only_what_they_may_see(api: Api, operator: Client) -> None:
    account, outlet = await make_client(api)
    hidden, child, stranger = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    await api.insert("outlets", id=hidden, account_id=account, name="Другая")
    await api.insert("client_accounts", id=child, parent_id=account, name="Иван")
    await api.insert("client_accounts", id=stranger, name=f"ООО {stranger}")
    await api.insert("outlet_grants", account_id=child, outlet_id=outlet, parent_id=account)
    people = {}
    for name, id_ in (("parent", account), ("child", child), ("stranger", stranger)):
        people[name] = await api.user("client", f"{name}-{uuid.uuid4().hex[:12]}")
        me = (await people[name].get("/me"))["id"]
        await api.db.execute("update client_accounts set user_id = $2::uuid where id = $1", id_, me)
    mark, inner = word(), word()
    whose: dict[str, dict[str, Any]] = {
        "Своя точка": {"outlet_id": str(outlet)},
        "Чужая точка": {"outlet_id": str(hidden)},
        "Без точки, своя": {"author_account_id": str(child)},
        "Без точки, чужая": {},
    }
    for subject, fields in whose.items():
        body = {"subject": subject, "description": mark, "account_id": str(account), **fields}
        ticket = await operator.post("/tickets", body)
        await operator.post(f"/tickets/{ticket['id']}/messages", {"body": inner, "public": False})
        await operator.post(f"/tickets/{ticket['id']}/messages", {"body": f"Здравствуйте, {mark}ам"})

    async def seen(name: str, q: str, **params: Any) -> set[str]:
        page = await people[name].get("/portal/tickets", q=q, **params)
        return {item["subject"] for item in page["items"]}

    typo = mark[:4] + "ъ" + mark[4:]
    for q in (mark, typo):
        assert await seen("parent", q) == set(whose)
        assert await seen("child", q) == {"Своя точка", "Без точки, своя"}
        assert await seen("child", q, status="accepted") == {"Своя точка", "Без точки, своя"}
        assert await seen("stranger", q) == set()
    for name in people:
        assert await seen(name, inner) == set() and await seen(name, f"{mark} {inner}") == set()
    await api.db.execute("delete from outlet_grants where account_id = $1", child)
    assert await seen("child", mark) == {"Без точки, своя"}
    await api.db.execute("update client_accounts set state = 'blocked' where id = $1", account)
    answer = await people["parent"].send("GET", "/portal/tickets", params={"q": mark})
    assert answer.status in (401, 403) or answer.json["items"] == []
