"""Operators and what they did, from the database."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.agents.model import Operator, Presence
from engine.core.db import Queries

_Q = Queries(Path(__file__).with_name("queries.sql"))


class AgentStore:
    """Reads only: facts are written by way of the journal."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def operators(self) -> list[Operator]:
        """Users who may work."""
        return [msgspec.convert(dict(row), Operator) for row in await self._pool.fetch(_Q.operators)]

    async def breaks(self) -> dict[UUID, int | None]:
        """Break reasons with the minutes that they may take, None: any."""
        return {row["id"]: row["max_minutes"] for row in await self._pool.fetch(_Q.breaks)}

    async def presences(self, day_start: datetime) -> list[Presence]:
        """What operators were doing; calls are counted from ``day_start`` on."""
        return [msgspec.convert(dict(row), Presence) for row in await self._pool.fetch(_Q.presences, day_start)]
