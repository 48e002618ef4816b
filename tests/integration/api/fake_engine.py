"""The engine's control address as the api sees it: answers as engine/control does, and remembers what it was told."""

import base64
from typing import Any

import msgspec
from aiohttp import web


class FakeEngine:
    """``calls``: what is in progress; ``orders``: what came in."""

    def __init__(self, token: str) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.queues: dict[str, Any] = {"items": [], "waiting": []}
        voice = {"name": "rhvoice/anna", "label": "anna", "engine": "rhvoice", "language": "ru", "gender": "female"}
        self.speech: dict[str, Any] = {
            "engines": [],
            "voices": [voice | {"streaming": True, "rates": [8000, 16000], "licence": "GPL", "best": True}],
            "failures": {},
            "capacity": {"streams": 0, "free": 2, "total": 2, "lag_s": 0.0, "workers": [], "broken": {}},
            "spoken": {"files": 1, "bytes": 44, "waiting": 0, "hits": 2, "misses": 3},
        }
        self.campaigns: list[dict[str, Any]] = []
        self.previews: dict[str, dict[str, Any]] = {}
        self._token = token

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/live-calls", self._list)
        app.router.add_delete("/live-calls/{id}", self._hang_up)
        app.router.add_post("/originate", self._order)
        app.router.add_post("/prompts/{id}/record-by-phone", self._order)
        app.router.add_post("/trace", self._trace)
        app.router.add_get("/queues", self._queues)
        app.router.add_get("/dialer", self._dialer)
        app.router.add_get("/preview/{id}", self._preview)
        app.router.add_post("/preview/{id}", self._decide)
        app.router.add_get("/speech/picture", self._speech)
        app.router.add_post("/speech/say", self._say)
        for path in ("/calls/{id}/do", "/callbacks/{id}", "/presence/{id}", "/presence/{id}/extend"):
            app.router.add_post(path, self._unknown)
        return app

    def _guard(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise web.HTTPUnauthorized

    async def _list(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response({"items": list(self.calls.values())})

    async def _queues(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response(self.queues)

    async def _dialer(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response({"campaigns": self.campaigns, "previews": list(self.previews.values())})

    async def _preview(self, request: web.Request) -> web.Response:
        self._guard(request)
        found = self.previews.get(request.match_info["id"])
        if found is None:
            return web.json_response({"detail": "Nobody is shown"}, status=404)
        return web.json_response({"preview": found, "card": None})

    async def _decide(self, request: web.Request) -> web.Response:
        self._guard(request)
        body = msgspec.json.decode(await request.read())
        self.orders.append((request.path, body))
        shown = self.previews.pop(request.match_info["id"], None)
        if shown is None or shown["attempt_id"] != body["attempt_id"]:
            return web.json_response({"detail": "This client is not shown to you any more"}, status=404)
        return web.Response(status=204)

    async def _speech(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response(self.speech)

    async def _say(self, request: web.Request) -> web.Response:
        self._guard(request)
        body = msgspec.json.decode(await request.read())
        self.orders.append((request.path, body))
        if body["voice"] == "nobody":
            errors = [{"path": "body.voice", "message": "there is no voice nobody for ru"}]
            return web.json_response({"detail": "There is no voice nobody for ru", "errors": errors}, status=422)
        return web.json_response({"voice": "rhvoice/anna", "wav": base64.b64encode(b"RIFF").decode()})

    async def _unknown(self, request: web.Request) -> web.Response:
        """An order about a thing that this engine has not got."""
        self._guard(request)
        self.orders.append((request.path, msgspec.json.decode(await request.read())))
        return web.json_response({"code": "not_found", "detail": "There is no such thing"}, status=404)

    async def _hang_up(self, request: web.Request) -> web.Response:
        self._guard(request)
        found = self.calls.pop(request.match_info["id"], None)
        if found is None:
            return web.json_response({"detail": "There is no such live call"}, status=404)
        return web.Response(status=204)

    async def _order(self, request: web.Request) -> web.Response:
        self._guard(request)
        body = msgspec.json.decode(await request.read())
        self.orders.append((request.path, body))
        return web.json_response({"call_id": body["call_id"]}, status=202)

    async def _trace(self, request: web.Request) -> web.Response:
        self._guard(request)
        body = msgspec.json.decode(await request.read())
        step = {"kind": "hangup", "text": "the call ends", "data": {}}
        return web.json_response(
            {"caller": body["caller"], "called": body["called"], "at": body["at"], "steps": [step]}
        )
