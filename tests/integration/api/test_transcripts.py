"""Transcripts and alerts as users read them, and the live feed of what is being said."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from engine.core import ids
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-PBX-20")
NOW = datetime.now(UTC) - timedelta(minutes=5)


class Said:
    """A call with a transcript: the client speaks, ``user_id`` answers."""

    def __init__(self, api: Api, user_id: UUID) -> None:
        self.api, self.user_id = api, user_id
        self.call, self.transcript, self.alert = ids.new_id(NOW), ids.new_id(NOW), ids.new_id(NOW)

    async def fill(self, source: str = "live", **columns) -> "Said":
        add = self.api.insert
        await self.api.db.execute("select ensure_call_partitions($1)", NOW)
        call = {"node_id": "node1", "direction": "inbound", "caller": "79160000000", "called": "100"}
        await add("calls", id=self.call, started_at=NOW, **call)
        leg = {"role": "callee", "number": "104", "started_at": NOW, "user_id": self.user_id}
        await add("call_legs", call_id=self.call, call_started_at=NOW, channel_id="x-1", **leg)
        await self.add_transcript(self.transcript, source, **columns)
        said = {"user_id": self.user_id, "end_s": 4.0, "words": [["хочу", 2.0, 2.5, 0.9]]}
        await self.say(1, "operator", 2.0, "здравствуйте", **said)
        await self.say(0, "client", 0.5, "номер ***", masked=True, end_s=1.5)
        rule = {"rule_id": uuid4(), "rule_name": "Отток", "severity": "alarm", "side": "client", "at_s": 0.5}
        alert = {"transcript_id": self.transcript, "call_id": self.call, "text": "номер ***", "created_at": NOW}
        await add("speech_alerts", id=self.alert, **rule, **alert, operator_id=self.user_id)
        return self

    async def add_transcript(self, id_: UUID, source: str, **columns) -> None:
        values = {"call_id": self.call, "call_started_at": NOW, "started_at": NOW, "state": "done"}
        values |= {"measures": {"talk_s": {"client": 1.0, "operator": 2.0}, "talk_ratio": 0.667}}
        await self.api.insert("transcripts", id=id_, source=source, **(values | columns))

    async def say(self, seq: int, side: str, start_s: float, text: str, **columns) -> None:
        values = {"side": side, "start_s": start_s, "text": text, **columns}
        await self.api.insert("transcript_segments", transcript_id=self.transcript, seq=seq, **values)


@pytest.fixture
async def operator(api: Api) -> Client:
    return await api.user("operator")


@pytest.fixture
async def said(api: Api, operator: Client) -> Said:
    me = (await operator.get("/me"))["id"]
    return await Said(api, UUID(me)).fill()


async def test_a_transcript_is_read_in_order_of_time(said: Said, admin: Client) -> None:
    found = await admin.get(f"/calls/{said.call}/transcript")
    assert [segment["text"] for segment in found["segments"]] == ["номер ***", "здравствуйте"]
    assert found["segments"][1]["words"] == [["хочу", 2.0, 2.5, 0.9]]
    assert found["measures"]["talk_ratio"] == 0.667
    assert [alert["rule_name"] for alert in found["alerts"]] == ["Отток"]
    assert (await admin.send("GET", f"/calls/{uuid4()}/transcript")).status == 404


async def test_the_transcript_of_the_recording_goes_before_the_live_one_when_it_is_done(said, admin) -> None:
    other = uuid4()
    await said.add_transcript(other, "recording", state="open")
    path = f"/calls/{said.call}/transcript"
    assert (await admin.get(path))["source"] == "live"
    await said.api.db.execute("update transcripts set state = 'done' where id = $1", other)
    assert (await admin.get(path))["source"] == "recording"
    assert (await admin.get(path, source="live"))["id"] == str(said.transcript)


async def test_an_operator_reads_its_own_calls_without_alerts_and_no_others(api, said, operator) -> None:
    mine = await operator.get(f"/calls/{said.call}/transcript")
    assert len(mine["segments"]) == 2 and mine["alerts"] == []
    stranger = await api.user("operator", login="stranger")
    refused = await stranger.send("GET", f"/calls/{said.call}/transcript")
    assert (refused.status, refused.json["right"]) == (403, "recordings.read")
    assert (await operator.send("GET", "/speech-alerts")).status == 403


async def test_a_message_has_its_transcript(said: Said, admin: Client) -> None:
    message = uuid4()
    await said.api.insert("transcripts", id=uuid4(), source="message", message_id=message, started_at=NOW)
    assert (await admin.get(f"/voicemail-messages/{message}/transcript"))["source"] == "message"
    assert (await admin.send("GET", f"/voicemail-messages/{uuid4()}/transcript")).status == 404


async def test_an_alert_is_listed_and_seen_once(said: Said, admin: Client) -> None:
    supervisor = await said.api.user("supervisor")
    (alert,) = (await supervisor.get("/speech-alerts", seen="false", severity="alarm"))["items"]
    assert (alert["id"], alert["operator_name"]) == (str(said.alert), "some-operator")
    first = await supervisor.post(f"/speech-alerts/{said.alert}/seen", None, status=200)
    again = await admin.post(f"/speech-alerts/{said.alert}/seen", None, status=200)
    assert first["seen_by"] == again["seen_by"] and first["seen_at"] == again["seen_at"]
    assert (await supervisor.get("/speech-alerts", seen="false"))["items"] == []
    assert (await admin.send("POST", f"/speech-alerts/{uuid4()}/seen")).status == 404


async def _follow(client: Client):
    socket = await client.session.ws_connect(f"{client.url}/api/v1/live?topics=transcripts")
    await socket.send_json({"type": "auth", "token": client.token})
    assert (await socket.receive_json(timeout=20))["type"] == "ready"
    return socket


@pytest.mark.feature("F-PBX-20", "F-PBX-19")
async def test_what_is_being_said_reaches_who_may_see_it_and_nobody_else(api, said, operator) -> None:
    stranger = await api.user("operator", login="stranger")
    supervisor = await api.user("supervisor")
    sockets = [await _follow(client) for client in (operator, supervisor, stranger)]
    whose = {"call_id": str(said.call), "users": [str(said.user_id)], "partner_id": None}
    partial = {"side": "client", "text": "я хочу", "start_s": 1.0, "end_s": 2.0, **whose}

    async def speak() -> None:
        await api.db.execute("select pg_notify('speech', $1)", json.dumps({"key": str(said.call), "data": partial}))

    # A client is told from the moment on at which it has caught up: the first word may be too early for it.
    for socket in sockets[:2]:
        heard = None
        while heard is None:
            await speak()
            try:
                heard = await asyncio.wait_for(socket.receive_json(), 0.5)
            except TimeoutError:
                continue
        assert heard == {"type": "partial", "topic": "transcripts", "key": str(said.call), "data": partial}
    for kind in ("alert", "segment"):
        await api.db.execute(
            "select add_changes(array['transcripts'], array[$3::text], array[$1::text], array[$2::jsonb])",
            str(said.call),
            whose,
            kind,
        )
    await _kinds_of(sockets[0], ["segment"])
    await _kinds_of(sockets[1], ["alert", "segment"])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sockets[2].receive_json(), 0.5)
    for socket in sockets:
        await socket.close()


async def _kinds_of(socket, wanted: list[str]) -> None:
    """The changes that come, whatever partials stand between them."""
    told: list[str] = []
    while told != wanted:
        message = await socket.receive_json(timeout=20)
        if message["type"] == "change":
            told.append(message["kind"])
            assert told == wanted[: len(told)]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("masking-rules", {"name": "x", "kind": "pattern"}, "body.pattern"),
        ("masking-rules", {"name": "x", "kind": "pattern", "pattern": "(a+)+$"}, "body.pattern"),
        ("masking-rules", {"name": "x", "kind": "pattern", "pattern": "("}, "body.pattern"),
        ("masking-rules", {"name": "x", "kind": "pattern", "pattern": "[0-9]*"}, "body.pattern"),
        ("masking-rules", {"name": "x", "kind": "card", "pattern": "1"}, "body.pattern"),
        ("speech-rules", {"name": "x", "kind": "keyword", "phrases": ["..."]}, "body.phrases.0"),
        ("speech-rules", {"name": "x", "kind": "keyword", "phrases": ["ок", "*"]}, "body.phrases.1"),
        ("speech-rules", {"name": "x", "kind": "topic", "phrases": ["договор", "договоры"]}, "body.phrases"),
    ],
)
async def test_rules_that_can_not_work_are_refused_with_the_place(admin, path, body, field) -> None:
    refused = await admin.send("POST", f"/{path}", body)
    assert refused.status == 422
    assert [error["path"] for error in refused.json["errors"]] == [field]


async def test_a_rule_names_a_queue_that_exists_and_keeps_it(admin) -> None:
    rule = {"name": "Отток", "kind": "keyword", "phrases": ["уйти к другим"], "queue_id": str(uuid4())}
    assert (await admin.send("POST", "/speech-rules", rule)).json["errors"][0]["path"] == "body.queue_id"
    queue = await admin.post("/queues", {"name": "Продажи"})
    assert queue["transcribe"] is True
    await admin.post("/speech-rules", rule | {"queue_id": queue["id"]})
    refused = await admin.send("DELETE", f"/queues/{queue['id']}")
    assert refused.status == 409 and refused.json["used_by"][0]["resource"] == "speech-rules"
