"""Which engines are alive."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_FRESH = timedelta(seconds=30)


class Node(msgspec.Struct, frozen=True):
    """An engine: its node's id and where it takes commands."""

    id: str
    control_url: str


class ControlStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def nodes(self) -> list[Node]:
        """Engines heard of in the last half minute, the freshest first."""
        rows = await self._pool.fetch(_sql.nodes, _FRESH)
        return [Node(row["id"], row["control_url"].rstrip("/")) for row in rows]
