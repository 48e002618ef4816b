"""Routes of letters."""

from api.mail.model import Mail, MailsQuery
from api.mail.service import MailService
from api.web.route import Page, Request, Route


def routes(service: MailService) -> list[Route]:
    async def page(request: Request) -> Page[Mail]:
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
