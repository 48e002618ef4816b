"""The client of one Asterisk node: events in order to one sink, requests with a deadline, reconnects for ever."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine.ari.events import Event
from engine.ari.models import Bridge, Channel
from engine.core.clock import Clock
from engine.core.config import Settings


@dataclass(frozen=True)
class Snapshot:
    """What lives in Asterisk right after a connect. Events that came meanwhile follow by ``on_event``: some of them
    tell what the snapshot holds already, so the sink must be idempotent.

    ``first``: the first connect of this process. ``restarted``: Asterisk began anew since the last connect, so nothing
    of before lives.
    """

    asterisk_started_at: datetime
    restarted: bool
    first: bool
    channels: list[Channel] = field(default_factory=list)
    bridges: list[Bridge] = field(default_factory=list)


class AriSink(Protocol):
    """Who takes the events."""

    def on_event(self, event: Event) -> None:
        """An event, in the order Asterisk sent it; must not block."""

    async def on_connected(self, snapshot: Snapshot) -> None:
        """After each connect, before the events that came since; requests work already."""

    def on_disconnected(self) -> None:
        """The events socket is lost; requests fail until the next ``on_connected``."""


class AriClient:
    """See the module."""

    def __init__(self, settings: Settings, sink: AriSink, clock: Clock) -> None:
        self.app = settings.ari_app
        self.connected = False
        self.live = False

    async def run(self) -> None:
        """Connect, read, reconnect until cancelled."""
        raise NotImplementedError

    async def request(
        self,
        method: str,
        uri: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Any:
        """Hot path: REST over the events socket, served in order."""
        raise NotImplementedError

    async def slow(
        self,
        method: str,
        uri: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Any:
        """REST over HTTP, for calls that take long."""
        raise NotImplementedError

    async def download(self, uri: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        raise NotImplementedError
        yield b""
