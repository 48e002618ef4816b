"""The life of a request in a test: a company's person at the portal, somebody of staff, and a clock that is moved."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.sla.reactor import Promises
from api.sla.store import PromiseStore
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import Reactor, Ticket
from engine.core import db
from tests.integration.api.conftest import Api, Client, until

ALL_DAY = [{"day": day, "start": "00:00:00", "end": "00:00:00"} for day in range(1, 8)]
OFFICE = [
    {"day": day, "start": start, "end": end}
    for day in range(1, 6)
    for start, end in (("09:00:00", "13:00:00"), ("14:00:00", "18:00:00"))
]


_CHIEF = "chief-of-lives"
_signed_in: dict[str, tuple[Client, datetime]] = {}
"""Who is signed in, since when by the api's clock: a sign-in costs half a second. There is one chief for all tests."""


class Life:
    """``core``: of a process of its own, over the same database."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.name = uuid.uuid4().hex[:12]
        self.account = uuid.uuid4()
        self.core: TicketCore
        self._pool: Any = None
        self.chief_login = ""

    async def begin(self) -> "Life":
        api = self.api
        self._pool = await db.create_pool(api.settings)
        reactors: list[Reactor] = []
        self.core = TicketCore(CoreStore(self._pool), reactors, api.settings, api.clock)
        reactors.append(Promises(PromiseStore(self._pool), self.core))
        self.chief_login = f"{_CHIEF}-{api.url.rpartition(':')[2]}"
        if not await api.db.fetchval("select exists (select from users where login = $1)", self.chief_login):
            await api.add_user(self.chief_login, "admin")
        person = await api.add_user(f"person-{self.name}", "client")
        account = {"name": f"ООО {self.name}", "email": f"{self.name}@example.test"}
        await api.insert("client_accounts", id=self.account, user_id=person, **account)
        return self

    async def end(self) -> None:
        await self._pool.close()

    async def chief(self) -> Client:
        return await self._signed_in(self.chief_login)

    async def person(self) -> Client:
        return await self._signed_in(f"person-{self.name}")

    async def staff(self) -> Client:
        return await self.chief()

    async def _signed_in(self, who: str) -> Client:
        """Signed in by the clock as it stands: a sign-in holds for days."""
        now = self.api.clock.now()
        client, since = _signed_in.get(who, (None, now))
        if client is None or abs(now - since) > timedelta(days=3):
            client = await self.api.anonymous.login(who)
            _signed_in[who] = client, now
        return client

    async def plan(self, weekly: Any = None, **fields: Any) -> str:
        """A plan of this company alone; ``weekly``: hours of its calendar, in Moscow (none: around the clock)."""
        chief = await self.chief()
        calendar = None
        if weekly:
            made = await chief.post("/sla-calendars", {"name": uuid.uuid4().hex, "weekly": weekly})
            calendar = made["id"]
        body = {"name": uuid.uuid4().hex, "account_id": str(self.account), "calendar_id": calendar, **fields}
        plan: str = (await chief.post("/sla-plans", body))["id"]
        return plan

    async def open(self, **fields: Any) -> UUID:
        """Opened by the client at the portal."""
        body = {"id": str(uuid.uuid4()), "subject": "Не печатает", **fields}
        return UUID((await (await self.person()).post("/portal/tickets", body))["id"])

    async def ask(self, ticket: UUID) -> None:
        """The client says something."""
        await (await self.person()).post(f"/portal/tickets/{ticket}/messages", {"body": "Ну как?"})

    async def reopen(self, ticket: UUID) -> None:
        await (await self.person()).post(f"/portal/tickets/{ticket}/reopen", {"reason": "Опять"}, 200)

    async def answer(self, ticket: UUID, **fields: Any) -> None:
        """Staff says something."""
        await (await self.staff()).post(f"/tickets/{ticket}/messages", {"body": "Смотрим", **fields})

    async def move(self, ticket: UUID, to: str) -> None:
        """Staff moves it."""
        await (await self.staff()).post(f"/tickets/{ticket}/state", {"state": to}, 200)

    async def edit(self, ticket: UUID, **fields: Any) -> None:
        answer = await (await self.staff()).send("PATCH", f"/tickets/{ticket}", fields)
        assert answer.status == 200, answer.raw

    async def get(self, ticket: UUID) -> Ticket:
        async with self.core.change() as connection:
            return await self.core.get(connection, ticket)

    async def promises(self, ticket: UUID) -> dict[str, Any]:
        """Promises by kind (the last of each), as the API tells them."""
        told = await (await self.chief()).get(f"/tickets/{ticket}/promises")
        return {one["kind"]: one for one in told["promises"]}

    async def kinds(self, ticket: UUID) -> list[str]:
        rows = await self.api.db.fetch("select kind from ticket_events where ticket_id = $1 order by id", ticket)
        return [row["kind"] for row in rows]

    async def count(self, ticket: UUID, kind: str) -> int:
        return (await self.kinds(ticket)).count(kind)

    async def comes(self, ticket: UUID, kind: str, times: int = 1) -> None:
        """Wait until an event of this kind is there."""

        async def there() -> bool:
            return await self.count(ticket, kind) >= times

        await until(there, 30.0)

    async def put_forward(self, **by: float) -> None:
        """The clock goes on; whoever waits looks at it again."""
        self.api.clock.ahead += timedelta(**by).total_seconds()
        await self.api.db.execute("select pg_notify('promises', '')")

    async def stop_at(self, when: datetime) -> None:
        """The clock stands at a moment."""
        self.api.clock.stop()
        self.api.clock.ahead += (when - self.api.clock.now()).total_seconds()
        await self.api.db.execute("select pg_notify('promises', '')")
