"""Attempts and clients of campaigns for those who look; results for those who pull them."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from api.attempts import export
from api.attempts.model import (
    Attempt,
    AttemptsExport,
    CampaignAttemptsQuery,
    CampaignLead,
    DispositionsQuery,
    LeadsQuery,
    Preview,
    Results,
    ResultsQuery,
)
from api.attempts.store import READ, AttemptStore, DispositionStore
from api.control.client import EngineClient
from api.telephony.resource import Resource
from api.telephony.service import TelephonyService
from api.web import paging
from api.web.route import Identity, Page, Request
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound, Unavailable

_BATCH = 1000


class AttemptsService:
    def __init__(self, store: AttemptStore, engine: EngineClient, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._engine = engine
        self._clock = clock

    async def page(self, filters: CampaignAttemptsQuery, campaign_id: UUID | None, by: Identity) -> Page[Attempt]:
        """Who may not see campaigns sees their own attempts."""
        after = paging.decode(filters.cursor, tuple[datetime, UUID])
        items = await self._store.page(filters, campaign_id, _own(by), after)
        return paging.page(items, filters.limit, lambda item: (item.claimed_at, item.id))

    async def export(self, request: Request) -> web.StreamResponse:
        """Attempts of a campaign as a file, ``export_max_rows`` at most."""
        query: AttemptsExport = request.query
        most = self._settings.export_max_rows
        found = self._store.stream(query, request.params["id"], _own(request.user), most, _BATCH)
        return await export.send(request, query.format, found, ZoneInfo(self._settings.timezone))

    async def get(self, id_: UUID, by: Identity) -> Attempt:
        found = await self._store.get(id_, _own(by))
        if found is None:
            raise NotFound("There is no such attempt")
        return found

    async def results(self, query: ResultsQuery) -> Results:
        after = paging.decode(query.cursor, tuple[int])
        first = after[0] if after else 0
        items, last = await self._store.results(first, query.campaign_id, query.limit)
        cursor = paging.encode(first if last is None else last)
        more = len(items) > query.limit
        return Results(items=items[: query.limit], next=cursor if more else None, cursor=cursor)

    async def leads(self, campaign_id: UUID, query: LeadsQuery) -> Page[CampaignLead]:
        after = paging.decode(query.cursor, tuple[UUID])
        items = await self._store.leads(campaign_id, query, self._clock.now(), after[0] if after else None)
        return paging.page(items, query.limit, lambda item: (item.lead_id,))

    async def preview(self, by: Identity) -> Preview:
        """Whom the operator is shown now, and talks to; where no engine answers: nobody."""
        try:
            found = await self._engine.preview(by.user_id)
            return Preview(preview=found["preview"], card=found["card"])
        except (NotFound, Unavailable):
            return Preview(preview=None)

    async def decide(self, by: Identity, attempt_id: UUID, do: str) -> None:
        """Call the client shown, or pass by. Raises NotFound: not shown any more. Conflict: none may be passed by."""
        if not await self._store.is_visible(attempt_id):
            raise NotFound("There is no such attempt")
        await self._engine.decide_preview(by.user_id, attempt_id, do)


class DispositionsService(TelephonyService):
    """``TelephonyService`` of dispositions; one that calls bear is switched off, not deleted."""

    def __init__(self, store: DispositionStore, settings: Settings, clock: Clock) -> None:
        super().__init__(store, settings, clock)
        self._dispositions = store

    async def dispositions(self, query: DispositionsQuery) -> Page[Any]:
        return Page(await self._dispositions.of(query.campaign_id))

    async def _refuse_if_used(self, connection: Any, resource: Resource, id_: UUID, key: Any) -> None:
        if await self._dispositions.is_used(connection, id_):
            raise Conflict("Calls bear it: switch it off instead")


def _own(by: Identity) -> UUID | None:
    return None if by.may(READ) else by.user_id
