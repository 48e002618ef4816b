"""Two desks of this product, each with a database and an api of its own, and wires between them that break."""

import asyncio
import contextlib
import secrets
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from api.clients.lookup import AccountLookup
from api.clients.store import ClientStore
from api.desk_link.outgoing.facts import LinkOut
from api.desk_link.outgoing.store import OutStore
from api.ticket_files.service import FilesService
from api.ticket_files.store import FileStore
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import Actor, Edit, Message, NewMessage, NewTicket, Reactor, Ticket
from api.tickets.states import State, Who
from api.web import scope
from api.web.scope import ScopedPool
from engine.core.config import Settings
from tests.conftest import fresh_database
from tests.integration.api.conftest import Api, Client, MovableClock, serving, until
from tools.stack.stand import Stand

Mode = Literal["ok", "hang", "fail", "cut"]


class Wire:
    """A port that leads to an api. ``mode``: ``hang`` never answers, ``fail`` answers 500, ``cut`` brings the request
    there and loses the answer. ``stop``: nobody listens."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").rpartition(":")
        self._target, self.port = int(port), 0
        self.mode: Mode = "ok"
        self.requests = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Again on the same port; nothing new where it listens already."""
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._carry(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        mode = self.mode
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "fail":
            writer.write(b"HTTP/1.1 500 Broken\r\nContent-Length: 6\r\nConnection: close\r\n\r\nbroken")
            await writer.drain()
            return
        inner, outer = await asyncio.open_connection(self._host, self._target)
        try:
            outer.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            sending = asyncio.create_task(_pour(reader, outer))
            answer = b""
            while piece := await inner.read(65_536):
                answer += piece
                if mode != "cut":
                    writer.write(piece)
                    await writer.drain()
            sending.cancel()
            assert answer or mode == "ok"
        finally:
            outer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()


class Desk:
    """One of the two: its api, and people who work at it (through the core of requests, over its database)."""

    def __init__(self, api: Api, admin: Client, pool: ScopedPool) -> None:
        self.api, self.admin, self.pool = api, admin, pool
        self.files = FilesService(FileStore(pool), api.settings, api.clock)
        reactors = list[Reactor]()
        self.core = TicketCore(CoreStore(pool.plain), reactors, api.settings, api.clock)
        reactors.append(LinkOut(OutStore(pool.plain), self.core))
        self.find_account = AccountLookup(ClientStore(pool)).by_address
        self.staff = Actor(Who.STAFF, "Мария")
        self.client = Actor(Who.CLIENT, "Иван")
        self.link = ""
        self.secret = ""

    async def open(self, subject: str, by: Actor | None = None, **fields: Any) -> Ticket:
        new = NewTicket(id=uuid.uuid4(), channel="portal", subject=subject, **fields)
        async with self.core.change() as connection:
            return await self.core.open(connection, new, by or self.client)

    async def say(self, ticket_id: UUID, text: str, by: Actor | None = None, **fields: Any) -> Message:
        async with self.core.change() as connection:
            message = NewMessage(id=uuid.uuid4(), body=text, **fields)
            return await self.core.say(connection, ticket_id, message, by or self.staff)

    async def move(self, ticket_id: UUID, to: State, by: Actor | None = None) -> Ticket:
        async with self.core.change() as connection:
            return await self.core.move(connection, ticket_id, to, by or self.staff)

    async def edit(self, ticket_id: UUID, **fields: Any) -> Ticket:
        async with self.core.change() as connection:
            return await self.core.edit(connection, ticket_id, Edit(**fields), self.staff)

    async def merge(self, ticket_id: UUID, into_id: UUID) -> Ticket:
        async with self.core.change() as connection:
            return await self.core.merge(connection, ticket_id, into_id, self.staff)

    async def get(self, ticket_id: UUID) -> Ticket:
        async with self.core.change() as connection:
            return await self.core.get(connection, ticket_id, hold=False)

    async def keep(self, name: str, content: bytes) -> UUID:
        """A file, uploaded and not sent yet."""
        found: UUID = (await self.files.keep(name, content)).id
        return found

    async def said(self, ticket_id: UUID) -> list[tuple[str, str, bool]]:
        """Who, what, in public."""
        rows = await self.api.db.fetch(
            "select author, body, public from ticket_messages where ticket_id = $1 order by at, id", ticket_id
        )
        return [tuple(row) for row in rows]

    async def twin(self, remote_id: UUID) -> UUID | None:
        """Our request for one of the other desk."""
        found: UUID | None = await self.api.db.fetchval(
            "select ticket_id from desk_link_tickets where remote_id = $1", str(remote_id)
        )
        return found

    async def outbox(self, ticket_id: UUID | None = None) -> Counter[str]:
        rows = await self.api.db.fetch(
            "select state, count(*) as n from desk_link_outbox "
            "where link_id = $1 and ($2::uuid is null or ticket_id = $2) group by 1",
            UUID(self.link),
            ticket_id,
        )
        return Counter({row["state"]: row["n"] for row in rows})

    async def wake(self) -> None:
        await self.api.db.execute("select pg_notify('desk_links', '')")


class Pair:
    """Two desks that are linked; ``to_there`` and ``to_here`` are the wires."""

    def __init__(self, here: Desk, there: Desk, to_there: Wire, to_here: Wire, clock: MovableClock) -> None:
        self.here, self.there, self.to_there, self.to_here, self.clock = here, there, to_there, to_here, clock

    async def settled(self) -> None:
        """Nothing waits on either side; time passes as it is asked."""

        async def done() -> bool:
            await self.pass_time(5)
            counts = await self.here.outbox() + await self.there.outbox()
            return not counts["waiting"] and not counts["sending"]

        await until(done, 30)

    async def pass_time(self, seconds: float) -> None:
        """Put the clock forward while nothing is on its way."""

        async def quiet() -> bool:
            return not (await self.here.outbox())["sending"] and not (await self.there.outbox())["sending"]

        await until(quiet, 30)
        self.clock.ahead += seconds
        await self.here.wake()
        await self.there.wake()


@contextlib.asynccontextmanager
async def desk(postgres: Stand, var: Path, clock: MovableClock) -> AsyncIterator[Desk]:
    """A desk alone."""
    with fresh_database(postgres) as dsn:
        settings = Settings(
            var=var,
            http_port=0,
            database_dsn=dsn,
            database_pool_min=1,
            token_secret=secrets.token_hex(32),
            control_token=secrets.token_hex(16),
            engine_timeout=2.0,
            access_token_seconds=100_000,
            webhook_networks="127.0.0.0/8",
            webhook_pause_max_s=120.0,
            desk_link_timeout_s=1.0,
            desk_link_refusals=2,
        )
        async with serving(settings, clock) as api:
            pool = await scope.create_pool(settings)
            try:
                yield Desk(api, await api.user("admin", "chief"), pool)
            finally:
                await pool.close()


@contextlib.asynccontextmanager
async def pair(postgres: Stand, var: Path) -> AsyncIterator[Pair]:
    """Linked as two administrators would do it: each makes a link and gives the other its id and secret."""
    clock = MovableClock()
    async with desk(postgres, var / "here", clock) as here, desk(postgres, var / "there", clock) as there:
        wires = Wire(there.api.url), Wire(here.api.url)
        for one, wire in ((here, wires[0]), (there, wires[1])):
            await wire.start()
            made = await one.admin.post("/desk-links", {"name": "Другая служба", "url": wire.url})
            one.link, one.secret = made["id"], made["inbound_secret"]
        for one, other in ((here, there), (there, here)):
            body = {"secret": other.secret, "settings": {"preset": "paylater", "remote_link": other.link}}
            answer = await one.admin.send("PATCH", f"/desk-links/{one.link}", body)
            assert answer.status == 200, answer.raw
        try:
            yield Pair(here, there, *wires, clock)
        finally:
            for wire in wires:
                await wire.stop()
