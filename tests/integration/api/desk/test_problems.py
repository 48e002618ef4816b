"""One cause of many requests: linked, told of once each, solved together."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.integration.api.conftest import Api, Client, until
from tests.integration.api.desk.lives import Life
from tests.integration.api.desk.test_nothing_lost import reading
from tests.integration.api.test_restart import process

pytestmark = pytest.mark.feature("F-TKT-08")


@pytest_asyncio.fixture(loop_scope="package")
async def lives(api: Api) -> AsyncIterator[list[Life]]:
    """Two companies that don't know of each other."""
    made = [await Life(api).begin() for _ in range(2)]
    yield made
    for life in made:
        await life.end()


async def problem(staff: Client, tickets: list[UUID]) -> str:
    made = await staff.post("/problems", {"title": f"Упала связь {uuid.uuid4()}"})
    linked = await staff.post(f"/problems/{made['id']}/tickets", {"ticket_ids": [str(one) for one in tickets]}, 200)
    assert linked == {"tickets": len(tickets)}
    return str(made["id"])


async def words(api: Api, ticket: UUID, text: str) -> int:
    query = "select count(*) from ticket_messages where ticket_id = $1 and body = $2 and public and author = 'staff'"
    return int(await api.db.fetchval(query, ticket, text))


async def told(staff: Client, problem_id: str, notice_id: str) -> dict[str, Any]:
    """The notice, when it was said in all requests that it is for."""

    async def done() -> dict[str, Any] | None:
        listed = {one["id"]: one for one in (await staff.get(f"/problems/{problem_id}/notices"))["items"]}
        one: dict[str, Any] = listed[notice_id]
        return one if one["tickets"] + one["failed"] == one["total"] else None

    found: dict[str, Any] = await until(done, 60)
    return found


async def test_everybody_affected_is_told_once(api: Api, lives: list[Life]) -> None:
    first, second = lives
    tickets = [await first.open(), await first.open(), await second.open()]
    closed, other = await first.open(), await second.open()
    staff = await first.staff()
    await first.move(closed, "closed")
    one = await problem(staff, [*tickets, closed])
    text = f"Чиним, ждите {uuid.uuid4()}"
    notice = {"id": str(uuid.uuid4()), "text": text}
    asked = await staff.post(f"/problems/{one}/notices", notice)
    assert (asked["total"], asked["waiting"], asked["kind"]) == (3, 0, "notice")
    assert (await told(staff, one, notice["id"]))["tickets"] == 3
    again = await staff.post(f"/problems/{one}/notices", notice)
    assert (again["tickets"], again["total"], again["failed"]) == (3, 3, 0)
    # Who is linked later is told when somebody asks for it; who was closed meanwhile is not.
    await staff.post(f"/problems/{one}/tickets", {"ticket_ids": [str(other), str(tickets[0])]}, 200)
    (listed,) = (await staff.get(f"/problems/{one}/notices"))["items"]
    assert (listed["tickets"], listed["waiting"]) == (3, 1)
    await staff.post(f"/problems/{one}/notices/{notice['id']}/send", None, 200)
    sent = await told(staff, one, notice["id"])
    assert (sent["tickets"], sent["total"], sent["waiting"]) == (4, 4, 0)
    assert [await words(api, ticket, text) for ticket in (*tickets, other, closed)] == [1, 1, 1, 1, 0]
    another = await staff.send("POST", f"/problems/{one}/notices", {"id": notice["id"], "text": "Другое"})
    assert another.status == 409
    # The clients see it: as a word, and on top of the portal, each for their own requests.
    seen = await (await second.person()).get(f"/portal/tickets/{other}/messages")
    assert [word["body"] for word in seen["items"]] == [text]
    banners = (await (await second.person()).get("/portal/notices"))["items"]
    assert [(one["text"], set(one["ticket_ids"])) for one in banners] == [(text, {str(tickets[2]), str(other)})]
    kinds = await first.kinds(tickets[0])
    assert kinds.count("noticed") == 1 and kinds.count("said") == 1
    assert (await first.get(tickets[0])).first_response_at is not None


async def test_one_that_can_t_be_told_keeps_nobody_waiting(api: Api, lives: list[Life]) -> None:
    """It is shown, and told when somebody asks for it again; who was closed before the word came is left alone."""
    life = lives[0]
    staff, tickets = await life.staff(), [await life.open() for _ in range(3)]
    one, notice = await problem(staff, tickets), {"id": str(uuid.uuid4()), "text": f"Чиним {uuid.uuid4()}"}
    taken = uuid.uuid5(UUID(notice["id"]), str(tickets[0]))
    said = {"ticket_id": tickets[0], "author": "client", "public": True, "channel": "desk", "at": api.clock.now()}
    await api.insert("ticket_messages", id=taken, body="Другое", **said)
    async with api.db.transaction():
        await api.db.execute("select from tickets where id = $1 for no key update", tickets[1])
        assert (await staff.post(f"/problems/{one}/notices", notice))["total"] == 3
        await api.db.execute("update tickets set state = 'closed', closed_at = now() where id = $1", tickets[1])
    ended = await told(staff, one, notice["id"])
    assert (ended["tickets"], ended["failed"], ended["total"], ended["waiting"]) == (1, 1, 2, 0)
    await api.db.execute("delete from ticket_messages where id = $1", taken)
    await staff.post(f"/problems/{one}/notices/{notice['id']}/send", None, 200)
    ended = await told(staff, one, notice["id"])
    assert (ended["tickets"], ended["failed"], ended["total"]) == (2, 0, 2)
    assert [await words(api, ticket, notice["text"]) for ticket in tickets] == [1, 0, 1]


