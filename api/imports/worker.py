"""The worker that brings imports into their lists; any number of api processes may run one.

A chunk of rows is one transaction, with the number of rows that are settled: a worker that dies leaves nothing half
done, and whoever takes the import over begins after the last chunk.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

from api.imports import process
from api.imports.merge import Into
from api.imports.reading import NotATable
from api.imports.refresh import Refresher
from api.imports.store import Claimed, ImportStore, ListPlace, Lost
from api.sources.store import SourceFailed
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError

_log = log.get("api.imports")
_SOURCES = ("http", "sql")
_UNFINISHED_S = 86_400.0


class Failed(Exception):
    """The import can't be done; the text tells people why."""


class ImportWorker:
    """One import after another."""

    def __init__(self, store: ImportStore, refresher: Refresher, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._refresher = refresher
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()
        self._id = uuid4()

    async def listen(self) -> None:
        """Hear of new imports until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["imports"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Do what is due until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.lead_import_poll_s):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._refresher.order_due(self._clock.now())
                while await self.do_next():
                    pass
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("import_worker_failed")

    async def do_next(self) -> bool:
        """Do the next import; false when there is none."""
        claimed = await self._store.claim(self._id, self._settings.lead_import_stale_s)
        if claimed is None:
            return False
        try:
            await self._do(claimed)
        except asyncio.CancelledError:
            # The process goes in good order.
            with contextlib.suppress(Exception):
                await asyncio.shield(self._store.give_back(claimed.id, self._id))
            raise
        except Lost:
            _log.info("import_let_go", id=str(claimed.id))
        except Exception as exc:
            if (fault := db.fault_of(exc)) is not None and fault.status == 503:
                # Whoever finds the database again goes on.
                raise
            await self._fail(claimed, exc)
        return True

    async def clean(self) -> None:
        """Delete files that nobody wants any more, and old lists of broken lines."""
        days = self._settings.lead_import_keep_days
        for import_id, file in await self._store.old_files(days):
            (self._settings.imports / file).unlink(missing_ok=True)
            await self._store.forget_file(import_id)
        await self._store.forget_errors(days)
        await asyncio.to_thread(self._sweep, self._clock.now().timestamp() - _UNFINISHED_S)

    def _sweep(self, before: float) -> None:
        """Delete what processes that died have left half received or half fetched."""
        if not self._settings.imports.is_dir():
            return
        for path in self._settings.imports.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.suffix in (".upload", ".part") and path.stat().st_mtime < before:
                    path.unlink()

    async def _do(self, claimed: Claimed) -> None:
        place = await self._store.place(claimed.list_id)
        if place is None:
            raise Lost
        async with self._beating(claimed.id):
            if claimed.source in _SOURCES:
                claimed = await self._refresher.fetch(claimed, place, self._id)
            path = self._settings.imports / claimed.file
            if not claimed.file or not path.is_file():
                raise Failed("The file is not there any more: upload it again")
            await self._bring(claimed, place, path)
        await self._store.finish(claimed.id, self._id, "done", None)
        if claimed.source in _SOURCES:
            await self._store.refreshed(claimed.list_id, None)
        path.unlink(missing_ok=True)
        await self._store.forget_file(claimed.id)

    async def _bring(self, claimed: Claimed, place: ListPlace, path: Path) -> None:
        order = process.rows_order(path, claimed.options, self._settings)
        order.region, order.timezone = place.region, place.timezone
        order.import_id, order.skip = str(claimed.id), claimed.read
        left = order.errors = max(0, self._settings.lead_import_errors_max - await self._store.error_rows(claimed.id))
        into = Into(place.id, place.dedup, place.partner_id, claimed.options.on_duplicate, claimed.id)
        done = claimed.read
        async with contextlib.aclosing(process.frames(order)) as found:
            async for frame in found:
                counts = frame.read, frame.broken
                await self._store.put(self._id, into, done, frame.chunk, frame.errors, counts, left)
                left = max(0, left - frame.errors.count(b"\n"))
                done += frame.read

    async def _fail(self, claimed: Claimed, exc: Exception) -> None:
        expected = isinstance(exc, Failed | NotATable | SourceFailed | ConfigError)
        if not expected:
            _log.error("import_failed", id=str(claimed.id), exc_info=exc)
        text = str(exc) if expected else "Something broke on our side; the log has it under the import's id"
        await self._store.finish(claimed.id, self._id, "failed", text[:1000])
        if claimed.source in _SOURCES:
            await self._store.refreshed(claimed.list_id, text[:1000])

    @asynccontextmanager
    async def _beating(self, import_id: UUID) -> AsyncIterator[None]:
        """Signs of life while the block runs, also while no chunk is ready; a cancelled import ends the block."""
        whole = asyncio.current_task()
        assert whole is not None
        lost = False

        async def beat() -> None:
            nonlocal lost
            while True:
                await asyncio.sleep(self._settings.lead_import_stale_s / 6)
                try:
                    lost = not await self._store.beat(import_id, self._id)
                except Exception as exc:
                    if db.fault_of(exc) is None:
                        raise
                if lost:
                    whole.cancel()
                    return

        task = asyncio.create_task(beat())
        try:
            yield
        except asyncio.CancelledError:
            if lost and whole.uncancel() == 0:
                raise Lost from None
            raise
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
