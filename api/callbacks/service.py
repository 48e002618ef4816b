"""Call-backs: numbers are checked, one a number and queue, changes go to the engine that has the call-back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import phonenumbers

from api.callbacks.model import (
    Callback,
    CallbackChange,
    CallbackOrder,
    CallbacksQuery,
    CallbackStory,
    NewCallback,
    Ordered,
    WebForm,
)
from api.callbacks.store import CallbackStore
from api.control.client import EngineClient
from api.web import paging
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.routing.numbering import HOME_REGION, normalise


class CallbacksService:
    def __init__(self, store: CallbackStore, engine: EngineClient, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock

    async def page(self, query: CallbacksQuery) -> Page[Callback]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        states = {"open": ["waiting", "calling"], "all": None}.get(query.state, [query.state])
        items = await self._store.page(
            query.limit, after, states, query.queue_id, query.number, only_open=query.state in ("open", "waiting")
        )
        return paging.page(items, query.limit, lambda item: (item.requested_at, item.id))

    async def get(self, id_: UUID) -> CallbackStory:
        found = await self._found(id_)
        fields = {name: getattr(found, name) for name in Callback.__struct_fields__}
        return CallbackStory(**fields, tries=await self._store.tries(id_))

    async def order(self, order: CallbackOrder) -> Ordered:
        """Order a call-back.

        Raises:
            InvalidInput: no such queue, or no phone number.
        """
        number = phone_number(order.number, "body.number")
        queue = await self._store.queue(order.queue_id)
        if queue is None:
            raise InvalidInput(
                "No such queue", [{"path": "body.queue_id", "message": "There is no such enabled queue"}]
            )
        return await self._order(
            queue, number, "api", name=order.name, note=order.note, priority=order.priority, at=order.at
        )

    async def order_by_form(self, form: WebForm) -> None:
        """Take what a visitor of a web site sent.

        Raises:
            InvalidInput: no consent, or no phone number. NotFound: no queue has this key.
        """
        if not form.consent:
            message = "Nobody is called who has not agreed to it"
            raise InvalidInput(message, [{"path": "body.consent", "message": message}])
        number = phone_number(form.phone, "body.phone")
        queue = await self._store.queue_of_key(form.key)
        if queue is None:
            raise NotFound("There is no form of this key")
        await self._order(queue, number, "web", name=form.name, note=form.note)

    async def change(self, id_: UUID, change: CallbackChange, by: Identity) -> Callback:
        """Change or end a call-back.

        Raises:
            NotFound. Conflict: it is over, or being called now. Unavailable: the engine that has it is away.
        """
        before = await self._found(id_)
        if before.done_at is not None:
            raise Conflict(f"This call-back is over: {before.state}")
        wanted = {
            name: value
            for name in ("note", "priority", "next_at")
            if (value := getattr(change, name)) is not msgspec.UNSET
        }
        if change.state is not msgspec.UNSET:
            wanted["end"] = change.state
        await self._tell(id_, wanted, by)
        after: dict[str, Any] = {name: value for name, value in wanted.items() if name != "end"}
        if "end" in wanted:
            after |= {"state": wanted["end"], "done_at": self._clock.now(), "last_reason": "by_hand", "next_at": None}
        return msgspec.structs.replace(before, **after)

    async def cancel(self, id_: UUID, by: Identity) -> None:
        await self.change(id_, CallbackChange(state="cancelled"), by)

    async def _tell(self, id_: UUID, wanted: dict[str, Any], by: Identity) -> None:
        node = await self._store.node_of(id_)
        if node is None and await self._store.change(id_, wanted, by.user_id):
            return
        node = node or await self._store.node_of(id_)
        if node is None:
            raise Conflict("This call-back is over")
        ended = {"by": by.user_id} if wanted.get("end") == "done" else {}
        await self._engine.change_callback(id_, node, {**wanted, **ended})

    async def _order(
        self,
        queue: tuple[UUID, str],
        number: str,
        source: str,
        *,
        name: str,
        note: str,
        priority: int = 0,
        at: datetime | None = None,
    ) -> Ordered:
        now = self._clock.now()
        new = NewCallback(
            id=ids.new_id(now),
            queue_id=queue[0],
            number=number,
            called="",
            requested_at=now,
            place_at=now,
            priority=priority,
            mode=queue[1],
            next_at=at,
            source=source,
            name=name,
            note=note,
        )
        return Ordered(*await self._store.order(new))

    async def _found(self, id_: UUID) -> Callback:
        found = await self._store.get(id_)
        if found is None:
            raise NotFound("There is no such call-back")
        return found


def phone_number(text: str, path: str) -> str:
    """The number as the product keeps it.

    Raises:
        InvalidInput: it is no number that can be called.
    """
    try:
        parsed = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as exc:
        raise InvalidInput("No phone number", [{"path": path, "message": str(exc)}]) from None
    if not phonenumbers.is_valid_number(parsed):
        raise InvalidInput("No phone number", [{"path": path, "message": "There can't be such a number"}])
    return normalise(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
