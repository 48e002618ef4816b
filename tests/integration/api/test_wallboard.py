"""The wallboard shows what the tables hold now, and the day's figures from facts."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.core import ids
from tests.integration.api.test_live import feed, told

pytestmark = pytest.mark.feature("F-PBX-19")


def now():
    return datetime.now(UTC)


async def test_queues_operators_calls_and_the_day(api, admin):
    day = (await admin.get("/wallboard"))["since"]
    begun = datetime.fromisoformat(day)
    queue, call_id = ids.new_id(now()), ids.new_id(now())
    await api.insert("queues", id=queue, name="Продажи", target_s=20)
    users = {}
    for number, (name, status) in enumerate({"ready": "ready", "busy": "on_call", "off": "offline"}.items(), start=101):
        await api.insert("extensions", id=ids.new_id(now()), number=str(number), name=name, password="x" * 12)
        users[name] = await api.add_user(name, "operator", extension=str(number))
        await api.insert("queue_members", queue_id=queue, user_id=users[name])
        await api.insert("presence", user_id=users[name], node_id="n", status=status, since=begun)
    at = now()
    for outcome, wait in (
        ("answered", 10.0),
        ("answered", 30.0),
        ("abandoned", 40.0),
        ("abandoned", 1.0),
        ("waiting", 0.0),
    ):
        talked = outcome == "answered"
        await api.insert(
            "queue_visits", id=ids.new_id(at), call_id=ids.new_id(at), queue_id=queue, caller="7916", entered_at=at,
            answered_at=at if talked else None, ended_at=None if outcome == "waiting" else at, outcome=outcome,
            operator_id=users["busy"] if talked else None, wait_s=wait, talk_s=60.0 if talked else 0.0,
        )  # fmt: skip
    state = {
        "id": str(call_id), "direction": "inbound", "caller": "7916", "called": "7495", "state": "talking",
        "started_at": at.isoformat(), "queue_id": str(queue), "operator_id": str(users["busy"]), "node_id": "n",
        "legs": [{"channel_id": "a", "role": "caller", "number": "7916", "state": "up", "endpoint": ""}],
    }  # fmt: skip
    await api.insert("live_calls", call_id=call_id, node_id="n", started_at=at, state=state)
    board = await admin.get("/wallboard", interval="15min")
    shown = board["queues"][0]
    counts = {"waiting": 1, "online": 2, "ready": 1, "busy": 1, "entered_today": 5, "answered_today": 2}
    assert {name: shown[name] for name in counts} == counts
    assert shown["service_level"] == pytest.approx(100 / 3, abs=0.1) and shown["average_wait_s"] == 20
    assert datetime.fromisoformat(shown["longest_since"]) == at
    by_name = {operator["name"]: operator for operator in board["operators"]}
    assert {name: operator["status"] for name, operator in by_name.items()} == {
        "ready": "ready", "busy": "on_call", "off": "offline",
    }  # fmt: skip
    assert by_name["ready"]["queues"] == [str(queue)] and by_name["busy"]["extension"] == "102"
    assert [call["id"] for call in board["calls"]] == [str(call_id)]
    assert board["today"]["answered"] == 2 and board["today"]["aht_s"] == 60
    assert board["today"]["occupancy"] == pytest.approx(0.5, abs=0.01)
    assert sum(part["offered"] for part in board["chart"]) == 5
    widths = {
        b - a
        for a, b in zip(*[[datetime.fromisoformat(p["at"]) for p in board["chart"]][i:] for i in (0, 1)], strict=False)
    }
    assert widths <= {timedelta(minutes=15)}


async def test_the_live_feed_goes_on_from_the_cursor(api, admin):
    await told(api, "before")
    cursor = (await admin.get("/wallboard"))["cursor"]
    await told(api, "after")
    async with feed(admin, "calls", cursor) as socket:
        assert (await socket.receive_json(timeout=20))["type"] == "ready"
        assert (await socket.receive_json(timeout=20))["key"] == "after"


async def test_operators_see_no_calls_of_others(api):
    operator = await api.user("operator")
    assert (await operator.get("/wallboard"))["calls"] is None
    assert (await (await api.user("engineer")).send("GET", "/wallboard", params={"timezone": "x"})).status in (403, 422)
