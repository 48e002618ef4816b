"""Which facts go to other desks: written to the outbox in the transaction that makes them facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.desk_link import presets
from api.desk_link.incoming.conflict import Clocks, Side, Stamp, result, steps, tick, write_fields, write_state
from api.desk_link.mapping import LinkSettings, OutKind, capabilities
from api.desk_link.model import FromLink
from api.desk_link.outgoing.store import OutStore, Target
from api.tickets.core import TicketCore
from api.tickets.model import Happening, Ticket
from api.tickets.states import State, Who
from engine.core.errors import Conflict, NotFound

SHARED = {"subject": "subject", "priority": "priority", "category_id": "category"}
"""Columns whose changes go to other desks, and their names there."""
_ENROLS = frozenset({"opened", "edited", "escalated"})
_GOES = _ENROLS | {"said", "moved", "file", "merged"}
_SNAPSHOT: tuple[str, ...] = (
    "id",
    "number",
    "subject",
    "description",
    "state",
    "priority",
    "category_id",
    "line",
    "channel",
    "tags",
)
_SNAPSHOT += ("author_name", "author_email", "author_phone", "language", "external_id", "created_at")


class LinkOut:
    """Hears of every event of a request (``Reactor``)."""

    def __init__(self, store: OutStore, core: TicketCore) -> None:
        self._store = store
        self._core = core

    async def on_event(self, connection: Any, happening: Happening) -> None:
        ticket = happening.after
        # What was merged goes on as the request that stayed; that it is closed here is no news for another desk.
        if happening.event.kind not in _GOES or ticket.merged_into_id is not None:
            return
        for target in await self._store.targets(connection, ticket.id, ticket.line, ticket.category_id):
            if _came_from(target, happening):
                continue
            if target.issue_id != ticket.id:
                issue = await self._core.get(connection, target.issue_id, hold=False)
                await _Fact(self._store, connection, target, ticket, issue).follow(happening)
            elif target.linked:
                await _Fact(self._store, connection, target, ticket, ticket).tell(happening)
            elif target.fits and ticket.channel != "link" and happening.event.kind in _ENROLS:
                await self.enrol(connection, target, ticket, happening.event.at)

    async def send(self, connection: Any, link_id: UUID, ticket: Ticket, now: datetime) -> None:
        """A request goes to a desk by hand.

        Raises:
            NotFound: no such link. Conflict: it is there already, or the link is off.
        """
        targets = await self._store.targets(connection, ticket.id, ticket.line, ticket.category_id)
        target = next((target for target in targets if (target.id, target.issue_id) == (link_id, ticket.id)), None)
        if target is None:
            raise NotFound("There is no such link that is enabled")
        if target.linked:
            raise Conflict("The request is at that desk already")
        if not target.enabled:
            raise Conflict("The link is switched off")
        await self.enrol(connection, target, ticket, now)

    async def enrol(self, connection: Any, target: Target, ticket: Ticket, now: datetime) -> None:
        """A request goes to a desk with all that was said and attached so far."""
        stamp = Stamp(now, Side.HERE)
        clocks = Clocks(state=ticket.state, written=stamp, fields=dict.fromkeys(SHARED.values(), stamp))
        if await self._store.add_pair(connection, target.id, ticket.id, clocks, now):
            await _Fact(self._store, connection, target, ticket, ticket).whole(now)


def _came_from(target: Target, happening: Happening) -> bool:
    """Whether the other desk told of it. What it told of one of its requests it knows of its others too; only that they
    are closed by it is news."""
    by = happening.by
    if not isinstance(by, FromLink) or by.link_id != target.id:
        return False
    closed = happening.event.kind == "moved" and happening.after.state is State.CLOSED
    return not closed or by.issue_id in (None, target.issue_id)


class _Fact:
    """One event of one request for one link; ``issue``: the request that the other desk knows, where it was merged into
    ``ticket`` another."""

    def __init__(self, store: OutStore, connection: Any, target: Target, ticket: Ticket, issue: Ticket) -> None:
        self._store, self._connection = store, connection
        self._link_id, self._ticket, self._issue = target.id, ticket, issue
        self._of_issue = "" if issue.id == ticket.id else f":{issue.id}"
        self._settings: LinkSettings = presets.effective(msgspec.convert(target.settings, LinkSettings))
        self._owner = Side.HERE if target.owned else Side.THERE
        self._clocks = msgspec.convert(target.clocks or {}, Clocks)

    async def tell(self, happening: Happening) -> None:
        """What of an event concerns the other desk."""
        event = happening.event
        if event.kind == "moved":
            await self._moved(event.at)
        elif event.kind in ("edited", "escalated") and happening.before is not None:
            await self._edited(happening.before, event.at)
        await self._said(happening)

    async def follow(self, happening: Happening) -> None:
        """What of an event concerns a desk that knows a request which was merged: what is said and attached, and the
        state. A request that is closed there stays closed until this one is reopened."""
        if happening.event.kind in ("moved", "merged"):
            before, after = result(self._clocks, self._owner), self._ticket.state
            if (before is not State.CLOSED or after is State.REOPENED) and steps(before, after):
                await self._moved(happening.event.at)
        await self._said(happening)

    async def _said(self, happening: Happening) -> None:
        """What was said or attached with an event."""
        event, message = happening.event, happening.message
        if message is not None and (message.public or self._settings.internal):
            author = "client" if message.author is Who.CLIENT else "staff"
            said = _comment(message.id, message.body, message.public, author, message.author_name, message.at)
            await self._put("comment", f"comment:{message.id}", event.at, comment=said)
        if event.kind == "file" and event.data.get("file_id"):
            await self._files(event.at, [UUID(str(event.data["file_id"]))])
        if happening.file_ids:
            await self._files(event.at, happening.file_ids)

    async def whole(self, at: datetime) -> None:
        """The request as it is, and what belongs to it."""
        ticket, internal = self._ticket, self._settings.internal
        await self._put("create", f"create:{ticket.id}", at, whole=True, state=ticket.state)
        for row in await self._store.messages(self._connection, ticket.id, internal):
            author = "client" if row["author"] == Who.CLIENT else "staff"
            said = _comment(row["id"], row["body"], row["public"], author, row["author_name"], row["at"])
            await self._put("comment", f"comment:{row['id']}", at, comment=said)
        await self._files(at, None)

    async def _moved(self, now: datetime) -> None:
        at, state = tick(self._clocks, now), self._ticket.state
        clocks = write_state(self._clocks, state, Stamp(at, Side.HERE), self._owner)
        await self._store.set_clocks(self._connection, self._link_id, self._issue.id, clocks)
        await self._put("status", f"status:{self._ticket.id}:{self._ticket.version}", now, told_at=at, state=state)

    async def _edited(self, before: Ticket, now: datetime) -> None:
        ticket = self._ticket
        changed = [column for column in SHARED if getattr(before, column) != getattr(ticket, column)]
        if not changed:
            return
        names = [SHARED[column] for column in changed]
        at = tick(self._clocks, now, names)
        clocks, _ = write_fields(self._clocks, names, Stamp(at, Side.HERE), self._owner)
        await self._store.set_clocks(self._connection, self._link_id, ticket.id, clocks)
        await self._put("fields", f"fields:{ticket.id}:{ticket.version}", now, told_at=at, changed=names)

    async def _files(self, at: datetime, ids: Sequence[UUID] | None) -> None:
        for row in await self._store.files(self._connection, self._ticket.id, self._settings.internal, ids):
            file = {
                "id": row["id"],
                "name": row["name"],
                "media_type": row["media_type"],
                "size": row["size_bytes"],
                "sha256": row["sha256"],
                "public": row["public"],
                "comment_id": row["message_id"],
            }
            await self._put("file", f"file:{row['id']}", at, file=file)

    async def _put(
        self,
        kind: OutKind,
        event_id: str,
        now: datetime,
        *,
        told_at: datetime | None = None,
        whole: bool = False,
        **more: Any,
    ) -> None:
        """To the outbox, if the other desk can be told of it. ``told_at``: the time that it is told as."""
        if kind not in capabilities(self._settings):
            return
        snapshot = {name: getattr(self._issue, name) for name in _SNAPSHOT} | {"state": self._ticket.state}
        if not whole:
            del snapshot["description"]
        snapshot |= await self._store.facts(self._connection, self._issue.id)
        body = {"at": told_at or now, "ticket": snapshot, **more}
        event_id += self._of_issue
        await self._store.put(self._connection, self._link_id, self._issue.id, event_id, kind, body, now)


def _comment(id_: UUID, text: str, public: bool, author: str, name: str, at: datetime) -> dict[str, Any]:
    return {"id": id_, "text": text, "public": public, "author": author, "name": name, "at": at}
