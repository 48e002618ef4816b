"""The history: who sees what, filters, export, recordings and who listened."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import openpyxl
import pytest

from engine.core import ids
from tests.integration.api.test_calls import _wav, add_recording

pytestmark = pytest.mark.feature("F-WID-08", "F-PBX-19")
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


async def add_call(api, minute=0, user=None, **columns):
    at = START + timedelta(minutes=minute)
    call_id = ids.new_id(at)
    await api.db.execute("select ensure_call_partitions($1)", at)
    values = {
        "id": call_id, "started_at": at, "node_id": "n", "direction": "inbound", "caller": "79161234567",
        "called": "74951000001", "ended_at": at, "outcome": "answered", "talk_s": 10.0, "operator_id": user,
    }  # fmt: skip
    await api.insert("calls", **values | columns)
    if user:
        await api.insert(
            "call_legs", call_id=call_id, call_started_at=at, channel_id=call_id.hex, role="callee", number="101",
            user_id=user, started_at=at,
        )  # fmt: skip
    return str(call_id)


async def found(client, **query):
    return [item["id"] for item in (await client.get("/calls", **query))["items"]]


async def test_operators_see_their_own_calls_and_those_of_their_team(api, admin):
    one, two, three = [await api.add_user(name, "operator") for name in ("one", "two", "three")]
    team = ids.new_id(START)
    await api.insert("employee_groups", id=team, name="Первая линия")
    for user in (one, two):
        await api.insert("employee_group_members", group_id=team, user_id=user)
    first, second, third = [await add_call(api, minute, user) for minute, user in enumerate((one, two, three))]
    nobodys = await add_call(api, 9)
    client = await api.anonymous.login("one")
    assert await found(client) == await found(client, span="team") == [second, first]
    assert await found(client, span="own") == [first]
    assert (await client.send("GET", "/calls", params={"span": "all"})).status == 403
    assert (await client.send("GET", f"/calls/{third}")).status == 404
    assert (await client.get(f"/calls/{second}"))["legs"][0]["user_id"] == str(two)
    assert await found(admin) == [nobodys, third, second, first]
    assert await found(admin, span="own") == []


async def test_each_filter_narrows_the_history(api, admin):
    user = await api.add_user("one", "operator")
    queue, number = ids.new_id(START), ids.new_id(START)
    await api.insert("queues", id=queue, name="Продажи")
    plain = await add_call(api, 0)
    rich = await add_call(
        api, 5, user, direction="outbound", caller="101", called="79990000001", outcome="busy", queue_id=queue,
        number_id=number, talk_s=99.0, caller_name="Ольга",
    )  # fmt: skip
    await add_recording(api, UUID(rich), "a.wav")
    later = (START + timedelta(minutes=1)).isoformat()
    for query in (
        {"direction": "outbound"}, {"outcome": "busy"}, {"queue_id": queue}, {"user_id": user}, {"number_id": number},
        {"number": "7999*"}, {"number": "101"}, {"called": "79990000001"}, {"min_talk_s": 50}, {"recorded": "true"},
        {"from": later}, {"q": "ольга"}, {"q": "9990"},
    ):  # fmt: skip
        assert await found(admin, **query) == [rich], query
    for query in ({"recorded": "false"}, {"to": later}, {"caller": "7916*"}, {"direction": "inbound"}):
        assert await found(admin, **query) == [plain], query
    row = (await admin.get("/calls", outcome="busy"))["items"][0]
    assert (row["operator_name"], row["queue_name"], row["recorded"]) == ("one", "Продажи", True)


async def test_pages_and_export_tell_the_same_calls(api, admin):
    await api.db.execute("select ensure_call_partitions($1)", START)
    await api.db.execute(
        "insert into calls (id, started_at, node_id, direction, caller, called, ended_at, outcome, caller_name) select "
        "gen_random_uuid(), $1::timestamptz + n / 3 * interval '1 s', 'n', 'inbound', '7916' || n, '7495', $1, "
        "'answered', '=1+' || n from generate_series(1, 2500) n",
        START,
    )
    listed, cursor = [], {}
    while cursor is not None:
        page = await admin.get("/calls", limit=500, caller="7916*", **cursor)
        listed += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert len(set(listed)) == 2500
    answer = await admin.send("GET", "/calls/export", params={"caller": "7916*"}, headers={"Accept-Language": "en"})
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode("utf-8-sig"))))
    assert [row["Call id"] for row in rows] == listed
    assert rows[0]["Started"] == "2026-11-01 12:13:53" and rows[0]["Caller's name"].startswith("'=1+")
    answer = await admin.send("GET", "/calls/export", params={"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.raw), read_only=True).active
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][0] == "Начало" and [row[-1] for row in cells[1:]] == listed


async def test_each_play_of_a_recording_is_noted(api, admin):
    one = await api.add_user("one", "operator")
    await api.add_user("two", "operator")
    call_id = await add_call(api, 0, one)
    _wav(api.settings.recordings / "a.wav")
    recording = await add_recording(api, UUID(call_id), "a.wav")
    mine, other = await api.anonymous.login("one"), await api.anonymous.login("two")
    for client, path, status in (
        (mine, f"/recordings/{recording}/audio", 200),
        (mine, f"/calls/{call_id}/recording", 200),
        (other, f"/calls/{call_id}/recording", 403),
        (admin, f"/calls/{call_id}/recording", 200),
    ):
        assert (await client.send("GET", path)).status == status
    piece = await admin.send("GET", f"/calls/{call_id}/recording", headers={"Range": "bytes=100-199"})
    assert piece.status == 206 and len(piece.raw) == 100
    plays = (await admin.get("/recording-plays", call_id=call_id))["items"]
    assert [play["user_name"] for play in plays] == ["some-admin", "one", "one"]
    assert (await mine.send("GET", "/recording-plays")).status == 403


async def test_a_partner_sees_and_hears_its_own(api, admin):
    partner = ids.new_id(START)
    await api.insert("partners", id=partner, name="Партнёр")
    foreign = await add_call(api, 0)
    own = await add_call(api, 1, partner_id=partner)
    _wav(api.settings.recordings / "a.wav")
    for call_id in (foreign, own):
        await add_recording(api, UUID(call_id), "a.wav")
    await api.db.execute("update recordings r set call_started_at = c.started_at from calls c where c.id = r.call_id")
    client = await api.user("partner", partner_id=partner)
    assert await found(client) == [own]
    assert (await client.send("GET", f"/calls/{foreign}")).status == 404
    assert (await client.send("GET", f"/calls/{foreign}/recording")).status == 404
    assert (await client.send("GET", f"/calls/{own}/recording")).status == 200
    assert (await client.send("GET", "/calls/export")).raw.count(b"\r\n") == 2
