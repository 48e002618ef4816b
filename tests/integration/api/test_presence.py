"""Routes of presence, breaks, shifts and working time, over the engine's own control address."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

from engine.control import Control
from engine.core import db
from engine.core.clock import SystemClock
from tests.integration.api.conftest import Api, Client
from tests.integration.presence.conftest import Node, Place

pytestmark = pytest.mark.feature("F-PBX-09", "F-WID-10")
LUNCH = "00000000-0000-7000-8000-000000000102"


class Desk:
    """The engine's part of presence behind its control address, and the API as three people."""

    def __init__(self, api: Api, place: Place, node: Node, admin: Client, me: Client, my_id: str) -> None:
        self.api, self.place, self.node, self.admin, self.me, self.my_id = api, place, node, admin, me, my_id


@pytest.fixture
async def desk(api: Api, admin: Client) -> AsyncIterator[Desk]:
    pool = await db.create_pool(api.settings)
    place = Place(pool, api.settings)
    await place.fill()
    me = await api.user("operator")
    my_id = await api.db.fetchval("select id from users where login = 'some-operator'")
    await api.db.execute("update users set extension = null where id = $1", place.users[2])
    await api.db.execute("update users set extension = '203' where id = $1", my_id)
    place.clock = SystemClock()  # type: ignore[assignment]
    node = await place.node()
    control = Control(None, SimpleNamespace(presences=node.presences), api.settings.control_token)  # type: ignore[arg-type]
    runner = web.AppRunner(control.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    await api.insert(
        "engine_nodes",
        id="node1",
        control_url=f"http://{host}:{port}",
        started_at=datetime.now(UTC),
        heartbeat_at=datetime.now(UTC) + timedelta(hours=1),
    )
    yield Desk(api, place, node, admin, me, str(my_id))
    await runner.cleanup()
    await pool.close()


async def test_an_operator_takes_a_status_and_everybody_of_the_team_sees_it(desk: Desk) -> None:
    answer = await desk.me.send("PUT", "/me/presence", {"status": "break", "reason_id": LUNCH})
    assert answer.status == 200, answer.raw
    assert (answer.json["status"], answer.json["reason_id"]) == ("break", LUNCH)
    await desk.node.writer.flush()
    assert (await desk.me.get("/me/presence"))["until"] == answer.json["until"]
    found = await desk.me.get("/operators", limit=2)
    assert found["next"] is not None
    found["items"] += (await desk.me.get("/operators", limit=2, cursor=found["next"]))["items"]
    assert [item["extension"] for item in found["items"]] == ["201", "202", "203"]
    assert [item["status"] for item in found["items"]] == ["offline", "offline", "break"]
    assert [item["user_id"] for item in (await desk.me.get("/operators", status="break"))["items"]] == [desk.my_id]
    assert (await desk.me.get("/operators", q="203"))["items"][0]["login"] == "some-operator"


async def test_who_may_what(desk: Desk) -> None:
    mate = desk.place.users[0]
    answer = await desk.me.send("PUT", f"/operators/{mate}/presence", {"status": "ready"})
    assert answer.status == 403
    supervisor = await desk.api.user("supervisor")
    answer = await supervisor.send("PUT", f"/operators/{mate}/presence", {"status": "ready"})
    assert (answer.status, answer.json["status"]) == (200, "ready")
    assert (await supervisor.send("GET", "/me/presence")).status == 404  # no extension
    assert (await supervisor.send("PUT", f"/operators/{uuid4()}/presence", {"status": "ready"})).status == 404
    assert (await desk.me.send("GET", f"/timesheet?from=2026-03-01&to=2026-03-02&user_id={mate}")).status == 403
    assert (await desk.me.send("POST", "/break-reasons", {"name": "Nap"})).status == 403
    engineer = await desk.api.user("partner")
    for path in ("/operators", "/me/presence", "/break-reasons", "/shifts", "/timesheet?from=2026-03-01&to=2026-03-02"):
        assert (await engineer.send("GET", path)).status == 403


async def test_wrong_orders_are_refused_with_their_place(desk: Desk) -> None:
    wrong: list[tuple[Any, str]] = [
        ({"status": "on_call"}, "body.status"),
        ({"status": "break", "reason_id": str(uuid4())}, "body.reason_id"),
        ({"status": "away", "why": "bored"}, "body.why"),
        ({}, "body"),
    ]
    for body, place in wrong:
        answer = await desk.me.send("PUT", "/me/presence", body)
        assert answer.status == 422
        assert answer.json["errors"][0]["path"].startswith(place)
    answer = await desk.me.send("POST", "/me/presence/extend", {"seconds": 20})
    assert (answer.status, answer.json["code"]) == (422, "invalid_input")  # there is no wrap-up


async def test_without_an_engine_nothing_is_promised(desk: Desk) -> None:
    await desk.api.db.execute("delete from engine_nodes")
    assert (await desk.me.send("PUT", "/me/presence", {"status": "ready"})).status == 503
    assert (await desk.me.get("/me/presence"))["status"] == "offline"
    assert (await desk.me.send("POST", "/auth/logout")).status == 204


async def test_signing_out_of_the_last_session_goes_offline(desk: Desk) -> None:
    other = await desk.api.anonymous.login("some-operator")
    assert (await desk.me.send("PUT", "/me/presence", {"status": "ready"})).status == 200
    assert (await other.send("POST", "/auth/logout")).status == 204
    user_id = next(u for u in desk.node.presences.operators if str(u) == desk.my_id)
    assert desk.node.presences.get(user_id).status == "ready"
    assert (await desk.me.send("POST", "/auth/logout")).status == 204
    assert desk.node.presences.get(user_id).status == "offline"


async def test_breaks_are_named_by_the_company(desk: Desk) -> None:
    made = await desk.admin.post("/break-reasons", {"name": "Врач", "name_en": "Doctor", "max_minutes": 90})
    assert {row["name"] for row in (await desk.me.get("/break-reasons"))["items"]} >= {"Врач", "Обед"}
    await desk.node.roster.follow({"break_reasons"})
    answer = await desk.me.send("PUT", "/me/presence", {"status": "break", "reason_id": made["id"]})
    assert answer.status == 200
    assert (await desk.me.send("PUT", "/me/presence", {"status": "offline"})).status == 200
    await desk.node.writer.flush()
    answer = await desk.admin.send("DELETE", f"/break-reasons/{made['id']}")
    assert answer.status == 409 and "working-time" in answer.json["detail"]
    answer = await desk.admin.send("PATCH", f"/break-reasons/{made['id']}", {"enabled": False})
    assert answer.status == 200
    await desk.node.roster.follow({"break_reasons"})
    answer = await desk.me.send("PUT", "/me/presence", {"status": "break", "reason_id": made["id"]})
    assert answer.status == 422
    fresh = await desk.admin.post("/break-reasons", {"name": "Other"})
    assert (await desk.admin.send("DELETE", f"/break-reasons/{fresh['id']}")).status == 204
    assert (await desk.admin.send("POST", "/break-reasons", {"name": "Обед"})).status == 409


async def test_shifts_are_planned_without_overlap(desk: Desk) -> None:
    def body(first: int, last: int, user_id: str = desk.my_id) -> dict[str, str]:
        day = datetime(2026, 3, 2, tzinfo=UTC)
        start, end = (day + timedelta(hours=hour) for hour in (first, last))
        return {"user_id": user_id, "start": start.isoformat(), "end": end.isoformat()}

    made = await desk.admin.post("/shifts", body(9, 18))
    await desk.admin.post("/shifts", body(18, 20))
    await desk.admin.post("/shifts", body(9, 18, str(desk.place.users[0])))
    answer = await desk.admin.send("POST", "/shifts", body(17, 19))
    assert answer.status == 409
    assert "has a shift from 2026-03-02T12:00+03:00" in answer.json["detail"]
    refused = [(body(9, 9), "body.end"), (body(0, 25), "body.end"), (body(1, 2, str(uuid4())), "body.user_id")]
    for wrong, path in refused:
        answer = await desk.admin.send("POST", "/shifts", wrong)
        assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)
    address = f"/shifts/{made['id']}"
    assert (await desk.admin.send("PATCH", address, {"end": body(9, 19)["end"]})).status == 409
    answer = await desk.admin.send("PATCH", address, {"end": body(9, 17)["end"], "version": 1})
    assert (answer.status, answer.json["version"]) == (200, 2)
    assert (await desk.admin.send("PATCH", address, {"note": "x"}, headers={"If-Match": '"1"'})).status == 409
    mine = await desk.me.get(
        "/shifts", **{"from": "2026-03-02T16:00:00Z", "to": "2026-03-02T23:00:00Z", "user_id": desk.my_id}
    )
    assert [item["start"] for item in mine["items"]] == ["2026-03-02T09:00:00Z", "2026-03-02T18:00:00Z"]
    everybody = await desk.admin.get("/shifts", limit=2)
    rest = await desk.admin.get("/shifts", limit=2, cursor=everybody["next"])
    assert len(everybody["items"] + rest["items"]) == 3
    assert (await desk.admin.send("DELETE", address)).status == 204
    assert (await desk.admin.send("GET", address)).status == 404


