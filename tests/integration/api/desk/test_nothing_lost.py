"""kill -9 of the api while clients and staff write: nothing that was acknowledged is lost, nothing is there twice."""

import asyncio
import contextlib
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from tests.integration.api.conftest import Answer, Api, Client, until
from tests.integration.api.test_restart import process

pytestmark = pytest.mark.feature("F-TKT-01", "F-TKT-06")
PEOPLE = 3
WORDS = 60
"""Words that are acknowledged before the process is killed, and again after it."""


@dataclass
class Told:
    """What was acknowledged: by id of the ticket, and of each word the ticket and whether it is public."""

    tickets: dict[UUID, str] = field(default_factory=dict)
    words: dict[UUID, tuple[UUID, bool]] = field(default_factory=dict)
    moves: dict[UUID, str] = field(default_factory=dict)
    repeats: int = 0


class Writer:
    """Somebody whose program sends a request again, with the same id, until it is acknowledged: to one process of the
    api or, where that does not answer, to the next."""

    def __init__(self, clients: list[Client], told: Told) -> None:
        self.clients, self.told = clients, told

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        while True:
            self.clients.append(self.clients.pop(0))
            try:
                answer = await self.clients[0].send("POST", path, body, timeout=aiohttp.ClientTimeout(total=20))
            except (aiohttp.ClientError, OSError, TimeoutError) as exc:
                self.told.repeats += 1
                if isinstance(exc, aiohttp.ClientConnectionError) and len(self.clients) > 1:
                    self.clients.pop(0)  # its port may be somebody else's by and by
                await asyncio.sleep(0.05)
                continue
            if answer.status == 503:
                await asyncio.sleep(0.05)
                continue
            return answer

    async def open(self, path: str, **fields: Any) -> UUID:
        id_ = uuid.uuid4()
        answer = await self.post(path, {"id": str(id_), "subject": f"Заявка {id_}"} | fields)
        assert answer.status == 201 and answer.json["id"] == str(id_), answer.raw
        self.told.tickets[id_] = answer.json["number"]
        return id_

    async def say(self, path: str, ticket_id: UUID, **fields: Any) -> None:
        id_ = uuid.uuid4()
        answer = await self.post(f"{path}/{ticket_id}/messages", {"id": str(id_), "body": f"Слово {id_}"} | fields)
        assert answer.status == 201 and answer.json["id"] == str(id_), answer.raw
        self.told.words[id_] = (ticket_id, fields.get("public", True))


async def by_client(writer: Writer, outlet: UUID, over: asyncio.Event) -> None:
    while not over.is_set():
        ticket = await writer.open("/portal/tickets", outlet_id=str(outlet))
        await writer.say("/portal/tickets", ticket)
        await writer.say("/portal/tickets", ticket)


async def by_staff(writer: Writer, over: asyncio.Event) -> None:
    while not over.is_set():
        ticket = await writer.open("/tickets", author_name="Иван")
        await writer.say("/tickets", ticket)
        await writer.say("/tickets", ticket, public=False)
        for state in ("waiting", "closed"):
            answer = await writer.post(f"/tickets/{ticket}/state", {"state": state})
            assert answer.status == 200, answer.raw
            writer.told.moves[ticket] = state


async def people(api: Api) -> list[tuple[str, UUID | None]]:
    """Logins of staff and of clients, with an outlet of each client."""
    made: list[tuple[str, UUID | None]] = []
    for _ in range(PEOPLE):
        name = uuid.uuid4().hex[:12]
        await api.add_user(f"staff-{name}", "supervisor")
        made.append((f"staff-{name}", None))
        account, outlet = uuid.uuid4(), uuid.uuid4()
        user = await api.add_user(f"client-{name}", "client")
        await api.insert("client_accounts", id=account, name=f"ООО {name}", user_id=user)
        await api.insert("outlets", id=outlet, account_id=account, name="Точка")
        made.append((f"client-{name}", outlet))
    return made


async def test_a_killed_process_loses_and_doubles_nothing(api: Api) -> None:
    """Two processes serve, as behind a balancer; one of them is killed with requests in its hands."""
    logins, told, over = await people(api), Told(), asyncio.Event()
    link = uuid.uuid4()  # to nowhere: its outbox shows which facts were written with their transactions
    values = {"name": f"Учёт {link}", "url": "http://127.0.0.1:9", "inbound_secret": "x"}
    await api.insert("desk_links", id=link, settings={"preset": "paylater"}, **values)
    before = await api.db.fetchval("select coalesce(max(id), 0) from changes")
    try:
        await _write_and_kill(api, logins, told, over)
        assert told.repeats, "somebody was interrupted"
        await _check_rows(api, told)
        await _check_events(api, told)
        await _check_outbox(api, told, link)
        await _check_feed(api, told, before)
    finally:
        await api.db.execute("delete from desk_links where id = $1", link)


