"""The parts of links to other desks, joined."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from api.desk_link import http
from api.desk_link.incoming.applying import Files, Lookup
from api.desk_link.incoming.inbox import Inbox
from api.desk_link.incoming.store import InStore
from api.desk_link.model import LinkEnd
from api.desk_link.outgoing import courier
from api.desk_link.outgoing.courier import LinkCourier
from api.desk_link.outgoing.facts import LinkOut
from api.desk_link.outgoing.store import OutStore
from api.desk_link.service import DeskLinksService
from api.desk_link.store import SQL, LinkStore
from api.tickets.core import TicketCore
from api.web.route import Route
from api.web.scope import ScopedPool
from api.webhooks.outbox import Outbox
from api.webhooks.worker import Deliverer
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.seal import Seal

_INBOX_KEPT = 6
"""Times ``desk_link_keep_days``: an event that is sent again after months still counts once."""


class DeskLinkParts(NamedTuple):
    """``reactor`` hears of every event of a request; ``work`` runs while the api does, ``clean`` now and then."""

    reactor: LinkOut
    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(
    settings: Settings, pool: ScopedPool, core: TicketCore, files: Files, find_account: Lookup, clock: Clock
) -> DeskLinkParts:
    """All of it."""
    seal, out = Seal(settings), OutStore(pool.plain)
    outbox = Outbox(pool.plain, LinkEnd, SQL)
    deliverer = Deliverer(
        "desk_links", outbox, LinkCourier(out, seal, settings, clock), courier.pace(settings), settings, clock
    )
    service = DeskLinksService(LinkStore(pool), out, core, seal, settings, clock)
    inbox = Inbox(InStore(pool.plain), core, files, find_account, seal, settings, clock)

    async def forget() -> None:
        await out.forget_inbox(clock.now() - timedelta(days=_INBOX_KEPT * settings.desk_link_keep_days))

    return DeskLinkParts(
        LinkOut(out, core),
        http.routes(service, inbox, files),
        [deliverer.listen, deliverer.work],
        [deliverer.clean, forget],
    )
