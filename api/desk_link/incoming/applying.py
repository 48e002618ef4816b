"""One event of another desk, applied to a request of ours by the core of requests."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID, uuid5

import msgspec

from api.desk_link import mapping
from api.desk_link.incoming import events
from api.desk_link.incoming.conflict import Clocks, Side, Stamp, result, steps, write_fields, write_state
from api.desk_link.incoming.events import Event, SentFile
from api.desk_link.incoming.store import InStore
from api.desk_link.mapping import LinkSettings
from api.desk_link.model import FromLink, Pair
from api.tickets.core import TicketCore
from api.tickets.model import Actor, Edit, NewMessage, NewTicket, Priority, Ticket
from api.tickets.states import WORKING, State, Who
from api.web.problems import TooLarge
from engine.core.errors import Conflict, InvalidInput, PayLaterError

_PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
_LATE = {
    "ru": "Другая служба поддержки перевела заявку в «{word}» в {at}; не применено: у нас она изменена позже",
    "en": "The other desk moved the request to «{word}» at {at}; not applied: it was changed later here",
}
_REFUSED = {
    "ru": "От другой службы поддержки не принято: {what}. Причина: {why}",
    "en": "Not taken from the other desk: {what}. The reason: {why}",
}


class Account(Protocol):
    """Whose an address is."""

    @property
    def account_id(self) -> UUID: ...
    @property
    def parent_id(self) -> UUID: ...
    @property
    def outlet_id(self) -> UUID | None: ...


Lookup = Callable[[Literal["phone", "email"], str], Awaitable[Account | None]]
"""``(kind, address)``: phone or email."""


class Files(Protocol):
    """``api.ticket_files``."""

    @property
    def max_bytes(self) -> int: ...

    def upload_path(self) -> Path: ...

    async def keep(self, name: str, content: Path | bytes, by: Actor = ..., *, file_id: UUID | None = ...) -> Any: ...


Sent = UUID | PayLaterError | None
"""The file of an event, taken in; or why it is not; None: there is none."""


class Link(NamedTuple):
    """The link that an event came by, and the request of ours that the other desk knows."""

    id: UUID
    name: str
    settings: LinkSettings
    issue_id: UUID | None = None

    def actor(self, name: str | None = None, who: Who = Who.LINK) -> FromLink:
        return FromLink(who=who, name=name or self.name, link_id=self.id, issue_id=self.issue_id)

    def state(self, word: str) -> State | None:
        """Our state for their word."""
        found = mapping.inward(self.settings.states, self.settings.states_in, word)
        if found is None and word in list(State):
            found = word
        return None if found is None else State(found)


class Applying:
    """On the caller's connection, within its transaction; the ticket is held."""

    def __init__(self, store: InStore, core: TicketCore, files: Files, find_account: Lookup) -> None:
        self._store = store
        self._core = core
        self._files = files
        self._find_account = find_account

    async def apply(self, connection: Any, link: Link, event: Event, ticket: Ticket, pair: Pair, sent: Sent) -> str:
        """What became of it. ``ticket``: of the pair, or that which it was merged into."""
        merged = pair.ticket_id != ticket.id
        if event.kind == "file" and event.file is not None:
            return await self._attach(connection, link, event, event.file, ticket, sent)
        leads = not merged or await self._store.leads(connection, link.id, ticket.id, pair.ticket_id)
        if event.comment is not None and event.kind == "comment":
            return await self._say(connection, link, event, ticket, leads)
        if event.kind == "status" and event.state is not None:
            return await self._set_state(connection, link, event, event.state, ticket, pair) if leads else "merged"
        if event.kind == "fields" and merged:
            return "merged"
        if event.kind == "fields":
            return await self._set_fields(connection, link, event, ticket, pair)
        return "known"

    async def keep(self, link: Link, event: Event, file: Path | bytes | None, place: UUID | None) -> Sent:
        """Takes the file of an event for the request ``place`` in, before anything is held: its scanner may take a
        while. What no request gets is forgotten with other uploads that nobody sent."""
        if event.kind != "file" or event.file is None:
            return None
        content = events.content(event.file) if file is None else file
        if content is None:
            return None
        try:
            kept = await self._files.keep(
                event.file.name, content, link.actor(), file_id=_file_id(link, place, event.file.id)
            )
        except (InvalidInput, TooLarge) as exc:
            return exc
        return UUID(str(kept.id))

    async def new_ticket(self, connection: Any, link: Link, event: Event, ticket_id: UUID) -> NewTicket:
        """The request to open for one that was opened there."""
        fields, author = event.fields, event.fields.author
        account: Account | None = None
        if author.email:
            account = await self._find_account("email", author.email)
        if author.phone and account is None:
            account = await self._find_account("phone", author.phone)
        about = ", ".join(text for text in (author.account, author.outlet) if text)
        name = author.name or ""
        number = event.ticket.number if event.ticket else None
        return NewTicket(
            id=ticket_id,
            channel="link",
            subject=(fields.subject or "").strip() or f"{link.name} {number or ''}".strip(),
            description=fields.description or "",
            author_name=f"{name} ({about})" if name and about else name or about,
            author_email=author.email or "",
            author_phone=author.phone or "",
            category_id=await self._category(connection, link, fields.category) or link.settings.category_id,
            priority=self._priority(link, fields.priority),
            external_id=None if number is None else str(number),
            language="en" if fields.language == "en" else "ru",
            account_id=account.parent_id if account else None,
            author_account_id=account.account_id if account else None,
            outlet_id=account.outlet_id if account else None,
        )

    async def move(self, connection: Any, link: Link, ticket_id: UUID, to: State) -> None:
        """By the moves that lead there. Raises Conflict."""
        ticket = await self._core.get(connection, ticket_id)
        for step in steps(ticket.state, to):
            await self._core.move(connection, ticket_id, step, link.actor())

    async def _say(self, connection: Any, link: Link, event: Event, ticket: Ticket, leads: bool) -> str:
        comment = event.comment
        assert comment is not None
        if link.settings.own_author and comment.name == link.settings.own_author:
            return "ignored"
        # What a client said is a client's word here too; where it leads, the other desk tells by an event of its own.
        of_client = comment.public and comment.author == "client"
        message = NewMessage(
            id=_comment_id(link, ticket.id, comment.id or event.event_id),
            body=comment.text,
            public=comment.public,
            channel="link",
            state=ticket.state if of_client and leads else None,
        )
        by = link.actor(comment.name, Who.CLIENT if of_client else Who.LINK)
        await self._core.say(connection, ticket.id, message, by)
        return "ok"

    async def _set_state(self, connection: Any, link: Link, event: Event, word: str, ticket: Ticket, pair: Pair) -> str:
        to, owner = link.state(word), Side.HERE if pair.owned else Side.THERE
        if to is None:
            await self._remark(connection, link, event, ticket, _REFUSED, what=f"«{word}»", why="unknown state")
            return "unknown_state"
        clocks = write_state(msgspec.convert(pair.clocks, Clocks), to, Stamp(event.at, Side.THERE), owner)
        await self._store.set_clocks(connection, link.id, ticket.id, clocks)
        should = result(clocks, owner)
        if should is not to and not {should, to} <= WORKING:
            at = event.at.strftime("%Y-%m-%d %H:%M:%S UTC")
            await self._remark(connection, link, event, ticket, _LATE, word=word, at=at)
            return "late"
        if not steps(ticket.state, should):
            return "same"
        try:
            async with connection.transaction():
                await self.move(connection, link, ticket.id, should)
        except Conflict as exc:
            await self._remark(connection, link, event, ticket, _REFUSED, what=f"«{word}»", why=exc.detail)
            return "refused"
        return "ok"

    async def _set_fields(self, connection: Any, link: Link, event: Event, ticket: Ticket, pair: Pair) -> str:
        fields, owner = event.fields, Side.HERE if pair.owned else Side.THERE
        given: dict[str, Any] = {
            "subject": (fields.subject or "").strip() or None,
            "priority": self._priority(link, fields.priority),
            "category": await self._category(connection, link, fields.category),
        }
        names = [name for name, value in given.items() if value is not None]
        clocks = msgspec.convert(pair.clocks, Clocks)
        clocks, won = write_fields(clocks, names, Stamp(event.at, Side.THERE), owner)
        await self._store.set_clocks(connection, link.id, ticket.id, clocks)
        columns = {"category_id" if name == "category" else name: given[name] for name in won}
        try:
            async with connection.transaction():
                await self._core.edit(connection, ticket.id, Edit(**columns), link.actor())
        except (Conflict, InvalidInput) as exc:
            await self._remark(connection, link, event, ticket, _REFUSED, what=", ".join(columns), why=exc.detail)
            return "refused"
        return "ok" if won or not names else "late"

    async def _attach(
        self, connection: Any, link: Link, event: Event, file: SentFile, ticket: Ticket, sent: Sent
    ) -> str:
        if sent is None:
            raise InvalidInput("The file is missing", [{"path": "body.file", "message": "Send its content"}])
        if isinstance(sent, PayLaterError):
            # Sent again it would be refused again; who works on the request knows that there is something.
            await self._remark(connection, link, event, ticket, _REFUSED, what=file.name, why=sent.detail)
            return "refused"
        message_id: UUID | None = _comment_id(link, ticket.id, file.comment_id) if file.comment_id else None
        if message_id and await self._store.ticket_of_message(connection, message_id) != ticket.id:
            message_id = None
        name = await self._store.attach(connection, sent, ticket.id, message_id, file.public)
        if name is not None:
            data = {"file_id": sent, "name": name, "public": file.public}
            await self._core.note(connection, ticket.id, "file", link.actor(), data, message_id)
        return "ok"

    async def _remark(
        self, connection: Any, link: Link, event: Event, ticket: Ticket, texts: dict[str, str], **words: str
    ) -> None:
        """An internal note of what was not applied."""
        body = texts[ticket.language].format(**words)
        message = NewMessage(
            id=uuid5(link.id, f"remark:{event.event_id}"), body=body, public=False, channel="link", state=ticket.state
        )
        await self._core.say(connection, ticket.id, message, link.actor())

    def _priority(self, link: Link, word: str | None) -> Priority | None:
        if not word:
            return None
        found: Priority | None = mapping.inward(link.settings.priorities, link.settings.priorities_in, word)
        return found or next((ours for ours in _PRIORITIES if ours == word), None)

    async def _category(self, connection: Any, link: Link, word: str | None) -> UUID | None:
        if not word:
            return None
        found: UUID | None = mapping.inward(link.settings.categories, link.settings.categories_in, word)
        return found or await self._store.category_named(connection, word)


# A desk that knows several requests which are one here tells it once in each; here it is there once.
def _file_id(link: Link, ticket_id: UUID | None, file_id: str) -> UUID:
    return uuid5(link.id, f"file:{ticket_id}:{file_id}")


def _comment_id(link: Link, ticket_id: UUID, comment_id: str) -> UUID:
    return uuid5(link.id, f"comment:{ticket_id}:{comment_id}")
