"""Hostile SIP: malformed and flooding INVITEs from many sources, while honest callers are to be served."""

import asyncio
import contextlib
import random
import socket
import string
import sys
import time
from typing import TYPE_CHECKING

from engine.core.config import ROOT
from tools.soaks.check import Findings, caller, history, nothing_left, server
from tools.soaks.conversations import check_audio, end_all, talking
from tools.softphone import CallEnded, CallFailed

if TYPE_CHECKING:
    from tools.stack.stand import Stack

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


def invite(chance: random.Random, host: str, port: int, number: str, caller_id: str, body: str = _SDP) -> bytes:
    """A plain INVITE from a source that will never acknowledge anything."""
    tag = "".join(chance.choices(string.ascii_lowercase + string.digits, k=12))
    return (
        f"INVITE sip:{number}@{host}:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{tag};rport\r\nMax-Forwards: 70\r\n"
        f"From: <sip:{caller_id}@127.0.0.1>;tag={tag}\r\nTo: <sip:{number}@{host}>\r\n"
        f"Call-ID: {tag}@hostile\r\nCSeq: 1 INVITE\r\nContact: <sip:{caller_id}@127.0.0.1:9>\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def malformed(chance: random.Random, host: str, port: int, number: str) -> bytes:
    """An INVITE with something wrong: cut short, bytes flipped, lies about its length, absurd headers, no SDP."""
    message = invite(chance, host, port, number, f"7998{chance.randrange(10**7):07}")
    kind = chance.randrange(10)
    if kind == 0:
        return message[: chance.randrange(1, len(message))]
    if kind == 1:
        spoilt = bytearray(message)
        for _ in range(chance.randrange(1, 30)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        return bytes(spoilt)
    if kind == 2:
        return chance.randbytes(chance.randrange(1, 1400))
    changes: list[tuple[bytes, bytes]] = [
        (b"Content-Length: ", b"Content-Length: 99999"),
        (b"CSeq: 1 INVITE", b"CSeq: 4294967296999 INVITE"),
        (b"Max-Forwards: 70", b"X-Long: " + b"a" * 6000),
        (b"m=audio 4000", b"m=audio 99999999"),
        (b"Call-ID: ", b"X-None: "),
        (b"sip:" + number.encode(), b"sip:" + b"%00%0d%0a${SHELL(id)}'\";drop" * 3),
        (b"From: <sip:", b'From: "\xff\xfe\\" <sip:' + "я".encode() * 200),
    ]
    old, new = changes[kind - 3]
    return message.replace(old, new, 1)


async def attack(stack: "Stack", seconds: float, rate: float, *, known: bool) -> int:
    """An attack from a process of its own, ``rate`` packets a second; gives how many went out.

    ``known``: the packets are for a number that exists; else for ones that do not.
    """
    host, port = server(stack)
    number = stack.up["demo"]["menu_ru"] if known else ""
    words = [host, str(port), str(seconds), str(rate), number]
    attacker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, *words, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    told, _ = await attacker.communicate()
    return int(told)


def send(host: str, port: int, seconds: float, rate: float, known: str) -> int:
    """Send malformed and flooding INVITEs from twenty sources; gives how many went out."""
    chance = random.Random(len(known) + int(rate))
    sent = 0
    with contextlib.ExitStack() as sockets:
        sources = [sockets.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(20)]
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            while sent < elapsed * rate:
                number = known or str(chance.randrange(10**10))
                packet = (
                    malformed(chance, host, port, number)
                    if sent % 2
                    else invite(chance, host, port, number, f"7998{chance.randrange(10**7):07}")
                )
                with contextlib.suppress(OSError):
                    chance.choice(sources).sendto(packet[:65000], (host, port))
                sent += 1
            time.sleep(0.005)
    return sent


async def hostile(stack: "Stack", seconds: float = 10.0, rate: float = 200.0, honest: int = 10) -> Findings:
    """Conversations go on and honest callers are served during the attack; afterwards nothing is left of it.

    Packets to numbers that do not exist come fast; those to real numbers (which cost a call each) a tenth as fast.
    The node may turn some honest callers away (503) to protect those it has, but no more than every third.
    """
    findings = Findings("hostile")
    processes = [await asyncio.to_thread(stack.pid, name) for name in ("asterisk", "engine")]
    async with talking(stack, 3, findings) as pairs:
        since = time.monotonic()
        floods = [
            asyncio.create_task(attack(stack, seconds, rate, known=False)),
            asyncio.create_task(attack(stack, seconds, rate / 10, known=True)),
        ]
        answers = []
        for _ in range(honest):
            answers.append(await _honest(stack, findings))
            await asyncio.sleep(seconds / honest / 2)
        findings.facts["packets"] = sum(await asyncio.gather(*floods))
        check_audio(findings, pairs, since)
        await end_all(findings, pairs)
    served = {user: delay for user, delay in answers if delay is not None}
    findings.facts |= {"refused": honest - len(served), "slowest_answer_s": round(max(served.values(), default=0), 2)}
    findings.want(len(served) * 3 >= honest * 2, f"{honest - len(served)} of {honest} honest callers were turned away")
    after = [await asyncio.to_thread(stack.pid, name) for name in ("asterisk", "engine")]
    findings.want(after == processes, "Asterisk or the engine died of it")
    await history(stack, findings, [*served, *(p.user for p, _, _ in pairs)])
    await nothing_left(stack, findings, timeout=90)
    return findings


async def _honest(stack: "Stack", findings: Findings) -> tuple[str, float | None]:
    """One honest caller: its number, and the seconds until it was answered (none: turned away with 503)."""
    async with caller(stack) as phone:
        began = time.monotonic()
        try:
            call = await phone.call(stack.up["demo"]["menu_en"], timeout=8)
            answered = time.monotonic() - began
            await call.wait_heard(5)
        except (CallFailed, CallEnded, TimeoutError) as exc:
            if not isinstance(exc, CallFailed) or exc.status != 503:
                findings.problems.append(f"honest {phone.user} was not served: {type(exc).__name__} {exc}")
            return phone.user, None
        return phone.user, answered


if __name__ == "__main__":
    print(send(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
