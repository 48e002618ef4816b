"""``events``: bytes on the events socket and engine CPU a call, with our allow-list of events against none.

The engine reaches Asterisk by a relay that counts bytes and, from the WebSocket frames that pass, takes the time from
an event that wants an answer (a call has come, a key was pressed) to the first command for that channel.
"""

import asyncio
import os
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from engine.ari.wire import event_filter
from tools.benchmarks import sipp, stand
from tools.benchmarks.report import Report, percentile, ratio, spread
from tools.soaks.ari_link import Cable, engine_behind

if TYPE_CHECKING:
    from tools.stack.stand import Stack

_TYPE = re.compile(rb'"type":\s*"(\w+)"')
_WANTS_ANSWER = re.compile(rb'"type":\s*"(?:StasisStart|ChannelDtmfReceived)"')
_CHANNEL = re.compile(rb'"channel":\s*\{\s*"id":\s*"([^"]+)"')
_ASKED = re.compile(rb"channels/([^/?\"]+)")


class Frames:
    """Cuts one direction of a WebSocket into messages (RFC 6455), after the HTTP upgrade; other HTTP has none."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._upgraded: bool | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Payloads of the messages that are now complete."""
        self._buffer += data
        if self._upgraded is None and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            self._upgraded = b"upgrade: websocket" in self._buffer[:end].lower()
            del self._buffer[: end + 4]
        if not self._upgraded:
            return []
        found = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            width = 2 if length == 126 else 8
            length, start = int.from_bytes(buffer[2 : 2 + width], "big"), 2 + width
        mask = bytes(buffer[start : start + 4]) if buffer[1] & 0x80 else b""
        start += len(mask)
        if len(buffer) < start + length:
            return None
        payload = bytes(buffer[start : start + length])
        del buffer[: start + length]
        if not mask:
            return payload
        keys = mask * (length // 4 + 1)
        return (int.from_bytes(payload, "big") ^ int.from_bytes(keys[:length], "big")).to_bytes(length, "big")


class Meter:
    """What passes between Asterisk and engine: bytes by type of message, and seconds from event to command."""

    def __init__(self) -> None:
        self.bytes: Counter[str] = Counter()
        self.delays: list[float] = []
        self._waiting: dict[bytes, float] = {}
        self._frames: defaultdict[tuple[int, bool], Frames] = defaultdict(Frames)

    @property
    def event_bytes(self) -> int:
        """Bytes of events; the answers to our own requests, the same in both arms, come by the socket too."""
        return self.bytes.total() - self.bytes["RESTResponse"]

    def hear(self, connection: int, data: bytes, from_asterisk: bool) -> None:
        """Every piece that passes."""
        now = time.perf_counter()
        for message in self._frames[connection, from_asterisk].feed(data):
            if from_asterisk:
                self._event(message, now)
            elif (match := _ASKED.search(message)) and (since := self._waiting.pop(match[1], None)):
                self.delays.append(now - since)

    def _event(self, message: bytes, now: float) -> None:
        if kind := _TYPE.search(message):
            self.bytes[kind[1].decode()] += len(message)
        if _WANTS_ANSWER.search(message) and (match := _CHANNEL.search(message)):
            self._waiting[match[1]] = now


async def run(quick: bool) -> Report:
    rate, seconds, rounds = (10, 2, 1) if quick else (40, 12, 6)
    meter = Meter()
    filtered: list[tuple[float, float]] = []
    everything: list[tuple[float, float]] = []
    kinds: Counter[str] = Counter()
    async with (
        stand.product() as stack,
        Cable(("127.0.0.1", stack.settings.ari_port), meter.hear) as cable,
        engine_behind(stack, cable) as pid,
    ):
        await _measure(stack, meter, pid, rate, 2)
        for _ in range(rounds):
            await _set_filter(stack, {"allowed": []})
            everything.append(await _measure(stack, meter, pid, rate, seconds))
            await _set_filter(stack, event_filter())
            if not filtered:
                meter.delays.clear()
            before = meter.bytes.copy()
            filtered.append(await _measure(stack, meter, pid, rate, seconds))
            kinds = meter.bytes - before
    in_bytes = ratio([a[0] for a in filtered], [a[0] for a in everything])
    in_cpu = ratio([a[1] for a in filtered], [a[1] for a in everything])
    return Report(
        name="events",
        figures={
            "bytes_ratio": in_bytes["ratio"],
            "cpu_ratio": in_cpu["ratio"],
            "p99_ms": round(1000 * percentile(meter.delays, 0.99), 2),
        },
        arms={
            "filtered bytes/call": spread([a[0] for a in filtered]),
            "all events bytes/call": spread([a[0] for a in everything]),
            "filtered CPU ms/call": spread([a[1] for a in filtered]),
            "all events CPU ms/call": spread([a[1] for a in everything]),
            "event to command": {
                "p50_ms": round(1000 * percentile(meter.delays, 0.5), 2),
                "samples": len(meter.delays),
                "calls/s": rate,
            },
            "filtered bytes by event": {kind: round(size / (rate * seconds)) for kind, size in kinds.most_common()},
            "95 %": {"bytes": in_bytes, "cpu": in_cpu},
        },
        rounds=rounds,
        reach={"bytes_ratio": "<= 0.5", "cpu_ratio": "<= 0.5", "p99_ms": "< 20"},
    )


async def _measure(stack: "Stack", meter: Meter, pid: int, rate: float, seconds: float) -> tuple[float, float]:
    """Bytes and CPU milliseconds a call at ``rate`` calls a second."""
    await stand.quiet(stack)
    bytes_before, cpu_before = meter.event_bytes, processor_s(pid)
    outcome = await sipp.offer("ivr", stand.address(stack), stand.OUR_MENU, rate, seconds)
    if not outcome.served:
        raise RuntimeError("no call was served")
    await stand.quiet(stack)
    calls = outcome.served
    return (meter.event_bytes - bytes_before) / calls, 1000 * (processor_s(pid) - cpu_before) / calls


def processor_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _set_filter(stack: "Stack", body: dict[str, Any]) -> None:
    settings = stack.settings
    url = f"http://127.0.0.1:{settings.ari_port}/ari/applications/{settings.ari_app}/eventFilter"
    headers = {"Authorization": aiohttp.encode_basic_auth(settings.ari_user, settings.ari_password)}
    async with aiohttp.ClientSession(headers=headers) as session, session.put(url, json=body) as answer:
        answer.raise_for_status()
    await asyncio.sleep(0.2)
