"""Routes of missed calls."""

from api.missed.model import CalledBack, Digest, DigestState, MissedCall, MissedQuery
from api.missed.service import MissedService
from api.web.route import Page, Request, Route

READ = "missed.read"
CALL = "calls.own|calls.control"
CLOSE = "callbacks.write|calls.control"


def routes(service: MissedService) -> list[Route]:
    return [*_list(service), *_digest(service)]


def _list(service: MissedService) -> list[Route]:
    async def page(request: Request) -> Page[MissedCall]:
        return await service.page(request.user, request.query)

    async def call_back(request: Request) -> CalledBack:
        return CalledBack(await service.call_back(request.user, request.params["id"]))

    async def dismiss(request: Request) -> None:
        await service.dismiss(request.user, request.params["id"])

    return [
        Route(
            "GET",
            "/missed-calls",
            page,
            "Inbound calls that nobody took, newest first: those that concern oneself, or all",
            tag="missed calls",
            right=READ,
            query=MissedQuery,
            response=Page[MissedCall],
        ),
        Route(
            "POST",
            "/missed-calls/{id}/call-back",
            call_back,
            "Call the number from one's own phone; its missed calls are in work meanwhile",
            tag="missed calls",
            right=CALL,
            response=CalledBack,
            status=202,
            errors=(409,),
        ),
        Route(
            "DELETE",
            "/missed-calls/{id}",
            dismiss,
            "Drop a missed call from the list: nothing is to be done about it",
            tag="missed calls",
            right=CLOSE,
            status=204,
        ),
    ]


def _digest(service: MissedService) -> list[Route]:
    async def get(request: Request) -> DigestState:
        return DigestState(await service.digest(request.user))

    async def put(request: Request) -> DigestState:
        await service.set_digest(request.user, request.body.every_minutes)
        return DigestState(request.body.every_minutes)

    async def drop(request: Request) -> None:
        await service.set_digest(request.user, None)

    path, tag = "/me/missed-digest", "missed calls"
    return [
        Route("GET", path, get, "How often one is told by e-mail", tag=tag, right=READ, response=DigestState),
        Route("PUT", path, put, "Be told by e-mail", tag=tag, right=CLOSE, body=Digest, response=DigestState),
        Route("DELETE", path, drop, "No e-mail about missed calls", tag=tag, right=CLOSE, status=204),
    ]
