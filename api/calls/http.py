"""Routes of calls."""

from api.calls import conduct
from api.calls.model import CallbackRequest, CallbacksQuery, LiveCall
from api.calls.service import CallsService
from api.web.route import Page, Request, Route

READ, CONTROL = "calls.read", "calls.control"


def routes(service: CallsService) -> list[Route]:
    return [*_callbacks(service), *_live(service), *conduct.routes(service)]


def _callbacks(service: CallsService) -> list[Route]:
    async def callbacks(request: Request) -> Page[CallbackRequest]:
        query = request.query
        return await service.callbacks(query.limit, query.cursor, query.open)

    return [
        Route(
            "GET",
            "/callback-requests",
            callbacks,
            "Callers who asked to be called back",
            tag="calls",
            right=READ,
            query=CallbacksQuery,
            response=Page[CallbackRequest],
        )
    ]


def _live(service: CallsService) -> list[Route]:
    async def live(request: Request) -> Page[LiveCall]:
        return await service.live(request.user)

    async def hang_up(request: Request) -> None:
        await service.hang_up(request.params["id"], request.user)

    return [
        Route(
            "GET",
            "/live-calls",
            live,
            "Calls in progress, oldest first",
            tag="live calls",
            right=READ,
            response=Page[LiveCall],
        ),
        Route(
            "DELETE",
            "/live-calls/{id}",
            hang_up,
            "End a call in progress",
            tag="live calls",
            right=CONTROL,
            status=204,
            errors=(409,),
        ),
    ]
