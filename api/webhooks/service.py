"""Webhooks: made with a secret that is told once, tried out, their deliveries looked at and sent again."""

import secrets
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.telephony.service import TelephonyService
from api.web import paging
from api.web.problems import invalid
from api.web.route import Page
from api.webhooks.model import (
    PING,
    DeliveriesQuery,
    Delivery,
    End,
    Resent,
    Secret,
    Trial,
    WebhookData,
    WebhookRow,
)
from api.webhooks.sender import Message, Sender
from api.webhooks.store import WEBHOOKS, WebhookStore
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound
from engine.core.seal import Seal


class WebhooksService(TelephonyService):
    """``TelephonyService`` of webhooks: their addresses are looked at too."""

    def __init__(self, store: WebhookStore, seal: Seal, settings: Settings, clock: Clock) -> None:
        super().__init__(store, settings, clock)
        self._webhooks = store
        self._seal = seal
        self._sender = Sender(settings, seal)

    async def add(self, value: WebhookData) -> Secret:
        """Make one; its secret is told this once."""
        secret = _new_secret()
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        made = await self.create(WEBHOOKS, WebhookRow(**fields, secret=self._seal.close(secret)))
        return Secret(id=made.id, secret=secret)

    async def rotate(self, id_: UUID) -> Secret:
        """Another secret; the one before signs too for ``webhook_secret_overlap_hours``."""
        secret, until = _new_secret(), self._clock.now() + timedelta(hours=self._settings.webhook_secret_overlap_hours)
        if not await self._webhooks.rotate(id_, self._seal.close(secret), until):
            raise NotFound("There is no such Webhook")
        return Secret(id=id_, secret=secret, before_until=until)

    async def test(self, id_: UUID) -> Trial:
        """Send a trial event now, whether the webhook is enabled or not; it is not kept."""
        end, now = await self._end(id_), self._clock.now()
        signing = [self._seal.open(sealed) for sealed in (end.secret, end.secret_before) if sealed]
        data = {"webhook_id": str(id_), "text": "A trial of this address"}
        message = Message(id=f"{PING}-{ids.new_id(now)}", event=PING, key=str(id_), created_at=now, data=data)
        started = time.perf_counter()
        async with Sender(self._settings, self._seal) as sender:
            answer = await sender.send(end.url, signing, message, 1)
        ms = round((time.perf_counter() - started) * 1e3, 1)
        return Trial(ok=not answer.error, status=answer.status, ms=ms, detail=answer.error)

    async def deliveries(self, id_: UUID, query: DeliveriesQuery) -> Page[Delivery]:
        await self._end(id_)
        after = paging.decode(query.cursor, tuple[int])
        found = await self._webhooks.deliveries(id_, query, after[0] if after else None)
        return paging.page(found, query.limit, lambda item: (item.id,))

    async def resend(self, delivery_id: int) -> None:
        """Send one again that is dead, or was delivered; its event id stays.

        Raises:
            NotFound. Conflict: it is on its way.
        """
        if await self._webhooks.resend(delivery_id, self._clock.now()):
            return
        if await self._webhooks.state_of(delivery_id) is None:
            raise NotFound("There is no such delivery")
        raise Conflict("It is on its way already")

    async def resend_dead(self, id_: UUID) -> Resent:
        await self._end(id_)
        return Resent(await self._webhooks.resend_dead(id_, self._clock.now()))

    async def _check(self, connection: Any, resource: Any, value: Any, own_id: str = "") -> None:
        if wrong := self._sender.refusal(value.url):
            raise invalid("body.url", wrong)
        await super()._check(connection, resource, value, own_id)

    async def _end(self, id_: UUID) -> End:
        end = await self._webhooks.end(id_, self._clock.now())
        if end is None:
            raise NotFound("There is no such Webhook")
        return end


def _new_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)
