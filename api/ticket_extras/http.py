"""Routes of what stands beside a request; all are for staff alone."""

from functools import partial
from typing import Any
from uuid import UUID

from api.ticket_extras.model import (
    Check,
    CheckData,
    CheckPatch,
    Viewer,
    ViewingData,
    Watcher,
    WatcherData,
    Work,
    WorkData,
)
from api.ticket_extras.service import ExtrasService
from api.web.route import Page, Request, Route

_route: Any = partial(Route, tag="tickets", right="tickets.write")
_ONE = "/tickets/{id}"


def routes(service: ExtrasService) -> list[Route]:
    return [*_watchers(service), *_checks(service), *_work(service), *_viewing(service)]


def _watchers(service: ExtrasService) -> list[Route]:
    path, one = _ONE + "/watchers", _ONE + "/watchers/{watcher_id}"
    params = {"id": UUID, "watcher_id": UUID}

    async def watchers(request: Request) -> Page[Watcher]:
        return Page(await service.watchers(request.params["id"]))

    async def watch(request: Request) -> Page[Watcher]:
        return Page(await service.watch(request.params["id"], request.body))

    async def unwatch(request: Request) -> None:
        await service.unwatch(request.params["id"], request.params["watcher_id"])

    return [
        _route("GET", path, watchers, "Who is told of everything in it", response=Page[Watcher]),
        _route(
            "POST",
            path,
            watch,
            "Let a colleague, a person of the client or an address watch it; gives all watchers",
            body=WatcherData,
            response=Page[Watcher],
            errors=(409,),
        ),
        _route("DELETE", one, unwatch, "It watches no more", params=params, status=204),
    ]


def _checks(service: ExtrasService) -> list[Route]:
    path, one = _ONE + "/checks", _ONE + "/checks/{check_id}"
    params = {"id": UUID, "check_id": UUID}

    async def checks(request: Request) -> Page[Check]:
        return Page(await service.checks(request.params["id"]))

    async def add(request: Request) -> Check:
        return await service.add_check(request.params["id"], request.body)

    async def change(request: Request) -> Check:
        return await service.change_check(request.user, request.params["id"], request.params["check_id"], request.body)

    async def drop(request: Request) -> None:
        await service.drop_check(request.params["id"], request.params["check_id"])

    return [
        _route("GET", path, checks, "Its checklist", response=Page[Check]),
        _route("POST", path, add, "Add a step", body=CheckData, response=Check, status=201, errors=(409,)),
        _route(
            "PATCH",
            one,
            change,
            "Check a step off, word or place it anew",
            params=params,
            body=CheckPatch,
            response=Check,
        ),
        _route("DELETE", one, drop, "Take a step away", params=params, status=204),
    ]


def _work(service: ExtrasService) -> list[Route]:
    path = _ONE + "/work"

    async def work(request: Request) -> Page[Work]:
        return Page(await service.work(request.params["id"]))

    async def add(request: Request) -> Work:
        return await service.add_work(request.user, request.params["id"], request.body)

    return [
        _route("GET", path, work, "Time that was spent on it", response=Page[Work]),
        _route(
            "POST", path, add, "Note time spent", body=WorkData, response=Work, status=201, errors=(409,), noted=True
        ),
    ]


def _viewing(service: ExtrasService) -> list[Route]:
    path = _ONE + "/viewing"

    async def viewers(request: Request) -> Page[Viewer]:
        return Page(await service.viewers(request.user, request.params["id"]))

    async def view(request: Request) -> Page[Viewer]:
        return Page(await service.view(request.user, request.params["id"], writing=request.body.writing))

    async def leave(request: Request) -> None:
        await service.leave(request.user, request.params["id"])

    return [
        _route("GET", path, viewers, "Others who have it open just now", response=Page[Viewer]),
        _route(
            "POST",
            path,
            view,
            "Tell others that it is open here, and whether an answer is being written; again every so often",
            body=ViewingData,
            response=Page[Viewer],
            asks=True,
        ),
        _route("DELETE", path, leave, "It is open here no more", status=204, asks=True),
    ]
