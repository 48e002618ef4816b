"""The directory of contacts: who sees what, search, versions, import, favourites, the card of a caller."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from engine.core import ids

pytestmark = pytest.mark.feature("F-WID-04", "F-WID-12")
IVAN = {"name": "Иван Петров", "company": "ООО «Ромашка»", "phones": [{"number": "8 (916) 123-45-67", "label": "моб"}]}


def names(page):
    return [item["name"] for item in page["items"]]


async def group(api, name, *users):
    group_id = ids.new_id(datetime.now(UTC))
    await api.insert("employee_groups", id=group_id, name=name)
    for user in users:
        await api.insert("employee_group_members", group_id=group_id, user_id=user)
    return str(group_id)


async def upload(client, text, **fields):
    form = aiohttp.FormData(fields)
    form.add_field("file", text, filename="contacts.csv", content_type="text/csv")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.post(f"{client.url}/api/v1/contacts/import", data=form, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_contact_is_found_by_words_and_by_either_end_of_a_number(admin):
    ivan = await admin.post("/contacts", IVAN)
    await admin.post("/contacts", {"name": "Анна Иванова", "phones": [{"number": "+49 30 901820"}]})
    assert ivan["phones"] == [{"number": "79161234567", "shown": "8 (916) 123-45-67", "label": "моб"}]
    for text, found in {
        "ива": ["Анна Иванова", "Иван Петров"], "ПЕТР ромаш": ["Иван Петров"], "7916": ["Иван Петров"],
        "4567": ["Иван Петров"], "8-916-123-45-67": ["Иван Петров"], "901820": ["Анна Иванова"], "етров": [],
        "'); drop table contacts; --": [], "&|!": [], "50%_": [],
    }.items():  # fmt: skip
        assert names(await admin.get("/contacts", q=text)) == found, text


async def test_pages_go_on_by_name_without_gaps(admin):
    for number in range(7):
        await admin.post("/contacts", {"name": f"К{number % 3} {number}"})
    found, cursor = [], {}
    while cursor is not None:
        page = await admin.get("/contacts", limit=2, **cursor)
        found += names(page)
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert found == sorted(found) and len(set(found)) == 7


async def test_own_contacts_are_ones_own_and_a_groups_are_its_members(api):
    one, two = await api.add_user("one", "operator"), await api.add_user("two", "operator")
    await api.add_user("three", "operator")
    team = await group(api, "Первая линия", one, two)
    first, second, third = [await api.anonymous.login(name) for name in ("one", "two", "three")]
    await first.post("/contacts", {"name": "Свой", "scope": "own"})
    shared = await first.post("/contacts", {"name": "Группы", "scope": "group", "group_id": team})
    await first.post("/contacts", {"name": "Общий"})
    assert names(await first.get("/contacts")) == ["Группы", "Общий", "Свой"]
    assert names(await second.get("/contacts")) == ["Группы", "Общий"]
    assert names(await third.get("/contacts")) == ["Общий"]
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        assert (await third.send(method, f"/contacts/{shared['id']}", body)).status == 404
    refused = await third.send("POST", "/contacts", {"name": "x", "scope": "group", "group_id": team})
    assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.group_id"


async def test_users_of_a_partner_have_a_directory_of_their_own(api, admin):
    partner = ids.new_id(datetime.now(UTC))
    await api.insert("partners", id=partner, name="Партнёр")
    await admin.post("/contacts", IVAN)
    client = await api.user("operator", partner_id=partner)
    assert names(await client.get("/contacts")) == []
    await client.post("/contacts", {"name": "Их контакт", "phones": [{"number": "79161234567"}]})
    assert names(await client.get("/contacts")) == ["Их контакт"]
    assert names(await admin.get("/contacts")) == ["Иван Петров"]
    card = await client.get("/contacts/by-phone", number="79161234567")
    assert [item["name"] for item in card["contacts"]] == ["Их контакт"]


async def test_a_change_of_an_older_version_is_refused(admin):
    made = await admin.post("/contacts", IVAN)
    path = f"/contacts/{made['id']}"
    changed = await admin.send("PATCH", path, {"company": "", "phones": []}, headers={"If-Match": '"1"'})
    assert changed.status == 200 and changed.json["version"] == 2
    assert (changed.json["name"], changed.json["company"], changed.json["phones"]) == ("Иван Петров", "", [])
    stale = await admin.send("PATCH", path, {"name": "Пётр"}, headers={"If-Match": '"1"'})
    assert stale.status == 409 and stale.json["version"] == 2
    assert (await admin.send("DELETE", path, headers={"If-Match": '"1"'})).status == 409
    assert (await admin.send("DELETE", path, headers={"If-Match": '"2"'})).status == 204


async def test_text_is_kept_as_it_is_and_given_back_as_data(admin):
    evil = '<img src=x onerror="alert(1)">'
    made = await admin.post("/contacts", {"name": evil, "note": "</script><b>"})
    answer = await admin.send("GET", f"/contacts/{made['id']}")
    assert answer.json["name"] == evil and answer.json["note"] == "</script><b>"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in (
        {"name": "a\u0000b"},
        {"name": "a\nb"},
        {"name": " "},
        {"name": "a", "phones": [{"number": "12;34"}]},
    ):
        assert (await admin.send("POST", "/contacts", wrong)).status == 422


async def test_a_file_is_taken_in_once_and_its_faults_are_told_by_row(admin):
    text = "Имя;Компания;Телефон;Телефон 2\nИван;Ромашка;8 916 123-45-67;\n;Без имени;123;\n"
    text += "Пётр;;не номер;\nАнна;;+49 30 901820;101\n"
    status, first = await upload(admin, text)
    assert status == 200 and first["created"] == 2 and first["skipped"] == 0
    assert [error["row"] for error in first["errors"]] == [3, 4]
    _, again = await upload(admin, text.encode("cp1251"))
    assert (again["created"], again["skipped"]) == (0, 2)
    assert names(await admin.get("/contacts")) == ["Анна", "Иван"]
    anna = (await admin.get("/contacts", q="анна"))["items"][0]
    assert [phone["number"] for phone in anna["phones"]] == ["4930901820", "101"]
    for wrong in ("phone\n123\n", "\x00\x01", 'name\n"unclosed'):
        assert (await upload(admin, wrong))[0] == 422, wrong
    assert (await upload(admin, "name\nx", scope="world"))[0] == 422


async def test_favourites_have_an_order_of_ones_own(api, admin):
    ivan = await admin.post("/contacts", IVAN)
    anna = await admin.post("/contacts", {"name": "Анна"})
    colleague = str(await api.add_user("colleague", "operator"))
    for body in ({"contact_id": ivan["id"]}, {"user_id": colleague}, {"contact_id": anna["id"]}):
        await admin.post("/favourites", body, status=200)
        await admin.post("/favourites", body, status=200)
    ordered = await admin.send("PUT", "/favourites", {"ids": [anna["id"], colleague]})
    assert [item["id"] for item in ordered.json["items"]] == [anna["id"], colleague, ivan["id"]]
    assert ordered.json["items"][1]["colleague"]["name"] == "colleague"
    assert [item["favourite"] for item in (await admin.get("/contacts"))["items"]] == [True, True]
    assert (await admin.send("DELETE", f"/favourites/{ivan['id']}")).status == 204
    await admin.send("DELETE", f"/contacts/{anna['id']}")
    assert [item["id"] for item in (await admin.get("/favourites"))["items"]] == [colleague]
    other = await api.user("operator")
    assert (await other.get("/favourites"))["items"] == []
    for wrong in ({}, {"contact_id": ivan["id"], "user_id": colleague}, {"user_id": ivan["id"]}):
        assert (await admin.send("POST", "/favourites", wrong)).status == 422


async def test_the_card_of_a_caller_has_contacts_colleague_and_earlier_calls(api, admin):
    await admin.post("/contacts", IVAN)
    operator = await api.add_user("olga", "operator", name="Ольга")
    start = datetime(2026, 11, 10, tzinfo=UTC)
    await api.db.execute("select ensure_call_partitions($1)", start)
    for hour, (caller, called) in enumerate([("79161234567", "74951000001"), ("101", "79161234567"), ("7999", "7888")]):
        await api.insert(
            "calls", id=ids.new_id(start), started_at=start + timedelta(hours=hour), node_id="n", direction="inbound",
            caller=caller, called=called, operator_id=operator, outcome="answered", ended_at=start, talk_s=30.0,
        )  # fmt: skip
    card = await admin.get("/contacts/by-phone", number="+7 916 123-45-67")
    assert (card["number"], [item["name"] for item in card["contacts"]]) == ("79161234567", ["Иван Петров"])
    assert [(call["called"], call["operator_name"]) for call in card["calls"]] == [
        ("79161234567", "Ольга"), ("74951000001", "Ольга"),
    ]  # fmt: skip
    await api.insert("extensions", id=ids.new_id(start), number="101", name="Ольга", password="x" * 12)
    await api.db.execute("update users set extension = '101' where login = 'olga'")
    assert (await admin.get("/contacts/by-phone", number="101"))["colleague"]["name"] == "Ольга"
    unknown = await admin.get("/contacts/by-phone", number="anonymous")
    assert unknown["contacts"] == unknown["calls"] == []
