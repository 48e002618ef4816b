"""The parts of the desk, joined: history, reports, wallboard, missed calls, contacts."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

from api.answers import http as answers_http
from api.answers.service import AnswerService
from api.answers.store import AnswerStore
from api.auth.seal import Seal
from api.calls.orders import CallOrder
from api.calls.service import CallsService
from api.contacts import http as contacts_http
from api.contacts import numbers
from api.contacts.favourites import FavouritesService
from api.contacts.service import ContactsService
from api.contacts.store import ContactsStore
from api.history import http as history_http
from api.history.service import HistoryService
from api.history.store import HistoryStore
from api.mail.store import MailStore
from api.missed import http as missed_http
from api.missed.digest import Digests
from api.missed.service import Dial, MissedService
from api.missed.store import MissedStore
from api.reports import http as reports_http
from api.reports.service import ReportsService
from api.reports.store import ReportStore
from api.speech_search import http as speech_search_http
from api.speech_search.service import SpeechSearchService
from api.speech_search.store import SpeechSearchStore
from api.transcription import http as transcription_http
from api.transcription.service import TranscriptionService
from api.transcription.store import TranscriptionStore
from api.transcripts import http as transcripts_http
from api.transcripts.service import TranscriptsService
from api.transcripts.store import TranscriptsStore
from api.wallboard import http as wallboard_http
from api.wallboard.service import WallboardService
from api.wallboard.store import WallboardStore
from api.web.route import Identity, Route
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings


class Desk(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, calls: CallsService, clock: Clock) -> Desk:
    """All of it."""
    history = HistoryService(HistoryStore(pool), settings, clock)
    facts = ReportStore(pool, settings.report_statement_seconds)
    reports = ReportsService(facts, settings, clock)
    wallboard = WallboardService(WallboardStore(pool), facts, settings, clock)
    missed = MissedService(MissedStore(pool), _dialler(calls), settings, clock)
    mails = MailStore(pool.plain, Seal(settings))
    digests = Digests(MissedStore(pool.plain), mails, numbers.shown, settings, clock)
    directory = ContactsStore(pool)
    contacts, favourites = ContactsService(directory, settings, clock), FavouritesService(directory, settings)
    return Desk(
        routes=[
            *history_http.routes(history),
            *answers_http.routes(AnswerService(AnswerStore(pool), settings.recordings)),
            *transcripts_http.routes(TranscriptsService(TranscriptsStore(pool), clock)),
            *speech_search_http.routes(SpeechSearchService(SpeechSearchStore(pool))),
            *transcription_http.routes(TranscriptionService(TranscriptionStore(pool), clock)),
            *reports_http.routes(reports),
            *wallboard_http.routes(wallboard),
            *missed_http.routes(missed),
            *contacts_http.routes(contacts, favourites, settings.contacts_import_max_bytes),
        ],
        work=[digests.work],
        clean=[missed.clean],
    )


def _dialler(calls: CallsService) -> Dial:
    """Click-to-call as others use it: rings a user's extension, then the number."""

    async def dial(identity: Identity, extension: str, number: str) -> UUID:
        return await calls.originate(CallOrder(from_extension=extension, to=number), identity)

    return dial
