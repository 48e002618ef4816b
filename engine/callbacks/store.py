"""Call-backs that wait, from the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.core.db import Queries
from engine.history.records import AttemptRow, CallbackRow

_Q = Queries(Path(__file__).with_name("queries.sql"))


class CallbackStore:
    """Reads, and takes orders of the api for this node; everything else goes through the journal."""

    def __init__(self, pool: Any, node_id: str) -> None:
        self._pool = pool
        self._node_id = node_id

    async def open_ones(self) -> list[CallbackRow]:
        """Call-backs of this node that are not over."""
        return [_row(row) for row in await self._pool.fetch(_Q.open_callbacks, self._node_id)]

    async def claim(self) -> list[CallbackRow]:
        """Orders of the api that are this node's from now on."""
        return [_row(row) for row in await self._pool.fetch(_Q.claim_callbacks, self._node_id)]

    async def last_attempts(self, ids: Sequence[UUID]) -> dict[UUID, AttemptRow]:
        """Call-back -> its last try."""
        rows = await self._pool.fetch(_Q.last_attempts, list(ids))
        return {row["callback_id"]: msgspec.convert(dict(row), AttemptRow) for row in rows}


def _row(row: Any) -> CallbackRow:
    return msgspec.convert(dict(row), CallbackRow)
