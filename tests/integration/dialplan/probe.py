"""Sends one INVITE as written, well-formed or not, and gives the answers: what a SIP library refuses to send."""

import re
import socket
import time
import uuid

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


def invite(
    server: tuple[str, int],
    user: str,
    caller: str = '"Probe" <sip:79162000001@127.0.0.1>',
    *,
    cancel: bool = False,
    timeout: float = 6.0,
) -> list[str]:
    """Answers up to the final one. ``cancel``: give the call up once it rings; answered calls are hung up at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.2)
        me, call_id = sock.getsockname()[1], uuid.uuid4().hex
        uri = f"sip:{user}@{server[0]}:{server[1]}"

        def send(method: str, to: str, branch: str = "1", sdp: str = "", sequence: int = 1) -> None:
            kind = "Content-Type: application/sdp\r\n" if sdp else ""
            text = (
                f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{me};branch=z9hG4bK{call_id}{branch};rport\r\n"
                f"From: {caller};tag={call_id[:6]}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {sequence} {method}\r\n"
                f"Contact: <sip:probe@127.0.0.1:{me}>\r\nMax-Forwards: 70\r\n{kind}"
                f"Content-Length: {len(sdp)}\r\n\r\n{sdp}"
            )
            sock.sendto(text.encode(), server)

        send("INVITE", f"<{uri}>", sdp=_SDP.format(port=me + 1))
        answers: list[str] = []
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            try:
                text = sock.recv(65535).decode(errors="replace")
            except TimeoutError:
                continue
            status = int(text.split()[1]) if text.startswith("SIP/2.0") else 0
            if status == 0 or "CANCEL" in re.findall(r"(?mi)^CSeq:.*", text)[0]:
                continue
            answers.append(text)
            to = re.findall(r"(?mi)^To: (.*?)\r?$", text)[0]
            if status == 180 and cancel:
                send("CANCEL", f"<{uri}>")
            elif status == 200:
                send("ACK", to, branch="2")
                send("BYE", to, branch="3", sequence=2)
                break
            elif status >= 300:
                send("ACK", to)
                break
        return answers
