"""A change of presence as records of the journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from engine.agents.model import Interval, Presence
from engine.core.ids import new_id
from engine.history.records import FeedRow, IntervalRow, PresenceRow, Record


def of_change(presence: Presence, interval: Interval | None, node_id: str, now: datetime) -> list[Record]:
    """The interval that ended, the presence of now, and a line of the live feed."""
    records: list[Record] = [presence_row(presence, node_id)]
    if interval is not None:
        records.insert(0, interval_row(presence.user_id, interval, now))
    records.append(FeedRow(topic="operators", kind="presence", key=str(presence.user_id), data=presence))
    return records


def presence_row(presence: Presence, node_id: str) -> PresenceRow:
    wanted: dict[str, Any] | None = msgspec.to_builtins(presence.wanted)
    return PresenceRow(
        user_id=presence.user_id,
        node_id=node_id,
        status=presence.status,
        since=presence.since,
        reason_id=presence.reason_id,
        why=presence.why,
        until=presence.until,
        call_id=presence.call_id,
        wanted=wanted,
        wrap_s=presence.wrap_s,
        missed_in_row=presence.missed_in_row,
        reachable=presence.reachable,
    )


def interval_row(user_id: UUID, interval: Interval, now: datetime) -> IntervalRow:
    return IntervalRow(
        id=new_id(now),
        user_id=user_id,
        status=interval.status,
        during=f"[{interval.began.isoformat()},{interval.ended.isoformat()})",
        reason_id=interval.reason_id,
        why=interval.why,
        call_id=interval.call_id,
    )
