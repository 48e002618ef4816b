"""The parts of the service desk, joined: clients, tickets, promises, letters, the link, surveys, analysis."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from api import desk_channels, desk_tickets
from api.accounts.store import AccountsStore
from api.analysis import http as analysis_http
from api.analysis.orders import OrdersService, Postman
from api.analysis.service import AnalysisService
from api.analysis.store import AnalysisStore, OrderStore
from api.auth.seal import Seal
from api.client_data import http as client_data_http
from api.client_data.export import ExportService
from api.client_data.service import ClientDataService
from api.client_data.store import DataStore
from api.clients import http as clients_http
from api.clients.lookup import AccountLookup
from api.clients.people import People, WriteLink
from api.clients.service import ClientsService
from api.clients.store import ClientStore
from api.desk_link import parts as desk_link
from api.mail.store import MailStore
from api.portal import http as portal_http
from api.portal.people import PortalPeople
from api.portal.service import PortalService
from api.portal.store import PortalStore
from api.problems import http as problems_http
from api.problems.service import ProblemsService
from api.problems.store import ProblemStore
from api.problems.telling import Telling
from api.problems.telling_store import TellingStore
from api.registrations import http as registrations_http
from api.registrations.service import RegistrationsService
from api.registrations.store import RegistrationStore
from api.sla import http as sla_http
from api.sla.ageing import Ageing
from api.sla.reactor import Promises
from api.sla.service import SlaService
from api.sla.store import PromiseStore, SlaStore
from api.support_reports import http as support_reports_http
from api.support_reports.service import SupportReportsService
from api.support_reports.store import SupportReportStore
from api.surveys import http as surveys_http
from api.surveys.asking import Asking
from api.surveys.service import AskAfterClosing, SurveysService
from api.surveys.store import SurveyStore
from api.telephony.service import TelephonyService
from api.telephony.store import TelephonyStore
from api.ticket_files.service import FilesService
from api.ticket_files.store import FileStore
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.lists import TicketLists
from api.tickets.model import Reactor
from api.web.route import Route
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings


class ServiceDesk(NamedTuple):
    """``core`` changes requests; ``work`` runs while the api does, ``clean`` now and then."""

    core: TicketCore
    files: FilesService
    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, write_link: WriteLink, clock: Clock) -> ServiceDesk:
    """All of it; within a running loop. ``write_link`` invites people of clients."""
    reactors: list[Reactor] = []  # who hears of every event of a request, in this order
    core = TicketCore(CoreStore(pool.plain), reactors, settings, clock)
    routes: list[Route] = []
    work: list[Work] = []
    clean: list[Callable[[], Awaitable[None]]] = []
    rows = TelephonyService(TelephonyStore(pool), settings, clock)
    clients = _client_accounts(settings, pool, write_link, clock)
    parts = [
        _clients(settings, pool, core, clients, clock),
        _promises(settings, pool, core, reactors, clock),
        _problems(settings, pool, core, clock),
        _support_reports(settings, pool, clock),
        _analysis(settings, pool, clock),
        _surveys(settings, pool, core, reactors, rows, clock),
        _desk_link(settings, pool, core, reactors, clock),
    ]
    channels = desk_channels.join(settings, pool, core, reactors, clock)
    tickets = desk_tickets.join(settings, pool, core, rows, clock)
    for part in (*parts, Part(*tickets), Part(channels.routes, channels.work, channels.clean)):
        routes += part.routes
        work += part.work
        clean += part.clean
    return ServiceDesk(core, channels.files, routes, work, clean)


class Part(NamedTuple):
    """What one domain adds."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def _client_accounts(settings: Settings, pool: ScopedPool, write_link: WriteLink, clock: Clock) -> ClientsService:
    store, mails = ClientStore(pool), MailStore(pool.plain, Seal(settings))
    people = People(store, AccountsStore(pool.plain), mails, write_link, settings, clock)
    return ClientsService(store, people, settings, clock)


def _clients(settings: Settings, pool: ScopedPool, core: TicketCore, clients: ClientsService, clock: Clock) -> Part:
    registrations = RegistrationsService(RegistrationStore(pool), clients, settings, clock)
    seen, whole = PortalStore(pool), DataStore(pool)
    portal = PortalService(seen, TicketLists(pool.plain), core, clock)
    people = PortalPeople(seen, clients, settings, clock)
    data, exports = ClientDataService(whole, clients, settings, clock), ExportService(whole, settings, clock)
    routes = [
        *clients_http.routes(clients),
        *registrations_http.routes(registrations),
        *portal_http.routes(portal, people),
        *client_data_http.routes(data, exports, people),
    ]
    return Part(routes, [], [registrations.clean])


def _promises(settings: Settings, pool: ScopedPool, core: TicketCore, reactors: list[Reactor], clock: Clock) -> Part:
    store = PromiseStore(pool.plain)
    promises = Promises(store, core)
    reactors.append(promises)
    ageing = Ageing(store, promises, core, settings, clock)
    service = SlaService(SlaStore(pool), store, settings, clock)
    return Part(sla_http.routes(service), [ageing.listen, ageing.work], [])


def _problems(settings: Settings, pool: ScopedPool, core: TicketCore, clock: Clock) -> Part:
    telling = Telling(TellingStore(pool.plain), core, settings, clock)
    service = ProblemsService(ProblemStore(pool), core, clock)
    return Part(problems_http.routes(service), [telling.listen, telling.work], [])


def _support_reports(settings: Settings, pool: ScopedPool, clock: Clock) -> Part:
    store = SupportReportStore(pool.plain, settings.report_statement_seconds)
    return Part(support_reports_http.routes(SupportReportsService(store, settings, clock)), [], [])


def _analysis(settings: Settings, pool: ScopedPool, clock: Clock) -> Part:
    facts, store = AnalysisStore(pool), OrderStore(pool.plain)
    analyses = AnalysisService(facts, settings, clock)
    orders = OrdersService(facts, store, settings, clock)
    postman = Postman(store, analyses, MailStore(pool.plain, Seal(settings)), settings, clock, changed=orders.changed)
    return Part(analysis_http.routes(analyses, orders), [postman.work], [])


def _surveys(
    settings: Settings,
    pool: ScopedPool,
    core: TicketCore,
    reactors: list[Reactor],
    rows: TelephonyService,
    clock: Clock,
) -> Part:
    store = SurveyStore(pool.plain)
    reactors.append(AskAfterClosing(store))
    asking = Asking(store, MailStore(pool.plain, Seal(settings)), settings, clock)
    service = SurveysService(SurveyStore(pool), store, core, settings, clock)
    return Part(surveys_http.routes(service, rows), [asking.listen, asking.work], [])


def _desk_link(settings: Settings, pool: ScopedPool, core: TicketCore, reactors: list[Reactor], clock: Clock) -> Part:
    files, find_account = FilesService(FileStore(pool), settings, clock), AccountLookup(ClientStore(pool)).by_address
    made = desk_link.join(settings, pool, core, files, find_account, clock)
    reactors.append(made.reactor)
    return Part(made.routes, made.work, made.clean)
