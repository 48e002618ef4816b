"""The engine's internal address: commands of the api come in here. Guarded by the control token."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from engine.agents.service import Presences
from engine.agents.statuses import Status, Why
from engine.callbacks.service import Callbacks
from engine.calls.commands import Order
from engine.calls.conductor import Conductor
from engine.calls.registry import CallRegistry
from engine.calls.view import live_call
from engine.core import log
from engine.core.errors import InvalidInput, NotFound, PayLaterError, Unauthorized
from engine.dialer.service import Dialer
from engine.queues.service import Queues
from engine.routing.model import Digits, ExtensionNumber
from engine.speech.desk import Say, SpeechDesk

_log = log.get("control")
T = TypeVar("T", bound=msgspec.Struct)
PUBLIC = ("/health/live", "/health/ready", "/metrics")


class Originate(msgspec.Struct, forbid_unknown_fields=True):
    """Click-to-call: ring ``from_extension``, then reach ``to``."""

    call_id: UUID
    from_extension: ExtensionNumber
    to: str
    caller_id: Digits | None = None


class RecordByPhone(msgspec.Struct, forbid_unknown_fields=True):
    """Ring ``extension`` to record a prompt."""

    call_id: UUID
    extension: ExtensionNumber


class Trace(msgspec.Struct, forbid_unknown_fields=True):
    """A dry run: see ``engine.ivr.trace``."""

    caller: str
    called: str
    at: datetime
    digits: str = ""
    internal_from: str | None = None
    say: tuple[str, ...] = ()


class SetPresence(msgspec.Struct, forbid_unknown_fields=True):
    """A status that a person takes or is given; ``by`` names who asked. ``activity``: only a sign of life."""

    status: Status | None = None
    reason_id: UUID | None = None
    why: Why = Why.ASKED
    by: str = ""
    activity: bool = False


class ExtendWrapUp(msgspec.Struct, forbid_unknown_fields=True):
    """More seconds for a wrap-up."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)]


class ChangeCallback(msgspec.Struct, forbid_unknown_fields=True):
    """Change an open call-back, or ``end`` it: somebody did it (``done``), nobody will (``cancelled``)."""

    end: Literal["done", "cancelled"] | None = None
    note: str | None = None
    priority: int | None = None
    next_at: datetime | None = None
    by: UUID | None = None


class PreviewAction(msgspec.Struct, forbid_unknown_fields=True):
    """What an operator does with the client shown; ``next``: the wrap-up is over, another one please."""

    do: Literal["start", "skip", "next"]
    attempt_id: UUID | None = None


@dataclass(frozen=True)
class Commands:
    """What the control address can do; the composition root gives the functions."""

    originate: Callable[[Originate], None]
    record_prompt: Callable[[UUID, RecordByPhone], None]
    trace: Callable[[Trace], Awaitable[Any]]
    asterisk: Callable[[], Awaitable[dict[str, Any]]]
    not_ready: Callable[[], list[str]]
    presences: Presences
    conductor: Conductor
    queues: Queues
    callbacks: Callbacks
    speech: Callable[[], Any]
    desk: SpeechDesk
    dialer: Dialer


