"""Links: made, tried out, their state looked at, requests sent by hand, deliveries sent again."""

import secrets
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.desk_link import mapping, presets
from api.desk_link.mapping import LinkSettings
from api.desk_link.model import (
    DeliveriesQuery,
    DeskLinkNew,
    DeskLinkWrite,
    InboundSecret,
    LinkDelivery,
    LinkEnd,
    LinkReceived,
    LinkState,
    ReceivedQuery,
    Resent,
    TicketLink,
    TicketLinks,
)
from api.desk_link.outgoing.courier import LinkCourier
from api.desk_link.outgoing.facts import LinkOut
from api.desk_link.outgoing.store import OutStore
from api.desk_link.store import DESK_LINKS, LinkStore
from api.telephony.service import TelephonyService
from api.tickets.core import NO_TICKET, TicketCore
from api.web import paging
from api.web.problems import invalid
from api.web.route import Page
from api.webhooks.model import Trial
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.core.seal import Seal

NO_LINK = "There is no such DeskLink"


class DeskLinksService(TelephonyService):
    """``TelephonyService`` of links: secrets are sealed, addresses and mappings looked at."""

    def __init__(
        self, store: LinkStore, out: OutStore, core: TicketCore, seal: Seal, settings: Settings, clock: Clock
    ) -> None:
        super().__init__(store, settings, clock)
        self._links = store
        self._out = out
        self._core = core
        self._seal = seal

    async def add(self, value: DeskLinkWrite) -> InboundSecret:
        """Make one; what the other desk signs with is told this once."""
        secret = _new_secret()
        fields = {name: getattr(value, name) for name in value.__struct_fields__ if name != "secret"}
        sealed = self._seal.close(value.secret) if isinstance(value.secret, str) else None
        row = DeskLinkNew(**fields, secret=sealed, inbound_secret=self._seal.close(secret))
        made = await self.create(DESK_LINKS, row)
        return InboundSecret(id=made.id, inbound_secret=secret, events_path=_events_path(made.id))

    async def change(self, resource: Any, id_: UUID, fields: dict[str, Any], version: int | None) -> Any:
        """As of any configured thing; a secret does not follow an address that changes.

        Raises:
            NotFound, Conflict, InvalidInput.
        """
        if isinstance(fields.get("secret"), str):
            fields = fields | {"secret": self._seal.close(fields["secret"])}
        now = await self.get(resource, id_)
        if now.has_secret and "secret" not in fields and fields.get("url", now.url) != now.url:
            raise invalid("body.secret", "The address is another: enter the secret again, so that it goes nowhere else")
        return await super().change(resource, id_, fields, version)

    async def rotate(self, id_: UUID) -> InboundSecret:
        """Another inbound secret; the one before is taken for ``webhook_secret_overlap_hours``."""
        secret, until = _new_secret(), self._clock.now() + timedelta(hours=self._settings.webhook_secret_overlap_hours)
        if not await self._links.rotate(id_, self._seal.close(secret), until):
            raise NotFound(NO_LINK)
        return InboundSecret(id=id_, inbound_secret=secret, events_path=_events_path(id_), before_until=until)

    async def test(self, id_: UUID) -> Trial:
        """Ask the other desk something that changes nothing, whether the link is enabled or not."""
        end, now = await self._end(id_), self._clock.now()
        started = time.perf_counter()
        async with LinkCourier(self._out, self._seal, self._settings, self._clock) as courier:
            told = await courier.test(end, f"ping:{ids.new_id(now)}", now)
        ms = round((time.perf_counter() - started) * 1e3, 1)
        if told is None:
            return Trial(ok=False, status=None, ms=ms, detail="The mapping has no request 'test'; add one")
        return Trial(ok=not told.error, status=told.status, ms=ms, detail=told.error)

    async def state(self, id_: UUID) -> LinkState:
        found = await self._links.state(id_)
        if found is None:
            raise NotFound(NO_LINK)
        state, settings = found
        able = mapping.capabilities(presets.effective(msgspec.convert(settings, LinkSettings)))
        return msgspec.structs.replace(state, capabilities=sorted(able))

    async def deliveries(self, id_: UUID, query: DeliveriesQuery) -> Page[LinkDelivery]:
        await self._end(id_)
        after = paging.decode(query.cursor, tuple[int])
        found = await self._links.deliveries(id_, query, after[0] if after else None)
        return paging.page(found, query.limit, lambda item: (item.id,))

    async def received(self, id_: UUID, query: ReceivedQuery) -> Page[LinkReceived]:
        await self._end(id_)
        after = paging.decode(query.cursor, tuple[datetime, str])
        found = await self._links.received(id_, query.limit, after, query.ticket_id)
        return paging.page(found, query.limit, lambda item: (item.received_at, item.event_id))

    async def resend(self, delivery_id: int) -> None:
        """Send one again that is dead, or was delivered; its event id stays.

        Raises:
            NotFound. Conflict: it is on its way.
        """
        if await self._links.resend(delivery_id, self._clock.now()):
            return
        if await self._links.state_of(delivery_id) is None:
            raise NotFound("There is no such delivery")
        raise Conflict("It is on its way already")

    async def resend_dead(self, id_: UUID) -> Resent:
        await self._end(id_)
        return Resent(await self._links.resend_dead(id_, self._clock.now()))

    async def send_ticket(self, link_id: UUID, ticket_id: UUID) -> TicketLink:
        """A request goes to a desk by hand, with all that was said so far.

        Raises:
            NotFound, Conflict: it is there already, or the link is off.
        """
        async with self._core.change() as connection:
            ticket = await self._core.get(connection, ticket_id)
            await LinkOut(self._out, self._core).send(connection, link_id, ticket, self._clock.now())
        return next(item for item in (await self.links_of(ticket_id)).items if item.link_id == link_id)

    async def links_of(self, ticket_id: UUID, *, ours: bool = True) -> TicketLinks:
        """Desks that a request is at, or can go to; for who is not of ``ours`` there are none. Raises NotFound."""
        found = await self._links.links_of(ticket_id, ours=ours)
        if found is None:
            raise NotFound(NO_TICKET)
        return TicketLinks(found)

    async def _check(self, connection: Any, resource: Any, value: Any, own_id: str = "") -> None:
        errors = mapping.errors(value.settings)
        courier = LinkCourier(self._out, self._seal, self._settings, self._clock)
        if wrong := courier.refusal(value.url):
            errors.append({"path": "body.url", "message": wrong})
        settings: LinkSettings = value.settings
        named = {id_: f"body.category_ids.{place}" for place, id_ in enumerate(value.category_ids)}
        named |= {id_: f"body.settings.categories.{id_}" for id_ in settings.categories}
        named |= {id_: f"body.settings.categories_in.{word}" for word, id_ in settings.categories_in.items()}
        if settings.category_id is not None:
            named[settings.category_id] = "body.settings.category_id"
        for id_ in await self._links.missing_categories(connection, list(named)):
            errors.append({"path": named[id_], "message": "There is no such category"})
        if errors:
            raise InvalidInput(f"The link: {len(errors)} broken rules", errors)
        await super()._check(connection, resource, value, own_id)

    async def _end(self, id_: UUID) -> LinkEnd:
        end = await self._links.end(id_)
        if end is None:
            raise NotFound(NO_LINK)
        return end


def _new_secret() -> str:
    return "dlsec_" + secrets.token_urlsafe(32)


def _events_path(id_: UUID) -> str:
    return f"/api/v1/desk-links/{id_}/events"
