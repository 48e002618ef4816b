"""Campaigns in the database: read whole, moved by the clock, people who were left without an operator."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.core.db import Queries
from engine.dialer.campaign import Campaign

_Q = Queries(Path(__file__).with_name("queries.sql"))


class CampaignStore:
    """Reads campaigns; a state that the clock changes is changed by one statement, so by one node alone."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def campaigns(self, known: Collection[UUID] = ()) -> list[Campaign]:
        """Campaigns that are scheduled, run or pause, and those of ``known``."""
        return [_campaign(row) for row in await self._pool.fetch(_Q.campaigns, list(known))]

    async def move_due(self) -> list[UUID]:
        """Start what is scheduled and due, finish what has reached its end; gives those that this node has moved."""
        return [row["id"] for row in await self._pool.fetch(_Q.move_due)]

    async def finish_exhausted(self, campaign_id: UUID) -> bool:
        """Finish a campaign without an end all of whose leads are done; True when this node has done it."""
        return await self._pool.fetchval(_Q.finish_exhausted, campaign_id) is not None

    async def owed(self) -> dict[str, datetime]:
        """Number -> until when a person who was abandoned is to be served first."""
        return {row["address"]: row["until"] for row in await self._pool.fetch(_Q.owed)}

    async def nodes(self) -> int:
        """Engines that live now."""
        return max(int(await self._pool.fetchval(_Q.live_nodes)), 1)

    async def learnt(self, node_id: str) -> dict[UUID, Any]:
        """Campaign -> what the pacing of this node had learnt of it."""
        return {row["campaign_id"]: row["state"] for row in await self._pool.fetch(_Q.learnt, node_id)}

    async def keep_learnt(self, node_id: str, states: Mapping[UUID, Any]) -> None:
        """Keep what the pacing has learnt, for another process; campaigns that are gone are passed by."""
        await self._pool.execute(_Q.keep_learnt, node_id, list(states), list(states.values()))

    async def dispositions(self) -> list[dict[str, Any]]:
        """What operators may say of a call: rows of ``dispositions`` in force, in their order."""
        return [dict(row) for row in await self._pool.fetch(_Q.dispositions)]

    async def portrait(self, lead_id: UUID) -> dict[str, Any]:
        """A lead's own columns and portrait, for the operator; empty when it is gone."""
        row = await self._pool.fetchrow(_Q.portrait, lead_id)
        return dict(row) if row is not None else {}


def _campaign(row: Any) -> Campaign:
    values = dict(row)
    values["lists"] = [(UUID(one[0]), one[1]) for one in values["lists"]]
    return msgspec.convert(values, Campaign)
