"""Routes of mailboxes."""

from api.mailboxes.model import MAILBOXES, Trial
from api.mailboxes.service import MailboxesService
from api.telephony.http import resource_routes
from api.web.route import Request, Route


def routes(service: MailboxesService) -> list[Route]:
    async def test(request: Request) -> Trial:
        return await service.test(request.params["id"])

    return [
        *resource_routes(MAILBOXES, service),
        Route(
            "POST",
            "/mailboxes/{id}/test",
            test,
            "Look into a mailbox as it is configured, and tell how that went",
            tag="mailboxes",
            right="tickets.settings",
            response=Trial,
            asks=True,
        ),
    ]
