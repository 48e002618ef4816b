"""Operators with the widget open in a browser, as their users see it."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tools.browserphone import hears_tone, new_page
from tools.soaks.check import eventually
from tools.stack.stand import Stack

PASSWORD = "operators-own-pass"
NOISE = ("404", "401", "WebSocket", "net::ERR", "Failed to fetch", "ScriptProcessorNode")
"""What a browser writes to its console when a server is away, or has no such thing."""
_STATE = "(() => { const desk = document.querySelector('pl-widget').app.desk; return %s })()"


@dataclass
class Operator:
    """The widget of one operator; ``complaints`` is what the page wrote to its console."""

    page: Page
    login: str
    extension: str
    complaints: list[str] = field(default_factory=list)

    async def told(self, expression: str) -> Any:
        """A value of what the widget knows (``desk``). The page's policy forbids what ``wait_for_function`` does."""
        return await self.page.evaluate(_STATE % expression)

    async def until(self, condition: str, timeout: float = 20) -> None:
        """Wait until ``condition`` on ``desk`` is true."""
        deadline = time.monotonic() + timeout
        while not await self.told(condition):
            if time.monotonic() > deadline:
                state = await self.told("JSON.stringify([desk.state.phone, desk.state.cards, desk.state.notice])")
                raise AssertionError(f"{self.login}: not in {timeout} s: {condition}; {state}")
            await asyncio.sleep(0.1)

    async def sign_in(self) -> None:
        await self.page.get_by_label("Логин").fill(self.login)
        await self.page.get_by_label("Пароль").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.registered()

    async def registered(self) -> None:
        await self.until("desk.state.phone.connection === 'registered' && desk.state.online")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def answer(self) -> None:
        await self.button("Ответить").click(timeout=20_000)
        await self.stage("talking")

    async def stage(self, stage: str, timeout: float = 20) -> None:
        """Wait until the only call is at ``stage``."""
        await self.until(f"desk.state.cards.length === 1 && desk.state.cards[0].stage === '{stage}'", timeout)

    async def no_calls(self) -> None:
        await self.until("desk.state.cards.length === 0")
        await expect(self.page.locator("pl-call")).to_have_count(0)

    async def hears(self, hz: float, timeout: float = 15) -> bool:
        return await hears_tone(self.page, hz, timeout=timeout)


async def hire(stack: Stack, *numbers: str) -> None:
    """Users ``op-<number>`` with extensions for browsers; those whom an earlier try has left are gone first."""
    await dismiss(stack, *numbers)
    async with stack.api() as api:
        for number in numbers:
            await api.post("/extensions", json={"number": number, "name": _name(number), "kind": "webrtc"})
            user = {"login": f"op-{number}", "name": _name(number), "password": PASSWORD, "role": "operator"}
            await api.post("/users", json=user | {"extension": number})
        for number in numbers:
            assert await eventually(lambda: _known(stack, number), 30)  # noqa: B023


async def dismiss(stack: Stack, *numbers: str) -> None:
    """Take them and their extensions away."""
    async with stack.db() as db:
        await db.execute("delete from users where login = any($1)", [f"op-{number}" for number in numbers])
        await db.execute("delete from extensions where number = any($1)", numbers)


@contextlib.asynccontextmanager
async def queue_of(
    stack: Stack, operator: str, number: str, *, name: str = "Очередь", **rules: Any
) -> AsyncIterator[str]:
    """A ``number`` that leads to a queue of the operator alone; calls are recorded."""
    taken = "delete from numbers where number = $1"
    async with stack.api() as api, stack.db() as db:
        await db.execute(taken, number)
        (user,) = (await api.get("/users", params={"q": f"op-{operator}"}))["items"]
        called = f"{name} {uuid.uuid4().hex[:6]}"
        body = {"name": called, "strategy": "linear", "members": [{"user_id": user["id"]}], **rules}
        queue = await api.post("/queues", json=body)
        to = {"kind": "queue", "id": queue["id"]}
        await api.post("/numbers", json={"number": number, "name": "Q", "destination": to, "record": True})
        try:
            yield number
        finally:
            await db.execute(taken, number)
            await db.execute("delete from queues where id = $1", uuid.UUID(queue["id"]))


def _name(number: str) -> str:
    return f"Оператор {number}"


async def _known(stack: Stack, number: str) -> bool:
    return number in await asyncio.to_thread(stack.console, f"pjsip show endpoint {number}")


async def open_widget(browser: Browser, stack: Stack, number: str, **options: Any) -> Operator:
    """The widget's page with the operator signed in and the phone registered."""
    options = {"viewport": {"width": 400, "height": 760}, "locale": "ru-RU"} | options
    operator = Operator(await new_page(browser, **options), f"op-{number}", number)

    def complain(text: str) -> None:
        if not any(word in text for word in NOISE):
            operator.complaints.append(text)

    operator.page.on("pageerror", lambda error: complain(str(error)))
    operator.page.on("console", lambda entry: complain(entry.text) if entry.type == "error" else None)
    await operator.page.goto(f"{stack.up['http']}/embed")
    await operator.sign_in()
    return operator
