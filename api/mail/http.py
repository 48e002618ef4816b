"""Routes of letters."""

from api.mail.model import Mail, MailsQuery
from api.mail.service import MailService
from api.web.route import Page, Request, Route
from api.web.scope import eyes_of
from engine.core.errors import Forbidden


def routes(service: MailService) -> list[Route]:
    async def page(request: Request) -> Page[Mail]:
        if eyes_of(request.user) is not None:
            raise Forbidden("Letters to everybody are open to one's own staff alone", right="accounts.read")
        return await service.page(request.query)

    return [
        Route(
            "GET",
            "/mails",
            page,
            "Letters sent and waiting, newest first; their texts are not kept",
            tag="mails",
            right="accounts.read",
            query=MailsQuery,
            response=Page[Mail],
        )
    ]
