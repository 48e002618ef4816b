"""A real server that takes webhooks as a customer's system would, and fails as those do."""

import asyncio
import time
from collections import Counter
from typing import Literal, NamedTuple

import msgspec
from aiohttp import web

from api.webhooks import signature

Mode = Literal["ok", "hang", "fail", "drop"]


class Took(NamedTuple):
    """An event that the receiver has kept."""

    id: str
    event: str
    key: str
    attempt: int


class Receiver:
    """``mode``: how it answers. ``took``: what it kept, in order; ``cut``: kept ones whose connection died before the
    answer was out; ``refuse``: keys that it does not want."""

    def __init__(self) -> None:
        self.mode: Mode = "ok"
        self.delay_s = 0.0
        self.cut_every = 0
        self.secret = ""
        self.port = 0
        self.requests = 0
        self.took: list[Took] = []
        self.cut: Counter[str] = Counter()
        self.forged: list[str] = []
        self.refuse: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; again on the same port."""
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _take(self, request: web.Request) -> web.Response:
        self.requests += 1
        if self.mode == "hang":
            await asyncio.sleep(3600)
        if self.mode == "fail":
            return web.Response(status=500, text="broken")
        body = await request.read()
        message = msgspec.json.decode(body)
        if not signature.fits(request.headers["PayLater-Signature"], self.secret, body, time.time()):
            self.forged.append(message["id"])
            return web.Response(status=401)
        if message["key"] in self.refuse:
            return web.Response(status=422, text="no such client")
        assert request.headers["PayLater-Event-Id"] == message["id"]
        attempt = int(request.headers["PayLater-Attempt"])
        self.took.append(Took(message["id"], message["event"], message["key"], attempt))
        if self.cut_every and len(self.took) % self.cut_every == 0 and request.transport is not None:
            self.cut[message["id"]] += 1
            request.transport.abort()
        await asyncio.sleep(self.delay_s)
        return web.Response(status=204)
