"""The history: pages, one call, files, recordings with a note of each play."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from api.history import export
from api.history.model import Call, CallDetail, CallsQuery, ExportQuery, Play, PlaysQuery, Recording, RecordingsQuery
from api.history.sight import Sight, sight_of
from api.history.store import HistoryStore, Stored
from api.web import files, paging, sheets
from api.web.route import Identity, Page, Request
from engine.calls.causes import describe
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Forbidden, NotFound
from engine.media.peaks import Peaks
from engine.media.peaks import of as peaks_of

_KEY = tuple[paging.Time, UUID]
_BATCH = 1000
LISTEN = "recordings.read"


class HistoryService:
    """What people ask about calls that were, and are, as rows."""

    def __init__(self, store: HistoryStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self._drawing = asyncio.Semaphore(2)

    async def page(self, identity: Identity, query: CallsQuery, language: str) -> Page[Call]:
        sight = self._sight(identity, query.span)
        calls = await self._store.page(query, sight, query.limit, paging.decode(query.cursor, _KEY))
        for call in calls:
            call.cause_text = describe(call.cause, language)
        return paging.page(calls, query.limit, lambda call: (call.started_at, call.id))

    async def export(self, request: Request) -> web.StreamResponse:
        """The filtered history as a file, a batch at a time; at most ``export_max_rows`` calls."""
        query: ExportQuery = request.query
        sight, language = self._sight(request.user, query.span), request.language
        async with aclosing(self._rows(query, sight, language)) as batches:
            if query.format == "csv":
                return await sheets.stream_csv(request.raw, "calls", export.titles(language), batches, self._zone)
            with TemporaryDirectory(prefix="plx-") as folder:
                path = Path(folder, "calls.xlsx")
                await export.write_book(path, language, self._zone, batches)
                return await sheets.stream_file(request.raw, "calls", path)

    async def get(self, identity: Identity, call_id: UUID, language: str) -> CallDetail:
        call = await self._store.get(call_id, self._sight(identity, None))
        if call is None:
            raise NotFound("There is no such call")
        call.cause_text = describe(call.cause, language)
        for leg in call.legs:
            leg.cause_text = describe(leg.cause, language)
        return call

    async def recordings(self, query: RecordingsQuery) -> Page[Recording]:
        found = await self._store.recordings(query.limit, paging.decode(query.cursor, _KEY), query.call_id)
        return paging.page(found, query.limit, lambda item: (item.started_at, item.id))

    async def listen(self, request: Request, *, of_call: bool) -> Path:
        """The file of a recording (or of a call's longest); that it was listened to is noted.

        Raises:
            NotFound: there is none, or it is not this user's to hear.
            Forbidden: it is of a call that others took part in.
        """
        id_ = request.params["id"]
        found = await (self._store.recording_of_call(id_) if of_call else self._store.recording(id_))
        path = await self._path(request.user, found)
        assert found is not None
        await self._note(request, found)
        return path

    async def peaks(self, identity: Identity, recording_id: UUID) -> Peaks:
        """What a player draws of a recording; that is no listening. Raises as ``listen``."""
        path = await self._path(identity, await self._store.recording(recording_id))
        async with self._drawing:
            return await asyncio.to_thread(peaks_of, path, self._settings.peaks)

    async def _path(self, identity: Identity, found: Stored | None) -> Path:
        if found is None:
            raise NotFound("There is no such audio")
        if not identity.may(LISTEN) and not await self._store.took_part(found, identity.user_id):
            raise Forbidden("Your role lets you hear your own calls only", right=LISTEN)
        return files.within(self._settings.recordings, found.file)

    async def plays(self, query: PlaysQuery) -> Page[Play]:
        found = await self._store.plays(query, paging.decode(query.cursor, _KEY))
        return paging.page(found, query.limit, lambda item: (item.at, item.id))

    async def _note(self, request: Request, found: Stored) -> None:
        """A player asks for a file in pieces: the one from its beginning counts."""
        if request.raw.headers.get("Range", "bytes=0-").startswith("bytes=0-"):
            now = self._clock.now()
            await self._store.note_play(ids.new_id(now), now, request.user.user_id, found, request.address[:100])

    def _sight(self, identity: Identity, span: Any) -> Sight:
        return sight_of(identity, span, team_allowed=self._settings.operators_see_team)

    async def _rows(self, query: ExportQuery, sight: Sight, language: str) -> AsyncGenerator[list[Sequence[Any]], None]:
        calls = self._store.stream(query, sight, self._settings.export_max_rows, _BATCH)
        async with aclosing(calls) as batches:
            async for batch in batches:
                for call in batch:
                    call.cause_text = describe(call.cause, language)
                yield [export.row(call, language) for call in batch]
