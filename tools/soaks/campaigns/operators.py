"""Operators with simulated SIP phones: registered, ready, answering by themselves, talking for a drawn time."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec

from engine.ari.channels import LEG_HEADER
from tools.soaks.campaigns.behaviours import talk_s
from tools.soaks.check import eventually
from tools.softphone import CallEnded, Phone, PhoneCall, RegistrationFailed, audio

if TYPE_CHECKING:
    from tools.stack.stand import Api

TONE_HZ = 700
RING_S = (0.3, 1.0)
"""How long a phone rings that was not asked to answer by itself."""
LONGEST_RING_S = 120.0
READY_EVERY_S = 3.0
_NOT_THERE = ("offline", "away", "break")


class Talk(msgspec.Struct, kw_only=True):
    """A call as an operator's phone saw it; times are seconds since the epoch. ``number``: who called, as shown.

    ``auto``: the call asked the phone to answer by itself. ``ended_by``: ``operator`` or ``caller``; ``heard_s``:
    seconds of sound that came; ``call``: id of the product's call, as told in the INVITE.
    """

    extension: str
    number: str
    answered_at: float
    auto: bool
    call: str = ""
    ended_at: float = 0.0
    ended_by: str = ""
    heard_s: float = 0.0


class Operators:
    """Phones by extension. ``async with`` registers them; ``sign_on`` makes them ready and keeps them so."""

    def __init__(
        self, server: tuple[str, int], passwords: dict[str, str], *, speed: float = 1.0, seed: int = 1
    ) -> None:
        self.on_line: Callable[[str], bool] = lambda _number: True
        """Whether the client of a number has answered: from then on an operator talks, until then it waits."""
        self.talks: list[Talk] = []
        self.at_once = 0
        """Times that a phone was rung while it was in a call."""
        self._now: dict[str, Talk] = {}
        self._speed = speed
        self._chance = random.Random(seed)
        self._phones = [Phone(server, name, password, keep_sound=False) for name, password in passwords.items()]
        self._exits = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "Operators":
        for phone in self._phones:
            phone.on_call = self._taker(phone)
            await self._exits.enter_async_context(phone)
        await asyncio.gather(*(self._register(phone) for phone in self._phones))
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _tb: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    def talking(self, number: str) -> bool:
        """Whether an operator talks to the number now."""
        return number in self._now

    @staticmethod
    async def _register(phone: Phone) -> None:
        """Asterisk may not know a new extension yet: tried for 20 seconds. Raises RegistrationFailed, TimeoutError."""
        deadline = time.monotonic() + 20
        while True:
            try:
                await phone.register()
                return
            except (RegistrationFailed, TimeoutError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.5)

    def _taker(self, phone: Phone) -> Any:
        async def take(call: PhoneCall) -> None:
            self.at_once += any(other is not call and not other.ended for other in phone.calls.values())
            with contextlib.suppress(CallEnded, TimeoutError, ValueError):
                await self._take(phone.user, call)
            call.hang_up()

        return take

    async def _take(self, extension: str, call: PhoneCall) -> None:
        auto = asks_to_answer(call)
        call.ring()
        if not auto:
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(self._chance.uniform(*RING_S))
        if call.ended:
            return
        call.answer()
        leg = call.leg.invite.headers.get_first(LEG_HEADER) or ""
        number = call.caller.lstrip("+")
        talk = Talk(extension=extension, number=number, answered_at=time.time(), auto=auto, call=leg.partition("-")[0])
        self.talks.append(talk)
        self._now[talk.number] = talk
        try:
            await call.say(audio.tone(TONE_HZ, 1.0), wait=False)
            await self._client_there(call, talk.number)
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(max(talk_s(self._chance, self._speed), 1.0))
            talk.ended_by = "caller" if call.ended else "operator"
        finally:
            self._now.pop(talk.number, None)
            talk.ended_at = time.time()
            talk.heard_s = round(call.media.loud_frames * 0.02, 2)

    async def _client_there(self, call: PhoneCall, number: str) -> None:
        """Until the client is on the line, or the call is over."""

        async def there() -> bool:
            return call.ended or self.on_line(number)

        await eventually(there, LONGEST_RING_S, 0.1)


def asks_to_answer(call: PhoneCall) -> bool:
    """Whether an INVITE asks the phone to answer at once: ``Call-Info: <...>;answer-after=0``, or an Alert-Info."""
    headers = call.leg.invite.headers
    words = " ".join([*headers.get("call-info"), *headers.get("alert-info")]).lower()
    return "answer-after=0" in words or "auto-answer" in words or "alert-autoanswer" in words


async def keep_ready(api: "Api", users: set[str]) -> None:
    """Sign everybody on; whom the product put away (a missed call, its restart) comes back. Until cancelled."""
    while True:
        with contextlib.suppress(AssertionError, aiohttp.ClientError, OSError, TimeoutError):
            page = await api.get("/operators", params={"limit": 200})
            for one in page["items"]:
                if one["user_id"] in users and one["status"] in _NOT_THERE:
                    await api.put(f"/operators/{one['user_id']}/presence", json={"status": "ready"})
        await asyncio.sleep(READY_EVERY_S)
