"""How many exports run at a time: of one account over all processes, and of one process over all accounts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from api.client_data.store import DataStore
from engine.core import db, log
from engine.core.config import Settings
from engine.core.errors import TooMany
from engine.core.tasks import every

_log = log.get("api.client_data")
_BEATS = 3
"""Times that an export says that it is alive, within its lease."""


class Places:
    """Those of an account are rows of the database, which say now and then that they are alive: a reader may take
    hours, and holds no connection meanwhile."""

    def __init__(self, store: DataStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._running = 0

    @contextlib.asynccontextmanager
    async def one(self, account_id: UUID) -> AsyncIterator[None]:
        """A place, as long as the context is open. Raises TooMany."""
        most, lease = self._settings.client_exports_of_process, self._settings.client_export_lease_s
        if self._running >= most:
            raise TooMany(f"This server makes {most} exports now; try again in a minute", retry_after=60)
        self._running += 1
        try:
            async with self._of_account(account_id, lease):
                yield
        finally:
            self._running -= 1

    @contextlib.asynccontextmanager
    async def _of_account(self, account_id: UUID, lease: float) -> AsyncIterator[None]:
        export_id, most = uuid4(), self._settings.client_exports_at_once
        if not await self._store.begin_export(account_id, export_id, most, lease):
            text = f"The data of this account is being exported {most} times; wait until that is over, or cancel it"
            raise TooMany(text, retry_after=round(lease))
        alive = asyncio.create_task(every(lease / _BEATS, self._store.alive_export, account_id, export_id))
        try:
            yield
        finally:
            alive.cancel()
            await asyncio.gather(alive, return_exceptions=True)
            try:
                await self._store.end_export(export_id)
            except Exception as exc:
                # Its lease ends it.
                if db.fault_of(exc) is None:
                    raise
                _log.warning("export_not_ended", account=str(account_id), error=str(exc))
