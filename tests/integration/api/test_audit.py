"""The log of changes: everything that was changed through the api, by whom, from what to what."""

import csv
import io

import pytest

from tests.integration.api.conftest import PASSWORD

pytestmark = pytest.mark.feature("F-ADM-11")
TRUNK = {"name": "t1", "kind": "registering", "host": "sip.example.org", "username": "u", "password": "trunk-secret-1"}


async def _entries(admin, **filters):
    return (await admin.get("/audit", **filters))["items"]


async def test_a_change_is_told_with_before_and_after(api, admin):
    box = await admin.post("/voicemail-boxes", {"name": "Старое имя"})
    path = f"/voicemail-boxes/{box['id']}"
    await admin.send("PATCH", path, {"name": "Новое имя"})
    await admin.send("DELETE", path)
    deleted, updated, created = await _entries(admin, object_id=box["id"])
    assert (created["action"], updated["action"], deleted["action"]) == ("created", "updated", "deleted")
    assert updated["before"] == {"name": "Старое имя"} and updated["after"] == {"name": "Новое имя"}
    assert created["before"] is None and created["after"]["name"] == "Старое имя"
    assert deleted["after"] is None and deleted["before"]["name"] == "Новое имя" == deleted["label"]
    assert updated["login"] == "some-admin" and updated["address"] == "127.0.0.1"
    assert updated["request"] == "PATCH /voicemail-boxes/{id}" and updated["object"] == "voicemail_boxes"


async def test_secrets_are_masked_and_a_new_one_is_seen_to_be_another(api, admin):
    trunk = await admin.post("/trunks", TRUNK)
    await admin.send("PATCH", f"/trunks/{trunk['id']}", {"password": "trunk-secret-2"})
    user = await admin.post("/users", {"login": "olga", "name": "x", "password": PASSWORD, "role": "operator"})
    await admin.send("PATCH", f"/users/{user['id']}", {"password": "quite another one"})
    updated, created = await _entries(admin, object="trunks")
    assert created["after"]["password"] == "***"
    assert updated["before"] == {"password": "***"} and updated["after"] == {"password": "*** (another)"}
    stored = await api.db.fetchval("select string_agg(a::text, ' ') from audit_log a")
    for secret in ("trunk-secret", PASSWORD, "quite another one", "argon2"):
        assert secret not in stored


async def test_what_one_request_changed_belongs_together(api, admin):
    group = await admin.post("/employee-groups", {"name": "Продажи"})
    user = {"login": "olga", "name": "x", "password": PASSWORD, "role": "operator", "groups": [group["id"]]}
    made = await admin.post("/users", user)
    entry = (await _entries(admin, object="users", object_id=made["id"]))[0]
    together = await _entries(admin, operation=entry["operation"])
    assert {item["object"] for item in together} == {"users", "employee_group_members"}


async def test_a_refused_request_leaves_no_trace_and_a_question_neither(api, admin, engine):
    before = await _entries(admin)
    assert (await admin.send("POST", "/trunks", TRUNK | {"host": ""})).status == 422
    assert (await admin.send("PATCH", "/roles/admin", {"rights": []})).status == 409
    await admin.get("/users")
    trace = {"caller": "79161234567", "called": "100", "at": "2026-01-01T10:00:00Z"}
    assert (await admin.send("POST", "/trace", trace)).status == 200
    assert await _entries(admin) == before


async def test_an_order_to_the_engine_is_noted_though_it_changes_no_table(api, admin, engine):
    await admin.post("/extensions", {"number": "101", "name": "A"})
    order = {"from_extension": "101", "to": "84951234567"}
    started = await admin.send("POST", "/calls", order)
    assert started.status == 202, started.raw
    entry = (await _entries(admin, action="ordered"))[0]
    assert entry["request"] == "POST /calls" and entry["after"]["from_extension"] == "101"
    assert entry["login"] == "some-admin"


async def test_sign_ins_and_refusals_are_told(api, admin):
    await api.anonymous.send("POST", "/auth/login", {"login": "ghost", "password": "wrong password"})
    refused = (await _entries(admin, action="sign_in_refused"))[0]
    assert refused["login"] == "ghost" and refused["after"] == {"why": "password"}
    signed_in = (await _entries(admin, action="signed_in"))[0]
    assert signed_in["login"] == "some-admin"


async def test_the_log_is_searched_paged_and_exported(api, admin):
    for number in range(12):
        await admin.post("/skills", {"name": f"=skill {number}"})
    first = await admin.get("/audit", object="skills", limit=5)
    rest = await admin.get("/audit", object="skills", limit=50, cursor=first["next"])
    assert [len(first["items"]), len(rest["items"])] == [5, 7] and rest["next"] is None
    assert len(await _entries(admin, q="=skill 11")) == 1
    user_id = (await admin.get("/me"))["id"]
    assert len(await _entries(admin, user_id=user_id, action="created")) == 12
    answer = await admin.send("GET", "/audit.csv", params={"object": "skills"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode("utf-8-sig"))))
    assert len(rows) == 12 and rows[0]["login"] == "some-admin"
    assert all(row["label"].startswith("'=") for row in rows), "no spreadsheet runs it"


async def test_nobody_changes_the_log_through_the_api(api):
    paths = [route for route in api.routes if route.path.startswith("/audit")]
    assert paths and all(route.method == "GET" and route.right == "audit.read" for route in paths)


async def test_what_the_engine_writes_is_not_in_the_log(api, admin):
    before = len(await _entries(admin))
    await api.insert("skills", id="00000000-0000-7000-8000-00000000aaaa", name="x")
    assert len(await _entries(admin)) == before


async def test_old_entries_are_forgotten(api, admin):
    from api.audit.store import AuditStore

    await admin.post("/skills", {"name": "x"})
    await api.db.execute("update audit_log set at = now() - interval '800 days' where object = 'skills'")
    await AuditStore(api.db).forget(api.settings.audit_keep_days)
    assert await _entries(admin, object="skills") == [] and await _entries(admin)
