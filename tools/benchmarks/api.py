"""``api``: our HTTP API against bare aiohttp handlers with the same statements, and the live feed under many clients.

Get by id, list of fifty and create of contacts, over connections that ask again as soon as they are answered; the
arms take turns. A create tells the log of changes who did it, in both arms. ``ws_p99_ms``: from the writing of a
change to its arrival, over all messages of all clients.
"""

import asyncio
import random
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import uvloop

from engine.core import config
from tools.benchmarks import wire
from tools.benchmarks.report import Report, percentile, ratio, spread

if TYPE_CHECKING:
    from tools.stack.stand import Stack

_ROWS = 5000
_CONNECTIONS = 16
_EVENTS_A_SECOND = 10
_WARM_SECONDS = 0.5
_OPERATIONS = ("get", "list", "create")


class Plan(msgspec.Struct, frozen=True):
    """Rounds, seconds of a trial; WebSocket clients and seconds of events."""

    rounds: int
    seconds: float
    clients: int
    events_s: float


FULL = Plan(rounds=8, seconds=1.5, clients=1000, events_s=15.0)
QUICK = Plan(rounds=2, seconds=0.4, clients=100, events_s=2.0)


async def run(quick: bool) -> Report:
    """The clients run on a loop of their own, a fast one: it is the server that is measured."""
    return await asyncio.to_thread(uvloop.run, _run(QUICK if quick else FULL))


async def _run(plan: Plan) -> Report:
    from tools.stack.stand import Stack

    stack = Stack("postgres,api", env={"PAYLATER_LOG_LEVEL": "warning", "PAYLATER_ACCESS_TOKEN_SECONDS": "3600"})
    try:
        await asyncio.to_thread(stack.open)
        contacts = await _fill(stack)
        async with stack.api() as api:
            token, me = api.token, UUID((await api.get("/me"))["id"])
        port = _free_port()
        bare = await _bare(port, stack.settings.database_dsn, me)
        try:
            rates = await _rates(plan, stack.settings.http_port, port, token, contacts)
        finally:
            bare.kill()
            await bare.wait()
        delays = await _delays(plan, stack, token)
    finally:
        await asyncio.to_thread(stack.close)
    return _report(plan, rates, delays)


def _report(plan: Plan, rates: dict[str, tuple[list[float], list[float]]], delays: list[float]) -> Report:
    measured = {name: ratio(*rates[name]) for name in _OPERATIONS}
    figures = {f"ratio_{name}": measured[name]["ratio"] for name in _OPERATIONS}
    arms = {
        name: {"ours/s": spread(ours), "bare/s": spread(bare), "95 %": measured[name]}
        for name, (ours, bare) in rates.items()
    }
    live = {"messages": len(delays), "p50_ms": round(percentile(delays, 0.5), 1), "max_ms": round(max(delays), 1)}
    return Report(
        name="api",
        figures={**figures, "ws_p99_ms": round(percentile(delays, 0.99), 1)},
        arms={**arms, f"live feed, {plan.clients} clients": live},
        rounds=plan.rounds,
        reach={**dict.fromkeys(figures, ">= 0.8"), "ws_p99_ms": "< 100"},
    )


async def _fill(stack: "Stack") -> list[UUID]:
    """Contacts with a number each."""
    async with stack.db() as db:
        await db.execute(
            "with made as (insert into contacts (id, name, company) select gen_random_uuid(), 'Contact ' || n, "
            "'Company ' || n % 50 from generate_series(1, $1::integer) n returning id) insert into contact_phones "
            "(contact_id, place, number) select id, 1, 79160000000 + row_number() over () from made",
            _ROWS,
        )
        await db.execute("analyze contacts, contact_phones")
        return [row["id"] for row in await db.fetch("select id from contacts")]


async def _bare(port: int, dsn: str, user: UUID) -> asyncio.subprocess.Process:
    words = [sys.executable, "-m", "tools.benchmarks.bare", str(port), dsn, str(user)]
    process = await asyncio.create_subprocess_exec(*words, cwd=config.ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    if not await asyncio.wait_for(process.stdout.readline(), 20):
        raise RuntimeError("the bare handlers did not start")
    return process


async def _rates(
    plan: Plan, our_port: int, bare_port: int, token: str, contacts: list[UUID]
) -> dict[str, tuple[list[float], list[float]]]:
    """Answers a second of each operation in each round: ours and bare."""
    chosen = random.Random(7).sample(contacts, 640)
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in _OPERATIONS}
    for number in range(-1, plan.rounds):
        for name in _OPERATIONS:
            arms = [(our_port, "/api/v1", token), (bare_port, "", "")]
            if number % 2:
                arms.reverse()
            for port, prefix, key in arms:
                requests = _requests(name, prefix, key, chosen)
                seconds = plan.seconds if number >= 0 else _WARM_SECONDS
                got = await wire.rate(port, requests, _CONNECTIONS, seconds)
                if number >= 0:
                    found[name][port != our_port].append(got)
    return found


def _requests(name: str, prefix: str, token: str, contacts: list[UUID]) -> list[bytes]:
    if name == "get":
        return [wire.request("GET", f"{prefix}/contacts/{contact}", token) for contact in contacts]
    if name == "list":
        return [wire.request("GET", f"{prefix}/contacts?limit=50", token)]
    body = msgspec.json.encode({"name": "Zoe", "company": "Bench", "phones": [{"number": "79161234567"}]})
    return [wire.request("POST", f"{prefix}/contacts", token, body)]


async def _delays(plan: Plan, stack: "Stack", token: str) -> list[float]:
    """Milliseconds of each message to each client."""
    delays: list[float] = []

    def heard(message: bytes) -> None:
        begin = message.find(b'"sent":') + 7
        delays.append((time.time() - float(message[begin : message.find(b"}", begin)])) * 1000)

    loop = asyncio.get_running_loop()
    path = "/api/v1/live?topics=calls"
    followers: list[wire.Follower] = []
    try:
        for _ in range(plan.clients):
            _, follower = await loop.create_connection(
                lambda: wire.Follower(path, token, heard), "127.0.0.1", stack.settings.http_port
            )
            followers.append(follower)
            await asyncio.wait_for(follower.ready, 30)
        count = round(plan.events_s * _EVENTS_A_SECOND)
        async with stack.db() as db:
            await _every(1 / _EVENTS_A_SECOND, count, lambda: _tell(db))
        await _until(lambda: len(delays) >= count * plan.clients, 20)
    finally:
        for follower in followers:
            follower.close()
    return delays


async def _tell(db: Any) -> None:
    """A change as big as a live call's state."""
    data = {"id": "x" * 36, "legs": [{"channel_id": "y" * 40, "number": "79161234567", "state": "up"}] * 3}
    statement = "select add_changes(array['calls'], array['updated'], array['key'], array[$1::jsonb])"
    await db.execute(statement, {**data, "sent": time.time()})


async def _every(seconds: float, times: int, work: Callable[[], Awaitable[None]]) -> None:
    due = time.monotonic()
    for _ in range(times):
        await work()
        due += seconds
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _until(done: Callable[[], bool], seconds: float) -> None:
    """Raises RuntimeError: it was not done in time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("messages of the live feed did not arrive")
        await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
