"""A desk of another make by a mapping; what comes in is proven, counted once, and out of order is no harm."""

import base64
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from api.ticket_files.service import FilesService
from api.tickets.states import State
from api.webhooks import signature
from tests.integration.api.conftest import Answer, MovableClock, until
from tests.integration.api.desk import linked
from tests.integration.api.desk.linked import Desk
from tests.integration.api.desk.other_desk import MAPPING, TOKEN, OtherDesk
from tools.stack.stand import Stand

pytestmark = pytest.mark.feature("F-TKT-06")


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def ours(postgres: Stand, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with linked.desk(postgres, tmp_path_factory.mktemp("desk"), MovableClock()) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def at_present(ours: Desk) -> None:
    ours.api.clock.ahead = 0.0


@pytest_asyncio.fixture(loop_scope="package")
async def other(ours: Desk) -> AsyncIterator[OtherDesk]:
    made = OtherDesk()
    await made.start()
    yield made
    await made.stop()
    await ours.api.db.execute("delete from desk_links")


@pytest_asyncio.fixture(loop_scope="package")
async def desk(ours: Desk, other: OtherDesk) -> Desk:
    """Linked to the other one by its mapping."""
    body = {"name": "Подрядчик", "url": other.url, "secret": TOKEN, "settings": MAPPING}
    made = await ours.admin.post("/desk-links", body)
    ours.link, ours.secret = made["id"], made["inbound_secret"]
    assert made["events_path"] == f"/api/v1/desk-links/{ours.link}/events"
    return ours


def stamp(data: bytes, secret: str, seconds: float) -> dict[str, str]:
    """Headers of an event that was signed at that time."""
    value = signature.header([secret], int(seconds), data)
    return {"PayLater-Signature": value, "Content-Type": "application/json"}


async def tell(desk: Desk, event: dict[str, Any], **headers: str) -> Answer:
    """As the other desk would."""
    data = msgspec.json.encode(event)
    path = f"{desk.api.url}/api/v1/desk-links/{desk.link}/events"
    proof = stamp(data, desk.secret, desk.api.clock.now().timestamp())
    async with desk.admin.session.post(path, data=data, headers=proof | headers) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


async def told(desk: Desk, event: dict[str, Any]) -> dict[str, Any]:
    answer = await tell(desk, event)
    assert answer.status == 200, answer.raw
    found: dict[str, Any] = answer.json
    return found


async def settled(desk: Desk) -> None:
    async def done() -> bool:
        counts = await desk.outbox()
        if not counts["sending"]:
            desk.api.clock.ahead += 5
            await desk.wake()
        return not counts["waiting"] and not counts["sending"]

    await until(done, 30)


def at(desk: Desk, seconds: float = 0.0) -> str:
    """So many seconds from now, by the clock of the desk."""
    return (desk.api.clock.now() + timedelta(seconds=seconds)).isoformat()


async def test_a_desk_of_another_make_is_driven_by_its_mapping(desk: Desk, other: OtherDesk) -> None:
    assert (await desk.admin.post(f"/desk-links/{desk.link}/test", None, status=200))["ok"]
    other.lose = 2
    file_id = await desk.keep("снимок.txt", b"text")
    ticket = await desk.open(
        'Кавычка " и {{ скобки }}',
        description='строка\n"}, "evil": {"',
        priority="urgent",
        author_name="Иван",
        author_email="ivan@example.test",
        tags=["касса", "чек"],
        file_ids=[file_id],
    )
    await desk.say(ticket.id, "Смотрим", public=True)
    await desk.say(ticket.id, "внутри", public=False)
    await desk.edit(ticket.id, priority="low")  # the desk has no operation for fields: nothing goes
    await desk.move(ticket.id, State.SOLVED)
    await settled(desk)
    assert list(other.issues) == ["EXT/1"], "asked for before it was created again"
    assert other.keys == [f"create:{ticket.id}"]
    issue = other.issues["EXT/1"]
    assert issue["title"] == 'Кавычка " и {{ скобки }}' and issue["text"] == 'строка\n"}, "evil": {"'
    assert (issue["severity"], issue["labels"], issue["who"]) == ("P1", ["КАССА", "ЧЕК"], "Иван <ivan@example.test>")
    assert issue["status"] == "Resolved" and "evil" not in issue
    assert other.notes["EXT/1"] == [{"markdown": "Смотрим", "by": "Мария"}]
    assert other.files["EXT/1"] == [("снимок.txt", b"text")]

    # It tells of its own in its own form.
    moved = {"id": 77, "what": "issue.moved", "when": at(desk, 60), "issue": {"key": "EXT/1", "status": "Reopened"}}
    assert (await told(desk, moved))["result"] == "ok"
    assert (await desk.get(ticket.id)).state is State.REOPENED
    note = {"id": 78, "what": "note.added", "when": at(desk), "issue": {"key": "EXT/1"}}
    words = note | {"note": {"markdown": "Не помогло", "by": "Пётр"}}
    assert (await told(desk, words))["result"] == "ok"
    echo = note | {"id": 79, "note": {"markdown": "Смотрим", "by": "integration"}}
    assert (await told(desk, echo))["result"] == "ignored", "our own words, told back"
    assert (await desk.said(ticket.id))[-1] == ("link", "Не помогло", True)
    assert (await told(desk, words))["repeated"]
    strange = moved | {"id": 80, "issue": {"key": "EXT/1", "status": "Frozen"}}
    assert (await told(desk, strange))["result"] == "unknown_state"

    account = uuid.uuid4()
    mail = f"{account}@example.test"
    await desk.api.insert("client_accounts", id=account, name=f"ООО {account}")
    await desk.api.insert("client_addresses", kind="email", address=mail, account_id=account)
    opened = {"id": 81, "what": "issue.opened", "when": at(desk), "issue": {"key": "EXT/9", "no": 9, "title": "Оттуда"}}
    opened["issue"] |= {"severity": "p2", "status": "In Progress", "reporter": {"mail": mail.upper()}}  # type: ignore[operator]
    made = await told(desk, opened)
    assert made["result"] == "opened"
    found = await desk.get(UUID(made["ticket"]["id"]))
    assert (found.subject, found.priority, found.state, found.account_id) == ("Оттуда", "high", State.IN_WORK, account)
    assert await desk.outbox(found.id) == {}, "what came from there is not sent there"


async def test_what_is_refused_dies_and_goes_again_by_hand(desk: Desk, other: OtherDesk) -> None:
    ticket = await desk.open("Заявка")
    other.refuse = "плохое"
    for text in ("первое", "плохое слово", "третье"):
        await desk.say(ticket.id, text)

    async def over() -> bool:
        desk.api.clock.ahead += 5
        await desk.wake()
        return await desk.outbox(ticket.id) == {"delivered": 4, "dead": 1}

    await until(over, 30)
    notes = other.notes[next(iter(other.issues))]
    assert [note["markdown"] for note in notes] == ["первое", "третье"]
    state = await desk.admin.get(f"/desk-links/{desk.link}/state")
    assert (state["dead"], state["failures"], state["tickets"]) == (1, 0, 1)
    assert "not allowed" in state["errors"][0]["error"] and state["errors"][0]["status"] == 422
    dead = (await desk.admin.get(f"/desk-links/{desk.link}/deliveries", state="dead"))["items"]
    assert [item["kind"] for item in dead] == ["comment"] and dead[0]["number"] == ticket.number
    other.refuse = ""
    await desk.admin.post(f"/desk-links/deliveries/{dead[0]['id']}/resend", None, status=204)
    await settled(desk)
    assert [note["markdown"] for note in notes] == ["первое", "третье", "плохое слово"]
    assert (await desk.admin.send("POST", "/desk-links/deliveries/999999999/resend")).status == 404


async def test_words_wait_behind_a_creation_that_is_dead(desk: Desk, other: OtherDesk) -> None:
    path = f"/desk-links/{desk.link}"
    broken = MAPPING | {"create": MAPPING["create"] | {"body": '{"issue": {{ ticket.nothing }}}'}}
    assert (await desk.admin.send("PATCH", path, {"settings": broken})).status == 200
    ticket = await desk.open("Заявка")
    await desk.say(ticket.id, "после")

    async def dead() -> bool:
        desk.api.clock.ahead += 5
        await desk.wake()
        return await desk.outbox(ticket.id) == {"dead": 1, "waiting": 2}

    await until(dead, 30)
    told_of = (await desk.admin.get(f"{path}/state"))["errors"][0]["error"]
    assert "nothing" in told_of and "ticket" in told_of, told_of
    assert (await desk.admin.send("PATCH", path, {"settings": MAPPING})).status == 200
    assert (await desk.admin.post(f"{path}/resend", None, status=200))["count"] == 1
    await settled(desk)
    assert [note["markdown"] for note in other.notes["EXT/1"]] == ["после"]


async def test_events_are_proven_and_counted_once_in_any_order(ours: Desk) -> None:
    body = {"name": f"Своя {uuid.uuid4()}", "url": "http://127.0.0.1:9", "automatic": False}
    made = await ours.admin.post("/desk-links", body)
    ours.link, ours.secret = made["id"], made["inbound_secret"]
    ours.api.clock.ahead = 0.0
    about = {"id": f"r-{uuid.uuid4()}", "number": 5}

    def event(kind: str, **more: Any) -> dict[str, Any]:
        return {"event_id": str(uuid.uuid4()), "kind": kind, "at": at(ours), "ticket": about} | more

    # Words and states that come before their request wait for it.
    early = event("comment", comment={"id": "c1", "text": "раньше всех"})
    assert (await told(ours, early))["result"] == "held"
    assert (await told(ours, early)) == {"result": "held", "ticket": None, "repeated": True}
    assert (await told(ours, event("status", state="waiting", at=at(ours, 5))))["result"] == "held"
    file = {"id": "f1", "name": "шаги.txt", "data": base64.b64encode(b"one").decode(), "comment_id": "c1"}
    assert (await tell(ours, event("file", file=file))).status == 409
    opening = event("created", fields={"subject": "Оттуда", "author": {"name": "Анна", "account": "ООО Х"}})
    answers = [await told(ours, opening), await told(ours, opening)]
    assert [answer["result"] for answer in answers] == ["opened", "opened"] and answers[1]["repeated"]
    ticket = UUID(answers[0]["ticket"]["id"])
    assert await ours.said(ticket) == [("link", "раньше всех", True)]
    found = await ours.get(ticket)
    assert (found.state, found.author_name) == (State.WAITING, "Анна (ООО Х)")
    assert (await told(ours, event("created", fields={"subject": "Ещё раз"})))["result"] == "known"

    # Files: in the event, or beside it; what is not allowed is noted and not taken.
    scan, free = FilesService._scan, []

    async def scan_slowly(self: FilesService, path: Path) -> Any:
        """A scanner takes its time: nobody waits for it who works on the request."""
        free.append(await ours.api.db.fetchval("select id from tickets where id = $1 for update nowait", ticket))
        return await scan(self, path)

    with mock.patch.object(FilesService, "_scan", scan_slowly):
        assert (await told(ours, event("file", file=file)))["result"] == "ok"
    assert free == [ticket]
    bad = file | {"id": "f2", "name": "virus.exe"}
    assert (await told(ours, event("file", file=bad)))["result"] == "refused"
    assert "virus.exe" in (await ours.said(ticket))[-1][1]
    rows = await ours.api.db.fetch("select name, message_id from ticket_files where ticket_id = $1", ticket)
    assert [row["name"] for row in rows] == ["шаги.txt"] and rows[0]["message_id"] is not None
    form = aiohttp.FormData()
    data = msgspec.json.encode(event("file", file=file | {"id": "f3", "data": None, "sha256": "0" * 64}))
    form.add_field("event", data.decode(), content_type="application/json")
    form.add_field("file", b"another", filename="x.txt")
    url = f"{ours.api.url}/api/v1/desk-links/{ours.link}/events"
    proof = {"PayLater-Signature": stamp(data, ours.secret, ours.api.clock.now().timestamp())["PayLater-Signature"]}
    async with ours.admin.session.post(url, data=form, headers=proof) as answer:
        assert answer.status == 422 and "not the one" in await answer.text()

    # Forged, replayed, bent.
    words = event("comment", comment={"text": "подделка"})
    raw = msgspec.json.encode(words)
    clock = ours.api.clock.now().timestamp()
    for headers in (
        stamp(raw, "dlsec_other", clock),
        stamp(raw, ours.secret, clock - 400),
        stamp(raw, ours.secret, clock + 400),
        stamp(raw + b" ", ours.secret, clock),
        {"PayLater-Signature": f"t={int(clock)},v1=é"},
        {"PayLater-Signature": "t=²,v1=00"},
        {"PayLater-Signature": ""},
    ):
        answer_ = await tell(ours, words, **headers)
        assert answer_.status == 401 and answer_.json["code"] == "unauthorized", (headers, answer_.raw)
    async with ours.admin.session.post(url, data=raw, headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 401
    assert (await tell(ours, {"event_id": "1", "kind": "comment"})).status == 422
    assert (await tell(ours, event("comment"))).json["errors"][0]["path"] == "body.comment"
    assert (await tell(ours, event("comment", comment={"text": "x" * 2_100_000}))).status == 413
    assert (await tell(ours, words, **{"Content-Type": "text/plain"})).status == 415
    strange = f"{ours.api.url}/api/v1/desk-links/{uuid.uuid4()}/events"
    async with ours.admin.session.post(strange, data=raw, headers=stamp(raw, ours.secret, clock)) as answer:
        assert answer.status == 404
    assert "подделка" not in [text for _, text, _ in await ours.said(ticket)]
    # A time far ahead would win for ever: it counts as no later than clocks may differ.
    assert (await told(ours, event("status", state="solved", at=at(ours, 10**9))))["result"] == "ok"
    ours.api.clock.ahead = 400.0
    data = msgspec.json.encode(event("status", state="in_work", at=at(ours, 400)))
    async with ours.admin.session.post(url, data=data, headers=stamp(data, ours.secret, clock + 400)) as answer:
        assert (await answer.json())["result"] == "ok"
    ours.api.clock.ahead = 0.0

    # The secret is replaced; the one before is good for a while.
    rotated = await ours.admin.post(f"/desk-links/{ours.link}/rotate", None, status=200)
    assert (await told(ours, event("comment", comment={"text": "старым ключом"})))["result"] == "ok"
    before, ours.secret = ours.secret, rotated["inbound_secret"]
    assert (await told(ours, event("comment", comment={"text": "новым ключом"})))["result"] == "ok"
    ours.api.clock.ahead = 25 * 3600.0
    data = msgspec.json.encode(event("comment", comment={"text": "поздно"}))
    late = stamp(data, before, clock + 25 * 3600)
    async with ours.admin.session.post(url, data=data, headers=late) as answer:
        assert answer.status == 401
    ours.api.clock.ahead = 0.0
    await ours.admin.send("DELETE", f"/desk-links/{ours.link}")


async def test_what_one_desk_tells_goes_to_others_that_have_the_request_and_not_back(
    desk: Desk, other: OtherDesk
) -> None:
    to_other = desk.link
    made = await desk.admin.post("/desk-links", {"name": f"Вторая {uuid.uuid4()}", "url": "http://127.0.0.1:9"})
    desk.link, desk.secret = made["id"], made["inbound_secret"]
    about = {"id": f"r-{uuid.uuid4()}"}
    event = {"event_id": "e1", "kind": "created", "at": at(desk), "ticket": about, "fields": {"subject": "От второй"}}
    ticket = UUID((await told(desk, event))["ticket"]["id"])
    assert not other.issues, "what came from a desk goes to no other by itself"
    await desk.admin.post(f"/desk-links/{to_other}/tickets/{ticket}", None)
    words = {"event_id": "e2", "kind": "comment", "at": at(desk), "ticket": about, "comment": {"text": "слово второй"}}
    await told(desk, words)
    solved = {"event_id": "e3", "kind": "status", "at": at(desk, 1), "ticket": about, "state": "solved"}
    assert (await told(desk, solved))["result"] == "ok"
    back, desk.link = desk.link, to_other
    await settled(desk)
    (key,) = other.issues
    assert [note["markdown"] for note in other.notes[key]] == ["слово второй"]
    assert other.issues[key]["status"] == "Resolved"
    sent = await desk.api.db.fetchval("select count(*) from desk_link_outbox where link_id = $1", UUID(back))
    assert sent == 0, "nothing went back to where it came from"


async def test_what_an_administrator_writes_is_checked_and_secrets_are_never_told(desk: Desk, other: OtherDesk) -> None:
    path = f"/desk-links/{desk.link}"
    for change, place, word in (
        ({"url": "http://169.254.169.254/x", "secret": TOKEN}, "body.url", "public"),
        ({"url": "http://user:pass@example.com/", "secret": TOKEN}, "body.url", "password"),
        ({"url": "https://elsewhere.example.com"}, "body.secret", "again"),
        ({"category_ids": [str(uuid.uuid4())]}, "body.category_ids.0", "category"),
        ({"settings": {"create": {"path": "/x"}}}, "body.settings.create.remote_id", "id"),
        ({"settings": {}}, "body.settings.create", "preset"),
        (
            {"settings": MAPPING | {"comment": {"path": "/x", "body": "{{ ticket.keys() }}"}}},
            "body.settings.comment.body",
            "call",
        ),
    ):
        answer = await desk.admin.send("PATCH", path, change)
        assert answer.status == 422, (change, answer.raw)
        assert answer.json["errors"][0]["path"] == place and word in answer.json["errors"][0]["message"], answer.raw
    shown = await desk.admin.get(path)
    assert shown["has_secret"] and not {"secret", "inbound_secret", "inbound_before"} & shown.keys()
    stored = await desk.api.db.fetchrow("select secret, inbound_secret from desk_links where id = $1", UUID(desk.link))
    assert TOKEN not in stored["secret"] and desk.secret not in stored["inbound_secret"]
    log = await desk.api.db.fetch("select coalesce(after::text, '') as line from audit_log where object = 'desk_links'")
    assert log and not any(stored[name][-30:] in row["line"] for row in log for name in ("secret", "inbound_secret"))
    assert (await desk.admin.get(path))["settings"]["states"]["in_work"] == "In Progress"
    presets = (await desk.admin.get("/desk-link-presets"))["items"]
    assert [preset["name"] for preset in presets] == ["paylater", "rest"]
    operator = await desk.api.user("operator", f"op-{uuid.uuid4()}")
    assert (await operator.send("GET", "/desk-links")).status == 403
    ticket = await desk.open("Видно оператору")
    assert (await operator.get(f"/tickets/{ticket.id}/links"))["items"][0]["name"] == "Подрядчик"
