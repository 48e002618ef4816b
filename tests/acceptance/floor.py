"""A campaign for tests: operators whose phones answer by themselves, clients who do as their number says."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.acceptance.centre import Centre, Worker, centre
from tools.soaks.campaigns.operators import asks_to_answer
from tools.soaks.check import eventually, server, trunk_reached
from tools.softphone import CallEnded, Phone, PhoneCall
from tools.stack.demo_rows import NETWORK_PORT_OFFSET
from tools.stack.stand import Stack

Behaviour = Callable[[PhoneCall], Awaitable[None]]
SETTINGS: dict[str, Any] = {
    "company": "Test",
    "ring_s": 15,
    "detection": {"provider": "off"},
    "caps": {"total": 5, "day": 5, "interval_s": 1},
    "retries": [{"outcome": "interrupted", "interval_s": 1, "attempts": 3}],
}


@dataclass
class Floor:
    """Operators, the phone network, and one campaign at a time."""

    place: Centre
    network: Phone
    does: dict[str, Behaviour] = field(default_factory=dict)
    """Client's number -> what the client does."""
    seen: list[PhoneCall] = field(default_factory=list)
    """Calls as the phone network saw them."""
    talks: list[PhoneCall] = field(default_factory=list)
    """Calls that operators' phones have answered by themselves."""
    picks_up: bool = True
    """Whether operators' phones answer when they are asked to."""
    campaign_id: uuid.UUID = field(default_factory=uuid.uuid4)
    list_id: uuid.UUID = field(default_factory=uuid.uuid4)
    leads: dict[str, uuid.UUID] = field(default_factory=dict)
    numbers: int = 0

    async def client(self, call: PhoneCall) -> None:
        self.seen.append(call)
        with contextlib.suppress(CallEnded, TimeoutError):
            await self.does[number_of(call)](call)

    async def operator(self, call: PhoneCall) -> None:
        call.ring()
        if self.picks_up and asks_to_answer(call):
            call.answer()
            self.talks.append(call)

    def number(self, does: Behaviour) -> str:
        """A new client's number."""
        self.numbers += 1
        number = f"4420{uuid.uuid4().int % 10**8:08}"
        self.does[number] = does
        return number

    def calls_of(self, number: str) -> list[PhoneCall]:
        return [call for call in self.seen if number_of(call) == number]

    async def start(self, mode: str, *numbers: str, **settings: Any) -> uuid.UUID:
        """Lay a campaign for these clients and let it run; the earlier one ends."""
        await self.state("finished")
        self.campaign_id, self.list_id = uuid.uuid4(), uuid.uuid4()
        name = f"test {self.campaign_id.hex[:8]}"
        async with self.place.stack.db() as db:
            await db.execute(
                "insert into lead_lists (id, name, region, timezone) values ($1, $2, 'GB', 'Europe/London')",
                *(self.list_id, name),
            )
            await db.execute(
                "insert into campaigns (id, name, mode, queue_id, settings) values ($1, $2, $3, $4, $5)",
                *(self.campaign_id, name, mode, self.place.queue_id, msgspec.to_builtins({**SETTINGS, **settings})),
            )
            await db.execute(
                "insert into campaign_lists (campaign_id, list_id) values ($1, $2)", self.campaign_id, self.list_id
            )
        await self.add(*numbers)
        await self.state("running")
        return self.campaign_id

    async def add(self, *numbers: str) -> None:
        """More leads for the campaign."""
        async with self.place.stack.db() as db:
            for number in numbers:
                lead_id = self.leads[number] = uuid.uuid4()
                await db.execute(
                    "insert into leads (id, list_id, name, data) values ($1, $2, $3, $4)",
                    *(lead_id, self.list_id, f"Client {number}", {"debt": "100"}),
                )
                await db.execute(
                    "insert into lead_contacts (lead_id, position, list_id, address) values ($1, 1, $2, $3)",
                    *(lead_id, self.list_id, number),
                )

    async def state(self, state: str) -> None:
        """What the api does to start, pause or finish a campaign."""
        async with self.place.stack.db() as db:
            await db.execute("update campaigns set state = $2 where id = $1", self.campaign_id, state)

    async def attempts(self, number: str) -> list[dict[str, Any]]:
        """The client's attempts, in order."""
        query = "select * from dial_attempts where campaign_id = $1 and address = $2 order by claimed_at"
        return await self.place.rows(query, self.campaign_id, number)

    async def ended(self, number: str, count: int = 1, timeout: float = 45.0) -> list[dict[str, Any]]:
        """The client's attempts once so many have ended."""

        async def over() -> list[dict[str, Any]] | None:
            rows = [row for row in await self.attempts(number) if row["ended_at"] is not None]
            return rows if len(rows) >= count else None

        rows = await eventually(over, timeout)
        assert rows, f"{number}: {await self.attempts(number)}; board {await self.board()}"
        return list(rows)

    async def lead(self, number: str) -> dict[str, Any]:
        query = "select * from campaign_leads where campaign_id = $1 and lead_id = $2"
        return (await self.place.rows(query, self.campaign_id, self.leads[number]))[0]

    async def board(self) -> dict[str, Any]:
        """The campaign on the engine's live board."""
        campaigns = (await self.place.control("GET", "/dialer"))["campaigns"]
        return next((one for one in campaigns if one["campaign_id"] == str(self.campaign_id)), {})

    async def told(self, kind: str, key: str) -> list[dict[str, Any]]:
        """What the feed has said."""
        query = "select data from changes where topic = 'campaigns' and kind = $1 and key = $2 order by id"
        return [row["data"] for row in await self.place.rows(query, kind, key)]

    async def seen_call(self, number: str, timeout: float = 45.0) -> PhoneCall:
        """The client's call, as soon as the phone network has it."""

        async def there() -> PhoneCall | None:
            return next(iter(self.calls_of(number)), None)

        call = await eventually(there, timeout, 0.05)
        assert call is not None, f"{number} was not called: {await self.board()}"
        return call  # type: ignore[no-any-return]


