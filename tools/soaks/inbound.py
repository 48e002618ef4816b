"""An inbound contact centre under load: operators and customers on real phones, the engine killed in the middle.

What was sent is kept by the phones themselves (``crowd.Record``); afterwards the product's own facts must say the same.
"""

import asyncio
import contextlib
import itertools
import random
import time
from typing import TYPE_CHECKING, Any

from tools.browserphone import browser_operator
from tools.soaks.check import Findings, eventually, kill, nothing_left, server
from tools.soaks.crowd import BrowserOperator, Operator, Record, customer
from tools.softphone import CallFailed, Phone

if TYPE_CHECKING:
    from tools.stack.stand import Api, Stack

PASSWORD = "crowd-password-1"
STRATEGIES = ("longest_idle", "round_robin", "skills")
FIRST_EXTENSION = 400
FIRST_NUMBER = 74951000400
RING_S = 8
WRAP_S = 3
SURE_S = 1.5
"""A conversation this long was certainly one for both sides; a shorter one may have crossed a hang-up."""


async def inbound(
    stack: "Stack", operators: int = 50, customers: int = 60, minutes: float = 10.0, browsers: int = 2
) -> Findings:
    """``customers`` call three queues of ``operators`` for ``minutes``; kill -9 of the engine in the middle.

    The last ``browsers`` of the operators work in headless Chromium, the others have SIP phones.

    No call is lost, no operator is stuck or rung twice, and the statistics are the traffic that was sent.
    """
    findings = Findings("inbound")
    record = Record()
    async with contextlib.AsyncExitStack() as everything:
        api = await everything.enter_async_context(stack.api())
        numbers, people = await set_up(api, operators, browsers)
        await _known(stack, numbers)
        working = []
        for i, extension in enumerate(people):
            if i < operators - browsers:
                phone = await everything.enter_async_context(
                    Phone(server(stack), extension, PASSWORD, keep_sound=False)
                )
                Operator(phone, record, random.Random(i))
                await phone.register()
            else:
                browser = await everything.enter_async_context(browser_operator(stack, f"agent{i}", PASSWORD))
                working.append(asyncio.create_task(BrowserOperator(browser, record, random.Random(i)).work()))
        await asyncio.gather(*(sign_on(api, user) for user in people.values()))
        watch = asyncio.create_task(_keep_ready(api, people))
        until = time.monotonic() + minutes * 60
        names = (f"79{n:09}" for n in itertools.count(100_000_000))
        crowd = [
            asyncio.create_task(customer(server(stack), numbers, record, until, lambda: next(names), 1000 + i))
            for i in range(customers)
        ]
        await asyncio.sleep(minutes * 30)
        findings.facts["engine_away_s"] = await kill(stack, "engine")
        await asyncio.gather(*crowd)
        await nothing_left(stack, findings)
        for task in (watch, *working):
            task.cancel()
        await _nobody_stuck(api, findings, people)
    await _check(stack, findings, record, people)
    return findings


async def set_up(api: "Api", operators: int, browsers: int) -> tuple[list[str], dict[str, str]]:
    """Three queues with a number each and operators in all of them; gives numbers, and users by extension."""
    people: dict[str, str] = {}
    for i in range(operators):
        extension = str(FIRST_EXTENSION + i)
        kind = "sip" if i < operators - browsers else "webrtc"
        phone = {"number": extension, "name": f"Agent {i}", "password": PASSWORD, "kind": kind}
        await api.post("/extensions", json=phone)
        user = await api.post("/users", json=_user(i, extension))
        people[extension] = user["id"]
    numbers = []
    for i, strategy in enumerate(STRATEGIES):
        members = [{"user_id": user} for user in people.values()]
        body = {"name": f"Crowd {i}", "strategy": strategy, "ring_s": RING_S, "wrap_s": WRAP_S, "members": members}
        queue = await api.post("/queues", json=body)
        number = str(FIRST_NUMBER + i)
        destination = {"kind": "queue", "id": queue["id"]}
        await api.post("/numbers", json={"number": number, "name": f"Crowd {i}", "destination": destination})
        numbers.append(number)
    return numbers, people


