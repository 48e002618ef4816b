"""Configuration: references, versions, what is refused and how it is told."""

import time
from uuid import uuid4

import pytest

pytestmark = pytest.mark.feature("F-ADM-02", "F-PBX-24")
HANGUP = {"kind": "hangup", "how": "normal"}
EXAMPLES = {
    "numbers": {"number": "74950001122", "name": "Главный", "destination": HANGUP},
    "trunks": {"name": "beeline", "kind": "ip", "host": "10.0.0.1", "match": ["10.0.0.1"]},
    "extensions": {"number": "101", "name": "Анна"},
    "schedules": {
        "name": "Рабочее время",
        "timezone": "Europe/Moscow",
        "weekly": [{"day": 1, "start": "09:00:00", "end": "18:00:00"}],
        "open": HANGUP,
        "closed": HANGUP,
    },
    "menus": {"name": "Меню", "definition": {"entry": "bye", "steps": {"bye": {"kind": "hangup"}}}},
    "speed-dials": {"code": "*1", "name": "Такси", "destination": HANGUP},
    "blacklist": {"pattern": "7900", "kind": "prefix"},
    "voicemail-boxes": {"name": "Общий"},
    "speech-rules": {"name": "Отток", "kind": "keyword", "phrases": ["расторгнуть договор", "жалоб*"]},
    "masking-rules": {"name": "СНИЛС", "kind": "pattern", "pattern": "снилс [0-9]{11}"},
}


@pytest.mark.parametrize("path", list(EXAMPLES))
async def test_each_thing_is_created_read_changed_listed_and_deleted(api, admin, path):
    created = await admin.post(f"/{path}", EXAMPLES[path])
    one = f"/{path}/{created['id']}"
    assert await admin.get(one) == created
    for key, value in EXAMPLES[path].items():
        assert created[key] == value or isinstance(value, dict)
    label = next(key for key in ("name", "reason") if key in created)
    changed = (await admin.send("PATCH", one, {label: "other"} if path != "trunks" else {"port": 5080})).json
    assert changed["version"] == 2
    assert (await admin.send("PUT", one, EXAMPLES[path])).json["version"] == 3
    assert created["id"] in [item["id"] for item in (await admin.get(f"/{path}"))["items"]]
    assert (await admin.send("DELETE", one)).status == 204
    assert (await admin.send("GET", one)).status == 404
    kinds = await api.db.fetch("select kind from changes where key = $1 order by id", f"{path}/{created['id']}")
    assert [row["kind"] for row in kinds] == ["created", "updated", "updated", "deleted"]


async def test_a_change_of_an_older_version_is_refused(admin):
    created = await admin.post("/speed-dials", EXAMPLES["speed-dials"])
    one = f"/speed-dials/{created['id']}"
    assert (await admin.send("PATCH", one, {"name": "a"}, headers={"If-Match": '"1"'})).headers["ETag"] == '"2"'
    assert (await admin.send("PATCH", one, {"name": "b"}, headers={"If-Match": '"1"'})).status == 409
    assert (await admin.send("PATCH", one, {"name": "b", "version": 1})).json["version"] == 2
    assert (await admin.send("DELETE", one, headers={"If-Match": '"1"'})).status == 409
    assert (await admin.get(one))["name"] == "a"


async def test_what_is_in_use_is_not_deleted_and_the_answer_names_who_uses_it(admin):
    extension = await admin.post("/extensions", EXAMPLES["extensions"])
    box = await admin.post("/voicemail-boxes", EXAMPLES["voicemail-boxes"])
    menu = await admin.post(
        "/menus",
        {
            "name": "Вход",
            "definition": {
                "entry": "mail",
                "steps": {
                    "mail": {"kind": "voicemail", "box_id": box["id"], "next": "call"},
                    "call": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}, "on_failure": "bye"},
                    "bye": {"kind": "hangup"},
                },
            },
        },
    )
    number = {"number": "74950001122", "name": "Главный", "destination": {"kind": "menu", "id": menu["id"]}}
    await admin.post("/numbers", number)
    group = await admin.post("/groups", {"name": "Все", "members": ["101"]})
    for path, thing, users in (
        ("extensions", extension, {("groups", "Все"), ("menus", "Вход")}),
        ("voicemail-boxes", box, {("menus", "Вход")}),
        ("menus", menu, {("numbers", "74950001122")}),
    ):
        answer = await admin.send("DELETE", f"/{path}/{thing['id']}")
        assert answer.status == 409
        assert {(user["resource"], user["name"]) for user in answer.json["used_by"]} == users
    renamed = await admin.send("PATCH", f"/extensions/{extension['id']}", {"number": "102"})
    assert renamed.status == 409
    assert (await admin.send("DELETE", f"/groups/{group['id']}")).status == 204


