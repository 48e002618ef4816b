"""Routes of sessions."""

from api.sessions.model import Session, SessionsQuery
from api.sessions.service import SessionsService
from api.web.paging import PageQuery
from api.web.route import Page, Request, Route

_OWN = "/me/sessions"


def routes(service: SessionsService) -> list[Route]:
    async def own(request: Request) -> Page[Session]:
        query = SessionsQuery(limit=request.query.limit, cursor=request.query.cursor)
        return await service.page(request.user, query, own=True)

    async def end_own(request: Request) -> None:
        await service.end_own(request.user, request.params["id"])

    async def end_others(request: Request) -> None:
        await service.end_others(request.user)

    async def page(request: Request) -> Page[Session]:
        return await service.page(request.user, request.query, own=False)

    async def end(request: Request) -> None:
        await service.end(request.user, request.params["id"])

    return [
        Route("GET", _OWN, own, "One's open sessions", tag="me", right="", query=PageQuery, response=Page[Session]),
        Route("DELETE", _OWN + "/{id}", end_own, "End one of one's sessions", tag="me", right="", status=204),
        Route("DELETE", _OWN, end_others, "End one's sessions but this", tag="me", right="", status=204),
        Route(
            "GET",
            "/sessions",
            page,
            "Everybody's open sessions",
            tag="sessions",
            right="accounts.read",
            query=SessionsQuery,
            response=Page[Session],
        ),
        Route(
            "DELETE",
            "/sessions/{id}",
            end,
            "End somebody's session",
            tag="sessions",
            right="accounts.write",
            status=204,
        ),
    ]
