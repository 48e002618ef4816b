"""The worker that sends what waits in an outbox; every process of the api runs one for each outbox."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec
import prometheus_client

from api.webhooks.backoff import OPEN_AFTER, Limits, Verdict, after_failure, pause, verdict
from api.webhooks.model import Answer, Due, Receiving
from api.webhooks.outbox import Outbox
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.tasks import Tasks

_log = log.get("api.webhooks")
_SHORTEST_WAIT = 0.02
_AFTER_FAULT_S = 1.0
_SPARE_S = 5.0
TRIES = prometheus_client.Counter("paylater_webhook_tries_total", "Tries to deliver", ["what", "outcome"])
E = TypeVar("E", bound=Receiving)
C = TypeVar("C", contravariant=True)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How deliveries go, by settings. ``timeout_s``: longest try; ``parallel``: at once, all ends together; ``poll_s``:
    the outbox is looked at so often besides its notices; ``keep_days``: what came to its end is kept so long."""

    limits: Limits
    timeout_s: float
    parallel: int
    poll_s: float
    keep_days: float


class Courier(Protocol[C]):
    """Who takes one delivery to its end; used as a context while deliveries go out."""

    async def __aenter__(self) -> Any: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def deliver(self, end: C, due: Due) -> Answer:
        """Never raises but when cancelled."""
        ...


class Deliverer(Generic[E]):
    """Delivers at least once: twice only where the connection, or this process, died after the receiver had it.
    ``what``: the NOTIFY channel of the outbox, also the name in metrics and logs."""

    def __init__(
        self,
        what: str,
        outbox: Outbox[E],
        courier: Courier[E],
        pace: Pace,
        settings: Settings,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._what = what
        self._outbox = outbox
        self._courier = courier
        self._pace = pace
        self._settings = settings
        self._clock = clock
        self._chance = chance
        # A try ends by its time limit; who has not told of it by then is gone.
        self._lease = timedelta(seconds=2 * pace.timeout_s + _SPARE_S)
        self._news = asyncio.Event()
        self._sending: Counter[UUID] = Counter()

    async def listen(self) -> None:
        """Hear of new deliveries until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, [self._what], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Send what is due until cancelled."""
        async with self._courier, Tasks() as tasks:
            while True:
                self._news.clear()
                try:
                    await self._send_due(tasks)
                    wait = await self._until_next()
                except Exception as exc:
                    if db.fault_of(exc) is None:
                        _log.exception("delivery_worker_failed", what=self._what)
                    wait = _AFTER_FAULT_S
                # Not wait_for: in Python 3.11 it may swallow a cancellation that comes with the news (bpo-37658).
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._news.wait()

    async def clean(self) -> None:
        """Forget those that came to their end long ago."""
        await self._outbox.forget(self._clock.now() - timedelta(days=self._pace.keep_days))

    async def _send_due(self, tasks: Tasks) -> None:
        now = self._clock.now()
        if lost := await self._outbox.recover(now - self._lease):
            _log.warning("deliveries_recovered", what=self._what, count=lost)
        for end in await self._outbox.ends(now):
            for due in await self._take(end, now):
                self._sending[end.id] += 1
                tasks.spawn(self._deliver(end, due), name=self._what)

    async def _take(self, end: E, now: datetime) -> list[Due]:
        """As many of a webhook's deliveries as may go now: of one that is down a single one, to see how it is."""
        most = self._pace.parallel
        free = min(most - self._sending.total(), max(1, most // 2) - self._sending[end.id])
        if free <= 0:
            return []
        if end.failures >= OPEN_AFTER:
            if self._sending[end.id] or not await self._outbox.probe(end.id, now, now + self._lease):
                return []
            free = 1
        return await self._outbox.take(end.id, now, free)

    async def _until_next(self) -> float:
        """Seconds until something more is due."""
        due = await self._outbox.next_due(self._clock.now(), self._lease)
        wait = self._pace.poll_s
        if due is not None:
            wait = min(wait, (due - self._clock.now()).total_seconds())
        return max(_SHORTEST_WAIT, wait)

    async def _deliver(self, end: E, due: Due) -> None:
        try:
            answer = await self._courier.deliver(end, due)
            found = answer.verdict or verdict(answer.status)
            TRIES.labels(self._what, found.value).inc()
            now = self._clock.now()
            if found is Verdict.DELIVERED:
                await self._outbox.delivered(end.id, due, answer.status, now)
                return
            then = after_failure(found, due.attempts, due.refusals, due.since, now, self._pace.limits, self._chance())
            told = {"to": str(end.id), "event_id": due.event_id, "attempts": due.attempts, "status": answer.status}
            _log.warning("not_delivered", what=self._what, **told, dead=then.at is None)
            if found is not Verdict.AWAY:
                await self._outbox.refused(end.id, due, answer, then.at, then.refusals, now)
                return
            failures = await self._outbox.away(end.id, due, answer, then.at, now)
            if failures >= OPEN_AFTER:
                seconds = pause(failures - OPEN_AFTER + 1, self._pace.limits, self._chance())
                await self._outbox.down(end.id, now + timedelta(seconds=seconds))
        finally:
            self._sending[end.id] -= 1
            self._news.set()
