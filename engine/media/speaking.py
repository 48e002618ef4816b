"""Sound into a call while it is made: a channel of Asterisk's chan_websocket, fed over a WebSocket.

Asterisk paces what it is sent (20 ms a frame) and holds up to some 20 s of it; it says MEDIA_XOFF when it has enough
and MEDIA_XON when there is room. FLUSH_MEDIA throws away what was not played yet. When this process dies the channel
is hung up at once, and the caller stays where he is.
"""

import asyncio

import aiohttp
from prometheus_client import Counter, Gauge

from engine.core.config import Settings

FRAME_BYTES = 320
"""20 ms of 8 kHz, 16 bit."""
CHUNK_BYTES = 32_000
OPEN_S = 3.0
_LIVE = Gauge("paylater_speaking_channels", "Channels that speak to callers now")
_BYTES = Counter("paylater_speaking_bytes", "Sound sent to callers")
_EVENTS = Counter("paylater_speaking", "Speaking channels by what became of them", ["end"])
_HELD = Counter("paylater_speaking_held", "How often Asterisk asked to wait with more sound")


class SpeakingLost(Exception):
    """The channel is gone, or was never there."""


class SpeakingChannel:
    """One open channel. ``send`` as much as is wanted, then ``finish``; ``flush`` to be silent at once."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._room = asyncio.Event()
        self._room.set()
        self._started = asyncio.Event()
        self._over = asyncio.Event()
        """Everything was played, or the channel is gone."""
        self._lost = False
        self._rest = b""
        self._buffering = False
        self.marks: list[str] = []
        """Names of marks that were played past, in their order."""
        self.sent_bytes = 0
        self._reader = asyncio.create_task(self._read())
        _LIVE.inc()

    async def ready(self) -> None:
        """Returns when Asterisk takes sound. Raises ``SpeakingLost``."""
        try:
            async with asyncio.timeout(OPEN_S):
                await self._started.wait()
        except TimeoutError:
            raise SpeakingLost("Asterisk did not begin") from None
        self._check()

    async def send(self, pcm: bytes) -> None:
        """Send sound (signed 16 bit, 8 kHz); waits while Asterisk has enough. Raises ``SpeakingLost``."""
        self._rest += pcm
        whole = len(self._rest) // FRAME_BYTES * FRAME_BYTES
        data, self._rest = self._rest[:whole], self._rest[whole:]
        for start in range(0, len(data), CHUNK_BYTES):
            await self._room.wait()
            self._check()
            chunk = data[start : start + CHUNK_BYTES]
            await self._write(chunk)
            self.sent_bytes += len(chunk)
            _BYTES.inc(len(chunk))

    async def mark(self, name: str) -> None:
        """Be told in ``marks`` when what was sent so far has been played."""
        await self._fill()
        await self._say(f"MARK_MEDIA {name}")

    async def finish(self) -> None:
        """Returns when all that was sent has been played. Raises ``SpeakingLost``."""
        await self._fill()
        await self._say("STOP_MEDIA_BUFFERING all")
        await self._over.wait()
        self._check()
        _EVENTS.labels("played").inc()

    async def flush(self) -> None:
        """Silence now; a channel that is gone is silent."""
        self._rest = b""
        try:
            await self._say("FLUSH_MEDIA")
        except SpeakingLost:
            return
        _EVENTS.labels("flushed").inc()

    async def close(self) -> None:
        """Hang up."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        try:
            async with asyncio.timeout(1.0):
                await self._socket.close()
        except (TimeoutError, aiohttp.ClientError, OSError):
            return

    async def _fill(self) -> None:
        """A last frame that is not whole ends in silence."""
        if self._rest:
            await self.send(bytes(FRAME_BYTES - len(self._rest)))

    async def _write(self, data: bytes) -> None:
        try:
            if not self._buffering:
                self._buffering = True
                await self._socket.send_str("START_MEDIA_BUFFERING")
            await self._socket.send_bytes(data)
        except (aiohttp.ClientError, OSError) as exc:
            self._gone()
            raise SpeakingLost(str(exc)) from exc

    async def _say(self, command: str) -> None:
        self._check()
        try:
            await self._socket.send_str(command)
        except (aiohttp.ClientError, OSError) as exc:
            self._gone()
            raise SpeakingLost(str(exc)) from exc

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._on_word(*message.data.split(" ", 1))
        finally:
            self._gone()
            _LIVE.dec()

    def _on_word(self, word: str, rest: str = "") -> None:
        match word:
            case "MEDIA_START":
                self._started.set()
            case "MEDIA_XOFF":
                _HELD.inc()
                self._room.clear()
            case "MEDIA_XON":
                self._room.set()
            case "MEDIA_MARK_PROCESSED":
                self.marks.append(rest)
            case "MEDIA_BUFFERING_COMPLETED":
                self._over.set()

    def _gone(self) -> None:
        if not self._lost and not self._over.is_set():
            _EVENTS.labels("lost").inc()
        self._lost = True
        for event in (self._started, self._room, self._over):
            event.set()

    def _check(self) -> None:
        if self._lost:
            raise SpeakingLost("the channel is gone")


class Speakers:
    """Opens speaking channels of this node, as many at once as the setting speaking_max allows."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.ari_url.removesuffix("/ari").replace("http", "ws", 1)
        self._max = settings.speaking_max
        self._session: aiohttp.ClientSession | None = None
        self.live = 0

    @property
    def room(self) -> bool:
        """Whether one more may speak."""
        return self.live < self._max

    async def open(self, connection_id: str) -> SpeakingChannel:
        """Connect to a channel that waits for its sound. Raises ``SpeakingLost``."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        try:
            async with asyncio.timeout(OPEN_S):
                socket = await self._session.ws_connect(f"{self._url}/media/{connection_id}", protocols=("media",))
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise SpeakingLost(f"no way to Asterisk's media: {exc}") from exc
        channel = SpeakingChannel(socket)
        try:
            await channel.ready()
        except BaseException:
            await channel.close()
            raise
        return channel

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
