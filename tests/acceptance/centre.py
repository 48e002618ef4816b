"""A small contact centre for tests: operators with phones of their own, a queue and its number."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from tools.soaks.check import eventually, server
from tools.softphone import Phone
from tools.stack.stand import Stack


@dataclass
class Worker:
    """An operator: a user, an extension and its phone."""

    user_id: uuid.UUID
    number: str
    phone: Phone


@dataclass
class Centre:
    """Operators of one test, and its queue; everything goes when it is closed."""

    stack: Stack
    workers: list[Worker] = field(default_factory=list)
    queue_id: uuid.UUID = field(default_factory=uuid.uuid4)
    number: str = ""

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the engine's control address."""
        settings = self.stack.settings
        headers = {"Authorization": f"Bearer {settings.control_token}", "Content-Type": "application/json"}
        data = msgspec.json.encode(body) if body is not None else None
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, settings.control_url + path, data=data, headers=headers) as answer,
        ):
            text = await answer.read()
            assert answer.status < 300, text
            return msgspec.json.decode(text) if text else None

    async def take_status(self, worker: Worker, status: str) -> None:
        await self.control("POST", f"/presence/{worker.user_id}", {"status": status, "by": "test"})

    async def status(self, worker: Worker) -> str:
        items = (await self.control("GET", "/presence"))["items"]
        return next((item["status"] for item in items if item["user_id"] == str(worker.user_id)), "unknown")

    async def wait_status(self, worker: Worker, *wanted: str, timeout: float = 15.0) -> None:
        async def reached() -> bool:
            return await self.status(worker) in wanted

        assert await eventually(reached, timeout), f"{worker.number} is {await self.status(worker)}, not {wanted}"

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        async with self.stack.db() as db:
            return [dict(row) for row in await db.fetch(query, *values)]

    async def visits(self) -> list[dict[str, Any]]:
        """Stays in the queue that are over, in the order in which they began."""
        query = "select * from queue_visits where queue_id = $1 order by entered_at"
        return await self.rows(query, self.queue_id)

    async def ended_visits(self, count: int, timeout: float = 15.0) -> list[dict[str, Any]]:
        async def all_over() -> list[dict[str, Any]] | None:
            visits = await self.visits()
            return visits if len(visits) == count and all(visit["ended_at"] for visit in visits) else None

        visits = await eventually(all_over, timeout)
        assert visits, await self.visits()
        return list(visits)

    async def waiting(self, count: int, timeout: float = 15.0) -> None:
        """Until so many wait in the queue."""

        async def there() -> bool:
            return sum(visit["outcome"] == "waiting" for visit in await self.visits()) == count

        assert await eventually(there, timeout), await self.visits()


@contextlib.asynccontextmanager
async def centre(
    stack: Stack, operators: int = 2, *, first: int, ready: bool = True, **queue: Any
) -> AsyncIterator[Centre]:
    """``operators`` phones from extension ``first`` on, registered and (with ``ready``) ready, and a queue of them."""
    place = Centre(stack, number=f"7495200{first:04}")
    async with contextlib.AsyncExitStack() as exits, stack.api() as api, stack.db() as db:
        exits.push_async_callback(_clear, place)
        for number in map(str, range(first, first + operators)):
            password = uuid.uuid4().hex
            await api.post("/extensions", json={"number": number, "name": f"Operator {number}", "password": password})
            user_id = uuid.uuid4()
            await db.execute(
                "insert into users (id, login, name, role, extension) values ($1, $2, $3, 'operator', $4)",
                *(user_id, f"queue-{number}", f"Operator {number}", number),
            )
            place.workers.append(Worker(user_id, number, Phone(server(stack), number, password)))
        await _lay_queue(place, db, queue)
        number = {"number": place.number, "name": "queue", "destination": {"kind": "queue", "id": str(place.queue_id)}}
        await api.post("/numbers", json=number)
        await _in_force(place)
        for worker in place.workers:
            await exits.enter_async_context(worker.phone)
            await _registered(place, worker)
            if ready:
                await place.take_status(worker, "ready")
                await place.wait_status(worker, "ready")
        yield place


async def _lay_queue(place: Centre, db: Any, queue: dict[str, Any]) -> None:
    values = {"id": place.queue_id, "name": f"queue {place.number}", "wrap_s": 0, **queue}
    names = ", ".join(values)
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await db.execute(f"insert into queues ({names}) values ({places})", *values.values())
    for order, worker in enumerate(place.workers):
        await db.execute(
            "insert into queue_members (queue_id, user_id, place) values ($1, $2, $3)",
            *(place.queue_id, worker.user_id, order),
        )


async def _in_force(place: Centre) -> None:
    async def routed() -> bool:
        body = {"caller": "79990000000", "called": place.number, "at": "2026-01-01T12:00:00Z"}
        steps = (await place.control("POST", "/trace", body))["steps"]
        return any(step["kind"] == "queue_entered" for step in steps)

    assert await eventually(routed, 20), "the engine does not know the queue"


async def _registered(place: Centre, worker: Worker) -> None:
    async def known() -> bool:
        with contextlib.suppress(Exception):
            await worker.phone.register()
            return True
        return False

    assert await eventually(known, 20, 0.5), f"{worker.number} can't register"

    async def reachable() -> bool:
        items = (await place.control("GET", "/presence"))["items"]
        return any(item["user_id"] == str(worker.user_id) and item["reachable"] for item in items)

    assert await eventually(reachable, 20), f"the engine does not see the phone of {worker.number}"


async def _clear(place: Centre) -> None:
    async with place.stack.db() as db:
        users: Sequence[Any] = [worker.user_id for worker in place.workers]
        extensions = [worker.number for worker in place.workers]
        await db.execute("delete from numbers where number = $1", place.number)
        await db.execute(
            "update callback_requests set done_at = now(), state = 'cancelled' where queue_id = $1 and done_at is null",
            place.queue_id,
        )
        await db.execute("delete from queues where id = $1", place.queue_id)
        await db.execute("delete from users where id = any($1)", users)
        await db.execute("delete from extensions where number = any($1)", extensions)
