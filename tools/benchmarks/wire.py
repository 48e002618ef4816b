"""HTTP and WebSocket clients that cost next to nothing, so that what is measured is the server."""

import asyncio
import base64
import os
import re
import time
from collections.abc import Callable, Sequence
from typing import cast

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Requests(asyncio.Protocol):
    """One connection that sends its requests again and again, the next when the last is answered."""

    def __init__(self, requests: Sequence[bytes], until: float) -> None:
        self.answered = 0
        self.refused = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._until = until
        self._next = 0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None or len(self._buffer) < end + 4 + int(length[1]):
            return
        self.answered += 1
        self.refused += self._buffer[9:10] != b"2"
        self._buffer = b""
        if time.perf_counter() >= self._until:
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _send(self) -> None:
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


async def rate(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> float:
    """Answers a second over some connections at once.

    Raises:
        RuntimeError: an answer was no success.
    """
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    share = max(1, len(requests) // connections)
    clients: list[Requests] = []
    for number in range(connections):
        own = requests[number * share : (number + 1) * share] or requests
        _, client = await loop.create_connection(lambda own=own: Requests(own, until), "127.0.0.1", port)  # type: ignore[misc]
        clients.append(client)
    await asyncio.gather(*(client.over for client in clients))
    took = time.perf_counter() - began
    if refused := sum(client.refused for client in clients):
        raise RuntimeError(f"{refused} requests were refused")
    return sum(client.answered for client in clients) / took


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Follower(asyncio.Protocol):
    """One WebSocket of the live feed: signs in and gives each message to ``heard``."""

    def __init__(self, path: str, token: str, heard: Callable[[bytes], None]) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._path = path
        self._token = token
        self._heard = heard
        self._buffer = bytearray()
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            f"GET {self._path} HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", "",
        ]  # fmt: skip
        self._transport.write("\r\n".join(head).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self._fail(f"no WebSocket: {bytes(self._buffer[:200])!r}")
                return
            del self._buffer[: end + 4]
            self._upgraded = True
            self._transport.write(masked(b'{"type":"auth","token":"' + self._token.encode() + b'"}'))
        while (message := self._message()) is not None:
            if not self.ready.done():
                self.ready.set_result(None)
            else:
                self._heard(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the connection ended: {exc}")

    def close(self) -> None:
        self._transport.abort()

    def _message(self) -> bytes | None:
        """The next text message; pings are answered."""
        while len(self._buffer) >= 2:
            code, length, start = self._buffer[0] & 0x0F, self._buffer[1] & 0x7F, 2
            if length >= 126:
                start = 4 if length == 126 else 10
                length = int.from_bytes(self._buffer[2:start], "big")
            if len(self._buffer) < start + length:
                return None
            payload = bytes(self._buffer[start : start + length])
            del self._buffer[: start + length]
            if code == 1:
                return payload
            if code == 9:
                self._transport.write(masked(payload, 0x8A))
        return None

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(why))


def masked(payload: bytes, head: int = 0x81) -> bytes:
    """A frame of a client (RFC 6455); the mask is nothing."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
    return bytes([head]) + length + bytes(4) + payload
