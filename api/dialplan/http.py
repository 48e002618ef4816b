"""Routes of dialplan versions and of the dry run."""

from datetime import UTC, datetime

import msgspec

from api.control.client import EngineClient
from api.dialplan.model import (
    Checked,
    CheckRequest,
    Difference,
    InForce,
    NewVersion,
    TraceRequest,
    Version,
    VersionId,
    VersionListed,
    VersionsQuery,
)
from api.dialplan.service import DialplanService
from api.web.route import Page, Request, Route
from engine.ivr.trace import Trace

READ, WRITE = "dialplan.read", "dialplan.write"
_BY_ID = {"id": VersionId}
_ONE = "/dialplan/versions/{id}"


def routes(service: DialplanService, engine: EngineClient) -> list[Route]:
    return [*_read_routes(service), *_write_routes(service), _trace_route(engine)]


def _read_routes(service: DialplanService) -> list[Route]:
    async def page(request: Request) -> Page[VersionListed]:
        return await service.page(request.query.limit, request.query.cursor)

    async def get(request: Request) -> Version:
        return await service.get(request.params["id"])

    async def diff(request: Request) -> Difference:
        return Difference(diff=await service.diff(request.params["id"]))

    async def active(_request: Request) -> InForce:
        return InForce(version=await service.active())

    async def check(request: Request) -> Checked:
        return service.check(request.body.templates)

    return [
        Route(
            "GET",
            "/dialplan/versions",
            page,
            "Versions of the dialplan, newest first",
            tag="dialplan",
            right=READ,
            query=VersionsQuery,
            response=Page[VersionListed],
        ),
        Route(
            "GET",
            _ONE,
            get,
            "A version with its templates",
            tag="dialplan",
            right=READ,
            params=_BY_ID,
            response=Version,
        ),
        Route(
            "GET",
            _ONE + "/diff",
            diff,
            "What activating a version would change in extensions.conf",
            tag="dialplan",
            right=READ,
            params=_BY_ID,
            response=Difference,
        ),
        Route("GET", "/dialplan/active", active, "What is in force", tag="dialplan", right=READ, response=InForce),
        Route(
            "POST",
            "/dialplan/check",
            check,
            "Check templates without saving them",
            tag="dialplan",
            right=READ,
            body=CheckRequest,
            asks=True,
            response=Checked,
        ),
    ]


def _write_routes(service: DialplanService) -> list[Route]:
    async def new(request: Request) -> Version:
        return await service.new(request.body.templates, request.user.login, request.body.comment)

    async def activate(request: Request) -> VersionListed:
        return await service.activate(request.params["id"])

    async def rollback(_request: Request) -> InForce:
        return InForce(version=await service.rollback())

    return [
        Route(
            "POST",
            "/dialplan/versions",
            new,
            "Check and save a version; it is not in force yet",
            tag="dialplan",
            right=WRITE,
            body=NewVersion,
            response=Version,
            status=201,
        ),
        Route(
            "POST",
            _ONE + "/activate",
            activate,
            "Put a version in force; the one before is kept",
            tag="dialplan",
            right=WRITE,
            params=_BY_ID,
            response=VersionListed,
        ),
        Route(
            "POST",
            "/dialplan/rollback",
            rollback,
            "Put back what was in force before",
            tag="dialplan",
            right=WRITE,
            response=InForce,
            errors=(409,),
        ),
    ]


def _trace_route(engine: EngineClient) -> Route:
    async def trace(request: Request) -> Trace:
        body = msgspec.to_builtins(request.body)
        body["at"] = request.body.at or datetime.now(UTC)
        return msgspec.convert(await engine.trace(body), Trace)

    return Route(
        "POST",
        "/trace",
        trace,
        "What would happen to a call, told by the code that serves calls",
        tag="dialplan",
        right="telephony.read",
        body=TraceRequest,
        asks=True,
        response=Trace,
        errors=(404, 409),
    )
