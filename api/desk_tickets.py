"""The desk's own part of requests, joined: their routes, lists, words, and what stands beside them."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from api.ready_answers import http as answers_http
from api.ready_answers.service import ReadyAnswersService
from api.ready_answers.store import ReadyAnswerStore
from api.telephony.service import TelephonyService
from api.ticket_extras import http as extras_http
from api.ticket_extras.service import ExtrasService
from api.ticket_extras.store import ExtrasStore
from api.tickets import http as tickets_http
from api.tickets.core import TicketCore
from api.tickets.lists import TicketLists
from api.tickets.service import TicketsService
from api.tickets.store import TicketStore
from api.web.route import Route
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.tasks import every


class DeskTickets(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, core: TicketCore, rows: TelephonyService, clock: Clock) -> DeskTickets:
    """All of it; within a running loop. ``rows`` keeps configured things."""
    lists = TicketLists(pool.plain)
    tickets = TicketsService(TicketStore(pool), core, lists, clock)
    extras = ExtrasService(ExtrasStore(pool), tickets, core, settings, clock)
    answers = ReadyAnswersService(ReadyAnswerStore(pool))
    routes = [
        *tickets_http.routes(tickets),
        *extras_http.routes(extras),
        *answers_http.routes(answers, rows),
    ]

    async def terms() -> None:
        await every(settings.ticket_terms_s, lists.keep_terms)

    return DeskTickets(routes, [terms], [extras.clean])
