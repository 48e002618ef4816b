"""Simulated people for the demo: callers on the phone network, who answers at the office, and whom the office calls.

They go gently: a new caller every ``demo_call_interval`` seconds or so, four calls at once at most; extensions 104 and
105 answer, and 110 and 111 for the queues. Whatever fails (the system restarts, a call is cut) is tried again a little
later.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from engine.asterisk import places
from engine.core import log
from engine.core.config import Settings
from tools.soaks.campaigns.behaviours import kind_of
from tools.soaks.campaigns.customers import Customers, called
from tools.soaks.campaigns.operators import asks_to_answer
from tools.soaks.campaigns.sounds import Sounds
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, RegistrationFailed, audio
from tools.stack import demo_dialler, demo_people, demo_rows

_log = log.get("demo")
_MAX_CALLS = 4
_CLIENTS_KEPT = 100
_BREAK = "00000000-0000-7000-8000-000000000101"
_AT_DESK = ("104", "105")
_SPEECH = ("demo-congrats", "demo-moreinfo", "demo-thanks", "vm-options")
_TROUBLE = (CallFailed, CallEnded, TimeoutError, OSError, RegistrationFailed)

Story = Callable[[PhoneCall], Awaitable[None]]


class People:
    """Everybody who calls or answers in the demo; ``run`` lasts until it is cancelled."""

    def __init__(self, settings: Settings, demo: dict[str, Any], chance: random.Random | None = None) -> None:
        self._settings = settings
        self._server = (settings.bind_host, settings.sip_port)
        self._passwords = {row["number"]: row["password"] for row in demo["extensions"]}
        self._chance = chance or random.Random()
        self._agents = [item for item in demo["operators"] if item["phone_password"] and item["password"]]
        self._free = asyncio.Semaphore(_MAX_CALLS)
        self._speech = _speech(settings)
        port = settings.port_base + demo_rows.NETWORK_PORT_OFFSET
        surveyed = {lead.number for lead in demo_dialler.leads(demo_dialler.SURVEY)}
        self._clients = Customers(self._server, port, Sounds(settings), menu=surveyed.__contains__, kept=_CLIENTS_KEPT)
        self._stories: list[tuple[int, str, Story]] = [
            (5, demo_rows.MENU_RU, self._leave_message),
            (3, demo_rows.MENU_EN, self._leave_message),
            (3, demo_rows.MENU_RU, self._get_lost),
            (4, demo_rows.MENU_RU, self._reach_office),
            (4, demo_rows.GROUP, self._talk),
            (3, demo_rows.OFFICE, self._talk),
            (2, demo_rows.VOICEMAIL, self._say_and_go),
            (2, demo_rows.MENU_EN, self._ask_hours),
            (6, demo_people.SALES, self._wait_in_line),
            (6, demo_people.SUPPORT, self._wait_in_line),
        ]

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number in _AT_DESK:
                group.create_task(self._at_desk(number))
            for agent in self._agents:
                group.create_task(self._on_duty(agent))
            group.create_task(self._network())
            group.create_task(self._callers(group))

    async def _callers(self, group: asyncio.TaskGroup) -> None:
        interval = self._settings.demo_call_interval
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * interval)
            await self._free.acquire()
            group.create_task(self._one_caller())

    async def _one_caller(self) -> None:
        try:
            if self._chance.random() < 0.08:
                await self._blocked()
                return
            _, number, story = self._chance.choices(self._stories, [weight for weight, _, _ in self._stories])[0]
            caller = f"79161{self._chance.randrange(10**6):06}"
            async with Phone(self._server, caller, keep_sound=False) as phone:
                call = await phone.call(number, timeout=40)
                await story(call)
                call.hang_up()
        except _TROUBLE as exc:
            _log.debug("demo_call_failed", error=str(exc))
        finally:
            self._free.release()

    async def _blocked(self) -> None:
        caller = self._chance.choice([demo_rows.BLOCKED_CALLER, f"{demo_rows.BLOCKED_PREFIX}0123"])
        async with Phone(self._server, caller, keep_sound=False) as phone:
            call = await phone.call(demo_rows.MENU_RU, timeout=10)
            await call.wait_ended(20)

    # What callers do

    async def _leave_message(self, call: PhoneCall) -> None:
        """The documented way: 1, 1, 1, and a message after the tone."""
        for _ in range(3):
            await call.wait_heard(10)
            await self._pause(1.0, 4.0)
            await call.press("1")
        await self._say_and_go(call)

    async def _get_lost(self, call: PhoneCall) -> None:
        for digit in ("2", "*", "9", "1", "7")[: self._chance.randint(1, 5)]:
            await self._pause(1.5, 5.0)
            await call.press(digit)
        await self._pause(1.0, 6.0)

    async def _reach_office(self, call: PhoneCall) -> None:
        for digit in "12":
            await self._pause(1.5, 3.5)
            await call.press(digit)
        await self._talk(call)

    async def _ask_hours(self, call: PhoneCall) -> None:
        await self._pause(1.5, 3.5)
        await call.press("3")
        await call.wait_ended(20)

    async def _say_and_go(self, call: PhoneCall) -> None:
        await call.wait_prompt(20, pause=0.8)
        await call.say(self._words(4, 10))
        await self._pause(0.2, 1.0)

    async def _talk(self, call: PhoneCall) -> None:
        for _ in range(self._chance.randint(2, 4)):
            await call.say(self._words(2, 6))
            await self._pause(2.0, 5.0)

    async def _wait_in_line(self, call: PhoneCall) -> None:
        """Speak now and then until the operator hangs up, or give up after a while."""
        patience = asyncio.get_running_loop().time() + self._chance.uniform(40, 150)
        while asyncio.get_running_loop().time() < patience:
            await self._pause(4.0, 8.0)
            await call.say(self._words(2, 5))

    # Who answers

    async def _at_desk(self, number: str) -> None:
        """Somebody at the phone ``number``, who answers, talks, and now and then calls the colleague or a customer."""
        while True:
            try:
                async with Phone(
                    self._server, number, self._passwords[number], on_call=self._answer, keep_sound=False
                ) as phone:
                    await phone.register(expires=60)
                    while True:
                        await asyncio.sleep(self._chance.uniform(4, 8) * self._settings.demo_call_interval)
                        await self._call_out(phone, number)
            except _TROUBLE as exc:
                _log.debug("demo_phone_failed", number=number, error=str(exc))
            await asyncio.sleep(3)

    async def _on_duty(self, agent: dict[str, Any]) -> None:
        """An operator with a phone of the desk, ready for calls of the queues; now and then on a break."""
        while True:
            try:
                async with Phone(
                    self._server, agent["extension"], agent["phone_password"], on_call=self._answer, keep_sound=False
                ) as phone:
                    await phone.register(expires=60)
                    while True:
                        await self._take_status(agent, "ready")
                        await self._pause(240, 600)
                        await self._take_status(agent, "break")
                        await self._pause(20, 60)
            except (*_TROUBLE, aiohttp.ClientError) as exc:
                _log.debug("demo_phone_failed", number=agent["extension"], error=str(exc))
            await asyncio.sleep(3)

    async def _take_status(self, agent: dict[str, Any], status: str) -> None:
        """Sign in to the api as the operator and take a status."""
        base = f"{self._settings.http_url}/api/v1"
        body = {"login": agent["login"], "password": agent["password"]}
        wanted = {"status": status} | ({"reason_id": _BREAK} if status == "break" else {})
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20), raise_for_status=True) as session:
            async with session.post(f"{base}/auth/login", json=body) as answer:
                headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
            async with session.put(f"{base}/me/presence", json=wanted, headers=headers):
                return

    async def _call_out(self, phone: Phone, number: str) -> None:
        colleague = next(n for n in _AT_DESK if n != number)
        target = self._chance.choice([colleague, f"79165550{self._chance.randrange(1000):03}"])
        async with self._free:
            try:
                call = await phone.call(target, timeout=20)
                await self._talk(call)
                call.hang_up()
            except (CallFailed, CallEnded, TimeoutError) as exc:
                _log.debug("demo_call_failed", error=str(exc))

    async def _answer(self, call: PhoneCall) -> None:
        """Pick up after a moment (at once when asked to), talk in turns, hang up if the other one does not."""
        try:
            call.ring()
            if not asks_to_answer(call):
                await self._pause(1.0, 4.0)
            call.answer()
            for _ in range(self._chance.randint(2, 4)):
                await self._pause(2.0, 5.0)
                await call.say(self._words(2, 6))
            call.hang_up()
        except (CallEnded, TimeoutError):
            return

    async def _network(self) -> None:
        """The phone network behind the demo trunk: whoever the office calls, and clients of campaigns."""
        port = self._settings.port_base + demo_rows.NETWORK_PORT_OFFSET
        while True:
            try:
                async with Phone(self._server, "network", port=port, on_call=self._outside, keep_sound=False):
                    await asyncio.Event().wait()
            except OSError as exc:
                _log.warning("demo_network_failed", error=str(exc))
            await asyncio.sleep(3)

    async def _outside(self, call: PhoneCall) -> None:
        """A number of a campaign does what its digits say, any other one picks up."""
        await (self._answer(call) if kind_of(called(call)) is None else self._clients.take(call))

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._chance.uniform(least, most))

    def _words(self, least: float, most: float) -> bytes:
        """Some seconds of somebody speaking."""
        sound = self._chance.choice(self._speech)
        length = 2 * int(self._chance.uniform(least, most) * audio.RATE)
        start = 2 * self._chance.randrange(max(1, (len(sound) - length) // 2))
        return sound[start : start + length]


def _speech(settings: Settings) -> list[bytes]:
    """Voices of the core sounds; a tone where they are missing."""
    folders: list[Path] = [places.data(settings) / "sounds" / name for name in ("ru", "en", *places.LANGUAGES.values())]
    files = [folder / f"{name}.wav" for folder in folders for name in _SPEECH]
    return [audio.read_wav(file) for file in files if file.is_file()] or [audio.tone(440, 10)]
