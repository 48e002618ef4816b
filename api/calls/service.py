"""Calls in progress, click-to-call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from api.calls.model import CallbackRequest, LiveCall
from api.calls.orders import CallOrder, Done, digits_of
from api.calls.store import CallsStore
from api.control.client import EngineClient
from api.web import paging
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Forbidden, InvalidInput, NotFound

CONTROL, SUPERVISE = "calls.control", "calls.supervise"
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

    async def live(self, user: Identity) -> Page[LiveCall]:
        """All calls in progress that the user may see, oldest first."""
        return _shown(await self._engine.live_calls(), user, lambda call: _of_partner(call, user))

    async def mine(self, user: Identity) -> Page[LiveCall]:
        """Calls in progress that the user's own phone takes part in, as supervisor too."""
        extension = await self._store.extension_of(user.user_id)

        def own(call: LiveCall) -> bool:
            return any(
                leg.state != "down" and (leg.user_id == user.user_id or (leg.internal and leg.number == extension))
                for leg in call.legs
            )

        return _shown(await self._engine.live_calls(), user, own)

    async def hang_up(self, call_id: UUID, user: Identity) -> None:
        node = await self._store.live_node(call_id)
        if node is None and user.partner_id is not None:
            raise NotFound("There is no such call in progress")
        await self._engine.hang_up(call_id, node)

    async def command(self, params: dict[str, Any], do: str, body: Any, user: Identity) -> Done:
        """Carry out a command in the user's name; the engine checks again who may do what.

        Raises:
            NotFound: no such call. Forbidden: not one's own call. Conflict: not possible now.
        """
        call_id = params["id"]
        node = await self._store.live_node(call_id)
        if node is None and user.partner_id is not None:
            raise NotFound("There is no such call in progress")
        order = msgspec.to_builtins(body) if body is not None else {}
        if isinstance(order.get("to"), str):
            order["to"] = digits_of(order["to"])
        if "channel_id" in params:
            order["channel_id"] = params["channel_id"]
        by = {
            "user_id": user.user_id,
            "extension": await self._store.extension_of(user.user_id),
            "supervise": user.may(SUPERVISE),
            "control": user.may(CONTROL),
        }
        answer = await self._engine.command(call_id, node, {"by": by, "command": {"do": do, **order}})
        return msgspec.convert(answer, Done)

    async def originate(self, order: CallOrder, user: Identity) -> UUID:
        """Accept a click-to-call; the call's id.

        Raises:
            Forbidden: another's extension, without the right to it. InvalidInput: no such extension.
        """
        own = await self._store.extension_of(user.user_id)
        extension = order.from_extension or own
        if extension is None:
            message = "You have no extension: name the one that is to ring"
            raise InvalidInput("No extension", [{"path": "body.from_extension", "message": message}])
        if extension != own and not user.may(CONTROL):
            raise Forbidden("You can call from your own extension only", right=CONTROL)
        if not await self._store.extension_enabled(extension):
            message = f"There is no such extension, or it is off: {extension}"
            raise InvalidInput("No such extension", [{"path": "body.from_extension", "message": message}])
        number = digits_of(order.to)
        if not number.strip("+"):
            raise InvalidInput("No number", [{"path": "body.to", "message": "Name a number to call"}])
        call_id = ids.new_id(self._clock.now())
        await self._engine.originate(call_id, extension, number, order.caller_id)
        return call_id


def _of_partner(call: LiveCall, user: Identity) -> bool:
    return user.partner_id is None or call.partner_id == user.partner_id


def _shown(items: list[dict[str, Any]], user: Identity, wanted: Callable[[LiveCall], bool]) -> Page[LiveCall]:
    """The calls wanted, oldest first; who may not supervise is told of no supervisor."""
    calls = [call for call in (msgspec.convert(item, LiveCall) for item in items) if wanted(call)]
    if not user.may(SUPERVISE):
        for call in calls:
            call.supervisors = []
            call.legs = [leg for leg in call.legs if leg.role != "supervisor" or leg.user_id == user.user_id]
    return Page(sorted(calls, key=lambda call: (call.started_at, call.id)))