class Control:
    """The HTTP application."""

    def __init__(self, registry: CallRegistry, commands: Commands, token: str) -> None:
        self._registry = registry
        self._commands = commands
        self._token = token

    def application(self) -> web.Application:
        """Routes of the address."""
        app = web.Application(middlewares=[self._guard], client_max_size=65_536)
        app.router.add_get("/health/live", self._live)
        app.router.add_get("/health/ready", self._ready)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/live-calls", self._list)
        app.router.add_delete("/live-calls/{id}", self._hang_up)
        app.router.add_post("/calls/{id}/do", self._do)
        app.router.add_post("/originate", self._originate)
        app.router.add_post("/prompts/{id}/record-by-phone", self._record)
        app.router.add_post("/trace", self._trace)
        app.router.add_get("/asterisk", self._asterisk)
        app.router.add_get("/presence", self._presences)
        app.router.add_post("/presence/{id}", self._set_presence)
        app.router.add_post("/presence/{id}/extend", self._extend)
        app.router.add_get("/queues", self._queues)
        app.router.add_post("/callbacks/{id}", self._callback)
        app.router.add_get("/dialer", self._dialer)
        app.router.add_get("/preview/{id}", self._preview)
        app.router.add_post("/preview/{id}", self._preview_action)
        app.router.add_get("/speech/picture", self._speech_picture)
        app.router.add_post("/speech/say", self._say)
        app.router.add_get("/speech", self._speech)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            if request.path not in PUBLIC:
                given = request.headers.get("Authorization", "")
                if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                    raise Unauthorized("The control token is missing or wrong")
            return await handler(request)
        except PayLaterError as exc:
            return _json(
                {"type": f"/problems/{exc.code}", "title": exc.code, "status": exc.status, "detail": exc.detail}
                | exc.fields,
                exc.status,
            )

    async def _live(self, _request: web.Request) -> web.Response:
        return _json({"status": "live"})

    async def _ready(self, _request: web.Request) -> web.Response:
        missing = self._commands.not_ready()
        return _json({"status": "ready" if not missing else "not ready", "missing": missing}, 503 if missing else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _list(self, _request: web.Request) -> web.Response:
        return _json({"items": [live_call(line.call) for line in self._registry.lines.values()]})

    async def _hang_up(self, request: web.Request) -> web.Response:
        line = self._registry.lines.get(_uuid(request.match_info["id"]))
        if line is None:
            raise NotFound("There is no such live call")
        line.end()
        return web.Response(status=204)

    async def _do(self, request: web.Request) -> web.Response:
        order = await _read(request, Order)
        return _json(await self._commands.conductor.do(_uuid(request.match_info["id"]), order.command, order.by))

    async def _originate(self, request: web.Request) -> web.Response:
        wanted = await _read(request, Originate)
        self._commands.originate(wanted)
        return _json({"call_id": wanted.call_id}, 202)

    async def _record(self, request: web.Request) -> web.Response:
        wanted = await _read(request, RecordByPhone)
        self._commands.record_prompt(_uuid(request.match_info["id"]), wanted)
        return _json({"call_id": wanted.call_id}, 202)

    async def _trace(self, request: web.Request) -> web.Response:
        return _json(await self._commands.trace(await _read(request, Trace)))

    async def _asterisk(self, _request: web.Request) -> web.Response:
        return _json(await self._commands.asterisk())

    async def _presences(self, _request: web.Request) -> web.Response:
        presences = self._commands.presences
        return _json({"items": [presences.get(user_id) for user_id in presences.operators]})

    async def _set_presence(self, request: web.Request) -> web.Response:
        wanted, user_id = await _read(request, SetPresence), _uuid(request.match_info["id"])
        presences = self._commands.presences
        if wanted.status is None or wanted.activity:
            return _json(presences.active(user_id))
        return _json(
            presences.set_status(user_id, wanted.status, reason_id=wanted.reason_id, why=wanted.why, by=wanted.by)
        )

    async def _queues(self, _request: web.Request) -> web.Response:
        queues = self._commands.queues
        pictures = [queues.board.picture(queue) for queue in queues.distributor.queues.values()]
        return _json({"items": pictures, "waiting": queues.waiting()})

    async def _callback(self, request: web.Request) -> web.Response:
        wanted, callback_id = await _read(request, ChangeCallback), _uuid(request.match_info["id"])
        if wanted.end is not None:
            done = wanted.end == "done"
            self._commands.callbacks.cancel(callback_id, done=done, by=wanted.by, note=wanted.note)
        else:
            self._commands.callbacks.change(
                callback_id, note=wanted.note, priority=wanted.priority, next_at=wanted.next_at
            )
        return web.Response(status=204)

    async def _dialer(self, _request: web.Request) -> web.Response:
        return _json(self._commands.dialer.picture())

    async def _preview(self, request: web.Request) -> web.Response:
        return _json(self._commands.dialer.shown_to(_uuid(request.match_info["id"])))

    async def _preview_action(self, request: web.Request) -> web.Response:
        wanted = await _read(request, PreviewAction)
        self._commands.dialer.preview(_uuid(request.match_info["id"]), wanted.do, wanted.attempt_id)
        return web.Response(status=204)

    async def _speech(self, _request: web.Request) -> web.Response:
        return _json(self._commands.speech())

    async def _speech_picture(self, _request: web.Request) -> web.Response:
        return _json(await self._commands.desk.picture())

    async def _say(self, request: web.Request) -> web.Response:
        return _json(await self._commands.desk.say(await _read(request, Say)))

    async def _extend(self, request: web.Request) -> web.Response:
        wanted = await _read(request, ExtendWrapUp)
        return _json(self._commands.presences.extend_wrap_up(_uuid(request.match_info["id"]), wanted.seconds))


async def _read(request: web.Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise InvalidInput(str(exc)) from exc


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotFound("There is no such thing") from exc


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
