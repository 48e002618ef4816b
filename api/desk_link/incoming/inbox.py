"""Events of other desks: proven, taken once each."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from api.desk_link import presets
from api.desk_link.incoming.applying import Applying, Files, Link, Lookup, Sent
from api.desk_link.incoming.conflict import Clocks, Side, Stamp, write_state
from api.desk_link.incoming.events import Event
from api.desk_link.incoming.store import InStore
from api.desk_link.mapping import LinkSettings
from api.desk_link.model import Door, Pair
from api.tickets.core import TicketCore
from api.tickets.states import State
from api.webhooks import signature
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound, Unauthorized
from engine.core.seal import Seal

FIELDS = ("subject", "priority", "category")


class TakenTicket(msgspec.Struct, frozen=True):
    """The request here; where it was merged, ``state`` is that of the one which it was merged into."""

    id: UUID
    number: int
    state: str


class Taken(msgspec.Struct, frozen=True):
    """What became of an event. ``result``: ok, opened, known, same, late, held, ignored, refused, unknown_state, merged
    (fields of a request that was merged, or its state while another is the one that counts); ``repeated``: it came
    before, and that was said of it then."""

    result: str
    ticket: TakenTicket | None = None
    repeated: bool = False


class Inbox:
    """Takes events. ``find_account`` finds whose a request is by an address."""

    def __init__(
        self,
        store: InStore,
        core: TicketCore,
        files: Files,
        find_account: Lookup,
        seal: Seal,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._core = core
        self._applying = Applying(store, core, files, find_account)
        self._files = files
        self._seal = seal
        self._settings = settings
        self._clock = clock

    async def door(self, link_id: UUID) -> Door:
        """Raises NotFound."""
        found = await self._store.door(link_id, self._clock.now())
        if found is None:
            raise NotFound("There is no such link that is enabled")
        return found

    def settings_of(self, door: Door) -> LinkSettings:
        """How the desk speaks."""
        return presets.effective(msgspec.convert(door.settings, LinkSettings))

    def prove(self, door: Door, proof: Sequence[str], data: bytes) -> None:
        """``proof``: the headers PayLater-Signature.

        Raises:
            Unauthorized: not one of them was made of ``data`` with the link's secret about now.
        """
        now, window = self._clock.now().timestamp(), self._settings.desk_link_window_s
        secrets = [self._seal.open(sealed) for sealed in (door.inbound_secret, door.inbound_before) if sealed]
        fits = [signature.fits(proof[0], secret, data, now, window) for secret in secrets] if len(proof) == 1 else []
        if not any(fits):
            raise Unauthorized("The signature does not fit: check the secret, the clock, and that the body is as sent")

    async def take(self, door: Door, event: Event, file: Path | bytes | None = None) -> Taken:
        """Whatever it says happens once, or not at all (then an exception tells why).

        Raises:
            Conflict: it speaks of a request that is not known, and can't wait.
        """
        now, link = self._clock.now(), Link(door.id, door.name, self.settings_of(door))
        # A time that lies further ahead than clocks may differ would win over everything for ever.
        event = msgspec.structs.replace(
            event, at=min(event.at, now + timedelta(seconds=self._settings.desk_link_window_s))
        )
        sent: Sent = None
        if event.kind == "file" and await self._store.seen(door.id, event.event_id) is None:
            place = await self._store.lands(door.id, event.ticket.id, _ours(event)) if event.ticket else None
            sent = await self._applying.keep(link, event, file, place)
        async with self._core.change() as connection:
            if event.ticket is None:
                await self._store.heard_from(connection, door.id, now)
                return Taken("ok")
            times = (event.at, now)
            if not await self._store.note(connection, door.id, event.event_id, event.kind, times, event.ticket.id):
                return await self._repeated(connection, link, event)
            result, ticket_id = await self._take(connection, link, event, sent)
            body = event if result == "held" else None
            await self._store.noted(connection, door.id, event.event_id, result, ticket_id, body)
            await self._store.heard_from(connection, door.id, now)
            return Taken(result, await self._told(connection, ticket_id))

    async def _take(self, connection: Any, link: Link, event: Event, sent: Sent) -> tuple[str, UUID | None]:
        """What became of it, and the request."""
        assert event.ticket is not None
        pair = await self._pair(connection, link, event)
        if pair is not None:
            return await self._apply(connection, link, event, pair.ticket_id, sent), pair.ticket_id
        if event.kind == "created":
            return "opened", await self._open(connection, link, event)
        if event.kind == "file":
            raise Conflict("No such request is known yet; send 'created' first, and the file again")
        if await self._store.holding(connection, link.id) >= self._settings.desk_link_held_most:
            raise Conflict("Too many events wait for requests that are not known; send 'created' first")
        return "held", None

    async def _open(self, connection: Any, link: Link, event: Event) -> UUID:
        """A request that was opened there, and what is known of it already."""
        assert event.ticket is not None
        remote_id, now = event.ticket.id, self._clock.now()
        new = await self._applying.new_ticket(connection, link, event, uuid5(link.id, f"ticket:{remote_id}"))
        ticket = await self._core.open(connection, new, link.actor())
        stamp = Stamp(event.at, Side.THERE)
        clocks = Clocks(fields=dict.fromkeys(FIELDS, stamp), written=stamp)
        if event.state and (state := link.state(event.state)) is not None:
            clocks = write_state(clocks, state, stamp, Side.THERE)
        remote = (remote_id, _text(event.ticket.number), event.state)
        await self._store.add(connection, link.id, ticket.id, remote, clocks, now)
        if clocks.state is not State.NEW:
            await self._applying.move(connection, link, ticket.id, clocks.state)
        for event_id, body in await self._store.held(connection, link.id, remote_id):
            waited = msgspec.convert(body, Event)
            result = await self._apply(connection, link, waited, ticket.id, None)
            await self._store.noted(connection, link.id, event_id, result, ticket.id)
        return ticket.id

    async def _apply(self, connection: Any, link: Link, event: Event, ticket_id: UUID, sent: Sent) -> str:
        assert event.ticket is not None
        ticket = await self._core.stayed(connection, ticket_id)
        pair = await self._store.hold(connection, link.id, ticket_id)
        link = link._replace(issue_id=ticket_id)
        remote = (event.ticket.id, _text(event.ticket.number), event.state)
        await self._store.heard(connection, link.id, ticket_id, remote, self._clock.now())
        return await self._applying.apply(connection, link, event, ticket, pair, sent)

    async def _pair(self, connection: Any, link: Link, event: Event) -> Pair | None:
        """The request that it speaks of.

        Raises:
            Conflict: it names a request of ours that is another one there.
        """
        assert event.ticket is not None
        pair = await self._store.find(connection, link.id, event.ticket.id, _ours(event))
        if pair is not None and pair.remote_id not in (None, event.ticket.id):
            raise Conflict("This request is linked to another one of that desk")
        return pair

    async def _repeated(self, connection: Any, link: Link, event: Event) -> Taken:
        """It is answered as the first time."""
        result, ticket_id = await self._store.seen(link.id, event.event_id, connection) or ("ok", None)
        return Taken(result, await self._told(connection, ticket_id), repeated=True)

    async def _told(self, connection: Any, ticket_id: UUID | None) -> TakenTicket | None:
        if ticket_id is None:
            return None
        ticket = there = await self._core.get(connection, ticket_id, hold=False)
        if ticket.merged_into_id is not None:
            there = await self._core.get(connection, ticket.merged_into_id, hold=False)
        return TakenTicket(ticket.id, ticket.number, there.state)


def _ours(event: Event) -> UUID | None:
    """The request of ours that an event names."""
    assert event.ticket is not None
    try:
        return UUID(event.ticket.remote_id) if event.ticket.remote_id else None
    except ValueError:
        return None


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
