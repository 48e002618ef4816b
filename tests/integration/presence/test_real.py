"""Operators with real phones on the whole product: who can be reached, who talks, what outlives the engine."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from tools.soaks.check import extension, kill, server
from tools.softphone import Phone
from tools.stack.stand import Api, Stack

pytestmark = pytest.mark.feature("F-PBX-09", "F-WID-09", "F-WID-10")
PASSWORD = "an operator's pass-phrase 9"


class Operator:
    """A user with a new extension, signed in."""

    def __init__(self, stack: Stack, api: Api, user_id: str, number: str) -> None:
        self.stack, self.api, self.user_id, self.number = stack, api, user_id, number

    def phone(self) -> Phone:
        return Phone(server(self.stack), self.number, f"phone-of-{self.number}", keep_sound=False)

    async def take(self, status: str, **words: Any) -> Any:
        return await self.api.put("/me/presence", json={"status": status, **words})

    async def until(self, right: Callable[[Any], bool], timeout: float = 40.0) -> Any:
        """The operator's presence once it is ``right``."""
        deadline = time.monotonic() + timeout
        while True:
            found = await self.api.get("/me/presence")
            if right(found):
                return found
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.1)

    async def until_status(self, status: str, **fields: Any) -> Any:
        return await self.until(
            lambda found: found["status"] == status and all(found[name] == value for name, value in fields.items())
        )


@asynccontextmanager
async def operator(stack: Stack) -> AsyncIterator[Operator]:
    """Its number has been nobody's: Asterisk remembers where the phone of a number was."""
    number = f"75{uuid4().int % 10**4:04}"
    async with stack.api() as admin:
        await admin.post("/extensions", json={"number": number, "name": "Desk", "password": f"phone-of-{number}"})
        user = await admin.post(
            "/users",
            json={
                "login": f"op-{number}",
                "name": f"Operator {number}",
                "role": "operator",
                "password": PASSWORD,
                "extension": number,
            },
        )
        try:
            async with stack.api(f"op-{number}", PASSWORD) as api:
                await _known(stack, number)
                yield Operator(stack, api, user["id"], number)
        finally:
            async with stack.db() as db:
                await db.execute("delete from users where login = $1", f"op-{number}")
                await db.execute("delete from extensions where number = $1", number)


async def _known(stack: Stack, number: str) -> None:
    """Asterisk and the engine have taken the new phone."""
    deadline = time.monotonic() + 30
    while f"{number}/" not in await asyncio.to_thread(stack.console, "pjsip show endpoints"):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_conversation_and_its_operator_outlive_the_engine(ready_stack: Stack) -> None:
    other = ready_stack.up["demo"]["extensions"][0]["number"]
    async with operator(ready_stack) as me, me.phone() as phone, extension(ready_stack, other) as caller:
        found = await me.take("ready")
        assert (found["status"], found["reachable"]) == ("ready", False)
        await phone.register()
        await me.until_status("ready", reachable=True)
        await caller.register()
        call = await caller.dial(me.number)
        mine = await phone.wait_call(20)
        mine.answer()
        await call.wait_answered(15)
        before = await me.until_status("on_call")
        wanted = await me.take("break", reason_id="00000000-0000-7000-8000-000000000102")
        assert (wanted["status"], wanted["wanted"]["status"]) == ("on_call", "break")
        await kill(ready_stack, "engine")
        after = await me.until_status("on_call", reachable=True)
        assert (after["since"], after["call_id"]) == (before["since"], before["call_id"])
        await phone.unregister()
        await me.until_status("on_call", reachable=False)
        await phone.register()
        await me.until_status("on_call", reachable=True)
        call.hang_up()
        resting = await me.until_status("break")
        assert (resting["calls_today"], resting["since"] > before["since"]) == (1, True)
        await kill(ready_stack, "engine")
        await me.until_status("break", since=resting["since"], reachable=True)
        async with ready_stack.db() as connection:
            row = await connection.fetchrow(
                "select lower(during) as start, upper(during) as end from presence_intervals "
                "where user_id = $1 and status = 'on_call'",
                me.user_id,
            )
        assert row["start"].isoformat()[:19] == before["since"][:19]
        day = row["start"].date().isoformat()
        sheet = await me.api.get("/timesheet", params={"from": day, "to": day, "timezone": "UTC"})
        assert sheet["items"][0]["on_call_s"] == pytest.approx((row["end"] - row["start"]).total_seconds(), abs=1e-3)
        await me.api.call("POST", "/auth/logout")
        async with ready_stack.api() as admin:
            deadline = time.monotonic() + 20
            while (await admin.get("/operators", params={"q": me.number}))["items"][0]["status"] != "offline":
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)


async def test_a_phone_that_vanishes_makes_its_operator_away_and_its_return_ready(ready_stack: Stack) -> None:
    async with operator(ready_stack) as me:
        phone = me.phone()
        await phone.start()
        await phone.register()
        await me.take("ready")
        await me.until_status("ready", reachable=True)
        phone._registration = None  # it dies without a word
        await phone.close()
        # What Asterisk does by itself once a minute.
        await asyncio.to_thread(ready_stack.console, f"pjsip qualify {me.number}")
        await me.until_status("ready", reachable=False)
        away = await me.until_status("away", why="phone")
        assert away["wanted"]["status"] == "ready"
        await kill(ready_stack, "engine")
        await me.until_status("away", since=away["since"], why="phone")
        async with me.phone() as again:
            await again.register()
            await me.until_status("ready", reachable=True)
            await me.take("away", why="idle")
            await me.until_status("away", why="idle")
            await me.api.post("/me/presence/activity")
            await me.until_status("ready")
