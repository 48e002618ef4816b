"""One FastAGI conversation: pyst2's AGI over a socket, with a deadline and sizes that a hostile peer can't pass."""

import re
import socket
import time

from asterisk.agi import AGI

MAX_LINE = 4096
MAX_LINES = 300
_UNSAFE = re.compile(r"[^A-Za-z0-9_.+*#:-]")


class ConversationOver(Exception):
    """The peer is gone, too slow or talks something else than AGI."""


class _Reader:
    """Lines of text from the socket."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until
        self._kept = b""
        self._lines = 0

    def readline(self) -> str:
        """The next line with its end. Raises ``ConversationOver``, never an empty text."""
        self._lines += 1
        if self._lines > MAX_LINES:
            raise ConversationOver("too many lines")
        while b"\n" not in self._kept:
            if len(self._kept) > MAX_LINE:
                raise ConversationOver("line too long")
            arm(self._sock, self._until)
            received = self._sock.recv(2048)
            if not received:
                raise ConversationOver("peer gone")
            self._kept += received
        line, _, self._kept = self._kept.partition(b"\n")
        return line.decode("utf-8", "replace") + "\n"


class _Writer:
    """Text to the socket."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until

    def write(self, text: str) -> None:
        arm(self._sock, self._until)
        self._sock.sendall(text.encode())

    def flush(self) -> None:
        """Nothing is kept back."""


class _Nowhere:
    """Where pyst2's own chatter goes."""

    def write(self, text: str) -> None:
        """Forget it."""


def arm(sock: socket.socket, until: float) -> None:
    """Let the socket's next operation last until the monotonic time ``until`` at most."""
    left = until - time.monotonic()
    if left <= 0:
        raise ConversationOver("deadline passed")
    sock.settimeout(left)


class Conversation(AGI):
    """pyst2's AGI without its constructor, which sets a signal handler (main thread alone) and reads ``sys.argv``."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.stdin = _Reader(sock, until)
        self.stdout = _Writer(sock, until)
        self.stderr = _Nowhere()
        self._got_sighup = False
        self.env: dict[str, str] = {}
        self._get_agi_env()

    @property
    def script(self) -> str:
        """The look-up that is asked: the path of ``agi://host/path``."""
        return self.env.get("agi_network_script", "").strip("/").split("?", 1)[0]

    def argument(self, number: int) -> str:
        """An argument of the AGI application, counted from 1."""
        return self.env.get(f"agi_arg_{number}", "")

    def set_safely(self, name: str, value: str) -> None:
        """Set a channel variable; what could end pyst2's quoting is dropped from the value."""
        self.set_variable(name, _UNSAFE.sub("", value))
