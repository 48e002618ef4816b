"""What queues take up from the database at a start: figures of the day, their speed, who was asked last."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.core.db import Queries
from engine.history.records import OfferRow, VisitRow
from engine.queues.estimate import Pace
from engine.queues.model import Outcome, Queue
from engine.queues.orphans import Orphans
from engine.queues.statistics import LOST, UNCOUNTED_S, Today

_Q = Queries(Path(__file__).with_name("queries.sql"))
RECENT = 200
"""Visits of a queue from which its speed is learnt."""


class QueueStore:
    """Reads only: what queues write goes through the journal."""

    def __init__(self, pool: Any, node_id: str = "") -> None:
        self._pool = pool
        self._node_id = node_id

    async def last_asked(self) -> dict[UUID, UUID]:
        """Queue -> operator asked last."""
        return {row["queue_id"]: row["user_id"] for row in await self._pool.fetch(_Q.last_asked)}

    async def orphans(self) -> Orphans:
        """Visits and offers of this node that have no end."""
        visits = await self._pool.fetch(_Q.open_visits, self._node_id)
        offers = await self._pool.fetch(_Q.open_offers, self._node_id)
        return Orphans(
            [msgspec.convert(dict(row), VisitRow) for row in visits],
            [msgspec.convert(dict(row), OfferRow) for row in offers],
        )

    async def today(self, since: datetime) -> dict[UUID, Today]:
        """Figures of queues since ``since``, the midnight of its own zone."""
        rows = await self._pool.fetch(_Q.today, since, UNCOUNTED_S, sorted(LOST))
        return {
            row["queue_id"]: Today(
                since.date(),
                **{name: value for name, value in row.items() if name != "queue_id"},
            )
            for row in rows
        }

    async def paces(self, queues: dict[UUID, Queue]) -> dict[UUID, Pace]:
        """The speed of each queue, learnt from its last visits."""
        found = {queue_id: Pace(float(queue.expected_handle_s)) for queue_id, queue in queues.items()}
        for row in await self._pool.fetch(_Q.recent, RECENT):
            pace, queue = found.get(row["queue_id"]), queues.get(row["queue_id"])
            if pace is None or queue is None:
                continue
            pace.left(row["wait_s"], lost=Outcome(row["outcome"]) in LOST)
            if row["answered"]:
                pace.handled(row["handled_s"] + queue.wrap_s)
        return found
