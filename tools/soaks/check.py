"""What must hold after every fault: history complete and single, nothing left over in Asterisk."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from tools.softphone import Phone

if TYPE_CHECKING:
    from tools.stack.stand import Stack

TRUNK = "demo"
QUALIFY_S = 3.2
"""For so long Asterisk waits for the answer to a question whether somebody is there, and a little."""
_numbers = itertools.count(random.randrange(10**6))


@dataclass
class Findings:
    """What a scenario saw: ``problems`` is empty when all was well; ``facts`` are its measures."""

    name: str
    problems: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def want(self, holds: object, problem: str) -> bool:
        """Note ``problem`` unless it ``holds``."""
        if not holds:
            self.problems.append(problem)
        return bool(holds)

    def raise_problems(self) -> "Findings":
        """For tests: all problems in one AssertionError."""
        if self.problems:
            raise AssertionError(f"{self.name}: " + "\n  ".join([f"{len(self.problems)} problems", *self.problems]))
        return self


def caller_number() -> str:
    """A caller's number that nobody else uses, so that its calls are found in the history."""
    return f"7999{next(_numbers) % 10**7:07}"


def server(stack: "Stack") -> tuple[str, int]:
    """Where phones reach the stack."""
    host, _, port = str(stack.up["sip"]).rpartition(":")
    return host, int(port)


def caller(stack: "Stack", *, keep_sound: bool = False) -> Phone:
    """A phone on the demo trunk with a number of its own."""
    return Phone(server(stack), caller_number(), keep_sound=keep_sound)


def extension(stack: "Stack", number: str, **options: Any) -> Phone:
    """The phone of one of the demo's extensions (not yet registered)."""
    password = next(row["password"] for row in stack.up["demo"]["extensions"] if row["number"] == number)
    return Phone(server(stack), number, password, **options)


async def kill(stack: "Stack", name: str) -> float:
    """kill -9 a service and wait until its successor is ready; gives the seconds without it."""
    started = time.monotonic()
    old = await asyncio.to_thread(stack.kill, name)
    await asyncio.to_thread(stack.wait_restarted, name, old)
    return round(time.monotonic() - started, 2)


@contextlib.asynccontextmanager
async def absent(stack: "Stack", name: str, findings: Findings) -> AsyncIterator[None]:
    """A service is stopped while the body runs, then started again."""
    started = time.monotonic()
    await asyncio.to_thread(stack.stop, name)
    try:
        yield
    finally:
        await asyncio.to_thread(stack.start, name)
        findings.facts[f"{name}_away_s"] = round(time.monotonic() - started, 2)


async def eventually(holds: Callable[[], Any], timeout: float, every: float = 0.2) -> Any:
    """The first true answer of ``holds`` (a coroutine function), or the last false one at ``timeout``."""
    deadline = time.monotonic() + timeout
    while True:
        found = await holds()
        if found or time.monotonic() > deadline:
            return found
        await asyncio.sleep(every)


async def trunk_reached(stack: "Stack", timeout: float = 60.0) -> bool:
    """Wait until Asterisk reaches who is behind the example's trunk, and goes on to: the end of a question asked while
    nobody was there counts when it comes, be it after the answer to the next one, so it is waited for."""

    async def reached() -> bool:
        await asyncio.to_thread(stack.console, f"pjsip qualify {TRUNK}")
        contacts = await asyncio.to_thread(stack.console, "pjsip show contacts")
        return any(f"{TRUNK}/" in line and " Avail " in line for line in contacts.splitlines())

    if not await eventually(reached, timeout, 0.5):
        return False
    await asyncio.sleep(QUALIFY_S)
    return bool(await eventually(reached, timeout, 0.5))


async def rest(stack: "Stack", path: str) -> Any:
    """GET of Asterisk's REST interface: ``channels``."""
    sign_in = aiohttp.encode_basic_auth(stack.settings.ari_user, stack.settings.ari_password)
    url = f"http://127.0.0.1:{stack.settings.ari_port}/ari/{path}"
    async with aiohttp.ClientSession(headers={"Authorization": sign_in}) as session, session.get(url) as answer:
        return await answer.json()


async def nothing_left(stack: "Stack", findings: Findings, timeout: float = 60.0) -> None:
    """No channel and no bridge stays in Asterisk, and no call in the table of live calls, after ``timeout`` seconds."""
    started = time.monotonic()

    async def clean() -> bool:
        return not (await rest(stack, "channels") or await rest(stack, "bridges"))

    if not await eventually(clean, timeout, 0.5):
        channels = [f"{c['name']} {c['state']} {c['creationtime']}" for c in await rest(stack, "channels")]
        bridges = [b["id"] for b in await rest(stack, "bridges")]
        findings.problems.append(f"left over after {timeout:g} s: channels {channels}, bridges {bridges}")
    findings.facts["clean_after_s"] = round(time.monotonic() - started, 1)

    async def no_live() -> bool:
        async with stack.db() as db:
            return not await db.fetchval("select count(*) from live_calls")

    if not await eventually(no_live, 2 * stack.settings.orphan_audit_interval):
        async with stack.db() as db:
            rows = await db.fetch("select call_id, updated_at, state from live_calls limit 3")
        findings.problems.append(f"live_calls still holds calls though all have ended: {[dict(row) for row in rows]}")


async def history(stack: "Stack", findings: Findings, callers: Iterable[str], timeout: float = 20.0) -> dict[str, Any]:
    """Each caller's call is in the history once, whole and ended; gives the rows by caller, events included."""
    wanted = list(callers)

    async def written() -> bool:
        async with stack.db() as db:
            ended = await db.fetchval(
                "select count(distinct caller) from calls where caller = any($1) and ended_at is not null", wanted
            )
            return bool(ended == len(set(wanted)))

    await eventually(written, timeout)
    async with stack.db() as db:
        rows = await db.fetch("select * from calls where caller = any($1) order by started_at", wanted)
        ids = [row["id"] for row in rows]
        events = await db.fetch("select * from call_events where call_id = any($1) order by call_id, seq", ids)
        legs = await db.fetch("select * from call_legs where call_id = any($1) order by started_at", ids)
    found: dict[str, Any] = {}
    for number in wanted:
        mine = [dict(row) for row in rows if row["caller"] == number]
        if findings.want(len(mine) == 1, f"{number} called once, the history has {len(mine)} calls"):
            call = found[number] = mine[0]
            call["events"] = [dict(e) for e in events if e["call_id"] == call["id"]]
            call["legs"] = [dict(leg) for leg in legs if leg["call_id"] == call["id"]]
            _check_call(findings, call)
    return found


def kinds(call: dict[str, Any]) -> list[str]:
    """Kinds of a call's events, in order."""
    return [event["kind"] for event in call["events"]]


def _check_call(findings: Findings, call: dict[str, Any]) -> None:
    name = f"call of {call['caller']} to {call['called']}"
    findings.want(call["ended_at"] and call["outcome"], f"{name} has not ended in the history")
    if call["served_by"] != "engine":
        return
    numbers = [event["seq"] for event in call["events"]]
    told = kinds(call)
    findings.want(numbers == list(range(len(numbers))), f"{name}: its events are numbered {numbers}")
    findings.want(told[:1] == ["started"], f"{name}: its events begin with {told[:1]}")
    findings.want(told.count("hangup") == 1 and told[-1:] == ["hangup"], f"{name}: its events end with {told[-3:]}")
    findings.want(call["legs"], f"{name} has no legs")
    open_legs = [leg["channel_id"] for leg in call["legs"] if leg["ended_at"] is None]
    findings.want(not open_legs, f"{name}: legs {open_legs} have not ended")
