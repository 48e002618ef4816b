"""Calls in progress, click-to-call."""

from uuid import UUID

import msgspec

from api.calls.model import CallbackRequest, LiveCall, Originate
from api.calls.store import CallsStore
from api.control.client import EngineClient
from api.web import paging
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import InvalidInput

_KEY = tuple[paging.Time, UUID]


class CallsService:
    """What people ask about calls and do with them."""

    def __init__(self, store: CallsStore, engine: EngineClient, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock

    async def callbacks(self, limit: int, cursor: str | None, only_open: bool) -> Page[CallbackRequest]:
        found = await self._store.callbacks(limit, paging.decode(cursor, _KEY), only_open)
        return paging.page(found, limit, lambda item: (item.requested_at, item.id))

    async def live(self) -> Page[LiveCall]:
        """All calls in progress, oldest first."""
        calls = [msgspec.convert(item, LiveCall) for item in await self._engine.live_calls()]
        return Page(sorted(calls, key=lambda call: (call.started_at, call.id)))

    async def hang_up(self, call_id: UUID) -> None:
        await self._engine.hang_up(call_id, await self._store.live_node(call_id))

    async def originate(self, order: Originate) -> UUID:
        """Accept a click-to-call; the call's id."""
        if not await self._store.extension_enabled(order.from_extension):
            message = f"There is no such extension, or it is off: {order.from_extension}"
            raise InvalidInput("No such extension", [{"path": "body.from_extension", "message": message}])
        call_id = ids.new_id(self._clock.now())
        await self._engine.originate(call_id, order.from_extension, order.to, order.caller_id)
        return call_id
