"""A crowd for queues: simulated operators and customers on real SIP phones, each with a record of its own.

Both sides run in one process, so a customer learns from the record (not from the product) that an operator answered.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tools.browserphone import BrowserPhone
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, audio

RING_S = (0.3, 2.0)
TALK_S = (3.0, 10.0)
PATIENCE_S = (15.0, 60.0)
PAUSE_S = (0.5, 4.0)


@dataclass(slots=True)
class Talk:
    """A conversation as the operator's phone saw it; times are monotonic."""

    caller: str
    extension: str
    answered_at: float
    ended_at: float = 0.0
    ended_by: str = ""


@dataclass(slots=True)
class Sent:
    """A call as the customer's phone saw it."""

    caller: str
    number: str
    began_at: float
    ended_at: float = 0.0
    ended_by: str = ""
    refused: int = 0
    answered: bool = False


@dataclass(slots=True)
class Record:
    """Everything that was sent, by who sent it."""

    sent: list[Sent] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    rings: dict[str, int] = field(default_factory=dict)
    """INVITEs that reached an operator's phone, by extension."""
    at_once: int = 0
    """Times that an operator's phone rang for two calls."""
    _answered: dict[str, asyncio.Event] = field(default_factory=dict)

    def answered(self, caller: str) -> asyncio.Event:
        """Set when an operator answers ``caller``."""
        return self._answered.setdefault(caller, asyncio.Event())


class Operator:
    """An operator's phone: answers most calls, refuses some, lets some ring."""

    def __init__(self, phone: Phone, record: Record, chance: random.Random) -> None:
        self.phone = phone
        self._record = record
        self._chance = chance
        phone.on_call = self.take

    async def take(self, call: PhoneCall) -> None:
        """One incoming call, from its first ring to its end."""
        record, user = self._record, self.phone.user
        record.rings[user] = record.rings.get(user, 0) + 1
        others = [other for other in self.phone.calls.values() if other is not call]
        try:
            call.ring()
            await asyncio.sleep(self._chance.uniform(*RING_S))
            record.at_once += not call.ended and any(not other.ended for other in others)
            mood = self._chance.random()
            if mood < 0.04 and not call.ended:
                call.reject(486)
            elif mood < 0.1:
                await call.wait_ended(120)
            else:
                await self._talk(call)
        except (CallEnded, CallFailed, TimeoutError, ValueError):
            call.hang_up()

    async def _talk(self, call: PhoneCall) -> None:
        if call.ended:
            return
        call.answer()
        talk = Talk(call.caller, self.phone.user, time.monotonic())
        self._record.talks.append(talk)
        self._record.answered(call.caller).set()
        with contextlib.suppress(CallEnded):
            await call.say(audio.tone(700, 1.0), wait=False)
        with contextlib.suppress(TimeoutError):
            await call.wait_ended(self._chance.uniform(*TALK_S))
        talk.ended_by = "operator" if not call.ended else call.ended_by
        call.hang_up()
        talk.ended_at = time.monotonic()


class BrowserOperator:
    """An operator's browser: answers every call after a moment, talks, hangs up."""

    def __init__(self, phone: BrowserPhone, record: Record, chance: random.Random) -> None:
        self._phone = phone
        self._record = record
        self._chance = chance

    async def work(self) -> None:
        """Take calls, one after another, until cancelled."""
        while True:
            with contextlib.suppress(AssertionError):
                await self._phone.wait("phone.rings()", 3600)
                await self._take()

    async def _take(self) -> None:
        record, extension, page = self._record, self._phone.extension, self._phone.page
        caller = str(await page.evaluate("phone.caller()"))
        record.rings[extension] = record.rings.get(extension, 0) + 1
        await asyncio.sleep(self._chance.uniform(*RING_S))
        if not await page.evaluate("phone.rings()"):
            return
        await self._phone.answer()
        talk = Talk(caller, extension, time.monotonic())
        record.talks.append(talk)
        record.answered(caller).set()
        try:
            await self._phone.wait_over(self._chance.uniform(*TALK_S))
            talk.ended_by = "peer"
        except AssertionError:
            talk.ended_by = "operator"
            await self._phone.hang_up()
            await self._phone.wait_over(10)
        talk.ended_at = time.monotonic()


async def customer(
    server: tuple[str, int], numbers: list[str], record: Record, until: float, name: Callable[[], str], seed: int
) -> None:
    """Calls one number after another until the monotonic time ``until``, each time under a new ``name()``."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        sent = Sent(name(), chance.choice(numbers), time.monotonic())
        record.sent.append(sent)
        async with Phone(server, sent.caller, keep_sound=False) as phone:
            await _one_call(phone, sent, record, chance)
        sent.ended_at = time.monotonic()
        await asyncio.sleep(chance.uniform(*PAUSE_S))


async def _one_call(phone: Phone, sent: Sent, record: Record, chance: random.Random) -> None:
    call = await phone.dial(sent.number)
    answered = record.answered(sent.caller)
    try:
        await call.wait_answered(30)
        if await _first(answered.wait(), call.wait_ended(3600), chance.uniform(*PATIENCE_S)) and answered.is_set():
            sent.answered = True
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(chance.uniform(*TALK_S) * 2)
    except CallFailed as exc:
        sent.refused = exc.status
    except TimeoutError:
        sent.refused = 408
    sent.ended_by = call.ended_by if call.ended else "us"
    call.hang_up()


async def _first(one: Awaitable[object], other: Awaitable[object], timeout: float) -> bool:
    """Whether one of the two came within ``timeout`` seconds."""
    tasks = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    done, waiting = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return bool(done)