async def test_the_timesheet_comes_as_json_and_as_files(desk: Desk) -> None:
    first = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    await desk.api.db.execute(
        "insert into presence_intervals (id, user_id, status, during) values ($1, $2, 'ready', tstzrange($3, $4))",
        uuid4(),
        desk.place.users[0],
        first,
        first + timedelta(hours=2),
    )
    query = "/timesheet?from=2026-03-01&to=2026-03-31"
    sheet = (await desk.admin.send("GET", query)).json
    assert sheet["timezone"] == desk.api.settings.timezone == "Europe/Moscow"
    assert [(item["day"], item["worked_s"]) for item in sheet["items"]] == [("2026-03-03", 7200.0)]
    split = (await desk.admin.send("GET", query + "&timezone=Europe/Berlin")).json
    assert [(item["day"], item["worked_s"]) for item in split["items"]] == [
        ("2026-03-02", 5400.0),
        ("2026-03-03", 1800.0),
    ]
    file = await desk.admin.send("GET", query + "&format=csv", headers={"Accept-Language": "en"})
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "timesheet-2026-03-01-2026-03-31.csv" in file.headers["Content-Disposition"]
    assert file.raw.startswith(b"\xef\xbb\xbf") and b"2026-03-03" in file.raw
    book = await desk.admin.send("GET", query + "&format=xlsx")
    assert book.raw[:2] == b"PK"
    for wrong in ("&timezone=Mars/Base", "&timezone=../etc/passwd", "&format=pdf", "&user_id=x"):
        assert (await desk.admin.send("GET", query + wrong)).status == 422
    assert (await desk.admin.send("GET", "/timesheet?from=2026-03-02&to=2026-03-01")).status == 422
    assert (await desk.admin.send("GET", "/timesheet?from=2026-01-01&to=2026-12-31")).status == 422
    assert (await desk.me.send("GET", query)).json["items"] == []
