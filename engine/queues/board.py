"""The live picture of queues: who waits, who works, today's figures; told in the feed, at most once a second each."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.core.clock import Clock
from engine.core.config import Settings
from engine.history.records import FeedRow
from engine.queues.distributor import Distributor
from engine.queues.estimate import Pace
from engine.queues.model import Outcome, Queue
from engine.queues.ports import Journal
from engine.queues.statistics import LOST, Today

PERIOD_S = 1.0


class Board:
    """Counts and tells; decides nothing."""

    def __init__(self, distributor: Distributor, journal: Journal, clock: Clock, settings: Settings) -> None:
        self.today: dict[UUID, Today] = {}
        self._distributor = distributor
        self._journal = journal
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self._paces: dict[UUID, Pace] = {}
        self._touched: dict[UUID, None] = {}
        self._news = asyncio.Event()

    def load(self, queues: Mapping[UUID, Queue]) -> None:
        """The queues that there are."""
        for queue_id in queues:
            self.touch(queue_id)

    def restore(self, queue_id: UUID, today: Today | None, pace: Pace) -> None:
        """Figures that an earlier process had counted."""
        self._paces[queue_id] = pace
        if today is not None:
            self.today[queue_id] = today

    # What happens

    def touch(self, queue_id: UUID) -> None:
        """Something about the queue is to be told."""
        self._touched[queue_id] = None
        self._news.set()

    def entered(self, queue: Queue) -> None:
        self._of(queue).entered += 1

    def answered(self, queue: Queue, wait_s: float) -> None:
        self._of(queue).answer(wait_s, queue.target_s)
        self.pace(queue).left(wait_s, lost=False)

    def left(self, queue: Queue, outcome: Outcome, wait_s: float) -> None:
        """A caller left unserved."""
        self._of(queue).end(outcome, wait_s)
        self.pace(queue).left(wait_s, lost=outcome in LOST)

    # What is known

    def pace(self, queue: Queue) -> Pace:
        """How fast the queue moves."""
        return self._paces.setdefault(queue.id, Pace(float(queue.expected_handle_s)))

    def online(self, queue: Queue) -> int:
        """Operators on line."""
        return self._distributor.online(queue.id)

    def ready(self, queue: Queue) -> int:
        """Operators who would take a call now."""
        return self._distributor.free(queue.id)

    def strength(self, queue: Queue) -> float:
        """Operators on line; one counts in equal parts for each of its queues in which somebody waits."""
        total = 0.0
        for member in queue.members:
            staff = self._distributor.staff.get(member.user_id)
            if staff is not None and staff.online:
                others = self._distributor.queues_of(member.user_id)
                total += 1.0 / max(sum(self._distributor.size(other) > 0 for other in others), 1)
        return total

    def picture(self, queue: Queue) -> dict[str, Any]:
        """What the wallboard shows of a queue; times in seconds, the level in percent."""
        now = self._clock.now()
        line = [waiter for waiter in self._distributor.line(queue.id) if waiter.counted]
        today = self._of(queue)
        online, ready = self.online(queue), self.ready(queue)
        return {
            "queue_id": queue.id,
            "name": queue.name,
            "waiting": len(line),
            "callbacks_waiting": self._distributor.size(queue.id) - len(line),
            "longest_wait_s": round(max((now.timestamp() - w.since for w in line), default=0.0), 1),
            "longest_since": datetime.fromtimestamp(min(w.since for w in line), now.tzinfo) if line else None,
            "online": online,
            "ready": ready,
            "busy": online - ready,
            "entered_today": today.entered,
            "answered_today": today.answered,
            "abandoned_today": today.abandoned,
            "lost_today": today.lost,
            "average_wait_s": round(today.wait_s / today.answered, 1) if today.answered else None,
            "service_level": today.service_level,
            "target_s": queue.target_s,
            "target_percent": queue.target_percent,
            "handle_s": round(self.pace(queue).handle_s, 1),
        }

    async def run(self) -> None:
        """Tell what has changed, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            touched, self._touched = self._touched, {}
            rows = [
                FeedRow(topic="queues", kind="updated", key=str(queue_id), data=self.picture(queue))
                for queue_id in touched
                if (queue := self._distributor.queues.get(queue_id)) is not None
            ]
            if rows:
                self._journal.append(*rows)
            await asyncio.sleep(PERIOD_S)

    def _of(self, queue: Queue) -> Today:
        day = self._clock.now().astimezone(self._zone).date()
        today = self.today.setdefault(queue.id, Today(day))
        today.roll(day)
        return today
