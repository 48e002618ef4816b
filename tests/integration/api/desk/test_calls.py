"""Requests from calls: by a click, by rules for missed calls, from a chat."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from api.ticket_calls.chat import Chat, ChatWord, open_from_chat
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import SYSTEM
from engine.core import db, ids
from tests.integration.api.conftest import until

pytestmark = pytest.mark.feature("F-TKT-05")


def number() -> str:
    return f"7916{random.randrange(10**7):07}"


class Line:
    """A queue, an operator, a client's phone; calls as the engine writes them."""

    def __init__(self, api):
        self.api, self.phone, self.queue = api, number(), ids.new_id(datetime.now(UTC))
        self.login = f"op-{uuid.uuid4().hex[:10]}"

    async def open(self):
        await self.api.insert("queues", id=self.queue, name=f"Касса {self.queue}")
        self.operator_id = await self.api.add_user(self.login, "operator")
        self.operator = await self.api.anonymous.login(self.login)
        return self

    async def call(self, *, missed=False, talked=True, called="74951000001"):
        at = datetime.now(UTC).replace(microsecond=0)
        call_id = ids.new_id(at)
        await self.api.db.execute("select ensure_call_partitions($1)", at)
        async with self.api.db.transaction():
            await self.api.insert(
                "calls", id=call_id, started_at=at, node_id="n", direction="inbound", caller=self.phone, called=called,
                queue_id=self.queue, operator_id=None if missed else self.operator_id, caller_name="Анна",
            )  # fmt: skip
            if talked and not missed:
                await self.api.insert(
                    "call_legs", call_id=call_id, call_started_at=at, channel_id=call_id.hex, role="callee",
                    number="101", user_id=self.operator_id, started_at=at,
                )  # fmt: skip
            await self.api.insert(
                "queue_visits", id=ids.new_id(at), call_id=call_id, queue_id=self.queue, caller=self.phone,
                entered_at=at, ended_at=at, outcome="abandoned" if missed else "answered", wait_s=30.0,
                answered_at=None if missed else at,
            )  # fmt: skip
            await self.api.db.execute(
                "update calls set ended_at = $2, outcome = $3 where id = $1",
                call_id,
                at + timedelta(seconds=30),
                "abandoned" if missed else "answered",
            )
        return call_id

    async def account(self):
        account_id = ids.new_id(datetime.now(UTC))
        await self.api.insert("client_accounts", id=account_id, name=f"Клиент {self.phone}")
        outlet = ids.new_id(datetime.now(UTC))
        await self.api.insert("outlets", id=outlet, account_id=account_id, name="Точка")
        await self.api.insert(
            "client_addresses", kind="phone", address=self.phone, account_id=account_id, outlet_id=outlet
        )
        return account_id, outlet

    async def transcript(self, call_id):
        one = ids.new_id(datetime.now(UTC))
        await self.api.insert(
            "transcripts", id=one, call_id=call_id, source="live", state="done", started_at=datetime.now(UTC),
            call_started_at=await self.api.db.fetchval("select started_at from calls where id = $1", call_id),
        )  # fmt: skip
        for seq, (side, text) in enumerate([("client", "Касса не работает"), ("operator", "Сейчас посмотрим")]):
            await self.api.insert(
                "transcript_segments", transcript_id=one, seq=seq, side=side, start_s=seq, end_s=seq + 1, text=text
            )

    async def tickets(self, call_id):
        return await self.api.db.fetch("select * from tickets where call_id = $1", call_id)


@pytest_asyncio.fixture(loop_scope="package")
async def line(api):
    return await Line(api).open()


