"""Lists that are read from sources: when, and how rows come into a file that is imported like one of a person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
import msgspec

from api.imports import guessing, reading
from api.imports.reading import NotATable
from api.imports.store import Claimed, ImportStore, ListPlace
from api.imports.table import Options, Target
from api.lists.model import Daily, Every
from api.sources.model import HttpRows, SqlRows
from api.sources.store import SourceFailed, SourceStore, sql_rows
from api.sources.web import http_rows
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.seal import Seal

_log = log.get("api.imports")
_LOOKED_AT = 200


def next_time(rule: Every | Daily, zone: str, now: datetime) -> datetime:
    """The next moment of a rule, after ``now``. A time that the spring change skips comes an hour later. Pure."""
    if isinstance(rule, Every):
        return now + timedelta(minutes=rule.minutes)
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    for days in (0, 1, 2):
        local = datetime.combine(today + timedelta(days=days), rule.at, place)
        moment = local.astimezone(ZoneInfo("UTC"))
        if moment > now:
            return moment
    raise AssertionError("a day has an end")


class Refresher:
    """Orders imports of sources, and fetches their rows."""

    def __init__(
        self,
        store: ImportStore,
        sources: SourceStore,
        session: aiohttp.ClientSession,
        seal: Seal,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sources = sources
        self._session = session
        self._seal = seal
        self._settings = settings
        self._clock = clock

    async def order_due(self, now: datetime) -> None:
        """An import for each list whose time has come."""
        while True:
            async with self._store.due(now) as (connection, due):
                if due is None:
                    return
                rule = msgspec.convert(due.refresh, Every | Daily)
                await self._store.plan(connection, due.id, next_time(rule, due.timezone, now))
                await self.order(connection, due.id, due.source_id, None)

    async def order(self, connection: Any, list_id: UUID, source_id: UUID, by: UUID | None) -> UUID | None:
        """A new import of the list's source within the caller's transaction; None: one is on its way already."""
        source = await self._sources.get(source_id, connection)
        if source is None:
            return None
        import_id = ids.new_id(self._clock.now())
        kind = "sql" if isinstance(source.settings, SqlRows) else "http"
        options = Options(format="jsonl", on_duplicate="update", source_id=source_id)
        made = await self._store.order_refresh(connection, import_id, list_id, kind, options, by)
        return import_id if made else None

    async def fetch(self, claimed: Claimed, place: ListPlace, worker: UUID) -> Claimed:
        """The import with its rows in a file; one that was fetched before its process died is as it was.

        Raises:
            SourceFailed, NotATable, ConfigError (another token_secret), Lost.
        """
        folder = self._settings.imports
        if claimed.file and (folder / claimed.file).is_file():
            return claimed
        if claimed.read:
            raise NotATable("The rows are not there any more: refresh the list again")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = f"{claimed.id}.jsonl"
        unfinished = folder / f"{claimed.id}.{worker}.part"
        try:
            with unfinished.open("wb") as out:
                total = await self._write(claimed, out)
            unfinished.replace(folder / file)
        finally:
            unfinished.unlink(missing_ok=True)
        options = msgspec.structs.replace(
            claimed.options, mapping=place.mapping or await asyncio.to_thread(_guess, folder / file, place.region)
        )
        await self._store.fetched(claimed.id, worker, file, total, options)
        return msgspec.structs.replace(claimed, file=file, options=options, total=total)

    async def rows(self, source_id: UUID, limit: int | None = None) -> AsyncIterator[list[Any]]:
        """Rows of a source, in batches; ``limit``: about so many are enough.

        Raises:
            SourceFailed, ConfigError.
        """
        source = await self._sources.whole(source_id)
        if source is None or not source.enabled:
            raise SourceFailed("The source is gone or switched off")
        secret = self._seal.open(source.secret) if source.secret else ""
        if isinstance(source.settings, SqlRows):
            own = await self._sources.identity()
            async for batch in sql_rows(source.settings, secret, self._settings.lead_source_statement_s, own, limit):
                yield batch
        elif isinstance(source.settings, HttpRows):
            count = 0
            async for batch in http_rows(self._session, source.settings, secret, self._settings):
                yield batch
                count += len(batch)
                if limit is not None and count >= limit:
                    return
        else:
            raise SourceFailed("This source tells of one client at a time: it fills no list")

    async def _write(self, claimed: Claimed, out: BinaryIO) -> int:
        assert claimed.options.source_id is not None
        total, most = 0, self._settings.lead_source_max_rows
        async for batch in self.rows(claimed.options.source_id):
            total += len(batch)
            if total > most:
                raise SourceFailed(f"The source has more than {most} rows")
            await asyncio.to_thread(out.write, json_lines(batch))
        return total


def json_lines(rows: list[Any]) -> bytes:
    """Rows as lines of JSON; what JSON does not know becomes text. Pure."""
    encoder = msgspec.json.Encoder(enc_hook=str)
    return b"".join(encoder.encode(row) + b"\n" for row in rows)


def guessed(rows: list[dict[str, str]], region: str) -> dict[str, Target]:
    """What the columns of these rows seem to be. Pure."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    values = [[row.get(name, "") for name in columns] for row in rows]
    return dict(zip(columns, guessing.guess(columns, values, region), strict=True))


def _guess(path: Path, region: str) -> dict[str, Target]:
    rows = []
    for number, row in reading.json_lines(path):
        rows.append(row)
        if number >= _LOOKED_AT:
            break
    return guessed(rows, region)
