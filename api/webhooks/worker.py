"""The worker that sends what waits in the outbox; every process of the api runs one."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import prometheus_client

from api.webhooks.backoff import OPEN_AFTER, Limits, Verdict, after_failure, pause, verdict
from api.webhooks.model import Answer, Due, End
from api.webhooks.outbox import Outbox
from api.webhooks.sender import Message, Sender
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError
from engine.core.seal import Seal
from engine.core.tasks import Tasks

_log = log.get("api.webhooks")
_SHORTEST_WAIT = 0.02
_AFTER_FAULT_S = 1.0
_SPARE_S = 5.0
TRIES = prometheus_client.Counter("paylater_webhook_tries_total", "Tries to deliver results", ["outcome"])


class Deliverer:
    """Delivers at least once: twice only where the connection, or this process, died after the receiver had it."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        seal: Seal,
        settings: Settings,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._seal = seal
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._limits = Limits(
            settings.webhook_pause_s, settings.webhook_pause_max_s, settings.webhook_hours, settings.webhook_refusals
        )
        # A try ends by its time limit; who has not told of it by then is gone.
        self._lease = timedelta(seconds=2 * settings.webhook_timeout_s + _SPARE_S)
        self._news = asyncio.Event()
        self._sending: Counter[UUID] = Counter()

    async def listen(self) -> None:
        """Hear of new deliveries until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["webhooks"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Send what is due until cancelled."""
        async with self._sender, Tasks() as tasks:
            while True:
                self._news.clear()
                try:
                    await self._send_due(tasks)
                    wait = await self._until_next()
                except Exception as exc:
                    if db.fault_of(exc) is None:
                        _log.exception("webhook_worker_failed")
                    wait = _AFTER_FAULT_S
                # Not wait_for: in Python 3.11 it may swallow a cancellation that comes with the news (bpo-37658).
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._news.wait()

    async def clean(self) -> None:
        """Forget those that came to their end long ago."""
        await self._outbox.forget(self._clock.now() - timedelta(days=self._settings.webhook_keep_days))

    async def _send_due(self, tasks: Tasks) -> None:
        now = self._clock.now()
        if lost := await self._outbox.recover(now - self._lease):
            _log.warning("webhook_deliveries_recovered", count=lost)
        for end in await self._outbox.ends(now):
            for due in await self._take(end, now):
                self._sending[end.id] += 1
                tasks.spawn(self._deliver(end, due), name="webhook")

    async def _take(self, end: End, now: datetime) -> list[Due]:
        """As many of a webhook's deliveries as may go now: of one that is down a single one, to see how it is."""
        most = self._settings.webhook_parallel
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
        wait = self._settings.webhook_poll_s
        if due is not None:
            wait = min(wait, (due - self._clock.now()).total_seconds())
        return max(_SHORTEST_WAIT, wait)

    async def _deliver(self, end: End, due: Due) -> None:
        try:
            answer = await self._send(end, due)
            found = verdict(answer.status)
            TRIES.labels(found.value).inc()
            now = self._clock.now()
            if found is Verdict.DELIVERED:
                await self._outbox.delivered(end.id, due, answer.status, now)
                return
            then = after_failure(found, due.attempts, due.refusals, due.since, now, self._limits, self._chance())
            told = {"webhook": str(end.id), "event_id": due.event_id, "attempts": due.attempts, "status": answer.status}
            _log.warning("webhook_not_delivered", **told, dead=then.at is None)
            if found is Verdict.REFUSED:
                await self._outbox.refused(end.id, due, answer, then.at, then.refusals, now)
                return
            failures = await self._outbox.away(end.id, due, answer, then.at, now)
            if failures >= OPEN_AFTER:
                seconds = pause(failures - OPEN_AFTER + 1, self._limits, self._chance())
                await self._outbox.down(end.id, now + timedelta(seconds=seconds))
        finally:
            self._sending[end.id] -= 1
            self._news.set()

    async def _send(self, end: End, due: Due) -> Answer:
        try:
            secrets = [self._seal.open(sealed) for sealed in (end.secret, end.secret_before) if sealed]
        except ConfigError as exc:
            return Answer(None, exc.detail)
        message = Message(id=due.event_id, event=due.event, key=due.key, created_at=due.created_at, data=due.body)
        return await self._sender.send(end.url, secrets, message, due.attempts)
