"""The edge: request id, log line, metrics, security headers, faults to problem documents."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import cache

import structlog
from aiohttp import web
from prometheus_client import Counter, Histogram

from api.web import problems
from api.web.router import REQUEST_ID, ROUTE
from engine.core import log

_log = log.get("api.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_READS = ("GET", "HEAD")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
REQUESTS = Counter("paylater_api_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "paylater_api_request_seconds",
    "Time to answer",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def edge(request: web.Request, handler: Next) -> web.StreamResponse:
    """Wraps every request; the only place where exceptions become answers."""
    started = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
    request[REQUEST_ID] = request_id
    structlog.contextvars.bind_contextvars(request_id=request_id)
    response = await _answer(request, handler, request_id)
    route = request.get(ROUTE)
    name = route.full_path if route else "other"
    elapsed = time.perf_counter() - started
    count, seconds = _meters(request.method if route else "other", name, response.status)
    count.inc()
    seconds.observe(elapsed)
    tell = _log.info if response.status >= 400 or request.method not in _READS else _log.debug
    tell("request", method=request.method, path=request.path, status=response.status, ms=round(elapsed * 1e3, 1))
    return response


@cache
def _meters(method: str, name: str, status: int) -> tuple[Counter, Histogram]:
    """The meters of one kind of answer; there are as many as routes and statuses."""
    return REQUESTS.labels(method, name, status), SECONDS.labels(method, name)


async def _answer(request: web.Request, handler: Next, request_id: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as exc:
        if exc.status < 400:
            raise
        return problems.of_http(exc, request_id)
    except ConnectionResetError:
        raise
    except Exception as exc:
        fault = problems.fault_of(exc)
        if fault is not exc and fault is not None:
            _log.warning("database_fault", code=fault.code, error=f"{type(exc).__name__}: {exc}"[:300])
        return problems.of_fault(fault, request_id) if fault else problems.internal(exc, request_id)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal on_response_prepare: headers that every answer carries. A page with a policy of its own may be framed."""
    framed = "Content-Security-Policy" in response.headers
    for name, value in _HEADERS.items():
        if not (framed and name == "X-Frame-Options"):
            response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "")
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