async def _known(stack: "Stack", numbers: list[str]) -> None:
    """Wait until the engine serves the numbers."""

    async def served() -> bool:
        async with Phone(server(stack), "79099999999", keep_sound=False) as phone:
            try:
                (await phone.call(numbers[-1], timeout=5)).hang_up()
            except (CallFailed, TimeoutError):
                return False
            return True

    await eventually(served, 20, 0.5)


def _user(i: int, extension: str) -> dict[str, Any]:
    return {
        "login": f"agent{i}",
        "name": f"Agent {i}",
        "password": PASSWORD,
        "role": "operator",
        "extension": extension,
    }


async def sign_on(api: "Api", user_id: str) -> None:
    """Make an operator ready, as its supervisor."""
    await api.put(f"/operators/{user_id}/presence", json={"status": "ready"})


async def _keep_ready(api: "Api", people: dict[str, str]) -> None:
    """Operators whom the product put away (missed calls in a row) come back, as people do."""
    while True:
        await asyncio.sleep(5)
        with contextlib.suppress(AssertionError, OSError, TimeoutError):
            for operator in await _operators(api):
                if operator["user_id"] in people.values() and operator["status"] == "away":
                    await sign_on(api, operator["user_id"])


async def _operators(api: "Api") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await api.get("/operators", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def _nobody_stuck(api: "Api", findings: Findings, people: dict[str, str]) -> None:
    free = {"ready", "away"}

    async def rested() -> bool:
        states = {operator["user_id"]: operator["status"] for operator in await _operators(api)}
        return all(states.get(user) in free for user in people.values())

    if not await eventually(rested, WRAP_S + RING_S + 40, 1.0):
        stuck = [o for o in await _operators(api) if o["user_id"] in people.values() and o["status"] not in free]
        findings.problems.append(f"operators are stuck: {stuck[:5]}")


async def _check(stack: "Stack", findings: Findings, record: Record, people: dict[str, str]) -> None:
    """The product's facts against the phones' record."""
    async with stack.db() as db:
        rows = await db.fetch("select * from queue_visits v where v.caller like '791%' order by entered_at")
        offers = await db.fetch("select user_id, result from queue_offers")
        overlaps = await db.fetchval(
            "select count(*) from presence_intervals a join presence_intervals b"
            " on a.user_id = b.user_id and a.id < b.id and a.during && b.during"
        )
    visits: dict[str, list[Any]] = {}
    for row in rows:
        visits.setdefault(row["caller"], []).append(row)
    talks = {talk.caller: talk for talk in record.talks}
    for sent in record.sent:
        mine = visits.pop(sent.caller, [])
        if not findings.want(len(mine) == 1, f"{sent} has {len(mine)} visits"):
            continue
        visit, talk = mine[0], talks.get(sent.caller)
        findings.want(visit["ended_at"] is not None, f"the visit of {sent.caller} has no end")
        findings.want(not sent.refused, f"{sent} was refused")
        if talk is not None and talk.ended_at - talk.answered_at > SURE_S:
            findings.want(visit["outcome"] == "answered", f"{sent.caller} talked, its visit says {visit['outcome']}")
            found = str(visit["operator_id"])
            findings.want(found == people[talk.extension], f"{sent.caller} talked to {talk.extension}, visit: {found}")
        if talk is None:
            findings.want(visit["outcome"] == "abandoned", f"{sent.caller} left, its visit says {visit['outcome']}")
            findings.want(sent.ended_by == "us", f"{sent} was cut off while it waited")
    findings.want(not visits, f"visits of nobody: {list(visits)[:5]}")
    findings.want(record.at_once == 0, f"{record.at_once} times an operator's phone rang for two calls")
    findings.want(overlaps == 0, f"{overlaps} intervals of working time overlap")
    answered = sum(row["outcome"] == "answered" for row in rows)
    told = sum(offer["result"] == "answered" for offer in offers)
    findings.want(answered == told, f"{answered} visits were answered, {told} offers were")
    findings.want(all(offer["result"] != "offered" for offer in offers), "offers without an end")
    findings.facts |= {
        "sent": len(record.sent),
        "talks": len(record.talks),
        "answered": answered,
        "abandoned": sum(row["outcome"] == "abandoned" for row in rows),
        "offers": len(offers),
        "rings": sum(record.rings.values()),
        "short_talks": sum(talk.ended_at - talk.answered_at <= SURE_S for talk in record.talks),
    }
