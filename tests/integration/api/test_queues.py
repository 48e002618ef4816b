"""Queues and call-backs by the API, on a real database."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from engine.callbacks.store import CallbackStore
from engine.core import db
from engine.ivr.model import parse_menu
from engine.queues.model import parse_queue
from engine.queues.statistics import Today
from engine.queues.store import QueueStore
from engine.routing.store import load

HANGUP = {"kind": "hangup", "how": "busy"}
KEY = "site-form-1234567890"


async def queue(client: Any, name: str = "Support", **more: Any) -> dict[str, Any]:
    created: dict[str, Any] = await client.post("/queues", {"name": name, **more})
    return created


@pytest.mark.feature("F-ADM-02", "F-PBX-10")
async def test_a_queue_is_written_with_its_members_and_read_by_the_engine(api, admin):
    direct, grouped = await api.add_user("anna", "operator"), await api.add_user("boris", "operator")
    group, skill = uuid4(), uuid4()
    await api.insert("employee_groups", id=group, name="second line")
    await api.insert("employee_group_members", group_id=group, user_id=grouped)
    await api.insert("employee_group_members", group_id=group, user_id=direct)
    await api.insert("skills", id=skill, name="German")
    body = {
        "strategy": "skills",
        "members": [{"user_id": str(direct), "tier": 1}, {"group_id": str(group), "tier": 2}],
        "skills": [{"skill_id": str(skill), "level": 5}],
        "max_waiting": 10,
        "full_to": HANGUP,
    }
    made = await queue(admin, **body)
    assert [(m["user_id"], m["group_id"], m["tier"]) for m in made["members"]] == [
        (str(direct), None, 1),
        (None, str(group), 2),
    ]
    one = f"/queues/{made['id']}"
    changed = await admin.send("PATCH", one, {"members": [{"group_id": str(group)}]}, headers={"If-Match": '"1"'})
    assert (changed.status, changed.json["version"], len(changed.json["members"])) == (200, 2, 1)
    assert (await admin.send("PATCH", one, {"ring_s": 30}, headers={"If-Match": '"1"'})).status == 409
    pool = await db.create_pool(api.settings)
    try:
        table = await load(pool, parse_menu, parse_queue)
    finally:
        await pool.close()
    (found,) = table.queues.values()
    assert {member.user_id for member in found.members} == {direct, grouped}
    assert (found.skills, found.max_waiting, found.full_to.how) == ({skill: 5}, 10, "busy")
    assert [item["name"] for item in (await admin.get("/queues"))["items"]] == ["Support"]
    assert (await admin.send("DELETE", one)).status == 204


@pytest.mark.feature("F-ADM-02", "F-PBX-11")
async def test_broken_rules_are_told_with_their_places(admin):
    nobody = str(uuid4())
    answer = await admin.send(
        "POST",
        "/queues",
        {
            "name": "x",
            "members": [{"user_id": nobody}, {"user_id": nobody}, {}],
            "skills": [{"skill_id": nobody, "level": 1}, {"skill_id": nobody, "level": 2}],
            "exit_digit": "1",
            "callback_digit": "1",
            "welcome_prompt_id": nobody,
            "timeout_to": {"kind": "queue", "id": nobody},
        },
    )
    assert answer.status == 422
    paths = {error["path"] for error in answer.json["errors"]}
    assert {
        "body.members.0.user_id",
        "body.members.1",
        "body.members.2",
        "body.skills.1.skill_id",
        "body.exit_to",
        "body.callback_digit",
        "body.welcome_prompt_id",
        "body.timeout_to.id",
    } <= paths
    assert (await admin.send("POST", "/queues", {"name": "x", "strategy": "luck"})).status == 422


@pytest.mark.feature("F-ADM-02")
async def test_a_queue_in_use_is_not_deleted(admin):
    made = await queue(admin, exit_digit="0", exit_to=HANGUP)
    to = {"kind": "queue", "id": made["id"]}
    number = await admin.post("/numbers", {"number": "74950001122", "name": "main", "destination": to})
    steps = {"order": {"kind": "callback", "queue_id": made["id"], "next": "bye"}, "bye": {"kind": "hangup"}}
    menu = await admin.post("/menus", {"name": "menu", "definition": {"entry": "order", "steps": steps}})
    box = await admin.post("/voicemail-boxes", {"name": "box"})
    await admin.send("PATCH", f"/queues/{made['id']}", {"exit_to": {"kind": "voicemail", "box_id": box["id"]}})
    refused = await admin.send("DELETE", f"/queues/{made['id']}")
    assert refused.status == 409
    assert {user["resource"] for user in refused.json["used_by"]} == {"numbers", "menus"}
    assert (await admin.send("DELETE", f"/voicemail-boxes/{box['id']}")).json["used_by"][0]["resource"] == "queues"
    for path in (f"/numbers/{number['id']}", f"/menus/{menu['id']}", f"/queues/{made['id']}"):
        assert (await admin.send("DELETE", path)).status == 204


@pytest.mark.feature("F-PBX-19")
async def test_the_live_picture_is_that_of_the_engine(api, admin, engine):
    picture = {
        "queue_id": str(uuid4()), "name": "Support", "waiting": 1, "callbacks_waiting": 0, "longest_wait_s": 4.5,
        "longest_since": "2026-03-02T09:00:00Z", "online": 2, "ready": 0, "busy": 2, "entered_today": 3,
        "answered_today": 1, "abandoned_today": 1, "lost_today": 1, "average_wait_s": 5.0, "service_level": 50.0,
        "target_s": 20, "target_percent": 80, "handle_s": 180.0,
    }  # fmt: skip
    engine.queues = {"items": [picture], "waiting": []}
    operator = await api.user("operator")
    assert (await operator.get("/queues/live"))["items"] == [picture]
    assert (await api.anonymous.send("GET", "/queues/live")).status == 401


@pytest.mark.feature("F-PBX-14")
async def test_callbacks_are_ordered_once_a_number_changed_and_ended(api, admin):
    made = await queue(admin, callback_mode="client_first")
    operator = await api.user("operator")
    order = {"queue_id": made["id"], "number": "8 (916) 123-45-67", "name": "Иван", "note": "about the bill"}
    first = await operator.post("/callbacks", order)
    again = await operator.post("/callbacks", order | {"number": "+79161234567"})
    assert (first["again"], again) == (False, {"id": first["id"], "again": True})
    story = await operator.get(f"/callbacks/{first['id']}")
    assert (story["number"], story["mode"], story["state"], story["tries"]) == (
        "79161234567", "client_first", "waiting", [],
    )  # fmt: skip
    changed = await operator.send("PATCH", f"/callbacks/{first['id']}", {"priority": 3})
    assert (changed.status, changed.json["priority"]) == (200, 3)
    assert (await operator.send("POST", "/callbacks", order | {"number": "12345"})).status == 422
    assert (await operator.send("POST", "/callbacks", order | {"queue_id": str(uuid4())})).status == 422
    assert (await operator.send("DELETE", f"/callbacks/{first['id']}")).status == 204
    assert (await operator.send("DELETE", f"/callbacks/{first['id']}")).status == 409
    assert (await operator.get("/callbacks"))["items"] == []
    (gone,) = (await operator.get("/callbacks", state="cancelled"))["items"]
    assert (gone["id"], gone["last_reason"], gone["queue_name"]) == (first["id"], "by_hand", "Support")
    kinds = await api.db.fetch("select kind from changes where topic = 'callbacks' order by id")
    assert [row["kind"] for row in kinds] == ["created", "updated", "updated"]


@pytest.mark.feature("F-PBX-14")
async def test_a_callback_that_an_engine_has_is_changed_by_that_engine(api, admin, engine):
    made = await queue(admin)
    first = await admin.post("/callbacks", {"queue_id": made["id"], "number": "+79161234567"})
    pool = await db.create_pool(api.settings)
    try:
        store = CallbackStore(pool, "node1")
        assert [str(row.id) for row in await store.claim()] == [first["id"]]
        assert await store.claim() == []
        assert [str(row.id) for row in await store.open_ones()] == [first["id"]]
    finally:
        await pool.close()
    answer = await admin.send("PATCH", f"/callbacks/{first['id']}", {"state": "done"})
    assert answer.status == 404, "this engine knows of nothing"
    ((path, body),) = engine.orders
    assert (path, body["end"]) == (f"/callbacks/{first['id']}", "done")


@pytest.mark.feature("F-PBX-14")
async def test_a_form_on_a_web_site_orders_a_callback(api, admin):
    await queue(admin, web_key=KEY)
    form = {"key": KEY, "phone": "+7 916 123 45 67", "consent": True, "name": "Guest"}
    answer = await api.anonymous.send("POST", "/public/callbacks", form)
    assert (answer.status, answer.json) == (202, {"accepted": True})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (await api.anonymous.send("OPTIONS", "/public/callbacks")).status == 204
    (kept,) = (await admin.get("/callbacks"))["items"]
    assert (kept["number"], kept["source"], kept["name"]) == ("79161234567", "web", "Guest")
    for wrong, status in (({"consent": False}, 422), ({"phone": "100"}, 422), ({"key": "x" * 20}, 404)):
        assert (await api.anonymous.send("POST", "/public/callbacks", form | wrong)).status == status
    answers = [(await api.anonymous.send("POST", "/public/callbacks", form)).status for _ in range(30)]
    assert answers[-1] == 429
    assert len((await admin.get("/callbacks"))["items"]) == 1


@pytest.mark.feature("F-PBX-19")
async def test_a_new_engine_takes_up_the_figures_of_the_day(api, admin):
    made = await queue(admin, expected_handle_s=100)
    user = await api.add_user("anna", "operator")
    now = datetime.now(UTC)
    for outcome, wait, talk in (("answered", 5, 60), ("answered", 50, 60), ("abandoned", 2, 0), ("timeout", 90, 0)):
        answered = now if outcome == "answered" else None
        visit = uuid4()
        await api.insert(
            "queue_visits", id=visit, call_id=uuid4(), queue_id=made["id"], caller="1", entered_at=now, ended_at=now,
            answered_at=answered, outcome=outcome, wait_s=float(wait), talk_s=float(talk),
        )  # fmt: skip
    offer = {"visit_id": visit, "queue_id": made["id"], "call_id": uuid4(), "user_id": user, "offered_at": now}
    await api.insert("queue_offers", id=uuid4(), **offer)
    pool = await db.create_pool(api.settings)
    try:
        store = QueueStore(pool)
        (today,) = (await store.today(now.replace(hour=0, minute=0, second=0, microsecond=0))).values()
        table = await load(pool, parse_menu, parse_queue)
        (pace,) = (await store.paces(dict(table.queues))).values()
        assert list((await store.last_asked()).values()) == [user]
    finally:
        await pool.close()
    assert today == Today(today.day, entered=4, answered=2, abandoned=1, lost=2, in_time=1, asked=3, wait_s=55.0)
    assert today.service_level == 33.3
    assert pace.handle_s < 100 and pace.theta > 0
