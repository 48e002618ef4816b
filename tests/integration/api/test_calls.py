"""History, recordings, voicemail, calls in progress."""

import wave
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from engine.core import ids

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def _wav(path, seconds=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x01\x02" * 8000 * seconds)


async def add_call(api, at=START, caller="79161234567", called="74950001122", outcome="answered", cause=16) -> UUID:
    call_id = ids.new_id(at)
    await api.db.execute("select ensure_call_partitions($1)", at)
    await api.insert(
        "calls",
        id=call_id,
        started_at=at,
        node_id="node1",
        direction="inbound",
        caller=caller,
        called=called,
        answered_at=at,
        ended_at=at + timedelta(seconds=15),
        outcome=outcome,
        ended_by="caller",
        cause=cause,
        talk_s=12,
    )
    return call_id


async def add_recording(api, call_id, file) -> UUID:
    recording_id = ids.new_id(START)
    await api.insert(
        "recordings",
        id=recording_id,
        call_id=call_id,
        call_started_at=START,
        file=file,
        started_at=START,
        duration_s=1,
        state="done",
    )
    return recording_id


async def pages(client, limit, **filters):
    found, cursor = [], {}
    while cursor is not None:
        page = await client.get("/calls", limit=limit, **filters, **cursor)
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = {"cursor": page["next"]} if page["next"] else None
    return found


@pytest.mark.feature("F-PBX-19")
async def test_every_page_size_gives_the_whole_history_once_newest_first(api, admin):
    """Property: whatever the limit, and with many calls in the same instant, nothing is twice and nothing is lost."""
    all_ids = set()
    for number in range(40):
        all_ids.add(str(await add_call(api, START + timedelta(seconds=number // 4))))

    for limit in (1, 2, 3, 4, 5, 7, 13, 39, 40, 41, 500):
        found = await pages(admin, limit)
        keys = [(call["started_at"], call["id"]) for call in found]
        assert keys == sorted(keys, reverse=True)
        assert {call["id"] for call in found} == all_ids and len(found) == 40


@pytest.mark.feature("F-PBX-19")
async def test_calls_that_come_while_paging_move_nothing(api, admin):
    for number in range(10):
        await add_call(api, START + timedelta(seconds=number))
    first = await admin.get("/calls", limit=5)
    await add_call(api, START + timedelta(minutes=5))
    second = await admin.get("/calls", limit=5, cursor=first["next"])
    assert not {call["id"] for call in first["items"]} & {call["id"] for call in second["items"]}
    assert len(second["items"]) == 5 and second["next"] is None


@pytest.mark.feature("F-PBX-19")
async def test_filters(api, admin):
    await add_call(api, START, caller="79161111111", outcome="answered")
    await add_call(api, START + timedelta(days=40), caller="79162222222", outcome="voicemail")
    await add_call(api, START + timedelta(days=41), caller="3222", outcome="busy", cause=17)

    async def callers(**filters):
        return [call["caller"] for call in await pages(admin, 50, **filters)]

    assert await callers(outcome="voicemail") == ["79162222222"]
    assert await callers(caller="79161111111") == ["79161111111"]
    assert await callers(caller="7916*") == ["79162222222", "79161111111"]
    assert await callers(q="222") == ["3222", "79162222222"]
    assert await callers(
        **{"from": (START + timedelta(days=1)).isoformat(), "to": (START + timedelta(days=41)).isoformat()}
    ) == ["79162222222"]
    assert await callers(direction="internal") == []
    for wrong in ("limit=0", "limit=501", "cursor=zzz", "from=yesterday", "outcome=lost", "from=2026-01-01T00:00:00"):
        assert (await admin.send("GET", f"/calls?{wrong}")).status == 422, wrong


@pytest.mark.feature("F-PBX-19", "F-PBX-21")
async def test_a_call_is_told_whole_with_its_cause_in_words(api, admin):
    call_id = await add_call(api, cause=17)
    key = {"call_id": call_id, "call_started_at": START}
    await api.insert("call_legs", **key, channel_id="c1", role="caller", number="1", started_at=START, cause=17)
    await api.insert("call_events", **key, seq=2, at=START, kind="choice", data={"digit": "1"})
    await api.insert("call_events", **key, seq=1, at=START, kind="answered", data={})
    call = await admin.get(f"/calls/{call_id}")
    assert [item["kind"] for item in call["events"]] == ["answered", "choice"]
    assert call["events"][1]["data"] == {"digit": "1"}
    assert call["legs"][0]["cause_text"] == call["cause_text"] == "абонент занят"
    english = await admin.send("GET", f"/calls/{call_id}", headers={"Accept-Language": "en"})
    assert english.json["cause_text"] == "busy"
    assert (await admin.send("GET", f"/calls/{ids.new_id(START)}")).status == 404
    assert (await admin.send("GET", "/calls/00000000-0000-0000-0000-000000000000")).status == 404


@pytest.mark.feature("F-PBX-21")
async def test_a_recording_is_played_also_in_parts(api, admin):
    call_id = await add_call(api)
    _wav(api.settings.recordings / "call-1.wav")
    recording_id = await add_recording(api, call_id, "call-1.wav")
    whole = await admin.send("GET", f"/calls/{call_id}/recording")
    assert whole.status == 200 and whole.headers["Content-Type"] == "audio/wav" and whole.raw[:4] == b"RIFF"
    part = await admin.send("GET", f"/recordings/{recording_id}/audio", headers={"Range": "bytes=100-199"})
    assert part.status == 206 and part.raw == whole.raw[100:200]
    late = await admin.send("GET", f"/recordings/{recording_id}/audio", headers={"Range": "bytes=9999999-"})
    assert late.status == 416
    assert (await admin.get("/recordings", call_id=call_id))["items"][0]["id"] == str(recording_id)
    assert (await admin.get("/calls"))["items"][0]["recorded"] is True
    operator = await api.user("operator")
    assert (await operator.send("GET", f"/calls/{call_id}/recording")).status == 403


@pytest.mark.feature("F-PBX-21")
async def test_a_recording_is_never_served_from_outside_its_folder(api, admin):
    call_id = await add_call(api)
    _wav(api.settings.var / "secret.wav")
    await add_recording(api, call_id, "../../../secret.wav")
    assert (await admin.send("GET", f"/calls/{call_id}/recording")).status == 404


@pytest.mark.feature("F-PBX-06")
async def test_voicemail_is_listed_heard_downloaded_and_deleted(api, admin):
    box = await admin.post("/voicemail-boxes", {"name": "Общий"})
    file = api.settings.recordings / "vm-1.wav"
    _wav(file)
    message_id = ids.new_id(START)
    await api.insert(
        "voicemail_messages",
        id=message_id,
        box_id=UUID(box["id"]),
        call_id=message_id,
        caller="79161234567",
        created_at=START,
        file="vm-1",
        duration_s=1,
        size_bytes=16_044,
    )
    path = f"/voicemail-messages/{message_id}"
    assert [
        item["id"] for item in (await admin.get("/voicemail-messages", box_id=box["id"], heard="false"))["items"]
    ] == [str(message_id)]
    assert (await admin.send("GET", path + "/audio")).raw[:4] == b"RIFF"
    assert (await admin.send("PATCH", path, {"heard": True})).json["heard_at"]
    assert (await admin.get("/voicemail-messages", heard="false"))["items"] == []
    assert (await admin.send("DELETE", f"/voicemail-boxes/{box['id']}")).status == 409
    assert (await admin.send("DELETE", path)).status == 204
    assert not file.exists()
    assert (await admin.send("DELETE", f"/voicemail-boxes/{box['id']}")).status == 204
    assert (await admin.send("GET", path)).status == 404


async def test_click_to_call_and_calls_in_progress_go_through_the_engine(api, admin, engine):
    order = {"from_extension": "101", "to": "79161234567"}
    assert (await admin.send("POST", "/calls", order)).status == 422
    await admin.post("/extensions", {"number": "101", "name": "A"})
    call_id = (await admin.post("/calls", order, 202))["call_id"]
    assert engine.orders == [("/originate", {"call_id": call_id, **order, "caller_id": None})]
    live = {"id": call_id, "direction": "outbound", "caller": "101", "called": "79161234567", "state": "started"}
    engine.calls[call_id] = {**live, "started_at": START.isoformat(), "legs": [], "position": None}
    assert [call["id"] for call in (await admin.get("/live-calls"))["items"]] == [call_id]
    assert (await admin.send("DELETE", f"/live-calls/{call_id}")).status == 204
    assert (await admin.send("DELETE", f"/live-calls/{call_id}")).status == 404


@pytest.mark.feature("F-PBX-26")
async def test_a_dry_run_is_told_by_the_engine(admin, engine):
    answer = await admin.post("/trace", {"caller": "79161234567", "called": "74950001122"}, 200)
    assert answer["steps"][0]["kind"] == "hangup"


async def test_an_engine_that_is_away_is_an_answer_of_its_own(api, admin):
    assert (await admin.send("GET", "/live-calls")).status == 503
    insert = "insert into engine_nodes values ('node1', 'http://127.0.0.1:9', now(), now())"
    await api.db.execute(insert)
    answer = await admin.send("GET", "/live-calls")
    assert answer.status == 503 and answer.json["code"] == "unavailable"
    assert (await admin.send("GET", "/calls")).status == 200


async def test_a_node_that_is_away_does_not_hide_the_calls_of_others(api, admin, engine):
    await api.db.execute("insert into engine_nodes values ('node2', 'http://127.0.0.1:9', now(), now())")
    call = {"id": str(ids.new_id(START)), "direction": "inbound", "caller": "1", "called": "2", "state": "talking"}
    engine.calls[call["id"]] = {**call, "started_at": START.isoformat()}
    assert [item["id"] for item in (await admin.get("/live-calls"))["items"]] == [call["id"]]


async def test_callback_requests_are_listed(api, admin):
    for number in range(3):
        await api.insert(
            "callback_requests",
            id=ids.new_id(START),
            call_id=ids.new_id(START),
            number=f"7916000000{number}",
            called="74950001122",
            requested_at=START + timedelta(seconds=number),
            done_at=START if number == 0 else None,
        )
    assert [item["number"] for item in (await admin.get("/callback-requests", open="true"))["items"]] == [
        "79160000002",
        "79160000001",
    ]
    assert len((await admin.get("/callback-requests", limit=2))["items"]) == 2
