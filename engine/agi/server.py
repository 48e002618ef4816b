"""FastAGI for the dialplan: own threads beside the event loop, so that it answers while the loop is busy."""

import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any

from asterisk.agi import AGIException

from engine.agi.conversation import Conversation, ConversationOver
from engine.agi.lookups import LOOKUPS
from engine.core import log
from engine.core.clock import Clock, SystemClock
from engine.core.config import Settings
from engine.routing.table import RoutingTable

HOST = "127.0.0.1"
_log = log.get("agi")


class _Server(socketserver.ThreadingTCPServer):
    """A thread a connection, ``limit`` at once; one more is closed at once and the dialplan goes on without."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, limit: int, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._slots = threading.BoundedSemaphore(limit)
        super().__init__((HOST, port), socketserver.BaseRequestHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._slots.acquire(blocking=False):
            _log.warning("agi_full")
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self._slots.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            self._serve(request)
        except Exception:  # one conversation must not end the server
            _log.exception("agi_failed")
        finally:
            self.shutdown_request(request)
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.exception("agi_failed")


class AgiServer:
    """A running look-up server."""

    def __init__(self, settings: Settings, get_table: Callable[[], RoutingTable], clock: Clock) -> None:
        self._seconds = settings.fallback_agi_seconds
        self._get_table = get_table
        self._clock = clock
        self._server = _Server(settings.agi_port, settings.agi_threads, self._converse)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="agi", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; conversations under way end by themselves within their deadline."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=2.0)

    def _converse(self, sock: socket.socket) -> None:
        try:
            conversation = Conversation(sock, self._seconds)
            lookup = LOOKUPS.get(conversation.script)
            if lookup is None:
                _log.warning("agi_unknown", script=conversation.script[:80])
                return
            number, caller = conversation.argument(1), conversation.argument(2)
            caller = caller or conversation.env.get("agi_callerid", "")
            for name, value in lookup(self._get_table(), number, caller, self._clock.now()).items():
                conversation.set_safely(name, value)
        except (ConversationOver, AGIException, OSError, ValueError) as exc:
            _log.info("agi_ended", reason=str(exc)[:200])


def start(settings: Settings, get_table: Callable[[], RoutingTable], clock: Clock | None = None) -> AgiServer:
    """Serve look-ups on ``settings.agi_port`` of the loopback address (0: a free port).

    ``get_table`` is called from other threads: it hands out the newest table, which never changes once made.

    Raises:
        OSError: the port is taken.
    """
    return AgiServer(settings, get_table, clock or SystemClock())
