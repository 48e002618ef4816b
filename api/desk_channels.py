"""The ways by which requests come in and letters go out, joined: files, mailboxes, letters, calls."""

from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from api.clients.lookup import AccountLookup
from api.clients.store import ClientStore
from api.history.service import HistoryService
from api.history.store import HistoryStore
from api.mail.store import MailStore
from api.mailboxes import http as mailboxes_http
from api.mailboxes.service import MailboxesService
from api.mailboxes.store import MailboxStore
from api.telephony.service import TelephonyService
from api.telephony.store import TelephonyStore
from api.ticket_calls import http as calls_http
from api.ticket_calls.missed import MissedToTickets
from api.ticket_calls.service import FromCallService, Sources
from api.ticket_calls.store import CallTicketStore
from api.ticket_files import http as files_http
from api.ticket_files.service import FilesService
from api.ticket_files.store import FileStore
from api.ticket_mail import http as letters_http
from api.ticket_mail.deciding import Author
from api.ticket_mail.store import LetterStore
from api.ticket_mail.taking import Lookup, Taking
from api.ticket_mail.worker import MailIn
from api.ticket_notices.service import Notices, letter_coming
from api.ticket_notices.store import NoticeStore
from api.tickets.core import TicketCore
from api.tickets.model import Reactor
from api.transcripts.service import TranscriptsService
from api.transcripts.store import TranscriptsStore
from api.web.route import Route
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.seal import Seal


class Channels(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then; ``files`` gives letters the files that they name."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]
    files: FilesService


def join(settings: Settings, pool: ScopedPool, core: TicketCore, reactors: list[Reactor], clock: Clock) -> Channels:
    """All of it; within a running loop. Limits of files and notices by letter become reactors of requests."""
    seal, lookup = Seal(settings), _lookup(pool)
    files = FilesService(FileStore(pool), settings, clock)
    calls = CallTicketStore(pool)
    sources = Sources(
        HistoryService(HistoryStore(pool), settings, clock),
        TranscriptsService(TranscriptsStore(pool), clock).of_call,
        lookup,
    )
    rows = TelephonyService(TelephonyStore(pool), settings, clock)
    missed = MissedToTickets(calls, core, lookup, settings, clock)
    reactors.append(files)
    reactors.append(Notices(NoticeStore(), MailStore(pool.plain, seal), settings, clock))
    letters = LetterStore(pool.plain, settings)
    mail_in = MailIn(
        letters, Taking(letters, core, files, lookup, letter_coming, settings, clock), seal, settings, clock
    )
    return Channels(
        routes=[
            *files_http.routes(files),
            *mailboxes_http.routes(MailboxesService(MailboxStore(pool), seal, settings, clock)),
            *letters_http.routes(letters),
            *calls_http.routes(FromCallService(calls, core, sources, settings), rows),
        ],
        work=[mail_in.listen, mail_in.work, missed.listen, missed.work],
        clean=[files.clean, mail_in.clean],
        files=files,
    )


def _lookup(pool: ScopedPool) -> Lookup:
    """Whose an address is, as letters and calls ask it."""
    accounts = AccountLookup(ClientStore(pool))

    async def by_address(kind: Literal["phone", "email"], address: str) -> Author | None:
        known = await accounts.by_address(kind, address)
        return known and Author(known.account_id, known.parent_id, known.outlet_id, known.name)

    return by_address
