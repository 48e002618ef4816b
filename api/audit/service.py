"""Reading the log of changes, and noting what no table tells of."""

from collections.abc import AsyncIterator

from api.audit.masking import masked
from api.audit.model import AuditEntry, AuditFilter
from api.audit.store import AuditStore
from api.web import paging
from api.web.route import Page, Request, Route
from api.web.scope import Actor
from engine.core import db, log
from engine.core.config import Settings

_log = log.get("api.audit")
_CHUNK = 1000


class AuditService:
    """``note`` is the router's hook; it never makes a request fail that has done its work."""

    def __init__(self, store: AuditStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    async def page(self, query: AuditFilter) -> Page[AuditEntry]:
        after = paging.decode(query.cursor, tuple[int])
        found = await self._store.page(query, query.limit + 1, after[0] if after else None)
        return paging.page(found, query.limit, lambda entry: (entry.id,))

    async def batches(self, query: AuditFilter) -> AsyncIterator[list[AuditEntry]]:
        """Every entry that fits, newest first, up to the setting ``audit_export_rows``."""
        left, last = self._settings.audit_export_rows, None
        while left > 0:
            found = await self._store.page(query, min(_CHUNK, left), last)
            yield found
            if len(found) < _CHUNK:
                return
            left, last = left - len(found), found[-1].id

    async def note(self, actor: Actor, route: Route, request: Request) -> None:
        object_id = next((str(value) for value in request.params.values()), "")[:200]
        after = masked(request.body)
        try:
            await self._store.note(actor, route.path, object_id, after if isinstance(after, dict) else {"body": after})
        except Exception as exc:
            if db.fault_of(exc) is None:
                raise
            _log.error("change_not_noted", request=actor.request, login=actor.login, error=type(exc).__name__)

    async def clean(self) -> None:
        """Forget what is older than it is kept."""
        await self._store.forget(self._settings.audit_keep_days)
