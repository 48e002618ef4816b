"""Operators of a preview campaign: each client who is shown is called after a moment's reading."""

import asyncio
import contextlib
import random
from types import TracebackType
from typing import TYPE_CHECKING

import aiohttp

from tools.soaks.campaigns.laying import PASSWORD, Team

if TYPE_CHECKING:
    from tools.stack.stand import Api, Stack

READING_S = (0.2, 1.0)
LOOK_S = 1.0
_TROUBLE = (AssertionError, aiohttp.ClientError, OSError, TimeoutError)


class Previewing:
    """``async with Previewing(stack, team) as desks``; ``started`` counts the clients whom operators chose to call."""

    def __init__(self, stack: "Stack", team: Team, *, seed: int = 1) -> None:
        self._stack = stack
        self._team = team
        self._chance = random.Random(seed)
        self._tasks: list[asyncio.Task[None]] = []
        self.started = 0

    async def __aenter__(self) -> "Previewing":
        for n in range(len(self._team.users)):
            self._tasks.append(asyncio.create_task(self._desk(f"campaign{n}")))
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _tb: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _desk(self, login: str) -> None:
        """One operator, who looks at the desk every second; whatever fails is tried again."""
        while True:
            with contextlib.suppress(*_TROUBLE):
                async with self._stack.api(login, PASSWORD) as api:
                    while True:
                        await self._look(api)
                        await asyncio.sleep(LOOK_S)
            await asyncio.sleep(LOOK_S)

    async def _look(self, api: "Api") -> None:
        shown = (await api.get("/me/preview"))["preview"]
        if shown is None:
            return
        await asyncio.sleep(self._chance.uniform(*READING_S))
        status, _ = await api.request("POST", f"/me/preview/{shown['attempt_id']}/start")
        self.started += 200 <= status < 300