async def test_references_to_what_is_not_there_are_refused_each_with_its_place(admin):
    unknown = str(uuid4())
    answer = await admin.send(
        "POST",
        "/numbers",
        {
            "number": "74950001122",
            "name": "x",
            "destination": {"kind": "menu", "id": unknown},
            "trunk_id": unknown,
            "fallback_extension": "999",
        },
    )
    assert answer.status == 422 and answer.headers["Content-Type"] == "application/problem+json"
    assert {error["path"] for error in answer.json["errors"]} == {
        "body.destination.id",
        "body.trunk_id",
        "body.fallback_extension",
    }


async def test_a_goto_into_another_menu_needs_that_step_to_be_there(admin):
    other = await admin.post("/menus", EXAMPLES["menus"])
    steps = {"go": {"kind": "goto", "menu_id": other["id"], "step": "nowhere"}}
    answer = await admin.send("POST", "/menus", {"name": "b", "definition": {"entry": "go", "steps": steps}})
    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == "body.definition.steps.go.step"
    steps["go"]["step"] = "bye"
    await admin.post("/menus", {"name": "b", "definition": {"entry": "go", "steps": steps}})


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": "x"}, "body"),
        ({"number": "abc", "name": "x", "destination": HANGUP}, "body.number"),
        ({"number": "12345", "name": "x", "destination": {"kind": "moon"}}, "body.destination.kind"),
        ({"number": "12345", "name": "x", "destination": HANGUP, "colour": "red"}, "body"),
        ({"number": "12345", "name": "x", "destination": {**HANGUP, "colour": "red"}}, "body.destination"),
    ],
)
async def test_wrong_bodies_say_where(admin, body, path):
    answer = await admin.send("POST", "/numbers", body)
    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == path


async def test_a_wrong_step_of_a_menu_is_named(admin):
    definition = _long_menu(30)
    definition["steps"]["s7"]["options"]["x"] = "bye"
    answer = await admin.send("POST", "/menus", {"name": "m", "definition": definition})
    assert answer.json["errors"][0]["path"] == "body.definition.steps.s7.options"
    definition["steps"]["s7"] = {"kind": "play", "prompts": [{"kind": "sound"}], "next": "bye"}
    answer = await admin.send("POST", "/menus", {"name": "m", "definition": definition})
    assert answer.json["errors"][0]["path"] == "body.definition.steps.s7.prompts.0"


async def test_duplicates_and_broken_rules_are_told_apart(admin):
    await admin.post("/extensions", EXAMPLES["extensions"])
    assert (await admin.send("POST", "/extensions", EXAMPLES["extensions"])).status == 409
    trunk = {"name": "t", "kind": "registering", "host": "h"}
    assert (await admin.send("POST", "/trunks", trunk)).json["errors"][0]["path"] == "body.username"
    schedule = {**EXAMPLES["schedules"], "timezone": "Mars/Olympus"}
    assert (await admin.send("POST", "/schedules", schedule)).json["errors"][0]["path"] == "body.timezone"
    assert (await admin.send("POST", "/speed-dials", {**EXAMPLES["speed-dials"], "name": "\x00"})).status == 422


async def test_phone_data_gives_the_password_to_those_who_may_write(api, admin):
    extension = await admin.post("/extensions", {"number": "101", "name": "A", "password": "phone-secret-1"})
    path = f"/extensions/{extension['id']}/phone"
    assert (await admin.get(path))["password"] == "phone-secret-1"
    supervisor = await api.user("supervisor")
    assert (await supervisor.get(path))["password"] is None


