"""Missed calls follow from facts: made when nobody took a call, told at once, closed when somebody talked."""

from datetime import UTC, datetime, timedelta

import pytest

from api.auth.seal import Seal
from api.contacts.numbers import shown as numbers_shown
from api.mail.store import MailStore
from api.missed.digest import Digests
from api.missed.store import MissedStore
from engine.core import db, ids
from tests.integration.api.test_live import feed

pytestmark = pytest.mark.feature("F-PBX-15")
NUMBER = "79161234567"


def now():
    return datetime.now(UTC).replace(microsecond=0)


class Office:
    """A queue with a member, a group with another, an operator beside them; writes facts as the engine does."""

    def __init__(self, api):
        self.api = api
        self.queue = ids.new_id(now())

    async def open(self):
        await self.api.insert("queues", id=self.queue, name="Продажи")
        self.users = {}
        for number, name in enumerate(("member", "ringed", "stranger"), start=101):
            await self.api.insert("extensions", id=ids.new_id(now()), number=str(number), name=name, password="x" * 12)
            self.users[name] = await self.api.add_user(name, "operator", extension=str(number))
        await self.api.insert("queue_members", queue_id=self.queue, user_id=self.users["member"])
        return self

    async def call(self, *, outcome="abandoned", direction="inbound", caller=NUMBER, called="74951000001", queue=False,
                   rang=None, at=None, operator=None, caller_name=""):  # fmt: skip
        """One ended call, in one transaction as the history's writer has it: call, legs, visit."""
        at = at or now()
        call_id = ids.new_id(at)
        await self.api.db.execute("select ensure_call_partitions($1)", at)
        async with self.api.db.transaction():
            await self.api.insert(
                "calls", id=call_id, started_at=at, node_id="n", direction=direction, caller=caller, called=called,
                operator_id=operator, talk_s=20.0 if outcome == "answered" else 0.0, caller_name=caller_name,
            )  # fmt: skip
            if rang:
                await self.api.insert(
                    "call_legs", call_id=call_id, call_started_at=at, channel_id=call_id.hex, role="callee",
                    number=rang, user_id=self.users.get("ringed"), started_at=at,
                )  # fmt: skip
            if queue:
                await self.api.insert(
                    "queue_visits", id=ids.new_id(at), call_id=call_id, queue_id=self.queue, caller=caller,
                    entered_at=at, ended_at=at, outcome="callback" if queue == "callback" else "abandoned", wait_s=30.0,
                )  # fmt: skip
            await self.api.db.execute(
                "update calls set ended_at = $2, outcome = $3 where id = $1",
                call_id,
                at + timedelta(seconds=30),
                outcome,
            )
        return call_id


@pytest.fixture
async def office(api):
    return await Office(api).open()


async def numbers(client, **query):
    return [item["number"] for item in (await client.get("/missed-calls", **query))["items"]]


async def test_it_concerns_members_of_the_queue_and_those_whose_phones_rang(api, admin, office):
    await office.call(queue=True)
    await office.call(rang="102", caller="79990000002", outcome="no_answer")
    member, ringed, stranger = [await api.anonymous.login(name) for name in ("member", "ringed", "stranger")]
    assert await numbers(member) == [NUMBER]
    assert await numbers(ringed) == ["79990000002"]
    assert await numbers(stranger) == []
    assert sorted(await numbers(admin)) == sorted([NUMBER, "79990000002"])
    item = (await member.get("/missed-calls"))["items"][0]
    assert (item["queue_names"], item["outcome"], item["waited_s"], item["times"]) == (
        ["Продажи"],
        "abandoned",
        30.0,
        1,
    )


async def test_members_by_a_group_are_concerned_too(api, office):
    group = ids.new_id(now())
    await api.insert("employee_groups", id=group, name="Первая линия")
    await api.insert("employee_group_members", group_id=group, user_id=office.users["stranger"])
    await api.insert("queue_members", queue_id=office.queue, group_id=group)
    await office.call(queue=True)
    assert await numbers(await api.anonymous.login("stranger")) == [NUMBER]


async def test_calls_that_nobody_had_to_take_are_none(admin, office):
    await office.call(outcome="served")
    await office.call(outcome="answered", queue=True)
    await office.call(queue="callback")
    await office.call(caller="anonymous", queue=True)
    await office.call(direction="internal", rang="102", outcome="no_answer")
    await office.call(outcome="turned_away", queue=True)
    assert await numbers(admin) == []


async def test_whoever_talks_to_the_number_closes_it(admin, office):
    for talk in (
        {"caller": NUMBER},
        {"caller": "89161234567"},
        {"direction": "outbound", "caller": "101", "called": "8 (916) 123-45-67"},
    ):
        await office.call(queue=True)
        await office.call(queue=True)
        await office.call(caller="79990000002", queue=True)
        await office.call(direction="outbound", caller="101", called=NUMBER, outcome="no_answer")
        assert sorted(await numbers(admin)) == [NUMBER, NUMBER, "79990000002"]
        later, member = now() + timedelta(seconds=40), office.users["member"]
        talked = await office.call(outcome="answered", at=later, operator=member, **talk)
        assert await numbers(admin) == ["79990000002"]
        closed = (await admin.get("/missed-calls", state="closed"))["items"]
        by_this = [item for item in closed if item["closed_call_id"] == str(talked)]
        assert [item["closed_how"] for item in by_this] == [talk.get("direction", "inbound")] * 2
        assert {item["closed_by"] for item in by_this} == {str(member)}
        await office.api.db.execute("truncate missed_calls, calls")


