"""The sound of one call: an RTP socket that sends a frame every 20 ms and keeps what it hears.

Received sound is laid out by the time it came, so that a pause in the stream is a pause in the recording; ``arrivals``
holds the time of every packet, from which gaps are read.
"""

import asyncio
import random
import time
from array import array
from collections import deque
from typing import Any

from aiortp import RtpPacket
from aiortp.codecs import Codec, get_codec
from aiortp.dtmf import DTMF_EVENTS, DtmfEvent, DtmfReceiver
from aiortp.sender import RtpSender
from aiortp.transport import RtpTransport
from aiosipua.sdp import SdpMessage, parse_sdp

from tools.softphone import audio

CODECS = {"PCMA": 8, "PCMU": 0}
DTMF_PAYLOAD = 101
LOUD = 200
"""Level (root mean square) over which a frame counts as sound."""
STALL_S = 0.05
"""A tick that comes later than this tells that the process was held up."""
_END_PACKETS = 3


class Metronome:
    """One 20 ms clock for every call of the process (its event loop); late ticks are caught up."""

    _current: "Metronome | None" = None

    def __init__(self) -> None:
        self._media: set[Media] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self.stalls: list[tuple[float, float]] = []
        """When this process itself was held up (start, end; monotonic): its calls heard nothing then."""

    @classmethod
    def get(cls) -> "Metronome":
        if cls._current is None or cls._current._loop is not asyncio.get_running_loop():
            cls._current = cls()
        return cls._current

    def add(self, media: "Media") -> None:
        self._media.add(media)
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._run(), name="softphone-metronome")

    def remove(self, media: "Media") -> None:
        self._media.discard(media)

    async def _run(self) -> None:
        deadline = time.monotonic()
        while self._media:
            deadline += audio.FRAME_S
            await asyncio.sleep(max(0.0, deadline - time.monotonic()))
            if (now := time.monotonic()) - deadline > STALL_S:
                self.stalls.append((deadline, now))
                deadline = max(deadline, now - 1.0)
            for media in tuple(self._media):
                media.tick()


def own_stalls(start: float, end: float) -> float:
    """Seconds between ``start`` and ``end`` in which this process was held up."""
    return sum(max(0.0, min(end, b + audio.FRAME_S) - max(start, a)) for a, b in Metronome.get().stalls)


class _Digit:
    """A digit on its way: frames left of the tone and of the pause after it."""

    def __init__(self, digit: str, frames: int, pause: int) -> None:
        self.event = DTMF_EVENTS[digit.upper()]
        self.frames = frames
        self.pause = pause
        self.sent = 0
        self.timestamp = 0
        self.done = asyncio.Event()


