"""History, recordings, calls in progress."""

from pathlib import Path
from uuid import UUID

import msgspec

from api.calls.model import (
    Call,
    CallbackRequest,
    CallDetail,
    CallsQuery,
    LiveCall,
    Originate,
    Recording,
    RecordingsQuery,
)
from api.calls.store import CallsStore
from api.control.client import EngineClient
from api.web import files, paging
from api.web.route import Page
from engine.calls.causes import describe
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import InvalidInput, NotFound

_KEY = tuple[paging.Time, UUID]


class CallsService:
    """What people ask about calls and do with them."""

    def __init__(self, store: CallsStore, engine: EngineClient, recordings: Path, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._recordings = recordings
        self._clock = clock

    async def history(self, query: CallsQuery, language: str) -> Page[Call]:
        calls = await self._store.page(query, paging.decode(query.cursor, _KEY))
        for call in calls:
            call.cause_text = describe(call.cause, language)
        return paging.page(calls, query.limit, lambda call: (call.started_at, call.id))

    async def get(self, call_id: UUID, language: str) -> CallDetail:
        call = await self._store.get(call_id)
        if call is None:
            raise NotFound("There is no such call")
        call.cause_text = describe(call.cause, language)
        for leg in call.legs:
            leg.cause_text = describe(leg.cause, language)
        return call

    async def recordings(self, query: RecordingsQuery) -> Page[Recording]:
        after = paging.decode(query.cursor, _KEY)
        found = await self._store.recordings(query.limit, after, query.call_id)
        return paging.page(found, query.limit, lambda item: (item.started_at, item.id))

    async def recording_path(self, recording_id: UUID) -> Path:
        return files.within(self._recordings, await self._store.recording_file(recording_id))

    async def call_recording_path(self, call_id: UUID) -> Path:
        return files.within(self._recordings, await self._store.call_recording_file(call_id))

    async def callbacks(self, limit: int, cursor: str | None, only_open: bool) -> Page[CallbackRequest]:
        found = await self._store.callbacks(limit, paging.decode(cursor, _KEY), only_open)
        return paging.page(found, limit, lambda item: (item.requested_at, item.id))

    async def live(self) -> Page[LiveCall]:
        """All calls in progress, oldest first."""
        calls = [msgspec.convert(item, LiveCall) for item in await self._engine.live_calls()]
        return Page(sorted(calls, key=lambda call: (call.started_at, call.id)))

    async def hang_up(self, call_id: UUID) -> None:
        await self._engine.hang_up(call_id, await self._store.live_node(call_id))

    async def originate(self, order: Originate) -> UUID:
        """Accept a click-to-call; the call's id."""
        if not await self._store.extension_enabled(order.from_extension):
            message = f"There is no such extension, or it is off: {order.from_extension}"
            raise InvalidInput("No such extension", [{"path": "body.from_extension", "message": message}])
        call_id = ids.new_id(self._clock.now())
        await self._engine.originate(call_id, order.from_extension, order.to, order.caller_id)
        return call_id
