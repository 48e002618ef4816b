"""Campaigns: validated in words, brought from state to state, cloned, tuned while they run."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.integration.api.conftest import Api, Client, until

pytestmark = pytest.mark.feature("F-DIAL-02", "F-DIAL-05")


class Ground:
    """What campaigns stand on: a queue with an operator, a list with leads, a number, a menu."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.queue, self.list, self.menu = uuid4(), uuid4(), uuid4()
        self.operator = UUID(int=0)

    async def lay(self) -> "Ground":
        add = self.api.insert
        self.operator = await self.api.add_user("op1", "operator")
        await add("queues", id=self.queue, name="Продажи")
        await add("queue_members", queue_id=self.queue, user_id=self.operator)
        await add("lead_lists", id=self.list, name="Список")
        hangup = {"kind": "hangup", "how": "normal"}
        await add("numbers", id=uuid4(), number="74951000001", name="Наш", destination=hangup)
        definition = {"entry": "a", "steps": {"a": {"kind": "hangup"}}}
        await add("menus", id=self.menu, name="Опрос", definition=definition)
        return self

    async def leads(self, count: int, first: int = 79160000000) -> list[UUID]:
        made = [uuid4() for _ in range(count)]
        for number, id_ in enumerate(made):
            await self.api.insert("leads", id=id_, list_id=self.list, name=f"Клиент {number}")
            contact = {"lead_id": id_, "position": 1, "list_id": self.list, "address": str(first + number)}
            await self.api.insert("lead_contacts", **contact)
        return made

    def body(self, name: str = "Весна", **more: object) -> dict[str, object]:
        lists = [{"list_id": str(self.list), "priority": 1}]
        settings = {"company": "ООО Ромашка", "caller_ids": ["74951000001"]}
        return {"name": name, "queue_id": str(self.queue), "lists": lists, "settings": settings} | more


@pytest_asyncio.fixture(loop_scope="package")
async def ground(api: Api) -> Ground:
    return await Ground(api).lay()


async def test_a_campaign_lives_by_the_table_of_moves(api: Api, admin: Client, ground: Ground) -> None:
    made = await admin.post("/campaigns", ground.body())
    path = f"/campaigns/{made['id']}"
    assert made["state"] == "draft" and made["settings"]["pacing"]["target_rate"] == 0.03

    refused = await admin.send("POST", f"{path}/start")
    assert refused.status == 409 and [one["code"] for one in refused.json["reasons"]] == ["no_leads"]
    assert (await admin.get(f"{path}/readiness"))["items"][0]["code"] == "no_leads"
    assert (await admin.send("POST", f"{path}/pause")).json["possible"] == ["running", "scheduled"]
    await ground.leads(2)
    await api.db.execute("delete from queue_members")
    assert (await admin.send("POST", f"{path}/start")).json["reasons"][0]["code"] == "no_operators"
    await api.insert("queue_members", queue_id=ground.queue, user_id=ground.operator)

    for move, state in (("start", "running"), ("pause", "paused"), ("resume", "running"), ("finish", "finished")):
        moved = await admin.post(f"{path}/{move}", None, status=200)
        assert moved["state"] == state
    assert moved["started_at"] and moved["finished_at"]
    told = await api.db.fetch("select data from changes where topic = 'campaigns' and kind = 'state' order by id")
    assert [row["data"]["state"] for row in told] == ["draft", "running", "paused", "running", "finished"]
    # Every lead is done: nothing to start for; a lead added since is.
    for row in await api.db.fetch("select id, list_id from leads"):
        standing = {"campaign_id": UUID(made["id"]), "lead_id": row["id"], "list_id": row["list_id"]}
        await api.insert("campaign_leads", **standing, state="done", zone="Europe/Moscow")
    assert (await admin.send("POST", f"{path}/start")).json["reasons"][0]["code"] == "all_done"
    await ground.leads(1, first=79170000000)
    assert (await admin.post(f"{path}/start", None, status=200))["finished_at"] is None


async def test_a_campaign_is_scheduled_and_taken_back(api: Api, admin: Client, ground: Ground) -> None:
    await ground.leads(1)
    made = await admin.post("/campaigns", ground.body())
    path = f"/campaigns/{made['id']}"
    now = datetime.now(UTC)
    past = await admin.send("POST", f"{path}/schedule", {"starts_at": (now - timedelta(hours=1)).isoformat()})
    assert past.status == 422 and past.json["errors"][0]["path"] == "body.starts_at"
    times = {"starts_at": (now + timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(hours=2)).isoformat()}
    assert (await admin.post(f"{path}/schedule", times, status=200))["state"] == "scheduled"
    back = await admin.post(f"{path}/schedule", {"starts_at": None}, status=200)
    assert back["state"] == "draft" and back["starts_at"] is None
    await admin.post(f"{path}/schedule", times, status=200)


