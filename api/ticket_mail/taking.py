"""One letter that came in: read, judged, and in one transaction noted and made a request, or a word on one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import prometheus_client

from api.letters.authenticity import Found
from api.letters.bounces import Bounce
from api.letters.reading import Enclosed, Letter, Limits, Unreadable, read, subject_without_prefixes
from api.mail.sender import own_address, own_domain
from api.mailboxes.model import Access
from api.ticket_files.service import FilesService
from api.ticket_mail import deciding
from api.ticket_mail.deciding import Author, Speech, Verdict
from api.ticket_mail.model import Outcome, Place, Told
from api.ticket_mail.store import LetterStore
from api.tickets.core import TicketCore
from api.tickets.model import SYSTEM, Actor, NewMessage, NewTicket
from api.tickets.states import Who
from engine.core import db, ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import InvalidInput, PayLaterError, Unavailable

_log = log.get("api.ticket_mail")
Language = Literal["ru", "en"]
Lookup = Callable[[Literal["phone", "email"], str], Awaitable[Author | None]]
Coming = Callable[[str, str, bool], AbstractContextManager[None]]
WRONG_TOKEN = "wrong token"
_UNVERIFIED = "sender not verified"
LETTERS = prometheus_client.Counter("paylater_letters_received_total", "Letters of mailboxes", ["verdict"])
FORGED = prometheus_client.Counter("paylater_letter_tokens_refused_total", "Wrong request tokens in letters")
_NO_SUBJECT = {"ru": "Письмо без темы", "en": "A letter without a subject"}
_NO_TEXT = {"ru": "(письмо без текста)", "en": "(a letter without text)"}
_NOT_TAKEN = {"ru": "[Файл «{}» не принят: {}]", "en": "[The file “{}” was not taken: {}]"}


class Taking:
    """Takes letters. ``lookup``: whose an address is; ``coming``: letters written meanwhile answer the one named, or
    are not written to clients at all."""

    def __init__(
        self,
        store: LetterStore,
        core: TicketCore,
        files: FilesService,
        lookup: Lookup,
        coming: Coming,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._core = core
        self._files = files
        self._lookup = lookup
        self._coming = coming
        self._settings = settings
        self._clock = clock
        self._limits = Limits(settings.letter_parts_max, settings.letter_text_max)
        self._own_ids = "@" + own_domain(settings)

    async def take(self, box: Access, place: Place, size: int, data: bytes) -> Outcome:
        """``data``: all of the letter, or its beginning where ``size`` is over the limit. Taken twice it is one.

        Raises:
            Unavailable, or a fault of the driver: the database is away, and the letter waits.
        """
        if await self._store.is_taken(place):
            await self._store.skip(place)
            return Outcome(Verdict.REPEATED)
        try:
            # Reading is work of the processor alone, bounded by the letter's size.
            letter = await asyncio.to_thread(read, data, self._limits)
        except Unreadable as exc:
            return await self._noted(place, Told(), Outcome(Verdict.UNREADABLE, str(exc)))
        doubt = deciding.doubt(letter, box.authserv_id)
        told = Told(letter.letter_id, letter.sender, letter.subject, unverified=doubt is not None)
        if size > self._settings.letter_max_bytes:
            return await self._noted(place, told, Outcome(Verdict.UNREADABLE, f"it is larger than {size} bytes"))
        bounce = letter.bounce
        ours = bounce is not None and deciding.is_ours(bounce.letter_id, self._own_ids)
        if not ours and (refused := await self._refusal(letter, told)) is not None:
            return await self._noted(place, told, refused)
        try:
            if ours and bounce is not None:
                return await self._came_back(place, told, bounce)
            return await self._taken(box, place, told, letter, doubt)
        except Exception as exc:
            fault = exc if isinstance(exc, PayLaterError) else db.fault_of(exc)
            if isinstance(fault, Unavailable):
                raise
            # A letter that can't be taken for whatever reason stops no other.
            _log.exception("letter_not_taken", mailbox=str(place.mailbox_id), uid=place.uid)
            return await self._noted(place, told, Outcome(Verdict.UNREADABLE, f"it could not be taken: {fault or exc}"))

    async def _refusal(self, letter: Letter, told: Told) -> Outcome | None:
        """Machines, loops, floods, those who guess tokens."""
        own = await self._store.own_addresses() | {own_address(self._settings)}
        if (why := deciding.loop(letter, own, self._own_ids)) is not None:
            return Outcome(Verdict.LOOP, why)
        if (why := deciding.automatic(letter)) is not None:
            return Outcome(Verdict.AUTOMATIC, why)
        if not letter.sender:
            return Outcome(Verdict.REFUSED, "no sender that could be answered")
        letters, forged = await self._store.sender_counts(told, self._clock.now() - timedelta(hours=1))
        if forged >= self._settings.letters_forged_hour:
            return Outcome(Verdict.REFUSED, "too many wrong tokens within an hour")
        if letters >= self._settings.letters_sender_hour:
            return Outcome(Verdict.LOOP, "too many letters of this sender within an hour")
        return None

    async def _came_back(self, place: Place, told: Told, bounce: Bounce) -> Outcome:
        """A letter of ours that was not delivered: told in its request's history, once, and nowhere else."""
        outcome = Outcome(Verdict.AUTOMATIC, f"a letter of ours was not delivered: {bounce.status}")
        async with self._core.change() as connection:
            if await self._store.came_before(connection, told.letter_id):
                outcome = Outcome(Verdict.REPEATED)
            elif (ticket_id := await self._store.of_letters(connection, [bounce.letter_id])) is not None:
                ticket = await self._core.get(connection, ticket_id)
                ticket_id = ticket.merged_into_id or ticket.id
                outcome = outcome._replace(ticket_id=ticket_id)
                if not await self._store.has_bounced(connection, ticket_id, bounce.letter_id):
                    data = {**bounce._asdict(), "public": False}
                    await self._core.note(connection, ticket_id, "bounced", SYSTEM, data)
            if not await self._store.note(connection, place, told, outcome, self._clock.now()):
                raise _TakenMeanwhile
        LETTERS.labels(outcome.verdict).inc()
        return outcome

    async def _taken(self, box: Access, place: Place, told: Told, letter: Letter, doubt: Found | None) -> Outcome:
        now = self._clock.now()
        author = await self._lookup("email", letter.sender)
        language = deciding.language_of(f"{letter.subject} {letter.text}")
        # Kept before the transaction, which no scanner should hold up; what is not attached in it is purged later.
        file_ids, lines = await self._keep(letter.files, language)
        text = "\n\n".join(part for part in (letter.text or ("" if file_ids else _NO_TEXT[language]), lines) if part)
        word = _Word(letter, author, text, file_ids, language, doubt)
        async with self._core.change() as connection:
            if await self._store.came_before(connection, letter.letter_id):
                outcome = Outcome(Verdict.REPEATED)
            elif await self._store.is_ours(connection, letter.letter_id):
                outcome = Outcome(Verdict.LOOP, "a letter of ours")
            else:
                with self._coming(letter.letter_id, box.address, doubt is not None):
                    outcome = await self._placed(connection, box, word)
            if not await self._store.note(connection, place, told, outcome, now):
                raise _TakenMeanwhile
            if outcome.ticket_id is not None:
                await self._store.thread(connection, letter.letter_id, outcome.ticket_id, now)
        LETTERS.labels(outcome.verdict).inc()
        return outcome

    async def _placed(self, connection: Any, box: Access, word: "_Word") -> Outcome:
        """A word on the request that it belongs to, else a request."""
        letter = word.letter
        ticket_id, by_token = None, False
        if (token := deciding.token_in(letter.subject)) is not None:
            named = await self._store.by_number(connection, token.number)
            # Compared with something in any case: time must not tell which numbers there are.
            fits = deciding.fits(token, named[1] if named else "0" * deciding.TOKEN_LENGTH)
            if named is None or not fits:
                FORGED.inc()
                return Outcome(Verdict.REFUSED, WRONG_TOKEN)
            ticket_id, by_token = named[0], True
        elif letter.answers:
            ticket_id = await self._store.of_letters(connection, letter.answers)
        if ticket_id is not None:
            standing = await self._store.standing(connection, ticket_id)
            doubted = word.doubt is not None
            speech = deciding.speech(letter, word.author, standing, by_token=by_token, doubted=doubted)
            if speech is not Speech.STRANGER:
                return await self._join(connection, ticket_id, word, public=speech is Speech.CLIENT)
        if word.author is None and not box.strangers:
            return Outcome(Verdict.REFUSED, "the sender is no client")
        return await self._open(connection, box, word)

    async def _join(self, connection: Any, ticket_id: UUID, word: "_Word", *, public: bool) -> Outcome:
        letter, author = word.letter, word.author
        name = letter.sender_name or (author.name if author and not word.doubt else "") or letter.sender
        by = Actor(Who.CLIENT, name, account_id=author.account_id if author else None)
        if not public:
            by = Actor(Who.SYSTEM, f"{name} <{letter.sender}>" if name != letter.sender else name)
        message = NewMessage(
            id=ids.new_id(self._clock.now()), body=word.text, public=public, channel="email", file_ids=word.file_ids
        )
        said = await self._core.say(connection, ticket_id, message, by)
        await self._tell_doubt(connection, said.ticket_id, word, said.id)
        reason = "" if public else "internal note"
        if word.doubt is not None:
            reason += f", {_UNVERIFIED}"
        return Outcome(Verdict.JOINED, reason, said.ticket_id, said.id)

    async def _open(self, connection: Any, box: Access, word: "_Word") -> Outcome:
        letter, language = word.letter, word.language
        # Whose the address is says nothing of who wrote.
        author = word.author if word.doubt is None else None
        subject = deciding.without_token(subject_without_prefixes(letter.subject)) or _NO_SUBJECT[language]
        name = letter.sender_name or (author.name if author else "")
        new = NewTicket(
            id=ids.new_id(self._clock.now()),
            channel="email",
            subject=subject[:200],
            description=word.text,
            account_id=author.parent_id if author else None,
            author_account_id=author.account_id if author else None,
            outlet_id=author.outlet_id if author else None,
            author_name=name,
            author_email=letter.sender,
            category_id=await self._store.category(connection, box.category_id),
            language=language,
            file_ids=word.file_ids,
        )
        by = Actor(Who.CLIENT, name or letter.sender, account_id=author.account_id if author else None)
        ticket = await self._core.open(connection, new, by)
        await self._tell_doubt(connection, ticket.id, word, None)
        return Outcome(Verdict.OPENED, _UNVERIFIED if word.doubt else "", ticket.id)

    async def _tell_doubt(self, connection: Any, ticket_id: UUID, word: "_Word", message_id: UUID | None) -> None:
        if word.doubt is not None:
            data = {"sender": word.letter.sender, "said": word.doubt.said, "public": False}
            await self._core.note(connection, ticket_id, "unverified", SYSTEM, data, message_id)

    async def _keep(self, enclosed: Iterable[Enclosed], language: str) -> tuple[list[UUID], str]:
        """Ids of the files that were taken, and a line for each that was not."""
        kept: list[UUID] = []
        lines = []
        for number, file in enumerate(enclosed):
            try:
                if number >= self._settings.ticket_files_at_once:
                    raise InvalidInput(f"at most {self._settings.ticket_files_at_once} files")
                kept.append((await self._files.keep(file.name, file.data)).id)
            except PayLaterError as exc:
                lines.append(_NOT_TAKEN[language].format(file.name[:100], exc.detail))
        return kept, "\n".join(lines[:20])

    async def _noted(self, place: Place, told: Told, outcome: Outcome) -> Outcome:
        async with self._core.change() as connection:
            await self._store.note(connection, place, told, outcome, self._clock.now())
        LETTERS.labels(outcome.verdict).inc()
        return outcome


class _Word(NamedTuple):
    """A letter as it is taken. ``author``: whose the sender's address is; ``doubt``: who wrote is not sure."""

    letter: Letter
    author: Author | None
    text: str
    file_ids: list[UUID]
    language: Language
    doubt: Found | None


class _TakenMeanwhile(PayLaterError):
    """Another process was faster; nothing of this transaction stays."""

    code = "unavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__("The letter was taken by another process")
