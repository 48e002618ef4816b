"""Fan-out: one listener a process, a bounded buffer a client."""

import asyncio
from typing import Any

import msgspec
from prometheus_client import Counter, Gauge

from api.live.audience import ALL_CALLS, Audience, without_supervisors
from api.live.model import Change, Partial
from api.live.store import BATCH, LiveStore
from api.live.subscriber import Subscriber, frame
from api.web.route import Identity
from engine.core import db, log
from engine.core.config import Settings
from engine.core.errors import Unavailable

_log = log.get("api.live")
SPEECH = "speech"
"""The channel of texts that may still change."""
CLIENTS = Gauge("paylater_live_clients", "WebSocket clients of the live feed")
SENT = Counter("paylater_live_messages_total", "Changes handed to clients")
SLOW = Counter("paylater_live_slow_clients_total", "Clients cut off because they read too slowly")


class _Sent(msgspec.Struct):
    key: str
    data: dict[str, Any]


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

        def heard(channel: str, payload: str) -> None:
            if channel == SPEECH:
                self._hand_out_partial(payload)
            else:
                self._news.set()

        await db.listen(self._settings, ["changes", SPEECH], heard, connected)

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
        """A subscriber and the cursor after which it is given changes; end with ``unsubscribe``.

        Raises:
            Unavailable: the feed has not begun (no database yet).
        """
        if self._position is None:
            raise Unavailable("The live feed has not begun yet")
        taken = [] if identity.may(ALL_CALLS) else await self._store.own_calls(identity.user_id)
        subscriber = Subscriber(topics, Audience(identity, taken), self._settings.live_client_bytes)
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
        """One frame for all who see the same; written at once, for that is what a thousand clients can be served by."""
        whole = frame(msgspec.json.encode(change))
        plain = without_supervisors(change)
        part = whole if plain is change else frame(msgspec.json.encode(plain))
        sent = 0
        for subscriber in self._subscribers:
            if subscriber.slow.is_set() or not subscriber.wants(change):
                continue
            if subscriber.give(whole if subscriber.audience.sees_supervisors else part):
                sent += 1
            else:
                SLOW.inc()
        SENT.inc(sent)

    def _hand_out_partial(self, payload: str) -> None:
        """Text that may still change: for those who follow now; a client that is behind does without it."""
        try:
            told = _partial(payload)
        except msgspec.MsgspecError as exc:
            _log.warning("partial_unreadable", error=str(exc))
            return
        data = frame(msgspec.json.encode(told))
        for subscriber in self._subscribers:
            if subscriber.caught_up and not subscriber.slow.is_set() and subscriber.wants(told):
                subscriber.give(data)


def _partial(payload: str) -> Partial:
    """A message of the engine, ``{"key", "data"}``, as clients are sent it."""
    sent = msgspec.json.decode(payload, type=_Sent)
    return Partial(topic="transcripts", key=sent.key, data=sent.data)
