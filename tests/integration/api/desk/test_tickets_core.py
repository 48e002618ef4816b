"""What the core of tickets writes, over a real database."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import Actor, Edit, Happening, NewMessage, NewTicket
from api.tickets.states import State, Who
from engine.core import db
from engine.core.errors import Conflict, InvalidInput
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.feature("F-TKT-02")


class Ears:
    """A reactor that remembers."""

    def __init__(self) -> None:
        self.heard: list[Happening] = []

    async def on_event(self, connection: Any, happening: Happening) -> None:
        self.heard.append(happening)

    def kinds(self) -> list[str]:
        found = [happening.event.kind for happening in self.heard]
        self.heard.clear()
        return found


class Desk:
    """A core of its own over the api's database, with somebody of staff and a client."""

    def __init__(self, api: Api, pool: Any) -> None:
        self.api, self.ears = api, Ears()
        self.core = TicketCore(CoreStore(pool), [self.ears], api.settings, api.clock)
        self.account, self.child, self.outlet = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        self.staff = Actor(Who.STAFF, "Оператор")
        self.client = Actor(Who.CLIENT, "Клиент", account_id=self.child)

    async def prepare(self) -> None:
        name = uuid.uuid4().hex
        await self.api.insert("client_accounts", id=self.account, name=f"ООО {name}", email="a@example.test")
        await self.api.insert(
            "client_accounts", id=self.child, parent_id=self.account, name="Иван", contact="Иван Ильич"
        )
        await self.api.insert("outlets", id=self.outlet, account_id=self.account, name=name)
        user = await self.api.add_user(f"u-{name}", "operator")
        self.staff = Actor(Who.STAFF, "Оператор", user_id=user)

    def new(self, **fields: Any) -> NewTicket:
        same: dict[str, Any] = {"id": uuid.uuid4(), "channel": "portal", "subject": "Не печатает"}
        same |= {"account_id": self.account, "outlet_id": self.outlet, "author_account_id": self.child}
        return NewTicket(**(same | fields))

    async def open(self, **fields: Any) -> Any:
        async with self.core.change() as connection:
            return await self.core.open(connection, self.new(**fields), self.client)

    async def say(self, ticket: Any, by: Actor, body: str = "Слово", **fields: Any) -> Any:
        async with self.core.change() as connection:
            message = NewMessage(**({"id": uuid.uuid4(), "body": body} | fields))
            return await self.core.say(connection, ticket.id, message, by)

    async def move(self, ticket: Any, to: State, by: Actor) -> Any:
        async with self.core.change() as connection:
            return await self.core.move(connection, ticket.id, to, by)

    async def edit(self, ticket: Any, **fields: Any) -> Any:
        async with self.core.change() as connection:
            return await self.core.edit(connection, ticket.id, Edit(**fields), self.staff)

    async def get(self, ticket: Any) -> Any:
        async with self.core.change() as connection:
            return await self.core.get(connection, ticket.id)


@pytest_asyncio.fixture(loop_scope="package")
async def desk(api: Api) -> AsyncIterator[Desk]:
    pool = await db.create_pool(api.settings)
    made = Desk(api, pool)
    await made.prepare()
    yield made
    await pool.close()


async def test_a_ticket_lives_from_opening_to_closing(desk: Desk) -> None:
    ticket = await desk.open()
    assert (ticket.state, ticket.status, ticket.author_name, ticket.line) == ("new", "accepted", "Иван Ильич", 1)
    assert ticket.number > 100000 and desk.ears.kinds() == ["opened"]

    await desk.say(ticket, desk.staff, "Сейчас посмотрим")
    ticket = await desk.get(ticket)
    assert desk.ears.kinds() == ["said", "assigned", "moved"]
    assert ticket.state == "in_work" and ticket.assignee_id == desk.staff.user_id
    assert ticket.first_response_at == ticket.staff_said_at

    await desk.say(ticket, desk.staff, "Какая модель?", state=State.WAITING)
    assert (await desk.get(ticket)).state == "waiting"
    await desk.say(ticket, desk.client, "Такая")
    assert (await desk.get(ticket)).state == "in_work"

    ticket = await desk.move(ticket, State.SOLVED, desk.staff)
    assert (ticket.solved_line, ticket.solved_by) == (1, desk.staff.user_id)
    assert ticket.confirm_until - ticket.solved_at == timedelta(days=desk.api.settings.ticket_confirm_days)
    ticket = await desk.move(ticket, State.REOPENED, desk.client)
    assert (ticket.reopened, ticket.solved_at, ticket.confirm_until) == (1, None, None)
    ticket = await desk.move(ticket, State.CLOSED, desk.client)
    assert ticket.closed_at is not None and ticket.solved_line is None and ticket.status == "closed"
    with pytest.raises(Conflict):
        await desk.move(ticket, State.IN_WORK, desk.staff)
    assert (await desk.move(ticket, State.CLOSED, desk.staff)).version == ticket.version


