"""Leads by the API: one and many, search, changes, choosing clients into a list; who must not be called."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from engine.core import ids
from tests.integration.api.leads import leads, make_list, upload

ANNA = {
    "name": "Анна Иванова", "external_id": "a-1", "data": {"group": "VIP"},
    "contacts": [{"address": "8 916 000-00-01", "role": "mobile"}, {"address": "A@b.ru", "channel": "email"}],
}  # fmt: skip


@pytest.mark.feature("F-DIAL-07")
async def test_a_lead_is_added_once_found_changed_and_deleted(api, admin):
    made = await make_list(admin)
    path = f"/lead-lists/{made['id']}/leads"
    anna = await admin.post(path, ANNA)
    assert [(c["position"], c["address"]) for c in anna["contacts"]] == [(1, "79160000001"), (2, "a@b.ru")]
    again = await admin.send("POST", path, {"contacts": [{"address": "+7 916 000 00 01"}]})
    assert (again.status, again.json["lead_id"]) == (409, anna["id"])
    for wrong, place in (
        ({"contacts": [{"address": "12"}]}, "body.contacts.0.address"), ({"contacts": []}, "body.contacts"),
        ({**ANNA, "timezone": "Europe/Nowhere"}, "body.timezone"),
        ({"contacts": [{"address": "89160000009", "timezone": "X/Y"}]}, "body.contacts.0.timezone"),
    ):  # fmt: skip
        refused = await admin.send("POST", path, wrong)
        assert refused.status == 422 and refused.json["errors"][0]["path"] == place, refused.raw
    bulk = {"leads": [ANNA | {"name": "Анна Петрова"}, {"contacts": [{"address": "89160000002"}]}, {"name": "никто"},
        {"contacts": [{"address": "89160000003"}, {"address": "x"}]}, {"external_id": "нет такого"}]}  # fmt: skip
    merged = (await admin.send("POST", f"{path}/bulk", bulk)).json
    assert {n: merged[n] for n in ("added", "updated", "duplicates", "refused")} == {
        "added": 2, "updated": 1, "duplicates": 0, "refused": 2
    }  # fmt: skip
    assert [(e["line"], e["field"]) for e in merged["errors"]] == [
        (3, "contacts"), (4, "contacts.1.address"), (5, "external_id")
    ]  # fmt: skip
    for q, count in {"петр": 1, "a-": 1, "8 916 000-00-02": 1, "7916": 3, "%": 0, "'; --": 0}.items():
        assert len(await leads(admin, made["id"], q=q)) == count, q
    one = f"/leads/{anna['id']}"
    off = [{"address": "79160000005", "timezone": "Asia/Omsk", "enabled": False}]
    patch = {"name": "Анна", "data": {}, "contacts": off, "enabled": False, "external_id": None}
    changed = (await admin.send("PATCH", one, patch)).json
    assert (changed["name"], changed["data"], changed["external_id"], changed["enabled"]) == ("Анна", {}, None, False)
    assert [(c["address"], c["timezone"], c["enabled"]) for c in changed["contacts"]] == [
        ("79160000005", "Asia/Omsk", False)
    ]
    # What was switched off stays so when a row of the same number comes again.
    row = {"leads": [{"contacts": [{"address": "89160000005", "role": "new"}]}]}
    assert (await admin.send("POST", f"{path}/bulk", row)).json["updated"] == 1
    kept = (await admin.get(one))["contacts"][0]
    assert (kept["role"], kept["enabled"]) == ("new", False)
    assert (await admin.send("DELETE", one)).status == 204 and (await admin.send("GET", one)).status == 404
    gone = await admin.send("POST", f"{path}/delete", {"filter": {"enabled": None}})
    assert gone.json["deleted"] == 2 and await leads(admin, made["id"]) == []
    assert await api.db.fetchval("select count(*) from lead_contacts") == 0


@pytest.mark.feature("F-DIAL-12")
async def test_clients_are_chosen_into_a_list_by_columns_ids_results_and_from_the_directory(api, admin):
    first, second = await make_list(admin, "Все"), await make_list(admin, "Выбранные")
    people = [
        {"external_id": str(n), "contacts": [{"address": f"8916000000{n}"}], "data": {"group": "VIP" if n < 3 else "x"}}
        for n in range(6)
    ]
    await admin.send("POST", f"/lead-lists/{first['id']}/leads/bulk", {"leads": people})
    found = {lead["external_id"]: lead["id"] for lead in await leads(admin, first["id"])}
    campaign = await _campaign(api, first["id"])
    for n, result in ((3, "success"), (4, "refusal")):
        await api.insert(
            "campaign_leads", campaign_id=campaign, lead_id=found[str(n)], list_id=first["id"], zone="Europe/Moscow",
            state="done", result=result,
        )  # fmt: skip
    path = f"/lead-lists/{second['id']}/leads/select"

    async def select(body, **expected):
        answer = await admin.send("POST", path, body)
        assert answer.status == 200, answer.raw
        assert {name: answer.json[name] for name in expected} == expected
        return answer.json

    of_first = {"list_ids": [first["id"]]}
    await select({**of_first, "filter": {"data": {"group": "VIP"}}, "dry_run": True}, chosen=3, added=0)
    await select({**of_first, "filter": {"data": {"group": "VIP"}}}, chosen=3, added=3)
    await select({**of_first, "filter": {"campaign_id": str(campaign), "results": ["success"]}}, chosen=1, added=1)
    await select({**of_first, "filter": {"ids": [found["0"], found["5"]]}}, chosen=2, added=1, duplicates=1)
    await admin.post(
        "/contacts", {"name": "Из справочника", "phones": [{"number": "8 926 000-00-00"}, {"number": "101"}]}
    )
    contact = (await admin.get("/contacts"))["items"][0]["id"]
    await select({"contact_ids": [contact]}, chosen=1, added=1)
    names = [(lead["name"], [c["address"] for c in lead["contacts"]]) for lead in await leads(admin, second["id"])]
    assert len(names) == 6 and ("Из справочника", ["79260000000"]) in names
    for wrong in ({}, {"list_ids": [second["id"]]}, {"list_ids": [str(uuid4())]}):
        assert (await admin.send("POST", path, wrong)).status == 422, wrong
    used = await admin.send("DELETE", f"/lead-lists/{first['id']}")
    assert used.status == 409 and used.json["used_by"][0]["name"] == "Кампания"
    counts = await admin.get(f"/lead-lists/{first['id']}/counts")
    assert (counts["leads"], counts["campaigns"], counts["waiting"], counts["done"]) == (6, 1, 0, 2)
    assert (await admin.send("DELETE", f"/lead-lists/{second['id']}")).status == 204


async def _campaign(api, list_id):
    campaign = ids.new_id(datetime.now(UTC))
    await api.insert("campaigns", id=campaign, name="Кампания", settings={})
    await api.insert("campaign_lists", campaign_id=campaign, list_id=list_id)
    return campaign


async def test_rules_of_lists_are_told_with_their_place(api, admin):
    made = await make_list(admin)
    partner = ids.new_id(datetime.now(UTC))
    await api.insert("partners", id=partner, name="Партнёр")
    await admin.post(f"/lead-lists/{made['id']}/leads", ANNA)
    for wrong, place in (
        ({"region": "XX"}, "region"), ({"timezone": "Mars/One"}, "timezone"),
        ({"source_id": str(uuid4())}, "source_id"),
        ({"refresh": {"kind": "every", "minutes": 60}}, "source_id"), ({"partner_id": str(partner)}, "partner_id"),
    ):  # fmt: skip
        refused = await admin.send("PATCH", f"/lead-lists/{made['id']}", wrong)
        assert refused.status == 422 and refused.json["errors"][0]["path"] == f"body.{place}", refused.raw
    before = (await leads(admin, made["id"]))[0]["updated_at"]
    moved = await admin.send("PATCH", f"/lead-lists/{made['id']}", {"timezone": "Asia/Omsk"})
    assert (moved.json["timezone"], moved.json["leads"]) == ("Asia/Omsk", 1)
    assert (await leads(admin, made["id"]))[0]["updated_at"] > before
    hours = (await admin.get("/calling-hours"))["items"]
    assert [(item["prefix"], len(item["weekly"])) for item in hours] == [("7", 7)]
    wrong = {"name": "x", "prefix": "77", "weekly": [{"day": 1, "start": "20:00:00", "end": "08:00:00"}]}
    assert (await admin.send("POST", "/calling-hours", wrong)).status == 422
    assert (
        await admin.send("POST", "/calling-hours", {**wrong, "prefix": "7", "weekly": hours[0]["weekly"]})
    ).status == 409


@pytest.mark.feature("F-DIAL-20")
async def test_who_must_not_be_called_is_listed_imported_checked(api, admin):
    made = await admin.post("/do-not-call", {"address": "8 (916) 000-00-01", "reason": "сам просил"})
    assert (made["address"], made["source"], made["until"]) == ("79160000001", "hand", None)
    again = await admin.post("/do-not-call", {"address": "+79160000001", "until": "2020-01-01T00:00:00Z"})
    assert again["id"] == made["id"] and again["reason"] == ""
    await api.insert("do_not_call", id=uuid4(), address="79160000002", source="opt_out", reason="кнопка 9")
    text = "Телефон;Причина\n89160000003;суд\n8 916 000-00-03;\nне номер;\n89160000002;\n"
    status, told = await upload(admin, "/do-not-call/import", text.encode("cp1251"), reason="список")
    assert status == 200 and (told["added"], told["known"], told["refused"]) == (1, 2, 1), told
    assert [(error["line"], error["value"]) for error in told["errors"]] == [(4, "не номер")]
    status, told = await upload(admin, "/do-not-call/import", "89160000004\n89160000005\n")
    assert (status, told["added"]) == (200, 2)
    numbers = ["89160000001", "89160000002", "8 916 000 00 03", "12", "89160000009"]
    checked = (await admin.post("/do-not-call/check", {"addresses": numbers}, 200))["items"]
    assert [item["entry"] and item["entry"]["source"] for item in checked] == [None, "opt_out", "import", None, None]
    assert checked[3]["address"] is None
    page = (await admin.get("/do-not-call", q="7916"))["items"]
    assert len(page) == 5 and len((await admin.get("/do-not-call", source="opt_out"))["items"]) == 1
    assert [entry["reason"] for entry in (await admin.get("/do-not-call", q="суд"))["items"]] == ["суд"]
    assert (await admin.send("DELETE", f"/do-not-call/{made['id']}")).status == 204
    assert (await admin.send("POST", "/do-not-call", {"address": "не номер"})).status == 422
    assert (await upload(admin, "/do-not-call/import", "a;b\nx;y\n"))[0] == 422
