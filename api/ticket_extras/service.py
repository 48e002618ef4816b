"""What stands beside a request."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from api.ticket_extras.model import (
    Check,
    CheckData,
    CheckPatch,
    Viewer,
    Watcher,
    WatcherData,
    Work,
    WorkData,
)
from api.ticket_extras.store import ExtrasStore
from api.tickets.core import NO_TICKET, TicketCore
from api.tickets.service import TicketsService
from api.web.route import Identity
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound


class ExtrasService:
    """``tickets`` knows how the core calls who asks; ``core`` tells what was checked off and worked."""

    def __init__(
        self, store: ExtrasStore, tickets: TicketsService, core: TicketCore, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._core = core
        self._settings = settings
        self._clock = clock

    async def watchers(self, ticket_id: UUID) -> list[Watcher]:
        await self._seen(ticket_id)
        return await self._store.watchers(ticket_id)

    async def watch(self, ticket_id: UUID, who: WatcherData) -> list[Watcher]:
        """Who watches already stays as it is.

        Raises:
            NotFound, InvalidInput (nobody, or who may not see the request), Conflict: there are too many.
        """
        given = [name for name in ("user_id", "account_id", "email") if getattr(who, name) is not None]
        if len(given) != 1:
            message = "Name one: user_id, account_id or email"
            raise InvalidInput(message, [{"path": "body", "message": message}])
        if who.email is not None:
            who = msgspec.structs.replace(who, email=who.email.lower())
        now, most = self._clock.now(), self._settings.ticket_watchers_most
        async with self._core.change() as connection:
            if not await self._store.hold(connection, ticket_id):
                raise NotFound(NO_TICKET)
            if not await self._store.may_watch(connection, ticket_id, who):
                message = "There is nobody of that name who may see this request"
                raise InvalidInput(message, [{"path": f"body.{given[0]}", "message": message}])
            id_ = who.id or ids.new_id(now)
            added = await self._store.add_watcher(connection, id_, ticket_id, who, now, most)
            if not added and not await self._store.watches(connection, ticket_id, who):
                raise Conflict(f"A request has at most {most} watchers; the id of a watcher is its own")
        return await self._store.watchers(ticket_id)

    async def unwatch(self, ticket_id: UUID, watcher_id: UUID) -> None:
        if not await self._store.drop_watcher(ticket_id, watcher_id):
            raise NotFound("There is no such watcher")

    async def checks(self, ticket_id: UUID) -> list[Check]:
        await self._seen(ticket_id)
        return await self._store.checks(ticket_id)

    async def add_check(self, ticket_id: UUID, data: CheckData) -> Check:
        """Raises NotFound, Conflict: there are too many."""
        id_, most = data.id or ids.new_id(self._clock.now()), self._settings.ticket_checks_most
        async with self._core.change() as connection:
            if not await self._store.hold(connection, ticket_id):
                raise NotFound(NO_TICKET)
            await self._store.add_check(connection, id_, ticket_id, data.text.strip(), most)
            made = await self._store.check(connection, ticket_id, id_)
        if made is None:
            raise Conflict(f"A checklist has at most {most} steps; the id of a step is its own")
        return made

    async def change_check(self, user: Identity, ticket_id: UUID, check_id: UUID, patch: CheckPatch) -> Check:
        """What is done is told as an event. Raises NotFound."""
        by = await self._tickets.actor(user)
        async with self._core.change() as connection:
            await self._core.get(connection, ticket_id)
            before = await self._store.check(connection, ticket_id, check_id)
            if before is None:
                raise NotFound("There is no such step")
            after = _changed(before, patch, user.user_id, self._clock)
            moved = after.place != before.place
            await self._store.put_check(connection, ticket_id, after, moved=moved)
            done = after.done_at is not None
            if done != (before.done_at is not None):
                data = {"text": after.text, "done": done, "public": False}
                await self._core.note(connection, ticket_id, "checked", by, data)
        return after

    async def drop_check(self, ticket_id: UUID, check_id: UUID) -> None:
        if not await self._store.drop_check(ticket_id, check_id):
            raise NotFound("There is no such step")

    async def work(self, ticket_id: UUID) -> list[Work]:
        await self._seen(ticket_id)
        return await self._store.work(ticket_id)

    async def add_work(self, user: Identity, ticket_id: UUID, data: WorkData) -> Work:
        """Sent again with the same id it is there once. Raises NotFound, Conflict (another's id)."""
        now, by = self._clock.now(), await self._tickets.actor(user)
        id_ = data.id or ids.new_id(now)
        async with self._core.change() as connection:
            ticket = await self._core.get(connection, ticket_id)
            if await self._store.add_work(connection, id_, ticket_id, user.user_id, ticket.line, data, now):
                await self._core.note(connection, ticket_id, "worked", by, _worked(data))
            made = await self._store.one_work(connection, ticket_id, id_)
        if made is None or made.user_id != user.user_id:
            raise Conflict("This id is taken; send the time with another")
        return made

    async def viewers(self, user: Identity, ticket_id: UUID) -> list[Viewer]:
        """Others who have it open."""
        await self._seen(ticket_id)
        return _others(user, await self._store.viewers(ticket_id, self._clock.now()))

    async def view(self, user: Identity, ticket_id: UUID, *, writing: bool) -> list[Viewer]:
        """Notes that the user has it open; gives the others."""
        await self._seen(ticket_id)
        now = self._clock.now()
        until = now + timedelta(seconds=self._settings.ticket_viewing_s)
        await self._store.viewed(ticket_id, user.user_id, until, now, writing=writing)
        return _others(user, await self._store.viewers(ticket_id, now))

    async def leave(self, user: Identity, ticket_id: UUID) -> None:
        await self._store.left(ticket_id, user.user_id)

    async def clean(self) -> None:
        """Forget who had what open."""
        await self._store.clean(self._clock.now())

    async def _seen(self, ticket_id: UUID) -> None:
        if not await self._store.has(ticket_id):
            raise NotFound(NO_TICKET)


def _changed(check: Check, patch: CheckPatch, by: UUID, clock: Clock) -> Check:
    fields = {name: getattr(patch, name) for name in ("text", "place") if getattr(patch, name) is not msgspec.UNSET}
    if patch.done is not msgspec.UNSET and patch.done != (check.done_at is not None):
        fields |= {"done_at": clock.now() if patch.done else None, "done_by": by if patch.done else None}
    return msgspec.structs.replace(check, **fields)


def _worked(data: WorkData) -> dict[str, object]:
    return {"seconds": data.seconds, "note": data.note, "public": False}


def _others(user: Identity, viewers: Sequence[Viewer]) -> list[Viewer]:
    return [viewer for viewer in viewers if viewer.user_id != user.user_id]
