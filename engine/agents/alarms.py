"""Who must be looked at when: one time a key, the earliest first."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from engine.core.clock import Clock

K = TypeVar("K")


class Alarms(Generic[K]):
    """A heap with one valid time a key; times that were replaced are skipped when they come up."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, K]] = []
        self._at: dict[K, datetime] = {}
        self._count = 0
        self._changed = asyncio.Event()

    def set(self, key: K, at: datetime | None) -> None:
        """Look at ``key`` at that time and at no other; None: not at all."""
        if self._at.get(key) == at:
            return
        if at is None:
            del self._at[key]
            return
        self._at[key] = at
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, key))
        if self._heap[0][2] == key:
            self._changed.set()

    def next(self) -> datetime | None:
        """The earliest time that is set."""
        while self._heap and self._at.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[K]:
        """Keys whose time has come, in its order; their alarms are off then."""
        found = []
        while (at := self.next()) is not None and at <= now:
            key = heapq.heappop(self._heap)[2]
            del self._at[key]
            found.append(key)
        return found

    async def run(self, ring: Callable[[], None], clock: Clock) -> None:
        """Call ``ring`` whenever something is due, until cancelled."""
        while True:
            self._changed.clear()
            ring()
            at = self.next()
            try:
                async with asyncio.timeout(None if at is None else max((at - clock.now()).total_seconds(), 0.005)):
                    await self._changed.wait()
            except TimeoutError:
                continue


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the present day began in the zone."""
    return _begin(now.astimezone(zone).date(), zone)


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the next day begins in the zone."""
    return _begin(now.astimezone(zone).date() + timedelta(days=1), zone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
