"""Configuring sources, and trying them out."""

from typing import Any
from uuid import UUID

import aiohttp
import msgspec

from api.imports import phones, reading
from api.imports.refresh import Refresher, guessed
from api.imports.table import Column
from api.sources.model import Source, SourceData, SourceWrite, Trial, TrialOrder, faults, target
from api.sources.store import SourceFailed, SourceStore
from api.web import paging
from api.web.paging import SearchQuery
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError, Conflict, InvalidInput, NotFound
from engine.core.seal import Seal
from engine.dialer.portraits.asking import PortraitFailed, ask
from engine.dialer.portraits.model import Portrait, Who
from engine.routing.numbering import HOME_REGION

_ROWS = 20


class SourcesService:
    """Rules of sources. Secrets are sealed, and never told."""

    def __init__(
        self,
        store: SourceStore,
        refresher: Refresher,
        session: aiohttp.ClientSession,
        seal: Seal,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._refresher = refresher
        self._session = session
        self._seal = seal
        self._settings = settings
        self._clock = clock

    async def page(self, query: SearchQuery) -> Page[Source]:
        after = paging.decode(query.cursor, tuple[str, UUID])
        found = await self._store.page(query.limit, after, query.q)
        return paging.page(found, query.limit, lambda source: (source.name, source.id))

    async def get(self, source_id: UUID) -> Source:
        return _found(await self._store.get(source_id))

    async def create(self, data: SourceWrite) -> Source:
        """Raises InvalidInput."""
        source_id = ids.new_id(self._clock.now())
        sealed = self._seal.close(data.secret) if isinstance(data.secret, str) else None
        async with self._store.change() as connection:
            await self._check(connection, source_id, data)
            await self._store.add(connection, source_id, data, sealed)
            return _found(await self._store.get(source_id, connection))

    async def replace(self, source_id: UUID, data: SourceWrite, version: int | None) -> Source:
        """Raises NotFound, Conflict (another version), InvalidInput."""
        async with self._store.change() as connection:
            now = _found(await self._store.held(connection, source_id))
            if version is not None and version != now.version:
                raise Conflict(f"It was changed meanwhile: version {now.version}", version=now.version)
            await self._check(connection, source_id, data)
            if type(now.settings) is not type(data.settings) and await self._store.users(connection, source_id):
                message = "Lists or campaigns use it: a source of another kind is a new one"
                raise InvalidInput(message, [{"path": "body.settings.kind", "message": message}])
            if target(now.settings) != target(data.settings) and now.has_secret and data.secret is msgspec.UNSET:
                message = "The address is another: enter the secret again, so that it goes nowhere by mistake"
                raise InvalidInput(message, [{"path": "body.secret", "message": message}])
            another = data.secret is not msgspec.UNSET
            sealed = self._seal.close(data.secret) if isinstance(data.secret, str) else None
            await self._store.update(connection, source_id, data, another, sealed)
            return _found(await self._store.get(source_id, connection))

    async def delete(self, source_id: UUID) -> None:
        """Raises NotFound, Conflict with ``used_by``."""
        async with self._store.change() as connection:
            _found(await self._store.held(connection, source_id))
            users = await self._store.users(connection, source_id)
            if users:
                raise Conflict(f"It is in use by: {', '.join(user.name for user in users)}", used_by=users)
            await self._store.delete(connection, source_id)

    async def trial(self, source_id: UUID, order: TrialOrder) -> Trial:
        """Ask the source as configured: its first rows, or one client's portrait.

        Raises:
            NotFound; InvalidInput: a portrait of nobody is asked for.
        """
        source = await self.get(source_id)
        try:
            if isinstance(source.settings, Portrait):
                return await self._portrait(source_id, source.settings, order)
            return await self._rows(source_id)
        except (SourceFailed, PortraitFailed, ConfigError) as exc:
            return Trial(ok=False, detail=exc.detail if isinstance(exc, ConfigError) else str(exc))

    async def _rows(self, source_id: UUID) -> Trial:
        rows: list[dict[str, str]] = []
        async for batch in self._refresher.rows(source_id, _ROWS):
            rows += [reading.flat(msgspec.to_builtins(row, enc_hook=str)) for row in batch[: _ROWS - len(rows)]]
            if len(rows) >= _ROWS:
                break
        mapping = guessed(rows, HOME_REGION)
        columns = [
            Column(name=name, samples=[row[name] for row in rows if row.get(name)][:5], guess=guess)
            for name, guess in mapping.items()
        ]
        shown = [[row.get(name, "") for name in mapping] for row in rows]
        detail = f"{len(rows)} rows" if rows else "The source answers and has no rows"
        return Trial(ok=True, detail=detail, columns=columns, rows=shown, mapping=mapping)

    async def _portrait(self, source_id: UUID, settings: Portrait, order: TrialOrder) -> Trial:
        if not order.phone and not order.external_id:
            raise InvalidInput("Say whose", [{"path": "body.phone", "message": "Give a phone or an external id"}])
        whole = await self._store.whole(source_id)
        secret = self._seal.open(whole.secret) if whole and whole.secret else ""
        phone = phones.normalise(order.phone, HOME_REGION) or "".join(c for c in order.phone if c.isdigit())
        who = Who(phone=phone, external_id=order.external_id)
        deadline = min(settings.deadline_s, self._settings.portrait_deadline_s)
        found = await ask(self._session, settings, who, secret, deadline, self._settings.portrait_max_bytes)
        missing = sorted(settings.mapping.keys() - found.keys())
        detail = "The answer holds everything"
        if not found:
            detail = "The system answers, and knows no such client"
        elif missing:
            detail = f"The answer does not hold: {', '.join(missing)}"
        return Trial(ok=True, detail=detail, portrait=found)

    async def _check(self, connection: Any, source_id: UUID, data: SourceData) -> None:
        errors = faults(data)
        if data.partner_id is not None and not await self._store.partner_known(connection, data.partner_id):
            errors.append({"path": "body.partner_id", "message": "There is no such partner"})
        if isinstance(data.settings, Portrait) and data.settings.inbound and data.enabled:
            other = await self._store.asked_of_callers(connection, data.partner_id, source_id)
            if other is not None:
                message = f"Who calls in is asked of one source, and that is {other} now: take the mark off there first"
                errors.append({"path": "body.settings.inbound", "message": message})
        if errors:
            raise InvalidInput("The source can't be used so", errors)


def _found(source: Source | None) -> Source:
    if source is None:
        raise NotFound("There is no such source")
    return source
