"""Who takes what Asterisk tells: the port between the ARI client and the calls."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.ari.events import Event
from engine.ari.models import Bridge, Channel


@dataclass(frozen=True)
class Snapshot:
    """What lives in Asterisk right after a connect.

    Events that came while it was taken follow by ``on_event``: some tell what the snapshot holds already, and some are
    of things that it shows gone, so the sink must be idempotent.

    ``first``: no rebuild of this process has come to its end before. ``restarted``: Asterisk began anew since the last
    rebuild, so nothing of before lives.
    """

    asterisk_started_at: datetime
    restarted: bool
    first: bool
    channels: list[Channel] = field(default_factory=list)
    bridges: list[Bridge] = field(default_factory=list)


class AriSink(Protocol):
    """Takes the events of one node."""

    def on_event(self, event: Event) -> None:
        """An event, in the order in which Asterisk sent it; must not block."""

    async def on_connected(self, snapshot: Snapshot) -> None:
        """After each connect, before the events that came since; requests work already. A raise means: connect anew."""

    def on_disconnected(self) -> None:
        """The events socket is lost; requests fail until the next ``on_connected``."""
