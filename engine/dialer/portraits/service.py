"""Portraits in the moment of need: fresh ones from memory or the lead's row, others asked for within the deadline."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import aiohttp
from prometheus_client import Counter

from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError
from engine.core.seal import Seal
from engine.dialer.portraits.asking import PortraitFailed, ask
from engine.dialer.portraits.model import Who
from engine.dialer.portraits.store import Kept, PortraitStore, Source

_log = log.get("dialer.portraits")
_ASKED = Counter("paylater_portraits", "Portraits asked for, by what came of it", ["outcome"])
_KEY = tuple[UUID, str, str]


class Portraits:
    """One a process. Nothing here raises or waits longer than the deadline: a client without a portrait is called too.

    A source that fails ``portrait_failures`` times in a row is left alone for ``portrait_pause_s``.
    """

    def __init__(
        self, store: PortraitStore, session: aiohttp.ClientSession, seal: Seal, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._session = session
        self._seal = seal
        self._settings = settings
        self._clock = clock
        self._places = asyncio.Semaphore(settings.portrait_parallel)
        self._cache: OrderedDict[_KEY, tuple[datetime, dict[str, str]]] = OrderedDict()
        self._failures: dict[UUID, int] = {}
        self._paused: dict[UUID, float] = {}

    async def of_lead(self, source_id: UUID, lead_id: UUID, who: Who) -> dict[str, str]:
        """The portrait of a lead, kept in its row; the one of before where no fresh one comes in time."""
        kept = Kept(None, None)
        try:
            async with asyncio.timeout(self._settings.portrait_deadline_s):
                kept = await self._store.kept(lead_id)
                source = await self._store.source(source_id)
                if source is None or self._fresh(kept.at, source):
                    return kept.portrait or {}
                portrait = await self._asked(source, who)
                if portrait is not None:
                    await self._store.keep(lead_id, portrait, self._clock.now())
                    return portrait
        except Exception as exc:
            _tell_failure(source_id, exc)
        return kept.portrait or {}

    async def inbound(self) -> Mapping[UUID | None, UUID]:
        """Partner (none: the company itself) -> the source that is asked who calls in."""
        return await self._store.inbound()

    async def of_client(self, source_id: UUID, who: Who) -> dict[str, str]:
        """The portrait of whoever calls in, by phone or external id; empty where none comes in time."""
        try:
            async with asyncio.timeout(self._settings.portrait_deadline_s):
                source = await self._store.source(source_id)
                return (await self._asked(source, who) or {}) if source else {}
        except Exception as exc:
            _tell_failure(source_id, exc)
            return {}

    async def _asked(self, source: Source, who: Who) -> dict[str, str] | None:
        """From memory or from the source; None: it failed, or is left alone now."""
        key = (source.id, who.external_id, who.phone)
        remembered = self._cache.get(key)
        if remembered is not None and self._fresh(remembered[0], source):
            self._cache.move_to_end(key)
            _ASKED.labels("remembered").inc()
            return remembered[1]
        if self._clock.monotonic() < self._paused.get(source.id, 0.0):
            _ASKED.labels("paused").inc()
            return None
        try:
            portrait = await self._request(source, who)
        except (PortraitFailed, ConfigError, TimeoutError) as exc:
            self._failed(source, exc)
            return None
        self._failures.pop(source.id, None)
        self._cache[key] = (self._clock.now(), portrait)
        self._cache.move_to_end(key)
        while len(self._cache) > self._settings.portrait_cache:
            self._cache.popitem(last=False)
        _ASKED.labels("answered").inc()
        return portrait

    async def _request(self, source: Source, who: Who) -> dict[str, str]:
        secret = self._seal.open(source.secret) if source.secret else ""
        deadline = min(source.settings.deadline_s, self._settings.portrait_deadline_s)
        async with asyncio.timeout(deadline):
            async with self._places:
                return await ask(
                    self._session, source.settings, who, secret, deadline, self._settings.portrait_max_bytes
                )

    def _failed(self, source: Source, exc: Exception) -> None:
        _ASKED.labels("failed").inc()
        count = self._failures[source.id] = self._failures.get(source.id, 0) + 1
        _log.warning("portrait_failed", source=str(source.id), reason=str(exc) or type(exc).__name__, in_a_row=count)
        if count >= self._settings.portrait_failures:
            self._failures[source.id] = 0
            self._paused[source.id] = self._clock.monotonic() + self._settings.portrait_pause_s

    def _fresh(self, at: datetime | None, source: Source) -> bool:
        return at is not None and self._clock.now() - at < timedelta(seconds=source.settings.cache_s)


def _tell_failure(source_id: UUID, exc: Exception) -> None:
    if db.fault_of(exc) is None:
        _log.exception("portrait_failed", source=str(source_id))
    else:
        _log.warning("portrait_failed", source=str(source_id), reason=type(exc).__name__)