async def test_a_conversation_before_does_not_close_it_and_one_told_late_does(admin, office):
    await office.call(outcome="answered", at=now() - timedelta(hours=1))
    await office.call(queue=True)
    assert await numbers(admin) == [NUMBER]
    await office.call(outcome="answered", caller="79990000002", at=now() + timedelta(minutes=1))
    await office.call(queue=True, caller="79990000002")
    assert await numbers(admin) == [NUMBER]


async def test_a_call_back_that_was_done_closes_it(api, admin, office):
    await office.call(queue=True)
    at = now() + timedelta(minutes=1)
    request = {"id": ids.new_id(at), "number": NUMBER, "called": "74951000001", "requested_at": at}
    await api.insert("callback_requests", **request)
    assert await numbers(admin) == [NUMBER]
    await api.db.execute("update callback_requests set state = 'done', done_at = $1", at)
    assert await numbers(admin) == []


async def test_one_click_calls_back_and_keeps_others_from_it(api, admin, engine, office):
    await office.call(queue=True)
    await office.call(queue=True)
    member = await api.anonymous.login("member")
    item = (await member.get("/missed-calls"))["items"][0]
    started = await member.post(f"/missed-calls/{item['id']}/call-back", None, status=202)
    order = engine.orders[-1][1]
    assert (order["from_extension"], order["to"], order["call_id"]) == ("101", NUMBER, started["call_id"])
    taken = (await member.get("/missed-calls"))["items"]
    assert [one["taken_by_name"] for one in taken] == ["member", "member"]
    await api.insert("extensions", id=ids.new_id(now()), number="109", name="a", password="x" * 12)
    await api.db.execute("update users set extension = '109' where login = 'some-admin'")
    assert (await admin.send("POST", f"/missed-calls/{item['id']}/call-back")).status == 409
    await api.db.execute("update missed_calls set taken_at = taken_at - interval '1 hour'")
    assert (await admin.send("POST", f"/missed-calls/{item['id']}/call-back")).status == 202


async def test_a_call_back_that_does_not_begin_leaves_it_open(api, office):
    await office.call(queue=True)
    member = await api.anonymous.login("member")
    item = (await member.get("/missed-calls"))["items"][0]
    assert (await member.send("POST", f"/missed-calls/{item['id']}/call-back")).status == 503
    assert (await member.get("/missed-calls"))["items"][0]["taken_by"] is None


async def test_it_is_told_at_once_to_those_whom_it_concerns(api, admin, office):
    member, stranger = [await api.anonymous.login(name) for name in ("member", "stranger")]
    async with feed(member, "missed") as mine, feed(stranger, "missed") as other, feed(admin, "missed") as all_:
        for socket in (mine, other, all_):
            await socket.receive_json(timeout=20)
        call_id = await office.call(queue=True)
        for socket in (mine, all_):
            told = await socket.receive_json(timeout=20)
            assert (told["topic"], told["kind"], told["key"]) == ("missed", "created", str(call_id))
            assert told["data"]["concerns"] == [str(office.users["member"])]
        await admin.send("DELETE", f"/missed-calls/{call_id}")
        assert (await mine.receive_json(timeout=20))["kind"] == "closed"
        ringed = await office.call(rang="103", outcome="no_answer", caller="79990000009")
        await api.db.execute("update call_legs set user_id = null")
        assert (await all_.receive_json(timeout=20))["kind"] == "closed"
        assert (await all_.receive_json(timeout=20))["key"] == str(ringed)
        with pytest.raises(TimeoutError):
            await other.receive_json(timeout=0.3)


async def test_a_partner_sees_its_own(api, office):
    partner = ids.new_id(now())
    await api.insert("partners", id=partner, name="Партнёр")
    await office.call(queue=True)
    mine = await office.call(queue=True, caller="79990000002")
    await api.db.execute("update missed_calls set partner_id = $1 where id = $2", partner, mine)
    client = await api.user("partner", partner_id=partner)
    assert await numbers(client) == ["79990000002"]
    assert (await client.send("DELETE", f"/missed-calls/{mine}")).status == 403


async def test_word_of_new_ones_comes_by_mail_as_often_as_asked(api, admin, office):
    settings = api.settings
    pool = await db.create_pool(settings)
    digests = Digests(MissedStore(pool), MailStore(pool, Seal(settings)), numbers_shown, settings, api.clock)
    member, stranger = [await api.anonymous.login(name) for name in ("member", "stranger")]
    await api.db.execute("update users set email = login || '@example.org'")
    for client in (member, stranger):
        assert (await client.send("PUT", "/me/missed-digest", {"every_minutes": 60})).status == 200
    assert await member.get("/me/missed-digest") == {"every_minutes": 60}
    await office.call(queue=True, caller_name="Иван", at=now() - timedelta(minutes=5))
    assert await digests.send() == 0
    await api.db.execute("update missed_digests set sent_until = sent_until - interval '61 minutes'")
    assert await digests.send() == 1
    assert await digests.send() == 0
    row = await api.db.fetchrow("select recipient, subject, body from mails")
    assert (row["recipient"], row["subject"]) == ("member@example.org", "Пропущенные звонки: 1")
    assert "8 (916) 123-45-67 Иван  ->  Продажи" in Seal(settings).open(row["body"])
    assert (await member.send("DELETE", "/me/missed-digest")).status == 204
    await pool.close()
