"""What benchmarks and soaks are made of."""

import asyncio
import random

import pytest

from tools.benchmarks.events import Frames, Meter
from tools.benchmarks.report import percentile, ratio, spread
from tools.soaks.ari_link import Cable
from tools.soaks.check import Findings, caller_number
from tools.soaks.hostile import malformed

UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(payload: bytes, mask: bytes = b"") -> bytes:
    length = len(payload)
    head = b"\x81" + bytes([(0x80 if mask else 0) | (length if length < 126 else 126)])
    head += length.to_bytes(2, "big") if length >= 126 else b""
    body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if mask else payload
    return head + mask + body


def test_messages_are_cut_out_of_a_stream_in_any_pieces() -> None:
    stream = UPGRADE + frame(b"short") + frame(b"long" * 100, b"\x01\x02\x03\x04") + frame(b"")
    for size in (1, 7, 10_000):
        frames = Frames()
        found = [m for i in range(0, len(stream), size) for m in frames.feed(stream[i : i + size])]
        assert found == [b"short", b"long" * 100, b""]


def test_plain_http_beside_the_socket_is_passed_over() -> None:
    assert Frames().feed(b"HTTP/1.1 200 OK\r\n\r\n" + b"\x81\x05hello") == []


def test_the_time_from_an_event_to_its_command_is_taken_once() -> None:
    meter = Meter()
    meter.hear(0, UPGRADE + frame(b'{"type":"StasisStart","channel":{"id":"n-1.1"}}'), True)
    meter.hear(0, UPGRADE + frame(b'{"uri":"channels/n-1.2/answer"}', b"abcd"), False)
    assert meter.delays == []
    meter.hear(0, frame(b'{"uri":"channels/n-1.1/answer"}', b"abcd"), False)
    meter.hear(0, frame(b'{"uri":"channels/n-1.1/play"}', b"abcd"), False)
    assert len(meter.delays) == 1
    assert meter.event_bytes == meter.bytes["StasisStart"] > 0


def test_a_ratio_comes_with_its_interval() -> None:
    found = ratio([10.0, 12.0, 11.0], [20.0, 20.0, 20.0])
    assert found["ratio"] == pytest.approx(0.55)
    assert found["low"] <= 0.55 <= found["high"]
    assert spread([1.0, 3.0])["mean"] == 2.0
    assert percentile([], 0.99) == 0.0
    assert percentile(list(range(100)), 0.99) == 99


async def test_a_cut_cable_drops_what_is_open_and_lets_nothing_through() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    heard: list[tuple[bytes, bool]] = []
    async with (
        server,
        Cable(server.sockets[0].getsockname()[:2], lambda _which, data, back: heard.append((data, back))) as cable,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        writer.write(b"hello")
        assert await reader.read(100) == b"hello"
        assert heard == [(b"hello", False), (b"hello", True)]
        cable.cut()
        assert await reader.read(100) == b""
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        cable.mend()
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        writer.write(b"again")
        assert await reader.read(100) == b"again"


def test_malformed_packets_come_in_every_shape() -> None:
    chance = random.Random(3)
    packets = {malformed(chance, "127.0.0.1", 5060, "74951000001") for _ in range(200)}
    assert len(packets) > 190
    assert all(packet for packet in packets)


def test_findings_raise_all_problems_at_once() -> None:
    findings = Findings("x")
    assert findings.want(True, "no")
    findings.want(False, "one")
    findings.want(0, "two")
    with pytest.raises(AssertionError, match=r"(?s)2 problems.*one.*two"):
        findings.raise_problems()


def test_callers_have_numbers_of_their_own() -> None:
    assert len({caller_number() for _ in range(100)}) == 100
