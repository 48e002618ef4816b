"""Routes of operators' presence, breaks, shifts and working time."""

from typing import Any

from aiohttp import web

from api.presence.model import (
    BreakReasonData,
    Extend,
    OperatorsQuery,
    OperatorState,
    SetStatus,
    Shift,
    ShiftData,
    ShiftPatch,
    ShiftsQuery,
    Timesheet,
    TimesheetQuery,
)
from api.presence.service import PresenceService
from api.telephony.http import resource_routes
from api.telephony.resource import Resource
from api.telephony.service import TelephonyService
from api.web import sheets
from api.web.route import Page, Request, Route
from engine.agents.model import Presence
from engine.core.errors import Forbidden

SELF, READ, WRITE = "presence.self", "presence.read", "presence.write"
BREAK_REASONS = Resource(
    path="break-reasons",
    table="break_reasons",
    title="BreakReason",
    write=BreakReasonData,
    search=("name", "name_en"),
    read_right=f"{SELF}|{READ}",
    write_right=WRITE,
)


def routes(service: PresenceService, telephony: TelephonyService) -> list[Route]:
    return [
        *_operators(service),
        *_myself(service),
        *resource_routes(BREAK_REASONS, telephony),
        *_shifts(service),
        _timesheet(service),
    ]


def _operators(service: PresenceService) -> list[Route]:
    async def page(request: Request) -> Page[OperatorState]:
        return await service.operators(request.query)

    async def set_(request: Request) -> Presence:
        return await service.set(request.params["id"], request.body, request.user)

    return [
        Route(
            "GET",
            "/operators",
            page,
            "Operators by name and what they do now",
            tag="presence",
            right=READ,
            query=OperatorsQuery,
            response=Page[OperatorState],
        ),
        Route(
            "PUT",
            "/operators/{id}/presence",
            set_,
            "Give an operator a status; during a call it is kept for afterwards",
            tag="presence",
            right=WRITE,
            body=SetStatus,
            response=Presence,
            errors=(409,),
        ),
    ]


def _myself(service: PresenceService) -> list[Route]:
    async def get(request: Request) -> OperatorState:
        return await service.state(request.user.user_id)

    async def set_(request: Request) -> Presence:
        return await service.set(request.user.user_id, request.body, request.user)

    async def extend(request: Request) -> Presence:
        return await service.extend(request.user.user_id, request.body)

    async def active(request: Request) -> Presence:
        return await service.active(request.user.user_id)

    described: list[tuple[str, str, Any, str, Any, Any]] = [
        ("GET", "", get, "What I do now; 404: my user has no extension", None, OperatorState),
        ("PUT", "", set_, "Take a status; during a call it is kept for afterwards", SetStatus, Presence),
        ("POST", "/extend", extend, "More time for the wrap-up of now", Extend, Presence),
        ("POST", "/activity", active, "A sign of life: whoever was idle is back", None, Presence),
    ]
    return [
        Route(
            method,
            f"/me/presence{tail}",
            handler,
            summary,
            tag="presence",
            right=SELF,
            body=body,
            response=response,
            errors=(404, 422),
            asks=tail == "/activity",
        )
        for method, tail, handler, summary, body, response in described
    ]


def _shifts(service: PresenceService) -> list[Route]:
    async def page(request: Request) -> Page[Shift]:
        query: ShiftsQuery = request.query
        query.user_id = _whose(request, query.user_id, READ)
        return await service.shifts(query)

    async def get(request: Request) -> Shift:
        return await service.shift(request.params["id"])

    async def create(request: Request) -> Shift:
        return await service.create_shift(request.body)

    async def change(request: Request) -> Shift:
        return await service.change_shift(request.params["id"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete_shift(request.params["id"], request.expected_version)

    tag, one = "shifts", "/shifts/{id}"
    summary = "Shifts by their begin; without presence.read one's own"
    return [
        Route(
            "GET",
            "/shifts",
            page,
            summary,
            tag=tag,
            right=f"{SELF}|{READ}",
            query=ShiftsQuery,
            response=Page[Shift],
        ),
        Route("GET", one, get, "A shift", tag=tag, right=READ, response=Shift),
        Route(
            "POST",
            "/shifts",
            create,
            "Plan a shift; refused where the operator has one at that time",
            tag=tag,
            right=WRITE,
            body=ShiftData,
            response=Shift,
            status=201,
            errors=(409,),
        ),
        Route(
            "PATCH",
            one,
            change,
            "Change fields of a shift",
            tag=tag,
            right=WRITE,
            body=ShiftPatch,
            response=Shift,
            errors=(409,),
            versioned=True,
        ),
        Route("DELETE", one, delete, "Delete a shift", tag=tag, right=WRITE, status=204, errors=(409,), versioned=True),
    ]


def _timesheet(service: PresenceService) -> Route:
    async def timesheet(request: Request) -> Timesheet | web.Response:
        query: TimesheetQuery = request.query
        query.user_id = _whose(request, query.user_id, WRITE)
        if query.format == "json":
            return (await service.timesheet(query))[0]
        kind, data = await service.timesheet_file(query, request.language)
        return web.Response(body=data, headers=sheets.attachment(kind, f"timesheet-{query.from_}-{query.to}"))

    return Route(
        "GET",
        "/timesheet",
        timesheet,
        "Working time by day and operator; without presence.write one's own. Headings of files by Accept-Language",
        tag="working time",
        right=f"{SELF}|{WRITE}",
        query=TimesheetQuery,
        response=Timesheet,
        media=sheets.MEDIA,
    )


def _whose(request: Request, asked: Any, right: str) -> Any:
    """The user that is asked about: oneself, for who may not see everybody."""
    if request.user.may(right):
        return asked
    if asked is not None and asked != request.user.user_id:
        raise Forbidden("You may ask for your own only", right=right)
    return request.user.user_id
