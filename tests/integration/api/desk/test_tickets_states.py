"""Whatever is done to a request by whoever, it stays whole, and its events tell how it came about."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import SYSTEM, Actor, Edit, NewMessage, NewTicket, Ticket
from api.tickets.states import MOVES, State, Who
from engine.core import db
from engine.core.errors import Conflict
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.feature("F-TKT-02")

WHO = st.sampled_from(list(Who))
STATES = st.sampled_from(list(State))
MOVE = st.tuples(st.just("move"), WHO, STATES)
WORD = st.tuples(st.just("say"), WHO, st.tuples(st.booleans(), st.none() | STATES))
LINE = st.tuples(st.just("line"), WHO, st.integers(1, 3))
ASSIGN = st.tuples(st.just("assign"), WHO, st.booleans())
WAIT = st.tuples(st.just("wait"), WHO, st.integers(1, 40))
STEPS = st.lists(MOVE | MOVE | WORD | WORD | LINE | ASSIGN | WAIT, min_size=4, max_size=14)


class Desk:
    """One core and everybody who acts."""

    def __init__(self, api: Api, pool: Any) -> None:
        self.api = api
        self.core = TicketCore(CoreStore(pool), [], api.settings, api.clock)
        self.person = uuid.uuid4()
        self.actors = {
            Who.STAFF: Actor(Who.STAFF, "Оператор", user_id=self.person),
            Who.CLIENT: Actor(Who.CLIENT, "Клиент"),
            Who.LINK: Actor(Who.LINK, "Другая служба"),
            Who.SYSTEM: SYSTEM,
        }

    async def act(self, connection: Any, ticket: Ticket, step: tuple[str, Who, Any]) -> None:
        """Raises Conflict where it may not be."""
        kind, who, what = step
        by = self.actors[who]
        match kind:
            case "move":
                await self.core.move(connection, ticket.id, what, by)
            case "say":
                public, state = what
                message = NewMessage(id=uuid.uuid4(), body="Слово", public=public or who is Who.CLIENT, state=state)
                await self.core.say(connection, ticket.id, message, by)
            case "line":
                await self.core.edit(connection, ticket.id, Edit(line=what, reason="Так надо"), by)
            case "assign":
                await self.core.edit(connection, ticket.id, Edit(assignee_id=self.person if what else None), by)
            case _:
                self.api.clock.ahead += what * 86_400


@pytest_asyncio.fixture(loop_scope="package")
async def desk(api: Api) -> Any:
    pool = await db.create_pool(api.settings)
    made = Desk(api, pool)
    made.person = await api.add_user(f"u-{uuid.uuid4().hex}", "operator")
    made.actors[Who.STAFF] = Actor(Who.STAFF, "Оператор", user_id=made.person)
    yield made
    await pool.close()


def check_whole(ticket: Ticket, days: float) -> None:
    """What holds of every request at any time."""
    assert (ticket.state is State.CLOSED) == (ticket.closed_at is not None)
    assert (ticket.state is State.SOLVED) == (ticket.confirm_until is not None)
    if ticket.state is State.SOLVED:
        assert ticket.confirm_until == (ticket.solved_at or ticket.created_at) + timedelta(days=days)
    if ticket.state not in (State.SOLVED, State.CLOSED):
        assert (ticket.solved_at, ticket.solved_line, ticket.solved_by) == (None, None, None)
    assert (ticket.status == "closed") == (ticket.state is State.CLOSED)
    assert 1 <= ticket.line <= ticket.top_line <= 3
    if ticket.staff_said_at is not None:
        assert ticket.first_response_at is not None and ticket.first_response_at <= ticket.staff_said_at


def replayed(events: list[Any]) -> dict[str, Any]:
    """The request as its events tell it."""
    told: dict[str, Any] = {"state": State.NEW, "reopened": 0}
    for event in events:
        data = event["data"]
        match event["kind"]:
            case "opened":
                told |= {"line": data["line"], "top_line": data["line"], "assignee_id": data["assignee_id"]}
            case "moved":
                assert data["before"] == told["state"]
                assert State(data["after"]) in MOVES[Who(event["actor"])][State(data["before"])]
                told["state"] = State(data["after"])
                told["reopened"] += data["after"] == "reopened"
            case "escalated":
                assert data["before"] == told["line"] and data["reason"]
                told |= {"line": data["after"], "top_line": max(told["top_line"], data["after"])}
            case "assigned":
                assert data["before"] == told["assignee_id"]
                told["assignee_id"] = data["after"]
    return told


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
async def test_any_life_of_a_request_is_whole(desk: Desk, steps: list[tuple[str, Who, Any]]) -> None:
    desk.api.clock.ahead = 0
    async with desk.core.change() as connection:
        new = NewTicket(id=uuid.uuid4(), channel="api", subject="Любая")
        ticket = await desk.core.open(connection, new, desk.actors[Who.CLIENT])
        for step in steps:
            before = await desk.core.get(connection, new.id)
            try:
                async with connection.transaction():
                    await desk.act(connection, ticket, step)
            except Conflict:
                assert await desk.core.get(connection, new.id) == before
            ticket = await desk.core.get(connection, new.id)
            check_whole(ticket, desk.api.settings.ticket_confirm_days)
            assert ticket.version >= before.version
        text = "select kind, actor, data from ticket_events where ticket_id = $1 order by id"
        told = replayed(await connection.fetch(text, ticket.id))
        assert told["state"] is ticket.state and told["reopened"] == ticket.reopened
        assert (told["line"], told["top_line"]) == (ticket.line, ticket.top_line)
        assert told["assignee_id"] == (str(ticket.assignee_id) if ticket.assignee_id else None)