async def _write_and_kill(api: Api, logins: list[tuple[str, UUID | None]], told: Told, over: asyncio.Event) -> None:
    async with process(api.settings) as (running, url), reading(running), aiohttp.ClientSession() as session:
        writers: list[asyncio.Task[None]] = []
        for login, outlet in logins:
            client = await api.anonymous.login(login)
            writer = Writer([client, Client(session, url, client.token)], told)
            work = by_staff(writer, over) if outlet is None else by_client(writer, outlet, over)
            writers.append(asyncio.create_task(work))
        await until(lambda: any_failed(writers) or len(told.words) > WORDS, 60)
        running.kill()
        await running.wait()
        had = len(told.words)
        await until(lambda: any_failed(writers) or len(told.words) > had + WORDS, 60)
        over.set()
        await asyncio.wait_for(asyncio.gather(*writers), 60)


@contextlib.asynccontextmanager
async def reading(running: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """Its log is read, so that it never waits for a reader."""
    assert running.stderr is not None
    task = asyncio.create_task(_drain(running.stderr))
    yield
    task.cancel()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


def any_failed(writers: list[asyncio.Task[None]]) -> bool:
    for writer in writers:
        if writer.done():
            writer.result()
    return False


async def _check_rows(api: Api, told: Told) -> None:
    """What was acknowledged is there, and nothing else of these requests."""
    ids = list(told.tickets)
    rows = await api.db.fetch("select id, number, state, closed_at from tickets where id = any ($1)", ids)
    assert {row["id"]: row["number"] for row in rows} == told.tickets
    assert len(set(told.tickets.values())) == len(ids), "every number once"
    words = await api.db.fetch("select id, ticket_id, public from ticket_messages where ticket_id = any ($1)", ids)
    assert {row["id"]: (row["ticket_id"], row["public"]) for row in words} == told.words
    assert {row["id"]: row["state"] for row in rows if row["id"] in told.moves} == told.moves
    subjects = [f"Заявка {id_}" for id_ in ids]
    assert await api.db.fetchval("select count(*) from tickets where subject = any ($1)", subjects) == len(ids)


async def _check_events(api: Api, told: Told) -> None:
    """Each opened once and first, each word said once, and the moves lead to the state that there is."""
    rows = await api.db.fetch(
        "select ticket_id, kind, message_id, data from ticket_events where ticket_id = any ($1) order by id",
        list(told.tickets),
    )
    told_of = defaultdict(list)
    for row in rows:
        told_of[row["ticket_id"]].append(row)
    assert told_of.keys() == told.tickets.keys()
    said = Counter(row["message_id"] for row in rows if row["kind"] == "said")
    assert said == Counter(dict.fromkeys(told.words, 1))
    states = {row["id"]: row["state"] for row in await api.db.fetch("select id, state from tickets")}
    for id_, events in told_of.items():
        assert [row["kind"] for row in events].count("opened") == 1 and events[0]["kind"] == "opened"
        state = "new"
        for row in events:
            if row["kind"] == "moved":
                assert row["data"]["before"] == state
                state = row["data"]["after"]
        assert state == states[id_]


async def _check_outbox(api: Api, told: Told, link: UUID) -> None:
    """What goes to another desk was written with the facts: a creation and each public word, in order."""
    query = "select ticket_id, kind, event_id from desk_link_outbox where link_id = $1 order by id"
    rows = [row for row in await api.db.fetch(query, link) if row["ticket_id"] in told.tickets]
    went = [row["event_id"] for row in rows if row["kind"] in ("create", "comment")]
    public = {f"comment:{id_}" for id_, (_, shown) in told.words.items() if shown}
    assert Counter(went) == Counter(dict.fromkeys({f"create:{id_}" for id_ in told.tickets} | public, 1))
    first: dict[UUID, str] = {}
    for row in rows:
        first.setdefault(row["ticket_id"], row["kind"])
    assert set(first.values()) == {"create"}


async def _check_feed(api: Api, told: Told, before: int) -> None:
    """Every event was told to those who watch, once."""
    query = "select key, data from changes where topic = 'tickets' and id > $1"
    ours = {str(id_) for id_ in told.tickets}
    heard = Counter(row["data"].get("event_id") for row in await api.db.fetch(query, before) if row["key"] in ours)
    ids = await api.db.fetch("select id from ticket_events where ticket_id = any ($1)", list(told.tickets))
    assert heard == Counter({row["id"]: 1 for row in ids})
