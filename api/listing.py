"""The parts around lists of leads, joined: lists, leads, imports, sources, do-not-call, calling hours."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import aiohttp

from api.do_not_call import http as do_not_call_http
from api.do_not_call.service import DoNotCallService
from api.do_not_call.store import DoNotCallStore
from api.imports import http as imports_http
from api.imports.refresh import Refresher
from api.imports.service import ImportsService
from api.imports.store import ImportStore
from api.imports.worker import ImportWorker
from api.leads import http as leads_http
from api.leads.service import LeadsService
from api.leads.store import LeadStore
from api.lists import http as lists_http
from api.lists.calling_hours import CALLING_HOURS
from api.lists.service import ListsService
from api.lists.store import ListStore
from api.sources import http as sources_http
from api.sources.service import SourcesService
from api.sources.store import SourceStore
from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.web.route import Route
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.outside import open_session
from engine.core.seal import Seal


class Listing(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(settings: Settings, pool: ScopedPool, telephony: TelephonyService, clock: Clock) -> Listing:
    """All of it; within a running loop."""
    seal, session = Seal(settings), open_session()

    def refresher(connections: Any) -> Refresher:
        store = ImportStore(connections)
        return Refresher(store, SourceStore(connections), session, seal, settings, clock)

    worker = ImportWorker(ImportStore(pool.plain), refresher(pool.plain), settings, clock)
    asked = refresher(pool)
    imports = ImportsService(ImportStore(pool), asked, settings, clock)
    sources = SourcesService(SourceStore(pool), asked, session, seal, settings, clock)
    leads = LeadsService(LeadStore(pool), ImportStore(pool), settings, clock)
    store = ListStore(pool, clock)
    rows = TelephonyService(store, settings, clock)
    return Listing(
        routes=[
            *lists_http.routes(rows, ListsService(rows, store, leads)),
            *leads_http.routes(leads),
            *imports_http.routes(imports, settings.lead_import_max_bytes),
            *sources_http.routes(sources),
            *do_not_call_http.routes(
                DoNotCallService(DoNotCallStore(pool), clock), settings.do_not_call_import_max_bytes
            ),
            *resource_routes(CALLING_HOURS, telephony),
        ],
        work=[worker.listen, worker.work, _closing(session)],
        clean=[worker.clean],
    )


def _closing(session: aiohttp.ClientSession) -> Work:
    """Closes the session when the api goes."""

    async def closing() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await session.close()

    return closing