async def test_replacing_an_extension_keeps_its_password(api, admin):
    extension = await admin.post("/extensions", {"number": "101", "name": "A", "password": "phone-secret-1"})
    await admin.send("PUT", f"/extensions/{extension['id']}", {"number": "101", "name": "B"})
    assert await api.db.fetchval("select password from extensions") == "phone-secret-1"


async def test_lists_are_searched_and_paged(admin):
    for number in range(100, 125):
        await admin.post("/extensions", {"number": str(number), "name": f"Phone {number}"})
    seen, cursor = [], {}
    while cursor is not None:
        page = await admin.get("/extensions", limit=7, **cursor)
        seen += [item["number"] for item in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert seen == [str(number) for number in range(100, 125)]
    assert [item["number"] for item in (await admin.get("/extensions", q="12"))["items"]] == [
        "112", "120", "121", "122", "123", "124"
    ]  # fmt: skip
    assert (await admin.get("/extensions", q="%"))["items"] == []


def _long_menu(count: int) -> dict:
    steps = {
        f"s{n}": {
            "kind": "menu",
            "prompts": [{"kind": "sound", "name": "vm-press"}],
            "options": {"1": f"s{n + 1}", "2": "bye"},
            "on_timeout": "bye",
            "on_invalid": "bye",
        }
        for n in range(count - 2)
    }
    steps[f"s{count - 2}"] = {"kind": "play", "prompts": [{"kind": "sound", "name": "vm-goodbye"}], "next": "bye"}
    return {"entry": "s0", "steps": {**steps, "bye": {"kind": "hangup"}}}


@pytest.mark.feature("F-PBX-05")
async def test_a_menu_of_500_steps_saves_and_loads_in_under_100_ms(admin):
    definition = _long_menu(500)
    menu = await admin.post("/menus", {"name": "Большое", "definition": definition})
    assert len(menu["definition"]["steps"]) == 500
    saved, loaded = [], []
    for attempt in range(5):
        started = time.perf_counter()
        answer = await admin.send("PATCH", f"/menus/{menu['id']}", {"name": f"m{attempt}", "definition": definition})
        saved.append(time.perf_counter() - started)
        assert answer.status == 200
        started = time.perf_counter()
        assert (await admin.send("GET", f"/menus/{menu['id']}")).status == 200
        loaded.append(time.perf_counter() - started)
    assert min(saved) < 0.1 and min(loaded) < 0.1, (saved, loaded)


@pytest.mark.feature("F-PBX-05")
async def test_a_menu_that_never_ends_or_leads_nowhere_is_refused_with_the_places(admin):
    steps = {
        "a": {"kind": "play", "prompts": [{"kind": "sound", "name": "beep"}], "next": "b"},
        "b": {"kind": "play", "prompts": [{"kind": "sound", "name": "beep"}], "next": "a"},
        "lost": {"kind": "hangup"},
        "wrong": {"kind": "goto", "step": "nothing"},
    }
    answer = await admin.send("POST", "/menus", {"name": "m", "definition": {"entry": "a", "steps": steps}})
    paths = {error["path"] for error in answer.json["errors"]}
    assert answer.status == 422
    assert {"body.definition.steps.lost", "body.definition.steps.a"} <= paths


async def test_the_edge_refuses_in_problem_documents(api, admin):
    wrong_type = await admin.send("POST", "/numbers", headers={"Content-Type": "text/plain"}, data=b"x")
    broken = await admin.send("POST", "/numbers", headers={"Content-Type": "application/json"}, data=b"{")
    large = await admin.send("POST", "/numbers", headers={"Content-Type": "application/json"}, data=b" " * 2_100_000)
    method = await admin.send("PATCH", "/numbers", {})
    nothing = await admin.send("GET", "/nothing")
    twice = await admin.send("GET", "/numbers?limit=1&limit=2")
    unknown = await admin.send("GET", "/numbers?colour=red")
    answers = [wrong_type, broken, large, method, nothing, twice, unknown]
    assert [answer.status for answer in answers] == [415, 400, 413, 405, 404, 422, 422]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    given = await admin.send("GET", "/numbers", headers={"X-Request-ID": "my-id"})
    assert given.headers["X-Request-ID"] == "my-id"
