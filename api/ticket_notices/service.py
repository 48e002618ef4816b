"""Letters that tell of requests: written in the transaction of the event, sent by the outbox."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.mail.model import Letter
from api.mail.sender import own_address, own_domain
from api.mail.store import MailStore
from api.ticket_mail.deciding import token_text
from api.ticket_notices import texts
from api.ticket_notices.store import NoticeStore, Reader
from api.ticket_notices.telling import Telling, tellings
from api.tickets.model import Happening, Ticket
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings

_OF_USE = timedelta(days=3)
_REFERENCES = 850
"""Characters of References: one line of a header holds 998."""
_LONGEST_ID = 200


class _Coming(NamedTuple):
    letter_id: str
    address: str
    silent: bool


_coming: ContextVar[_Coming | None] = ContextVar("coming", default=None)


@contextmanager
def letter_coming(letter_id: str, address: str, silent: bool) -> Iterator[None]:
    """What happens to requests meanwhile comes from this letter to the mailbox ``address``; letters about it answer
    that, and are answered there. ``silent``: clients are not written to, for who wrote it is not sure."""
    token = _coming.set(_Coming(letter_id, address, silent))
    try:
        yield
    finally:
        _coming.reset(token)


class Notices:
    """A reactor of requests. Nobody is told of what they did themselves, but that their request has arrived."""

    def __init__(self, store: NoticeStore, mails: MailStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._mails = mails
        self._settings = settings
        self._clock = clock
        self._domain = own_domain(settings)
        self._own = own_address(settings)

    async def on_event(self, connection: Any, happening: Happening) -> None:
        told: set[str] = set()
        coming = _coming.get()
        for telling in tellings(happening):
            if coming is not None and coming.silent:
                telling = telling._replace(clients=False)
            readers = await self._readers(connection, happening, telling)
            readers = [reader for reader in _distinct(readers) if reader.email not in told]
            if not readers:
                continue
            own = await self._store.addresses(connection) | {self._own}
            box = coming.address if coming else await self._store.mailbox(connection, happening.after)
            thread = [coming.letter_id] if coming else []
            thread += await self._store.threads(connection, happening.after.id)
            for reader in readers:
                if reader.email not in own:
                    told.add(reader.email)
                    await self._write(connection, happening, telling, reader, box, thread)

    async def _readers(self, connection: Any, happening: Happening, telling: Telling) -> list[Reader]:
        ticket, found = happening.after, []
        if telling.clients:
            found += await self._store.clients(connection, ticket.id)
        if telling.staff:
            staff = await self._store.staff(connection, ticket)
            if telling.line and ticket.assignee_id is None:
                staff += await self._store.people_of_line(connection, ticket.line)
            if telling.occasion == "assigned":
                staff = [reader for reader in staff if reader.user_id == ticket.assignee_id]
            found += staff
        if telling.occasion == "opened":
            # Who has opened it gets its number.
            return found
        by = happening.by
        speaker = ticket.author_email.lower() if _speaks_as_author(happening) else None
        return [
            reader
            for reader in found
            if not (by.user_id is not None and reader.user_id == by.user_id)
            and not (by.account_id is not None and reader.account_id == by.account_id)
            and reader.email != speaker
        ]

    async def _write(
        self,
        connection: Any,
        happening: Happening,
        telling: Telling,
        reader: Reader,
        box: str | None,
        thread: Sequence[str],
    ) -> None:
        ticket, now = happening.after, self._clock.now()
        letter_id = f"<ticket-{ids.new_id(now)}@{self._domain}>"
        headers = {"Message-ID": letter_id, **answering(thread)}
        if box is not None:
            headers["Reply-To"] = box
        if happening.message is not None and telling.occasion in ("answered", "client_said"):
            # A person's words: RFC 3834 keeps "auto-generated" for what no person wrote. Machines still keep quiet.
            headers["Auto-Submitted"] = "no"
        with_files = telling.occasion in ("answered", "client_said")
        letter = Letter(
            recipient=reader.email,
            subject=subject(ticket),
            text=texts.letter(telling.occasion, reader.language, self._words(happening, telling, reader, box)),
            expires_at=now + _OF_USE,
            headers=headers,
            files=happening.file_ids if with_files else (),
        )
        await self._store.thread(connection, letter_id, ticket.id, now)
        await self._mails.put(connection, letter, now)

    def _words(self, happening: Happening, telling: Telling, reader: Reader, box: str | None) -> texts.Words:
        ticket, data = happening.after, happening.event.data
        until = ticket.confirm_until if telling.occasion == "solved" else _time(data.get("due_at"))
        base = self._settings.public_url.rstrip("/")
        # Who has no account can't open the page of a request.
        at = f"/panel/desk/{ticket.id}" if reader.user_id else f"/support/requests/{ticket.id}"
        message = happening.message
        return texts.Words(
            number=ticket.number,
            subject=ticket.subject,
            said=message.body if message else "",
            author=message.author_name if message else "",
            target=str(data.get("target", "")),
            until=_shown(until, reader.timezone or self._settings.timezone) if until else "",
            link=base + at if base and (reader.user_id or reader.account_id) else "",
            by_mail=box is not None and reader.user_id is None,
        )


def subject(ticket: Ticket) -> str:
    """The same for all letters of a request, with the token that answers are known by."""
    return f"{texts.one_line(ticket.subject)[:150]} {token_text(ticket.number, ticket.mail_token)}"


def answering(thread: Sequence[str]) -> dict[str, str]:
    """In-Reply-To and References; ``thread``: ids of earlier letters, the newest first."""
    usable = [letter_id for letter_id in thread if len(letter_id) <= _LONGEST_ID and letter_id.isascii()]
    usable = [letter_id for letter_id in usable if not letter_id.startswith("<sha256-")]
    if not usable:
        return {}
    kept, length = [], 0
    for letter_id in usable:
        length += len(letter_id) + 1
        if length > _REFERENCES:
            break
        kept.append(letter_id)
    return {"In-Reply-To": usable[0], "References": " ".join(reversed(kept))}


def _speaks_as_author(happening: Happening) -> bool:
    """Whether it was the request's author, known by an address alone, who did this."""
    by, ticket = happening.by, happening.after
    return by.who == "client" and by.user_id is None and by.account_id is None and ticket.author_account_id is None


def _distinct(readers: Iterable[Reader]) -> list[Reader]:
    found: dict[str, Reader] = {}
    for reader in readers:
        found.setdefault(reader.email, reader)
    return list(found.values())


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _shown(at: datetime, timezone: str) -> str:
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M} ({zone.key})"
