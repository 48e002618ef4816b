"""SIP over UDP with the transaction timers of RFC 3261 that aiosipua leaves out.

aiosipua 0.7 sends each request once, acknowledges no refusal and takes a repeated INVITE for a new call. Its own UDP
protocol also asserts a transport class that Python 3.11's selector loop does not have. This transport sends again
(timers A, E), gives up (B, F), acknowledges refusals, and answers repeated requests from memory.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aiosipua.headers import CSeq, stringify_cseq
from aiosipua.message import SipRequest, SipResponse
from aiosipua.transport import SipTransport

T1 = 0.5
T2 = 4.0
GIVE_UP = 64 * T1
_REMEMBERED = 2000

Address = tuple[str, int]
Key = tuple[str, str]


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._receive(data, (str(addr[0]), int(addr[1])))

    def error_received(self, exc: Exception) -> None:
        """ICMP errors (nobody listens there now) are cured by retransmission."""


class _Pending:
    """A request that waits for its answer."""

    def __init__(self, request: SipRequest, addr: Address) -> None:
        self.request = request
        self.addr = addr
        self.raw = bytes(request)
        self.waited = 0.0
        self.provisional = False
        self.timer: asyncio.TimerHandle | None = None


class PhoneTransport(SipTransport):
    """One UDP socket of a phone. Pass every message received through ``fresh`` before the user agent sees it."""

    def __init__(self, local_addr: Address) -> None:
        super().__init__(local_addr=local_addr)
        self.on_timeout: Callable[[SipRequest], None] | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self._pending: dict[Key, _Pending] = {}
        self._refused: OrderedDict[Key, tuple[bytes, Address]] = OrderedDict()
        self._answered: OrderedDict[Key, tuple[bytes, Address] | None] = OrderedDict()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        udp, _ = await loop.create_datagram_endpoint(lambda: _Protocol(self._dispatch), local_addr=self.local_addr)
        self._udp = udp
        self.local_addr = tuple(udp.get_extra_info("sockname")[:2])

    async def stop(self) -> None:
        for pending in self._pending.values():
            if pending.timer:
                pending.timer.cancel()
        self._pending.clear()
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    def send(self, message: SipRequest | SipResponse, addr: Address) -> None:
        raw = bytes(message)
        self._write(raw, addr)
        key = _key(message)
        if isinstance(message, SipResponse):
            self._answered[key] = (raw, addr)
            _forget(self._answered)
        elif message.method != "ACK":
            pending = self._pending[key] = _Pending(message, addr)
            self._again_in(T1, key, pending)

    def fresh(self, message: SipRequest | SipResponse, addr: Address) -> bool:
        """Whether the user agent should see ``message``: false for repeats, which are dealt with here."""
        key = _key(message)
        if isinstance(message, SipResponse):
            return self._settle(key, message, addr)
        if message.method == "ACK":
            return True
        if key in self._answered:
            if known := self._answered[key]:
                self._write(*known)
            return False
        self._answered[key] = None
        _forget(self._answered)
        return True

    def _settle(self, key: Key, response: SipResponse, addr: Address) -> bool:
        pending = self._pending.get(key)
        if response.status_code < 200:
            if pending is not None:
                pending.provisional = True
            return True
        if refused := self._refused.get(key):
            self._write(*refused)
            return False
        if pending is not None:
            self._drop(key, pending)
            if key[1] == "INVITE" and response.status_code >= 300:
                ack = bytes(_refusal_ack(pending.request, response))
                self._refused[key] = (ack, addr)
                _forget(self._refused)
                self._write(ack, addr)
        return pending is not None or response.status_code < 300

    def _again_in(self, delay: float, key: Key, pending: _Pending) -> None:
        loop = asyncio.get_running_loop()
        pending.timer = loop.call_later(delay, self._again, delay, key, pending)

    def _again(self, delay: float, key: Key, pending: _Pending) -> None:
        invite = key[1] == "INVITE"
        if invite and pending.provisional:
            return
        pending.waited += delay
        if pending.waited >= GIVE_UP:
            self._drop(key, pending)
            if self.on_timeout:
                self.on_timeout(pending.request)
            return
        self._write(pending.raw, pending.addr)
        self._again_in(delay * 2 if invite else min(delay * 2, T2), key, pending)

    def _drop(self, key: Key, pending: _Pending) -> None:
        if pending.timer:
            pending.timer.cancel()
        self._pending.pop(key, None)

    def _write(self, raw: bytes, addr: Address) -> None:
        if self._udp is not None:
            self._udp.sendto(raw, addr)


def _key(message: SipRequest | SipResponse) -> Key:
    vias = message.via
    cseq = message.cseq
    return (vias[0].branch or "" if vias else "", cseq.method.upper() if cseq else "")


def _forget(memory: OrderedDict[Key, Any]) -> None:
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _refusal_ack(invite: SipRequest, response: SipResponse) -> SipRequest:
    """The ACK of a final answer that is no success: the INVITE's own branch, the answer's To (RFC 3261 17.1.1.3)."""
    ack = SipRequest(method="ACK", uri=invite.uri)
    ack.headers.append("Via", invite.headers.get("via")[0])
    for name in ("From", "Call-ID"):
        ack.headers.set_single(name, invite.headers.get_first(name) or "")
    ack.headers.set_single("To", response.headers.get_first("to") or "")
    cseq = invite.cseq
    ack.headers.set_single("CSeq", stringify_cseq(CSeq(seq=cseq.seq if cseq else 1, method="ACK")))
    ack.headers.set_single("Max-Forwards", "70")
    for route in invite.headers.get("route"):
        ack.headers.append("Route", route)
    return ack