async def test_what_makes_no_campaign_is_refused_with_its_place(api: Api, admin: Client, ground: Ground) -> None:
    partner = uuid4()
    await api.insert("partners", id=partner, name="Партнёр")
    await api.insert("numbers", id=uuid4(), number="74951000009", name="x", destination={}, partner_id=partner)
    interval = {"day": 1, "start": "18:00:00", "end": "09:00:00"}
    step = {"channel": "sms", "after": ["busy"]}
    for change, path in (
        ({"queue_id": None}, "body.queue_id"),
        ({"queue_id": str(uuid4())}, "body.queue_id"),
        ({"mode": "robocall"}, "body.settings.menu_id"),
        ({"mode": "predictive", "settings": {}}, "body.settings.company"),
        ({"lists": [{"list_id": str(uuid4())}]}, "body.lists.0.list_id"),
        ({"settings": {"caller_ids": ["74950000000"]}}, "body.settings.caller_ids.0"),
        ({"settings": {"caller_ids": ["74951000009"]}}, "body.settings.caller_ids"),
        ({"settings": {"windows": [interval]}}, "body.settings.windows.0.end"),
        ({"settings": {"chain": [step]}}, "body.settings.chain.0.after"),
        ({"settings": {"caps": {"total": 1, "day": 2}}}, "body.settings.caps.day"),
        ({"settings": {"retries": [{"outcome": "busy"}, {"outcome": "busy"}]}}, "body.settings.retries.1.outcome"),
        ({"settings": {"detection": {"on_machine": "message"}}}, "body.settings.detection.machine_text"),
        ({"settings": {"pacing": {"target_rate": 2}}}, "body.settings.pacing.target_rate"),
        ({"starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}, "body.ends_at"),
    ):
        answer = await admin.send("POST", "/campaigns", ground.body() | change)
        assert answer.status == 422, (change, answer.raw)
        assert path in [error["path"] for error in answer.json["errors"]], (change, answer.json)
    robocall = ground.body(mode="robocall", queue_id=None, settings={"menu_id": str(ground.menu)})
    await admin.post("/campaigns", robocall)
    in_use = await admin.send("DELETE", f"/menus/{ground.menu}")
    assert in_use.status == 409 and in_use.json["used_by"][0]["resource"] == "campaigns"


async def test_a_template_is_cloned_and_a_campaign_becomes_one(api: Api, admin: Client, ground: Ground) -> None:
    await ground.leads(1)
    template = await admin.post("/campaigns", ground.body("Образец", template=True, queue_id=None))
    assert (await admin.send("POST", f"/campaigns/{template['id']}/start")).status == 409
    own = {"campaign_id": UUID(template["id"]), "code": "wants", "title": "Хочет", "meaning": "success"}
    await api.insert("dispositions", id=uuid4(), **own)
    await admin.send("PATCH", f"/campaigns/{template['id']}", {"queue_id": str(ground.queue)})
    made = await admin.post(f"/campaigns/{template['id']}/clone", {"name": "Лето"})
    assert made["template"] is False and made["settings"] == template["settings"] and made["lists"] == template["lists"]
    codes = "select code from dispositions where campaign_id = $1"
    assert await api.db.fetchval(codes, UUID(made["id"])) == "wants"
    await admin.post(f"/campaigns/{made['id']}/start", None, status=200)
    again = await admin.post(f"/campaigns/{made['id']}/clone", {"name": "Образец 2", "template": True, "lists": False})
    assert again["template"] and again["state"] == "draft" and again["lists"] == []
    assert [item["name"] for item in (await admin.get("/campaigns"))["items"]] == ["Лето"]
    names = [item["name"] for item in (await admin.get("/campaigns", template="true"))["items"]]
    assert names == ["Образец", "Образец 2"]
    assert (await admin.send("POST", f"/campaigns/{made['id']}/clone", {"name": "Лето"})).status == 409


async def test_a_running_campaign_is_tuned_and_not_turned_over(api: Api, admin: Client, ground: Ground) -> None:
    await ground.leads(1)
    made = await admin.post("/campaigns", ground.body())
    path = f"/campaigns/{made['id']}"
    started = await admin.post(f"{path}/start", None, status=200)
    notices: list[str] = []
    await api.db.add_listener("config", lambda _c, _p, _n, payload: notices.append(payload))
    settings = made["settings"]
    settings["pacing"]["target_rate"] = 0.01
    tuned = await admin.send("PATCH", path, {"settings": settings, "priority": 9, "version": started["version"]})
    assert tuned.status == 200 and tuned.json["settings"]["pacing"]["target_rate"] == 0.01, tuned.raw
    assert tuned.json["state"] == "running"
    await until(lambda: "campaigns" in notices)
    assert (await admin.send("PATCH", path, {"priority": 1, "version": started["version"]})).status == 409
    for change, field in (({"template": True}, "body.template"), ({"mode": "robocall"}, "body.mode")):
        settings["menu_id"] = str(ground.menu)
        refused = await admin.send("PATCH", path, change | {"settings": settings})
        assert refused.status == 422 and refused.json["errors"][0]["path"] == field, refused.raw
    assert (await admin.send("DELETE", path)).json["state"] == "running"
    await admin.post(f"{path}/finish", None, status=200)
    assert (await admin.send("DELETE", path)).status == 204
    operator = await api.anonymous.login("op1")
    assert (await operator.send("GET", "/campaigns")).status == 403
