"""Imports as people order them: upload, look, map, start, cancel; refresh by hand."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.imports import process
from api.imports.model import ErrorsQuery, ImportsQuery, ImportStart, LeadImport, LineError, PreviewQuery, Uploaded
from api.imports.reading import NotATable
from api.imports.refresh import Refresher
from api.imports.store import ImportStore, ListPlace
from api.imports.table import Options, Preview
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound

_LOOKS = 2
"""Files that one process looks into at once."""
_FIELDS = {"phone", "email", "messenger", "external_id"}


class ImportsService:
    def __init__(self, store: ImportStore, refresher: Refresher, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._refresher = refresher
        self._settings = settings
        self._clock = clock
        self._looking = asyncio.Semaphore(_LOOKS)

    async def page(self, list_id: UUID | None, query: ImportsQuery) -> Page[LeadImport]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        if list_id is not None:
            await self.place(list_id)
        found = await self._store.page(query.limit, list_id, query.state, after)
        return paging.page(found, query.limit, lambda item: (item.created_at, item.id))

    async def get(self, import_id: UUID) -> LeadImport:
        return await self._found(import_id)

    async def place(self, list_id: UUID) -> ListPlace:
        """Raises NotFound."""
        found = await self._store.place(list_id)
        if found is None:
            raise NotFound("There is no such list of leads")
        return found

    def upload_path(self) -> Path:
        """Where an upload goes first."""
        self._settings.imports.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._settings.imports / f"{ids.new_id(self._clock.now())}.upload"

    async def take_up(self, by: Identity, place: ListPlace, path: Path) -> Uploaded:
        """An import of the uploaded file, which is moved; it waits for ``start``.

        Raises:
            InvalidInput: it is no table.
        """
        preview = await self._preview(path, place, PreviewQuery())
        import_id = ids.new_id(self._clock.now())
        file = f"{import_id}.{preview.format}"
        words = (import_id, place.id, preview.format, file, _options(preview), "uploaded", preview.total, by.user_id)
        await self._store.create(*words)
        _move(path, self._settings.imports / file)
        return Uploaded(item=await self._found(import_id), preview=preview)

    async def preview(self, import_id: UUID, query: PreviewQuery) -> Preview:
        """The file read in another way.

        Raises:
            NotFound, Conflict (its file is gone), InvalidInput.
        """
        found = await self._found(import_id)
        path = self._settings.imports / found.file
        if not found.file or not path.is_file() or found.options.format == "jsonl":
            raise Conflict("The file of this import is not kept any more")
        return await self._preview(path, await self.place(found.list_id), query)

    async def start(self, import_id: UUID, order: ImportStart) -> LeadImport:
        """Let the import run.

        Raises:
            NotFound, Conflict (it was started), InvalidInput.
        """
        found = await self._found(import_id)
        if found.state != "uploaded":
            raise Conflict(f"The import is {found.state}: upload the file again to import it once more")
        preview = await self.preview(import_id, order)
        options = _options(preview)
        options.on_duplicate = order.on_duplicate
        if order.mapping is not None:
            columns = {column.name for column in preview.columns}
            unknown = sorted(order.mapping.keys() - columns)
            if unknown:
                raise invalid(
                    "body.mapping", f"The file has no column {unknown[0]}: it has {', '.join(sorted(columns))}"
                )
            options.mapping = {**preview.mapping, **order.mapping}
        if not _FIELDS & {target.field for target in options.mapping.values()}:
            raise invalid("body.mapping", "Say which column holds the phone (or e-mail, messenger, external id)")
        if not await self._store.start(import_id, found.list_id, options, remember=order.remember):
            raise Conflict("The import was started already")
        return await self._found(import_id)

    async def cancel(self, import_id: UUID) -> LeadImport:
        """Stop it; leads that it has brought stay. Raises NotFound, Conflict (it is over)."""
        found = await self._found(import_id)
        if not await self._store.cancel(import_id):
            raise Conflict(f"The import is over: {found.state}")
        return await self._found(import_id)

    async def errors(self, import_id: UUID, query: ErrorsQuery) -> Page[LineError]:
        await self._found(import_id)
        after = paging.decode(query.cursor, tuple[int])
        start = after[0] if after else 0
        found = await self._store.errors(import_id, query.limit, start)
        return paging.page(found, query.limit, lambda _error: (start + query.limit,))

    async def all_errors(self, import_id: UUID) -> AsyncIterator[list[Any]]:
        await self._found(import_id)
        async for rows in self._store.all_errors(import_id):
            yield rows

    async def refresh(self, by: Identity, list_id: UUID) -> LeadImport:
        """Read the list's source now.

        Raises:
            NotFound, Conflict (a refresh is under way), InvalidInput (the list has no source).
        """
        place = await self.place(list_id)
        if place.source_id is None:
            raise invalid("body", "The list has no source: give it one first")
        async with self._store.change() as connection:
            import_id = await self._refresher.order(connection, list_id, place.source_id, by.user_id)
        if import_id is None:
            raise Conflict("The list is being refreshed already")
        return await self._found(import_id)

    async def _found(self, import_id: UUID) -> LeadImport:
        found = await self._store.get(import_id)
        if found is None:
            raise NotFound("There is no such import")
        return found

    async def _preview(self, path: Path, place: ListPlace, query: PreviewQuery) -> Preview:
        try:
            async with self._looking:
                return await process.preview(path, query, place.mapping, place.region, self._settings)
        except NotATable as exc:
            raise invalid("body.file", str(exc)) from None


def _move(path: Path, target: Path) -> None:
    path.rename(target)


def _options(preview: Preview) -> Options:
    return Options(
        format=preview.format,
        encoding=preview.encoding,
        delimiter=preview.delimiter,
        header=preview.header,
        sheet=preview.sheet,
        mapping=preview.mapping,
    )
