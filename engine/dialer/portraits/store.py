"""Sources of portraits, and portraits of leads, in the database."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from engine.core.db import Queries
from engine.dialer.portraits.model import Portrait

_sql = Queries(Path(__file__).with_name("queries.sql"))


class Source(NamedTuple):
    """A source as configured; ``secret`` is sealed."""

    id: UUID
    settings: Portrait
    secret: str | None


class Kept(NamedTuple):
    """What a lead's row holds."""

    portrait: dict[str, str] | None
    at: datetime | None


class PortraitStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def source(self, source_id: UUID) -> Source | None:
        row = await self._pool.fetchrow(_sql.source, source_id)
        if row is None:
            return None
        return Source(row["id"], msgspec.convert(row["settings"], Portrait), row["secret"])

    async def inbound(self) -> dict[UUID | None, UUID]:
        """Partner (none: the company itself) -> the source that is asked who calls in."""
        return {row["partner_id"]: row["id"] for row in await self._pool.fetch(_sql.inbound)}

    async def kept(self, lead_id: UUID) -> Kept:
        row = await self._pool.fetchrow(_sql.kept, lead_id)
        return Kept(row["portrait"], row["portrait_at"]) if row else Kept(None, None)

    async def keep(self, lead_id: UUID, portrait: dict[str, str], at: datetime) -> None:
        await self._pool.execute(_sql.keep, lead_id, portrait, at)