class Media:
    """RTP of one call. ``open`` binds it, ``connect`` gives it a peer and starts its clock."""

    def __init__(self, host: str, codecs: tuple[str, ...], *, keep: bool = True) -> None:
        self._host = host
        self._codecs = codecs
        self._keep = keep
        self._rtp = RtpTransport(self._on_rtp, lambda _data, _addr: None)
        self._sender: RtpSender | None = None
        self._codec: Codec = get_codec(CODECS[codecs[0]])
        self._silence = self._codec.encode(bytes(audio.FRAME_BYTES))
        self._payload = CODECS[codecs[0]]
        self._dtmf_payload = DTMF_PAYLOAD
        self._remote: tuple[str, int] | None = None
        self._frames: deque[bytes] = deque()
        self._spoken = asyncio.Event()
        self._spoken.set()
        self._digits: deque[_Digit] = deque()
        self._dtmf = DtmfReceiver(lambda digit, _duration: self.digits.append(digit))
        self._closed = False
        self._version = random.randrange(1, 2**31)
        self.port = 0
        self.sending = True
        self.digits: list[str] = []
        """Digits that the peer sent (RFC 4733)."""
        self.heard = bytearray()
        """What was heard, from ``started`` on."""
        self.started = 0.0
        self.arrivals = array("d")
        self.last_sound = 0.0
        """When the last loud frame came (monotonic); 0 before the first."""
        self.first_sound = 0.0
        self.loud_frames = 0

    async def open(self) -> None:
        """Bind an even port, as RTP asks; the odd one after it is left to RTCP."""
        loop = asyncio.get_running_loop()
        for _ in range(200):
            port = random.randrange(32768, 60998, 2)
            try:
                await loop.create_datagram_endpoint(lambda: self._rtp, local_addr=(self._host, port))
            except OSError:
                continue
            self.port = port
            self._sender = RtpSender(self._rtp, CODECS[self._codecs[0]], enable_history=False)
            self._sender.timestamp_increment = audio.FRAME_SAMPLES
            return
        raise OSError("no free RTP port")

    def description(self, direction: str = "sendrecv", only: int | None = None) -> SdpMessage:
        """Our side as SDP; ``only`` answers with one payload type."""
        payloads = [p for p in (CODECS[name] for name in self._codecs) if only is None or p == only]
        names = {8: "PCMA", 0: "PCMU"}
        self._version += 1
        lines = [
            "v=0",
            f"o=- {self._version} {self._version} IN IP4 {self._host}",
            "s=phone",
            f"c=IN IP4 {self._host}",
            "t=0 0",
            f"m=audio {self.port} RTP/AVP {' '.join(map(str, payloads))} {self._dtmf_payload}",
            *(f"a=rtpmap:{p} {names[p]}/8000" for p in payloads),
            f"a=rtpmap:{self._dtmf_payload} telephone-event/8000",
            f"a=fmtp:{self._dtmf_payload} 0-16",
            "a=ptime:20",
            f"a={direction}",
        ]
        return parse_sdp("\r\n".join(lines) + "\r\n")

    def answer_to(self, offer: SdpMessage) -> SdpMessage:
        """Our answer to ``offer``; follows its codec, address and direction."""
        payload = self.connect(offer)
        mirrored = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
        direction = offer.audio.direction if offer.audio else "sendrecv"
        return self.description(mirrored.get(direction, "sendrecv"), only=payload)

    def connect(self, sdp: SdpMessage) -> int:
        """Follow the peer's SDP: address, codec, digits' payload, direction. Gives the payload type chosen.

        Raises:
            ValueError: no audio, or no codec in common.
        """
        media, address = sdp.audio, sdp.rtp_address
        if media is None or address is None:
            raise ValueError("the peer's SDP has no audio")
        known = [c.payload_type for c in media.codecs if c.payload_type in {CODECS[n] for n in self._codecs}]
        if not known:
            raise ValueError("no codec in common")
        for codec in media.codecs:
            if codec.encoding_name.lower() == "telephone-event":
                self._dtmf_payload = codec.payload_type
        self._codec = get_codec(known[0])
        self._silence = self._codec.encode(bytes(audio.FRAME_BYTES))
        self._payload = known[0]
        self._remote = address
        self.sending = media.direction in ("sendrecv", "recvonly") and address[0] != "0.0.0.0"
        self.started = self.started or time.monotonic()  # the first sound may come before the answer
        Metronome.get().add(self)
        return known[0]

    def tick(self) -> None:
        """One frame out: a digit's event, speech, or silence."""
        if self._sender is None or self._remote is None or self._closed:
            return
        if self._digits and self._send_digit(self._digits[0]):
            self._digits.popleft().done.set()
        elif not self._digits:
            frame = self._frames.popleft() if self._frames else b""
            if not self._frames:
                self._spoken.set()
            if self.sending:
                payload = self._codec.encode(frame) if frame else self._silence
                self._sender.send_raw(self._payload, payload, self._sender.current_timestamp, addr=self._remote)
        self._sender.advance_timestamp()

    def _send_digit(self, digit: _Digit) -> bool:
        """The digit's next packet (RFC 4733: one timestamp a digit, three ends); true when all is over."""
        assert self._sender is not None
        digit.sent += 1
        if digit.sent == 1:
            digit.timestamp = self._sender.current_timestamp
        if digit.sent <= digit.frames:
            last = digit.sent == digit.frames
            event = DtmfEvent(digit.event, last, 10, digit.sent * audio.FRAME_SAMPLES)
            for _ in range(_END_PACKETS if last else 1):
                self._sender.send_raw(
                    self._dtmf_payload, event.serialize(), digit.timestamp, int(digit.sent == 1), self._remote
                )
        elif self.sending:
            self._sender.send_raw(self._payload, self._silence, self._sender.current_timestamp, addr=self._remote)
        return digit.sent >= digit.frames + digit.pause

    def speak(self, pcm: bytes) -> asyncio.Event:
        """Queue sound; the event is set when everything queued is out."""
        whole = pcm + bytes(-len(pcm) % audio.FRAME_BYTES)
        self._frames.extend(whole[i : i + audio.FRAME_BYTES] for i in range(0, len(whole), audio.FRAME_BYTES))
        self._spoken = asyncio.Event()
        if not self._frames or self._closed:
            self._spoken.set()
        return self._spoken

    def hush(self) -> None:
        """Drop what is still to be said."""
        self._frames.clear()
        self._spoken.set()

    def press(self, digit: str, seconds: float, pause: float) -> asyncio.Event:
        """Queue a digit; the event is set when its tone and pause are over.

        Raises:
            ValueError: no such key.
        """
        if digit.upper() not in DTMF_EVENTS:
            raise ValueError(f"{digit!r} is no key of a phone")
        frames = max(2, round(seconds / audio.FRAME_S))
        entry = _Digit(digit, frames, max(1, round(pause / audio.FRAME_S)))
        self._digits.append(entry)
        return entry.done

    def _on_rtp(self, data: bytes, _addr: Any) -> None:
        try:
            packet = RtpPacket.parse(data)
        except ValueError:
            return
        if packet.payload_type == self._dtmf_payload:
            self._dtmf.handle_packet(packet)
            return
        if packet.payload_type not in (0, 8) or self._closed:
            return
        now = time.monotonic()
        self.started = self.started or now
        self.arrivals.append(now)
        pcm = get_codec(packet.payload_type).decode(packet.payload)
        if audio.level(pcm) >= LOUD:
            self.loud_frames += 1
            self.last_sound = now
            self.first_sound = self.first_sound or now
        if self._keep:
            missing = int((now - self.started) * audio.RATE) - len(self.heard) // 2 - audio.FRAME_SAMPLES
            if missing > 3 * audio.FRAME_SAMPLES:
                self.heard.extend(bytes(2 * missing))
            self.heard.extend(pcm)

    def close(self) -> None:
        self._closed = True
        Metronome.get().remove(self)
        self._rtp.close()
        self._spoken.set()
        for digit in self._digits:
            digit.done.set()
