"""Routes of letters that came in."""

from datetime import datetime
from uuid import UUID

from api.ticket_mail.model import Received, ReceivedQuery
from api.ticket_mail.store import LetterStore
from api.web import paging
from api.web.route import Page, Request, Route


def routes(store: LetterStore) -> list[Route]:
    async def page(request: Request) -> Page[Received]:
        query = request.query
        found = await store.page(query, paging.decode(query.cursor, tuple[datetime, UUID]))
        return paging.page(found, query.limit, lambda item: (item.received_at, item.id))

    return [
        Route(
            "GET",
            "/mails-received",
            page,
            "Letters that came into mailboxes, newest first, and what became of each",
            tag="mails",
            right="tickets.settings",
            query=ReceivedQuery,
            response=Page[Received],
        )
    ]