async def test_sent_twice_it_is_there_once(desk: Desk) -> None:
    new = desk.new()

    async def send(by: Actor) -> Any:
        async with desk.core.change() as connection:
            return await desk.core.open(connection, new, by)

    tickets = await asyncio.gather(*(send(desk.client) for _ in range(4)))
    assert len({ticket.number for ticket in tickets}) == 1 and desk.ears.kinds() == ["opened"]
    with pytest.raises(Conflict):
        await send(desk.staff)
    message_id = uuid.uuid4()
    said = [await desk.say(tickets[0], desk.staff, id=message_id) for _ in range(2)]
    assert said[0] == said[1] and desk.ears.kinds().count("said") == 1
    with pytest.raises(Conflict):
        await desk.say(tickets[0], desk.client, id=message_id)


async def test_what_is_named_must_fit(desk: Desk) -> None:
    other = uuid.uuid4()
    await desk.api.insert("client_accounts", id=other, name="Другой")
    for wrong in (
        {"outlet_id": uuid.uuid4()},
        {"account_id": other},
        {"account_id": None, "author_account_id": None},
        {"author_account_id": other},
        {"category_id": uuid.uuid4()},
        {"file_ids": [uuid.uuid4()]},
        {"assignee_id": uuid.uuid4()},
    ):
        with pytest.raises(InvalidInput) as caught:
            await desk.open(**wrong)
        assert caught.value.fields["errors"][0]["path"].startswith("body.")
    ticket = await desk.open(account_id=None, outlet_id=None)
    assert ticket.account_id == desk.account
    ticket = await desk.edit(ticket, account_id=other)
    assert (ticket.account_id, ticket.author_account_id) == (other, None)


async def test_escalation_tells_line_and_reason(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.edit(ticket, assignee_id=desk.staff.user_id)
    with pytest.raises(InvalidInput):
        await desk.edit(ticket, line=2)
    desk.ears.heard.clear()
    ticket = await desk.edit(ticket, line=3, reason="Нужен инженер", priority="high")
    assert (ticket.line, ticket.top_line, ticket.assignee_id) == (3, 3, None)
    assert [happening.event.kind for happening in desk.ears.heard] == ["edited", "escalated", "assigned"]
    assert desk.ears.heard[1].event.data["reason"] == "Нужен инженер"
    ticket = await desk.edit(ticket, line=1, reason="Обратно")
    assert (ticket.line, ticket.top_line) == (1, 3)


async def test_merged_and_split(desk: Desk) -> None:
    one, two = await desk.open(), await desk.open(subject="То же")
    await desk.say(one, desk.client, "Первое")
    second = await desk.say(one, desk.client, "Про другое")
    async with desk.core.change() as connection:
        made = await desk.core.split(
            connection, one.id, desk.new(subject="Другое", channel="desk"), [second.id], desk.staff
        )
    assert (made.description, made.split_from_id, made.account_id) == ("Про другое", one.id, desk.account)
    moved = await desk.api.db.fetchval("select ticket_id from ticket_messages where id = $1", second.id)
    assert moved == made.id
    note = await desk.say(one, desk.staff, "Только для нас", public=False)
    async with desk.core.change() as connection:
        made = await desk.core.split(connection, one.id, desk.new(channel="desk"), [note.id], desk.staff)
    assert made.description == ""

    async with desk.core.change() as connection:
        kept = await desk.core.merge(connection, one.id, two.id, desk.staff)
    one = await desk.get(one)
    assert kept.id == two.id and one.state == "closed" and one.merged_into_id == two.id and one.solved_line is None
    said = await desk.say(one, desk.client, "Ещё одно")
    assert said.ticket_id == two.id
    with pytest.raises(Conflict):
        await desk.move(one, State.REOPENED, desk.staff)
    stranger = await desk.open(outlet_id=None)
    async with desk.core.change() as connection:
        with pytest.raises(Conflict):
            await desk.core.merge(connection, stranger.id, two.id, desk.staff)


async def test_a_word_that_comes_too_late_opens_the_next_one(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.move(ticket, State.CLOSED, desk.staff)
    desk.api.clock.ahead = (desk.api.settings.ticket_reopen_days - 1) * 86_400
    await desk.say(ticket, desk.client, "Опять")
    assert (await desk.get(ticket)).state == "reopened"
    await desk.move(ticket, State.CLOSED, desk.staff)
    desk.api.clock.ahead += (desk.api.settings.ticket_reopen_days + 1) * 86_400
    with pytest.raises(Conflict):
        await desk.move(ticket, State.REOPENED, desk.client)
    message_id = uuid.uuid4()
    said = [await desk.say(ticket, desk.client, "И снова", id=message_id) for _ in range(2)]
    assert said[0].ticket_id == said[1].ticket_id != ticket.id
    assert str(ticket.number) in await desk.api.db.fetchval(
        "select subject from tickets where id = $1", said[0].ticket_id
    )