async def test_one_click_makes_one_request_with_caller_account_and_what_was_said(line):
    account, outlet = await line.account()
    call = await line.call()
    await line.transcript(call)
    made = await line.operator.post(f"/tickets/from-call/{call}", {})
    again = await line.operator.post(f"/tickets/from-call/{call}", {})
    assert made["made"] and not again["made"] and made["id"] == again["id"]
    row = (await line.tickets(call))[0]
    assert (row["account_id"], row["outlet_id"], row["author_phone"]) == (account, outlet, line.phone)
    assert row["channel"] == "phone" and row["assignee_id"] == line.operator_id and "Анна" in row["subject"]
    note = await line.api.db.fetchrow("select * from ticket_messages where ticket_id = $1", row["id"])
    assert not note["public"] and "Клиент: Касса не работает\nОператор: Сейчас посмотрим" in note["body"]
    said = await line.operator.get(f"/tickets/{made['id']}/transcript")
    assert [segment["text"] for segment in said["segments"]] == ["Касса не работает", "Сейчас посмотрим"]
    assert (await line.operator.send("GET", f"/tickets/{made['id']}/recording")).status == 404


async def test_a_call_of_others_makes_no_request_and_tells_nothing(line, api):
    call = await line.call()
    stranger = await api.user("operator", f"op-{uuid.uuid4().hex[:10]}")
    assert (await stranger.send("POST", f"/tickets/from-call/{call}", {})).status == 404
    made = await line.operator.post(f"/tickets/from-call/{call}", {"subject": "Чек"})
    assert (await stranger.send("GET", f"/tickets/{made['id']}/transcript")).status in (403, 404)
    assert (await stranger.send("GET", f"/tickets/{made['id']}/recording")).status in (403, 404)


async def test_a_missed_call_that_nobody_calls_back_becomes_one_request_when_its_time_comes(line, admin):
    rule = {"name": f"rule-{uuid.uuid4().hex}", "queue_id": str(line.queue), "after_minutes": 15}
    await admin.post("/ticket-call-rules", rule)
    call, called_back = await line.call(missed=True), await line.call(missed=True)
    await line.api.db.execute(
        "update missed_calls set closed_at = at, closed_how = 'outbound' where id = $1", called_back
    )
    assert await line.tickets(call) == []
    line.api.clock.ahead = 16 * 60
    await line.api.db.execute("select pg_notify('ticket_call_rules', '')")
    ticket = (await until(lambda: line.tickets(call), 30))[0]
    assert ticket["channel"] == "missed" and ticket["author_phone"] == line.phone
    assert "Никто не перезвонил" in ticket["description"]
    line.api.clock.ahead = 0.0
    await line.api.db.execute("select pg_notify('ticket_call_rules', '')")
    given = await line.operator.send("POST", f"/tickets/from-call/{call}", {})
    assert given.status == 404, "an operator sees calls of their own"
    assert (await admin.post(f"/tickets/from-call/{call}", {}))["id"] == str(ticket["id"])
    assert len(await line.tickets(call)) == 1 and await line.tickets(called_back) == []


async def test_a_rule_without_a_wait_acts_when_the_call_is_missed(line, admin):
    rule = {"name": f"rule-{uuid.uuid4().hex}", "queue_id": str(line.queue), "after_minutes": 0}
    await admin.post("/ticket-call-rules", rule)
    line.api.clock.ahead = 60
    call = await line.call(missed=True)
    await until(lambda: line.tickets(call), 30)
    broken = await admin.send("POST", "/ticket-call-rules", rule | {"name": "x", "queue_id": str(uuid.uuid4())})
    assert broken.status == 422


async def test_a_chat_is_opened_as_one_request(api):
    pool = await db.create_pool(api.settings)
    core = TicketCore(CoreStore(pool), [], api.settings, api.clock)
    now = datetime.now(UTC)
    words = [ChatWord(now, "Иван", "Не печатает\nчек"), ChatWord(now, "Оператор", "Смотрим")]
    chat = Chat(ids.new_id(now), words, author_name="Иван")
    try:
        for _ in range(2):
            async with core.change() as connection:
                ticket = await open_from_chat(core, connection, chat, SYSTEM)
    finally:
        await pool.close()
    assert (ticket.channel, ticket.subject) == ("chat", "Не печатает чек")
    assert ticket.description == "Иван: Не печатает\nчек\nОператор: Смотрим"
    assert await api.db.fetchval("select count(*) from tickets where id = $1", ticket.id) == 1
