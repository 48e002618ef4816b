"""The look-up server over real sockets, with peers that behave and peers that do not."""

import socket
import time
from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest

from engine.agi.server import AgiServer, start
from engine.core.config import Settings
from engine.routing.blacklist import Blacklist
from engine.routing.model import BlacklistEntry
from engine.routing.table import RoutingTable

pytestmark = pytest.mark.feature("F-PBX-25")
TABLE = RoutingTable(blacklist=Blacklist([BlacklistEntry(id=UUID(int=1), pattern="79160000000", kind="exact")]))
SETTINGS = msgspec.structs.replace(Settings(), agi_port=0, fallback_agi_seconds=0.4, agi_threads=4)


@pytest.fixture
def server() -> Iterator[AgiServer]:
    server = start(SETTINGS, lambda: TABLE)
    yield server
    server.close()


def dial(server: AgiServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=3)


def head(script: str, *arguments: str) -> bytes:
    lines = [f"agi_network_script: {script}", "agi_callerid: unknown"]
    lines += [f"agi_arg_{index}: {value}" for index, value in enumerate(arguments, 1)]
    return ("\n".join(lines) + "\n\n").encode()


def converse(server: AgiServer, script: str, *arguments: str) -> list[str]:
    """The commands that the server sent, each answered as Asterisk does."""
    commands = []
    with dial(server) as sock, sock.makefile("rb") as lines:
        sock.sendall(head(script, *arguments))
        for line in lines:
            commands.append(line.decode().strip())
            sock.sendall(b"200 result=1\n")
    return commands


def is_closed(sock: socket.socket) -> bool:
    try:
        return sock.recv(100) == b""
    except ConnectionResetError:
        return True


def test_variables_are_set(server: AgiServer) -> None:
    commands = converse(server, "blacklist", "74950000000", "+7 916 000-00-00")
    assert commands == ['SET VARIABLE "PL_BLACKLISTED" "1"', 'SET VARIABLE "PL_BLACKLIST_ACTION" "reject"']
    assert len(converse(server, "fallback", "1", "2")) == 5


def test_an_unknown_question_is_not_answered(server: AgiServer) -> None:
    assert converse(server, "weather") == []
    assert converse(server, "../../etc/passwd") == []


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\n",
        b"\x00\xff\xfe\n\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"x" * 9000,
        b"a: b\n" * 1000,
        b"agi_network_script",
    ],
)
def test_garbage_ends_the_conversation_and_not_the_server(server: AgiServer, garbage: bytes) -> None:
    with dial(server) as sock:
        try:
            sock.sendall(garbage)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        assert is_closed(sock)
    assert converse(server, "blacklist", "1", "2")


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\n", b"510 Invalid\n", b"520-usage\n", b"200 result=-1\n", b"HANGUP\n"]
)
def test_a_strange_answer_ends_the_conversation(server: AgiServer, answer: bytes) -> None:
    with dial(server) as sock:
        sock.sendall(head("fallback", "1", "2"))
        assert sock.recv(1000).startswith(b"SET VARIABLE")
        sock.sendall(answer)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1000):
            pass
    assert converse(server, "blacklist", "1", "2")


def test_a_slow_peer_is_cut_off_at_the_deadline(server: AgiServer) -> None:
    started = time.monotonic()
    with dial(server) as sock:
        try:
            while time.monotonic() - started < 3:
                sock.sendall(b"a")
                time.sleep(0.05)
        except OSError:
            pass
    assert 0.3 < time.monotonic() - started < 1.5


def test_threads_are_bounded_and_come_back(server: AgiServer) -> None:
    idle = [dial(server) for _ in range(SETTINGS.agi_threads)]
    time.sleep(0.1)
    with dial(server) as one_more:
        assert is_closed(one_more)
    for sock in idle:
        sock.close()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        try:
            if converse(server, "blacklist", "1", "2"):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("no thread came back")


def test_a_closed_server_gives_its_port_back() -> None:
    first = start(SETTINGS, lambda: TABLE)
    first.close()
    second = start(msgspec.structs.replace(SETTINGS, agi_port=first.port), lambda: TABLE)
    assert converse(second, "blacklist", "1", "2")
    second.close()
