"""Ids made by us: time-ordered UUIDs (version 7 layout, RFC 9562), random or derived from an outside id."""

import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta

# A derived id carries the second of its outside id; the row it names lies within this distance.
ID_TIME_SLACK = timedelta(seconds=5)


def _uuid7(milliseconds: int, tail: bytes) -> uuid.UUID:
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(tail[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_id(now: datetime) -> uuid.UUID:
    """A fresh id that sorts by ``now`` (millisecond precision)."""
    return _uuid7(int(now.timestamp() * 1000), os.urandom(10))


def call_id_of(unique_id: str, fallback_time: datetime) -> uuid.UUID:
    """The id of the call that the channel ``unique_id`` opened: the same each time it is asked.

    Asterisk's unique ids read ``[system-]epoch.sequence``; the epoch becomes the id's time, so that a start lost in a
    crash and told again makes no second call. Ids of another shape take ``fallback_time``.
    """
    epoch = unique_id.rsplit("-", 1)[-1].split(".", 1)[0]
    milliseconds = int(epoch) * 1000 if epoch.isdigit() and len(epoch) == 10 else int(fallback_time.timestamp() * 1000)
    return _uuid7(milliseconds, hashlib.sha256(unique_id.encode()).digest())


def time_of(value: uuid.UUID) -> datetime:
    """The time in an id made here (UTC); partitions are found by it."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)


def owner_of(made_id: str) -> uuid.UUID | None:
    """The call in an id that we made (``<32 hex digits>-...``), None for ids of Asterisk."""
    head, dash, _ = made_id.partition("-")
    if not dash or len(head) != 32:
        return None
    try:
        return uuid.UUID(hex=head)
    except ValueError:
        return None