def number_of(call: PhoneCall) -> str:
    """The number that was dialled."""
    return str(call.leg.invite.uri).partition(":")[2].partition("@")[0].lstrip("+")  # type: ignore[union-attr]


async def pick_up(call: PhoneCall) -> None:
    """A person who answers and waits."""
    call.ring()
    await asyncio.sleep(0.1)
    call.answer()


def talk(seconds: float) -> Behaviour:
    """A person who answers, and hangs up ``seconds`` later."""

    async def do(call: PhoneCall) -> None:
        await pick_up(call)
        with contextlib.suppress(TimeoutError):
            await call.wait_ended(seconds)
        call.hang_up()

    return do


def refuse(status: int) -> Behaviour:
    """The network refuses with this status of SIP."""

    async def do(call: PhoneCall) -> None:
        call.reject(status)

    return do


@contextlib.asynccontextmanager
async def floor(stack: Stack, operators: int, *, first: int, **queue: Any) -> AsyncIterator[Floor]:
    """``operators`` of extensions from ``first`` on are ready; campaigns that were started end with it."""
    port = stack.settings.port_base + NETWORK_PORT_OFFSET
    async with Phone(server(stack), "network", port=port) as network, centre(stack, operators, first=first) as place:
        made = Floor(place, network)
        network.on_call = made.client
        for worker in place.workers:
            worker.phone.on_call = made.operator
        assert await trunk_reached(stack)
        try:
            yield made
        finally:
            await made.state("finished")
            await _clear(made)


async def _clear(made: Floor) -> None:
    async with made.place.stack.db() as db:
        await db.execute("update campaigns set queue_id = null where queue_id = $1", made.place.queue_id)


def worker_of(made: Floor, number: int = 0) -> Worker:
    return made.place.workers[number]
