"""Routes of problems."""

from typing import Any
from uuid import UUID

from api.problems.model import Linked, Links, Notice, NoticeNew, Problem, ProblemNew, ProblemPatch, ProblemQuery
from api.problems.service import ProblemsService
from api.web.route import Page, Request, Route

WRITE = "tickets.write"
TAG = "problems"


def routes(service: ProblemsService) -> list[Route]:
    return [*_records(service), *_links(service), *_notices(service)]


def _records(service: ProblemsService) -> list[Route]:
    async def page(request: Request) -> Page[Problem]:
        return await service.page(request.query)

    async def create(request: Request) -> Problem:
        return await service.create(request.body, request.user)

    async def get(request: Request) -> Problem:
        return await service.get(request.params["id"])

    async def change(request: Request) -> Problem:
        return await service.change(request.params["id"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    many, one = "/problems", "/problems/{id}"
    same: dict[str, Any] = {"tag": TAG, "right": WRITE}
    made: dict[str, Any] = same | {"body": ProblemNew, "response": Problem, "status": 201, "errors": (409,)}
    changed: dict[str, Any] = same | {"body": ProblemPatch, "response": Problem, "errors": (409,), "versioned": True}
    return [
        Route("GET", many, page, "Problems, newest first", query=ProblemQuery, response=Page[Problem], **same),
        Route("POST", many, create, "Note a problem", **made),
        Route("GET", one, get, "One problem", response=Problem, **same),
        Route("PATCH", one, change, "Change a problem", **changed),
        Route(
            "DELETE", one, delete, "Delete a problem that no request is linked to", status=204, errors=(409,), **same
        ),
    ]


def _links(service: ProblemsService) -> list[Route]:
    async def link(request: Request) -> Linked:
        return await service.link(request.params["id"], request.body.ticket_ids, request.user)

    async def unlink(request: Request) -> None:
        await service.unlink(request.params["id"], request.params["ticket_id"], request.user)

    return [
        Route(
            "POST",
            "/problems/{id}/tickets",
            link,
            "Link requests to the problem that caused them",
            tag=TAG,
            right=WRITE,
            body=Links,
            response=Linked,
            errors=(409,),
        ),
        Route(
            "DELETE",
            "/problems/{id}/tickets/{ticket_id}",
            unlink,
            "Unlink a request",
            tag=TAG,
            right=WRITE,
            params={"id": UUID, "ticket_id": UUID},
            status=204,
            errors=(409,),
        ),
    ]


def _notices(service: ProblemsService) -> list[Route]:
    async def notices(request: Request) -> Page[Notice]:
        return await service.notices(request.params["id"])

    async def notify(request: Request) -> Notice:
        return await service.notify(request.params["id"], request.body, request.user)

    async def send(request: Request) -> Notice:
        return await service.send(request.params["id"], request.params["notice_id"])

    async def solve(request: Request) -> Notice:
        return await service.solve(request.params["id"], request.body, request.user)

    path = "/problems/{id}/notices"
    same: dict[str, Any] = {"tag": TAG, "right": WRITE, "response": Notice}
    said: dict[str, Any] = same | {"body": NoticeNew, "errors": (409,)}
    both = {"id": UUID, "notice_id": UUID}
    return [
        Route("GET", path, notices, "What was told of a problem", **(same | {"response": Page[Notice]})),
        Route("POST", path, notify, "Tell everybody affected: a public word in each open request", status=201, **said),
        Route(
            "POST",
            path + "/{notice_id}/send",
            send,
            "Tell a notice in requests that were linked later, or that it could not be told in",
            params=both,
            errors=(409,),
            **same,
        ),
        Route(
            "POST", "/problems/{id}/solve", solve, "The problem is fixed: solve its open requests with a word", **said
        ),
    ]
