"""Routes on aiohttp: reads and checks what comes in, asks for the right, writes what goes out."""

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from api.web import limits, locate, problems, scope
from api.web.limits import Buckets, Proxies
from api.web.problems import Malformed, UnsupportedMedia
from api.web.route import ADDRESS, CHANGES, Identity, Request, Route
from api.web.scope import Actor
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.errors import Forbidden, TooMany

_log = log.get("api.router")
_VERSION = re.compile(r'"[0-9]{1,9}"')
ROUTE = web.RequestKey("route", Route)
REQUEST_ID = web.RequestKey("request_id", str)
Authenticate = Callable[[web.Request], Awaitable[Identity]]


class Edge(NamedTuple):
    """What stands before every handler."""

    authenticate: Authenticate
    buckets: Buckets
    proxies: Proxies
    note: Callable[[Actor, Route, Request], Awaitable[None]]
    """Notes a change that no table tells of in the log of changes."""


class Router:
    """Binds declared routes to an aiohttp application."""

    def __init__(self, routes: Iterable[Route], edge: Edge, clock: Clock) -> None:
        self.routes = list(routes)
        self._edge = edge
        self._clock = clock

    def add_to(self, app: web.Application) -> None:
        for route in self.routes:
            app.router.add_route(route.method, route.full_path, self._bind(route))
        for path in {route.full_path for route in self.routes if not route.param_names}:
            app.router.add_route("*", path, self._refuse(path))

    def _refuse(self, path: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Answers methods that a fixed path has not, so that a path with a parameter beside it does not take them."""
        allowed = {route.method for route in self.routes if route.full_path == path}

        async def refuse(raw: web.Request) -> web.StreamResponse:
            raise web.HTTPMethodNotAllowed(raw.method, allowed)

        return refuse

    def _bind(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        decoder = msgspec.json.Decoder(route.body) if route.body else None

        async def handle(raw: web.Request) -> web.StreamResponse:
            raw[ROUTE] = route
            # Requests of one connection share a task; nothing of the one before may stay.
            scope.enter(None, None)
            try:
                identity = await self._admit(raw, route)
                params, query, version = _params(raw, route), _query(raw, route), _version(raw, route)
                request = Request(raw, params, query, await _body(raw, decoder), identity, version)
                return await self._serve(route, request)
            except Exception as exc:
                fault = problems.fault_of(exc)
                if fault is not None and fault.status not in route.statuses:
                    _log.error("undocumented_answer", path=route.path, status=fault.status, code=fault.code)
                    return problems.internal(exc, raw[REQUEST_ID])
                raise

        return handle

    async def _admit(self, raw: web.Request, route: Route) -> Identity | None:
        address = self._edge.proxies.client(raw.remote or "", raw.headers.get("X-Forwarded-For", ""))
        raw[ADDRESS] = address
        if route.right is None:
            wait = self._edge.buckets.take(route.limit, address, self._clock.monotonic())
            if wait > 0:
                raise TooMany("Too many requests from your address; wait", retry_after=limits.seconds(wait))
            return None
        identity = await self._edge.authenticate(raw)
        if not identity.may(route.right):
            raise Forbidden("Your role does not give this right", right=route.right)
        return identity

    async def _serve(self, route: Route, request: Request) -> web.StreamResponse:
        """Call the handler with the eyes of who asks; what it changes is noted under the request's name."""
        identity, actor = request.identity, None
        if route.method in CHANGES and not route.asks:
            actor = Actor(
                operation=ids.new_id(self._clock.now()),
                request=f"{route.method} {route.path}",
                address=request.address,
                user_id=identity.user_id if identity else None,
                login=identity.login if identity else "",
            )
        scope.enter(identity, actor)
        response = respond(route, await route.handler(request))
        if actor is not None and identity is not None and response.status < 400 and not route.noted:
            await self._edge.note(actor, route, request)
        return response


def respond(route: Route, value: Any) -> web.StreamResponse:
    """The handler's value as the route's documented answer."""
    if isinstance(value, web.StreamResponse):
        return value
    if route.response is None:
        return web.Response(status=route.status)
    response = web.Response(
        status=route.status, body=msgspec.json.encode(value), content_type="application/json", charset="utf-8"
    )
    version = getattr(value, "version", None)
    if isinstance(version, int):
        response.headers["ETag"] = f'"{version}"'
    return response


def _version(raw: web.Request, route: Route) -> int | None:
    text = raw.headers.get("If-Match") if route.versioned else None
    if text is None:
        return None
    if not _VERSION.fullmatch(text):
        raise problems.invalid("header.If-Match", 'Send the version in quotes, as ETag gives it: "3"')
    return int(text.strip('"'))


def _params(raw: web.Request, route: Route) -> dict[str, Any]:
    values = {}
    for name in route.param_names:
        try:
            values[name] = msgspec.convert(raw.match_info[name], route.params.get(name, str), strict=False)
        except msgspec.ValidationError as exc:
            raise problems.invalid(f"path.{name}", exc) from None
    return values


def _query(raw: web.Request, route: Route) -> Any:
    if route.query is None:
        return None
    values: dict[str, str] = {}
    for name, value in raw.query.items():
        if name in values:
            raise problems.invalid(f"query.{name}", "Given twice")
        values[name] = value
    try:
        query = msgspec.convert(values, route.query, strict=False)
    except msgspec.ValidationError as exc:
        raise problems.invalid("query", exc) from None
    for field in msgspec.structs.fields(route.query):
        value, text = getattr(query, field.name), values.get(field.encode_name, "")
        if text and value is None:
            raise problems.invalid(f"query.{field.encode_name}", "Leave it out to say nothing")
        if isinstance(value, datetime) and "T" not in text.upper():
            raise problems.invalid(f"query.{field.encode_name}", "Send a time as RFC 3339: 2026-01-31T12:00:00Z")
    return query


async def _body(raw: web.Request, decoder: msgspec.json.Decoder[Any] | None) -> Any:
    if decoder is None:
        return None
    if raw.content_type != "application/json":
        raise UnsupportedMedia("Send JSON, with Content-Type: application/json")
    data = await raw.read()
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as exc:
        raise problems.invalid("body", locate.complaint(data, decoder, exc)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as exc:
        raise Malformed(f"The body is not JSON: {exc}"[:200]) from None
