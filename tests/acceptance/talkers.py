"""People at real phones, each with a tone of their own, so that who hears whom can be told from the sound."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

import aiohttp

from tools.soaks.check import Findings, caller, eventually, extension, nothing_left
from tools.softphone import Phone, PhoneCall, audio
from tools.stack import demo_rows
from tools.stack.stand import Stack

HZ = {"client": 500, "101": 700, "102": 900, "103": 1150, "104": 1400, "105": 1700}
WINDOW_S = 0.4
HEARD, UNHEARD = 0.06, 0.02
"""Share of the sound's energy at a tone's frequency when it is there, and when it is not."""


class Person:
    """A phone and the call in which it talks now."""

    def __init__(self, name: str, phone: Phone) -> None:
        self.name = name
        self.phone = phone
        self.call: PhoneCall | None = None
        self._speech: asyncio.Task[None] | None = None

    @property
    def line(self) -> PhoneCall:
        assert self.call is not None
        return self.call

    def talk(self, call: PhoneCall) -> None:
        """Speak the tone in this call from now on."""
        if self._speech is not None:
            self._speech.cancel()
        self.call = call
        self._speech = asyncio.create_task(self._keep_talking(call))

    async def _keep_talking(self, call: PhoneCall) -> None:
        sound = audio.tone(HZ[self.name], 2.0)
        with contextlib.suppress(Exception):
            while not call.ended:
                await call.say(sound)

    async def dial(self, number: str) -> None:
        self.talk(await self.phone.dial(number))

    async def answer(self, timeout: float = 15.0) -> None:
        """Take the next call that rings."""
        call = await self.phone.wait_call(timeout)
        call.answer()
        await call.wait_answered(20)
        self.talk(call)

    def share(self, other: "Person | str") -> float:
        """How much of what is heard just now is the tone of another one."""
        return audio.tone_share(self.now(), HZ[other if isinstance(other, str) else other.name])

    def now(self) -> bytes:
        """The last moment of what came: silence where nothing came."""
        media, length = self.line.media, 2 * int(WINDOW_S * audio.RATE)
        end = 2 * int((time.monotonic() - media.started) * audio.RATE)
        heard = bytes(media.heard[max(end - length, 0) : end])
        return heard + bytes(length - len(heard))

    async def stop(self) -> None:
        if self._speech is not None:
            self._speech.cancel()


async def hears_music(listener: Person) -> None:
    """Until the phone sounds, without anybody's tone."""
    deadline = time.monotonic() + 10
    while audio.level(listener.now()) < 50 or max(listener.share(name) for name in HZ) > HEARD * 2:
        assert time.monotonic() < deadline, f"{listener.name} hears no music: level {audio.level(listener.now())}"
        await asyncio.sleep(0.1)


async def hears(listener: Person, heard: tuple["Person", ...] = (), unheard: tuple["Person", ...] = ()) -> None:
    """Until ``listener`` hears the tones of all of ``heard`` and of none of ``unheard``."""
    deadline = time.monotonic() + 12
    while True:
        good = all(listener.share(one) > HEARD for one in heard)
        if good and all(listener.share(one) < UNHEARD for one in unheard):
            return
        if time.monotonic() > deadline or listener.line.ended:
            told = {one.name: round(listener.share(one), 3) for one in (*heard, *unheard)}
            state = f"ended by {listener.line.ended_by}" if listener.line.ended else "talks"
            raise AssertionError(f"{listener.name} ({state}) hears {told}; wanted {[one.name for one in heard]}")
        await asyncio.sleep(0.1)


class Scene:
    """People of one test, and the way to command their calls."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.people: dict[str, Person] = {}
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "Scene":
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _tb: TracebackType | None
    ) -> None:
        for person in self.people.values():
            await person.stop()
        await self._stack.aclose()

    async def client(self, name: str = "client") -> Person:
        """A caller from outside."""
        phone = await self._stack.enter_async_context(caller(self.stack, keep_sound=True))
        return self._seat(name, phone)

    async def desk(self, number: str) -> Person:
        """The phone of an extension, registered."""
        phone = await self._stack.enter_async_context(extension(self.stack, number, keep_sound=True))
        await phone.register()
        return self._seat(number, phone)

    def _seat(self, name: str, phone: Phone) -> Person:
        person = self.people[name] = Person(name, phone)
        return person

    async def talking(self) -> tuple[Person, Person, str]:
        """A client who talks with 104; gives both and the call's id."""
        client, operator = await self.client(), await self.desk("104")
        await client.dial(demo_rows.GROUP)
        await operator.answer()
        await client.line.wait_answered(20)
        call = await self.live(lambda call: call["caller"] == client.phone.user and call["talk_started_at"])
        await hears(client, (operator,))
        await hears(operator, (client,))
        return client, operator, call["id"]

    async def do(self, call_id: str, extension: str | None, do: str, *, wanted: int = 200, **options: Any) -> Any:
        """A command of an extension; ``supervise`` and ``control`` are rights."""
        by = {"extension": extension}
        by |= {name: options.pop(name) for name in ("supervise", "control") if name in options}
        status, answer = await self._control(
            "POST", f"/calls/{call_id}/do", {"by": by, "command": {"do": do, **options}}
        )
        assert status == wanted, f"{do}: {status} {answer}"
        return answer

    async def live_calls(self) -> list[dict[str, Any]]:
        return list((await self._control("GET", "/live-calls"))[1]["items"])

    async def live(self, fits: Any, timeout: float = 10.0) -> dict[str, Any]:
        """The first live call that fits, as soon as there is one."""

        async def found() -> Any:
            return next((call for call in await self.live_calls() if fits(call)), None)

        call = await eventually(found, timeout, 0.1)
        assert call, f"no live call fits: {await self.live_calls()}"
        return dict(call)

    async def _control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        settings = self.stack.settings
        headers = {"Authorization": f"Bearer {settings.control_token}"}
        async with self._http.request(method, settings.control_url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None) if answer.status != 204 else None

    async def events(self, call_id: str, *kinds: str) -> list[dict[str, Any]]:
        """The call's events so far (of these kinds), as the history has them."""
        async with self.stack.db() as db:
            rows = await db.fetch("select kind, data from call_events where call_id = $1 order by seq", call_id)
        return [dict(row) for row in rows if not kinds or row["kind"] in kinds]

    async def row(self, call_id: str) -> dict[str, Any]:
        """The call in the history, once it has ended."""

        async def ended() -> Any:
            async with self.stack.db() as db:
                return await db.fetchrow("select * from calls where id = $1 and ended_at is not null", call_id)

        found = await eventually(ended, 15)
        assert found, f"call {call_id} has not ended: {await self.live_calls()}"
        return dict(found)

    async def killed(self) -> None:
        """kill -9 the engine; returns when its successor serves."""
        old = await asyncio.to_thread(self.stack.kill, "engine")
        await asyncio.to_thread(self.stack.wait_restarted, "engine", old)


@contextlib.asynccontextmanager
async def scene(stack: Stack) -> AsyncIterator[Scene]:
    """A scene after which no call, channel or bridge may be left."""
    async with Scene(stack) as made:
        yield made
    findings = Findings("nothing left")
    await nothing_left(stack, findings, 20)
    findings.raise_problems()
