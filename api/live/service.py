"""Fan-out: one listener a process, a bounded queue a client."""

import asyncio
from dataclasses import dataclass, field

import msgspec
from prometheus_client import Counter, Gauge

from api.live.audience import ALL_CALLS, Audience, without_supervisors
from api.live.model import Change
from api.live.store import BATCH, LiveStore
from api.web.route import Identity
from engine.core import db, log
from engine.core.config import Settings
from engine.core.errors import Unavailable

_log = log.get("api.live")
CLIENTS = Gauge("paylater_live_clients", "WebSocket clients of the live feed")
SENT = Counter("paylater_live_messages_total", "Changes put into clients' queues")
SLOW = Counter("paylater_live_slow_clients_total", "Clients cut off because they read too slowly")


@dataclass(eq=False)
class Subscriber:
    """A client's topics and what waits for it: encoded changes with their cursors. ``slow`` is set when it is full."""

    topics: frozenset[str]
    audience: Audience
    size: int
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    queue: asyncio.Queue[tuple[int, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self.queue = asyncio.Queue(self.size)

    def wants(self, change: Change) -> bool:
        """Whether the client asked for the topic and its user may see the change."""
        return change.topic in self.topics and self.audience.admits(change)


class LiveFeed:
    """Reads the feed once for all clients of this process."""

    def __init__(self, store: LiveStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._subscribers: set[Subscriber] = set()
        self._news = asyncio.Event()
        self._position: int | None = None

    async def listen(self) -> None:
        """Hear of changes until cancelled; each (re)connect reads what was missed."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["changes"], lambda _channel, _payload: self._news.set(), connected)

    async def pump(self) -> None:
        """Read what is new and hand it out, until cancelled; a database that is away is tried again."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._read_on()
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("live_feed_failed")
                await asyncio.sleep(0.5)
                self._news.set()

    async def clean(self) -> None:
        """Forget changes older than they are kept."""
        await self._store.forget(self._settings.changes_keep_hours)

    async def subscribe(self, topics: frozenset[str], identity: Identity) -> tuple[Subscriber, int]:
        """A subscriber and the cursor after which its queue begins; end with ``unsubscribe``.

        Raises:
            Unavailable: the feed has not begun (no database yet).
        """
        if self._position is None:
            raise Unavailable("The live feed has not begun yet")
        taken = [] if identity.may(ALL_CALLS) else await self._store.own_calls(identity.user_id)
        subscriber = Subscriber(topics, Audience(identity, taken), self._settings.live_client_queue)
        self._subscribers.add(subscriber)
        CLIENTS.set(len(self._subscribers))
        return subscriber, self._position

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        CLIENTS.set(len(self._subscribers))

    async def is_lost(self, since: int, position: int) -> bool:
        """Are changes after ``since`` gone (too old), or was it never given out?"""
        oldest, _ = await self._store.bounds()
        return since > position or since + 1 < oldest

    async def missed(self, since: int, position: int) -> list[Change]:
        """The next changes after ``since``, up to ``position``; empty at the end."""
        return await self._store.after(since, position)

    async def _read_on(self) -> None:
        if self._position is None:
            _, self._position = await self._store.bounds()
            return
        while True:
            changes = await self._store.after(self._position)
            for change in changes:
                self._hand_out(change)
                self._position = change.cursor
            if len(changes) < BATCH:
                return

    def _hand_out(self, change: Change) -> None:
        whole = (change.cursor, msgspec.json.encode(change))
        plain = without_supervisors(change)
        part = whole if plain is change else (change.cursor, msgspec.json.encode(plain))
        for subscriber in self._subscribers:
            if subscriber.slow.is_set() or not subscriber.wants(change):
                continue
            try:
                subscriber.queue.put_nowait(whole if subscriber.audience.sees_supervisors else part)
                SENT.inc()
            except asyncio.QueueFull:
                SLOW.inc()
                subscriber.slow.set()
