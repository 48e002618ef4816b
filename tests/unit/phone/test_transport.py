"""The transport against a peer that loses, repeats and refuses: plain UDP sockets, no Asterisk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiosipua.message import SipRequest

from tools.softphone import CallFailed, Phone
from tools.softphone import transport as transport_module


class Peer(asyncio.DatagramProtocol):
    """A SIP server as a script: ``answer`` gives what goes back for each request (as text), or None."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.answer: Callable[[str, int], list[str]] = lambda _request, _count: []
        self.udp: Any = None

    def connection_made(self, transport: Any) -> None:
        self.udp = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        text = data.decode()
        method = text.split(" ", 1)[0]
        self.requests.append(text)
        count = sum(1 for request in self.requests if request.startswith(method + " "))
        for status in self.answer(text, count):
            self.udp.sendto(reply(text, status).encode(), addr)

    def methods(self) -> list[str]:
        return [request.split(" ", 1)[0] for request in self.requests]


def reply(request: str, status: str) -> str:
    keep = ("Via:", "From:", "Call-ID:", "CSeq:")
    lines = [line for line in request.split("\r\n") if line.startswith(keep)]
    to = next(line for line in request.split("\r\n") if line.startswith("To:"))
    return "\r\n".join([f"SIP/2.0 {status}", *lines, f"{to};tag=peer", "Content-Length: 0", "", ""])


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Peer, local_addr=("127.0.0.1", 0))
    yield protocol
    protocol.udp.close()


@pytest.fixture
async def phone(peer: Peer) -> AsyncIterator[Phone]:
    async with Phone(peer.udp.get_extra_info("sockname"), "100") as phone:
        yield phone


async def test_a_lost_invite_is_sent_again(peer: Peer, phone: Phone) -> None:
    peer.answer = lambda request, count: ["486 Busy Here"] if request.startswith("INVITE") and count == 2 else []
    with pytest.raises(CallFailed) as failed:
        await phone.call("200", timeout=5)
    assert failed.value.status == 486
    assert peer.methods()[:2] == ["INVITE", "INVITE"]


async def test_a_refusal_is_acknowledged_each_time_it_comes(peer: Peer, phone: Phone) -> None:
    peer.answer = lambda request, _count: ["486 Busy Here"] * 3 if request.startswith("INVITE") else []
    with pytest.raises(CallFailed):
        await phone.call("200", timeout=5)
    await asyncio.sleep(0.05)
    assert peer.methods().count("ACK") == 3
    ack = next(request for request in peer.requests if request.startswith("ACK"))
    assert "tag=peer" in ack
    assert "CSeq: 1 ACK" in ack


async def test_a_server_that_never_answers_gives_408(peer: Peer, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "T1", 0.02)
    monkeypatch.setattr(transport_module, "GIVE_UP", 0.3)
    call = await phone.dial("200")
    with pytest.raises(CallFailed) as failed:
        await call.wait_answered(5)
    assert failed.value.status == 408
    assert call.ended_by == "network"


def invite_of(peer: Peer, tag: str = "") -> bytes:
    lines = [
        "INVITE sip:100@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{peer.udp.get_extra_info('sockname')[1]};branch=z9hG4bKtwice",
        "From: <sip:200@127.0.0.1>;tag=a", f"To: <sip:100@127.0.0.1>{tag}", "Call-ID: twice", "CSeq: 1 INVITE",
        "Contact: <sip:200@127.0.0.1>", "Max-Forwards: 70", "Content-Length: 0", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


async def test_a_new_offer_of_a_call_that_is_over_is_no_new_call(peer: Peer, phone: Phone) -> None:
    peer.udp.sendto(invite_of(peer, ";tag=ours"), phone.address)
    await asyncio.sleep(0.05)
    assert "SIP/2.0 481 Call/Transaction Does Not Exist" in peer.requests[-1]
    assert not phone.calls


async def test_a_repeated_request_gets_the_same_answer_and_rings_once(peer: Peer, phone: Phone) -> None:
    for _ in range(3):
        peer.udp.sendto(invite_of(peer), phone.address)
    call = await phone.wait_call(2)
    await asyncio.sleep(0.05)
    assert len(phone.calls) == 1
    call.reject(603)
    await asyncio.sleep(0.05)
    assert "SIP/2.0 603 Decline" in peer.requests[-1]


def test_the_acknowledgement_of_a_refusal_keeps_the_invites_branch() -> None:
    invite = SipRequest.parse(
        b"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@h>;tag=f\r\nTo: <sip:1@h>\r\n"
        b"Call-ID: c\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n"
    )
    response = SipRequest.parse(reply(bytes(invite).decode(), "404 Not Found").encode())
    ack = transport_module._refusal_ack(invite, response)  # type: ignore[arg-type]
    assert ack.via[0].branch == "z9hG4bKx"
    assert ack.cseq is not None
    assert ack.cseq.seq == 7
