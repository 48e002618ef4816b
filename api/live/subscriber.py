"""A client's end of the feed: frames go to its connection at once; what it does not read is kept within bounds."""

import asyncio
from dataclasses import dataclass, field

from api.live.audience import Audience
from api.live.model import Change, Partial


@dataclass(eq=False)
class Subscriber:
    """A client's topics, and its connection once it has caught up. ``slow`` is set when over ``most`` bytes wait."""

    topics: frozenset[str]
    audience: Audience
    most: int
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    _early: list[bytes] = field(default_factory=list)
    _waiting: int = 0
    _transport: asyncio.Transport | None = None

    def wants(self, change: Change | Partial) -> bool:
        """Whether the client asked for the topic and its user may see the change."""
        return change.topic in self.topics and self.audience.admits(change)

    @property
    def caught_up(self) -> bool:
        """Whether the client follows what happens now."""
        return self._transport is not None

    def give(self, data: bytes) -> bool:
        """Send a frame, or keep it until the client has caught up; false: too much waits already."""
        if self._transport is None:
            self._early.append(data)
            self._waiting += len(data)
        elif not self._transport.is_closing():
            self._transport.write(data)
            self._waiting = self._transport.get_write_buffer_size()
        if self._waiting > self.most:
            self.slow.set()
            return False
        return True

    def follow(self, transport: asyncio.Transport) -> None:
        """The client has caught up: what was kept is sent, and all that comes goes straight to ``transport``."""
        self._transport = transport
        transport.writelines(self._early)
        self._early.clear()


def frame(text: bytes) -> bytes:
    """A WebSocket message of a server (RFC 6455, 5.2): final, text, not masked. The same bytes serve every client."""
    size = len(text)
    if size < 126:
        head = bytes([0x81, size])
    elif size < 65_536:
        head = b"\x81\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x81\x7f" + size.to_bytes(8, "big")
    return head + text