@asynccontextmanager
async def slow(api: Api, tickets: list[UUID], seconds: float) -> AsyncIterator[None]:
    """A word in one of these requests takes so long to be written."""
    name = f"slow_{uuid.uuid4().hex}"
    listed = ", ".join(f"'{ticket}'" for ticket in tickets)
    await api.db.execute(
        f"create function {name}() returns trigger language plpgsql as "
        f"$$ begin perform pg_sleep({seconds}); return new; end $$; "
        f"create trigger {name} before insert on ticket_messages for each row "
        f"when (new.ticket_id in ({listed})) execute function {name}()"
    )
    try:
        yield
    finally:
        await api.db.execute(f"drop function {name}() cascade")


async def test_a_notice_goes_on_when_a_process_is_killed(api: Api, lives: list[Life]) -> None:
    """Two processes tell it; one is killed (kill -9) with a request in its hands, the other tells the rest."""
    life = lives[0]
    staff, total = await life.staff(), 40
    tickets = [await life.open() for _ in range(total)]
    one, notice = await problem(staff, tickets), {"id": str(uuid.uuid4()), "text": f"Чиним {uuid.uuid4()}"}
    said = "select count(*) from ticket_messages where ticket_id = any ($1)"
    writing = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
    async with slow(api, tickets, 0.3), process(api.settings) as (running, _), reading(running):
        asked = await staff.post(f"/problems/{one}/notices", notice)
        assert asked["total"] == total and asked["tickets"] < total, "it is answered before it is told"

        async def both() -> bool:
            return bool(await api.db.fetchval(said, tickets) >= 4 and await api.db.fetchval(writing) == 2)

        await until(both, 60)
        running.kill()
        await running.wait()
        assert await api.db.fetchval(said, tickets) < total
    done = await told(staff, one, notice["id"])
    assert (done["tickets"], done["failed"], done["waiting"]) == (total, 0, 0)
    assert [await words(api, ticket, notice["text"]) for ticket in tickets] == [1] * total
    kinds = await life.kinds(tickets[-1])
    assert kinds.count("noticed") == 1 and kinds.count("said") == 1


async def test_a_fixed_problem_solves_its_requests(api: Api, lives: list[Life]) -> None:
    first, second = lives
    new, waiting, solved = await first.open(), await first.open(), await second.open()
    staff = await first.staff()
    await first.move(waiting, "waiting")
    await first.move(solved, "solved")
    one = await problem(staff, [new, waiting, solved])
    text = f"Починили {uuid.uuid4()}"
    body = {"id": str(uuid.uuid4()), "text": text}
    asked = await staff.post(f"/problems/{one}/solve", body, 200)
    assert (asked["kind"], asked["total"], asked["waiting"]) == ("solution", 3, 0)
    assert (await told(staff, one, asked["id"]))["tickets"] == 3
    for ticket in (new, waiting, solved):
        assert (await first.get(ticket)).state == "solved" and await words(api, ticket, text) == 1
    fixed = await staff.get(f"/problems/{one}")
    assert (fixed["state"], fixed["tickets"], fixed["open_tickets"]) == ("fixed", 3, 3) and fixed["solved_at"]
    # Who is not content goes on; the same word does not end it again.
    await first.reopen(new)
    await staff.post(f"/problems/{one}/solve", body, 200)
    assert (await told(staff, one, asked["id"]))["tickets"] == 3
    assert (await first.get(new)).state == "reopened"
    await (await first.person()).post(f"/portal/tickets/{waiting}/confirm", None, 200)
    assert (await staff.get(f"/problems/{one}"))["open_tickets"] == 2


async def test_problems_are_kept_and_found(api: Api, lives: list[Life]) -> None:
    life = lives[0]
    staff = await life.staff()
    word = uuid.uuid4().hex
    body: dict[str, Any] = {"id": str(uuid.uuid4()), "title": f"Обрыв {word}", "description": "Весь район"}
    made = await staff.post("/problems", body)
    assert await staff.post("/problems", body) == made
    assert [one["id"] for one in (await staff.get("/problems", q=word, open=True))["items"]] == [made["id"]]
    changed = await staff.send(
        "PATCH", f"/problems/{made['id']}", {"workaround": "LTE", "state": "known", "version": 1}
    )
    assert (changed.json["state"], changed.json["workaround"], changed.json["version"]) == ("known", "LTE", 2)
    stale = await staff.send("PATCH", f"/problems/{made['id']}", {"cause": "x", "version": 1})
    assert stale.status == 409 and stale.json["version"] == 2
    unknown = await staff.send("PATCH", f"/problems/{made['id']}", {"resource_id": str(uuid.uuid4())})
    assert unknown.status == 422 and unknown.json["errors"][0]["path"] == "body.resource_id"
    ticket = await life.open()
    await staff.post(f"/problems/{made['id']}/tickets", {"ticket_ids": [str(ticket)]}, 200)
    assert (await staff.send("DELETE", f"/problems/{made['id']}")).status == 409
    unlink = f"/problems/{made['id']}/tickets/{ticket}"
    assert (await staff.send("DELETE", unlink)).status == 204
    assert (await staff.send("DELETE", unlink)).status == 404
    closed = await staff.send("PATCH", f"/problems/{made['id']}", {"state": "closed"})
    assert closed.json["solved_at"]
    for tail, sent in (
        ("notices", {"text": "x"}),
        ("solve", {"text": "x"}),
        ("tickets", {"ticket_ids": [str(ticket)]}),
    ):
        assert (await staff.send("POST", f"/problems/{made['id']}/{tail}", sent)).status == 409
    assert (await staff.get("/problems", q=word, open=True))["items"] == []
    assert (await staff.send("DELETE", f"/problems/{made['id']}")).status == 204
    assert (await staff.send("GET", f"/problems/{made['id']}")).status == 404
