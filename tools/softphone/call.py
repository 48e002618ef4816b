"""One call of a phone, from the phone's side: what it does and what it learns."""

import asyncio
import re
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from aiosipua import IncomingCall, OutgoingCall, SdpMessage
from aiosipua.message import SipRequest, SipResponse

from tools.softphone import audio
from tools.softphone.media import Media, own_stalls

_POLL = 0.02
_CAUSE = re.compile(r"Q\.850\s*;.*?cause\s*=\s*(\d+)", re.IGNORECASE)


class CallFailed(Exception):
    """The call was not answered: ``status`` and ``reason`` of SIP (408 when nothing came back)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}".strip())
        self.status = status
        self.reason = reason


class CallEnded(Exception):
    """The call ended while something was still to be said, pressed or heard."""


class CallOwner(Protocol):
    """What a call needs of its phone."""

    def send_bye(self, call: "PhoneCall") -> None: ...
    def send_cancel(self, call: "PhoneCall") -> None: ...
    def send_hold(self, call: "PhoneCall", sdp: SdpMessage) -> None: ...
    def send_info(self, call: "PhoneCall", body: str) -> None: ...
    def send_refer(self, call: "PhoneCall", number: str, other: "PhoneCall | None") -> None: ...
    def forget(self, call: "PhoneCall") -> None: ...


class PhoneCall:
    """A call that is dialled, rings, is answered, ends. Times are monotonic seconds, 0 while they have not come.

    ``state`` is ``calling``, ``ringing``, ``answered`` or ``ended``; ``ended_by`` is ``us``, ``peer`` or ``network``;
    ``cause`` is the Q.850 cause that the peer gave, if it did.
    """

    def __init__(self, owner: CallOwner, leg: OutgoingCall | IncomingCall, media: Media, number: str) -> None:
        self._owner = owner
        self.leg = leg
        self.media = media
        self.number = number
        self.incoming = isinstance(leg, IncomingCall)
        self.state = "calling"
        self.status = 0
        self.reason = ""
        self.headers: dict[str, str] = {}
        self.cause: int | None = None
        self.ended_by = ""
        self.started_at = time.monotonic()
        self.ringing_at = self.answered_at = self.ended_at = 0.0
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def call_id(self) -> str:
        """SIP Call-ID."""
        return self.leg.call_id

    @property
    def caller(self) -> str:
        """Number (user part) of who calls us, for an incoming call."""
        match = re.match(r"sips?:([^@;>]+)@", self.leg.caller)
        return match[1] if match else ""

    @property
    def answered(self) -> bool:
        return bool(self.answered_at)

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def duration(self) -> float:
        """Seconds from answer to now, or to the end."""
        return (self.ended_at or time.monotonic()) - self.answered_at if self.answered_at else 0.0

    # What the caller waits for

    async def wait_ringing(self, timeout: float = 10.0) -> None:
        """Until the other side rings (or answers).

        Raises:
            CallFailed: it was refused. TimeoutError.
        """
        await self._wait(lambda: bool(self.ringing_at or self.answered_at), timeout)

    async def wait_answered(self, timeout: float = 30.0) -> "PhoneCall":
        """Until it is answered.

        Raises:
            CallFailed: it was refused. TimeoutError: it still rings.
        """
        await self._wait(lambda: self.answered, timeout)
        return self

    async def wait_ended(self, timeout: float = 60.0) -> "PhoneCall":
        """Until the call is over, whoever ended it. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._ended.wait()
        return self

    async def _wait(self, reached: Any, timeout: float) -> None:
        async with asyncio.timeout(timeout):
            while not reached():
                if self.ended:
                    raise CallFailed(self.status, self.reason)
                self._changed.clear()
                await self._changed.wait()

    # What the person at the phone does

    def ring(self) -> None:
        """Tell the caller that this phone rings."""
        assert isinstance(self.leg, IncomingCall)
        self.leg.ringing()
        self.note("ringing")

    def answer(self) -> None:
        """Pick up. Raises ValueError when no codec fits (the call is refused with 488)."""
        assert isinstance(self.leg, IncomingCall)
        if self.ended:
            raise CallEnded("the caller is gone")
        try:
            answer = self.media.answer_to(self.leg.sdp_offer) if self.leg.sdp_offer else self.media.description()
        except ValueError:
            self.reject(488)
            raise
        self.leg.accept(answer)
        self.note("answered", 200, "OK")

    def reject(self, status: int = 486) -> None:
        """Refuse: 486 busy, 603 declined, 480 unavailable, 404 ..."""
        assert isinstance(self.leg, IncomingCall)
        self.leg.reject(status)
        self.finish("us", status, self.leg.invite.uri and "rejected")

    async def press(self, digits: str, *, length: float = 0.1, pause: float = 0.1, info: bool = False) -> None:
        """Press keys one after another (RFC 4733; ``info``: as SIP INFO); returns when the last one is out."""
        for digit in digits:
            self._still_up()
            if info:
                self._owner.send_info(self, f"Signal={digit}\r\nDuration={int(length * 1000)}\r\n")
                await asyncio.sleep(length + pause)
            else:
                await self._until(self.media.press(digit, length, pause))

    async def say(self, sound: Path | bytes, *, wait: bool = True) -> None:
        """Speak a WAV file or PCM; returns when it is said, or at once without ``wait``."""
        self._still_up()
        pcm = sound if isinstance(sound, bytes) else await asyncio.to_thread(audio.read_wav, sound)
        said = self.media.speak(pcm)
        if wait:
            await self._until(said)

    async def wait_heard(self, timeout: float = 10.0, *, since: float | None = None) -> float:
        """Until something sounds, from ``since`` (monotonic; none: now) on; gives the seconds it took.

        Raises:
            TimeoutError: silence. CallEnded.
        """
        start = time.monotonic() if since is None else since
        await self._poll(lambda: self.media.last_sound > start, timeout)
        return time.monotonic() - start

    async def wait_silence(self, seconds: float = 0.7, timeout: float = 30.0) -> None:
        """Until nothing has sounded for ``seconds``. Raises TimeoutError, CallEnded."""
        start = time.monotonic()
        await self._poll(lambda: time.monotonic() - max(self.media.last_sound, start) >= seconds, timeout)

    async def wait_prompt(self, timeout: float = 30.0, *, pause: float = 0.7) -> None:
        """Until a prompt was heard to its end: sound, then ``pause`` seconds of silence."""
        await self.wait_heard(timeout)
        await self.wait_silence(pause, timeout)

    def hold(self, on: bool = True) -> None:
        """Put the peer on hold (re-INVITE, sendonly), or take it back."""
        self._owner.send_hold(self, self.media.description("sendonly" if on else "sendrecv"))
        self.media.sending = True

    def transfer(self, number: str, other: "PhoneCall | None" = None) -> None:
        """Send the peer to ``number`` (REFER), or connect it with who is in the ``other`` call (with Replaces)."""
        self._owner.send_refer(self, number, other)

    def hang_up(self) -> None:
        """End the call, in whatever state it is: BYE, CANCEL or a refusal. Idempotent."""
        if self.ended:
            return
        if self.answered:
            self._owner.send_bye(self)
            self.finish("us", self.status, self.reason)
        elif self.incoming:
            self.reject(480)
        else:
            self._owner.send_cancel(self)

    # What was heard

    @property
    def heard(self) -> bytes:
        """Everything heard so far: PCM, 8000 Hz, 16 bit; pauses are kept."""
        return bytes(self.media.heard)

    def heard_last(self, seconds: float) -> bytes:
        return bytes(self.media.heard[-2 * int(seconds * audio.RATE) :])

    def save(self, path: Path) -> None:
        """Write what was heard as a WAV file."""
        audio.write_wav(path, self.heard)

    def gaps(self, least: float = 0.1, *, since: float = 0.0, until: float | None = None) -> list[tuple[float, float]]:
        """Pauses of the received stream of ``least`` seconds or more between two packets: (start, length).

        Time in which this process itself was held up does not count.
        """
        times: Sequence[float] = [t for t in self.media.arrivals if t >= since and (until is None or t <= until)]
        pauses = [(a, b - a - own_stalls(a, b)) for a, b in pairwise(times) if b - a >= least]
        return [(start, length) for start, length in pauses if length >= least]

    # What the phone tells the call

    def note(self, state: str, status: int = 0, reason: str = "") -> None:
        now = time.monotonic()
        self.state = state
        self.status = status or self.status
        self.reason = reason or self.reason
        if state == "ringing":
            self.ringing_at = self.ringing_at or now
        elif state == "answered":
            self.answered_at = self.answered_at or now
        self._changed.set()

    def note_headers(self, message: SipRequest | SipResponse) -> None:
        """Keep the headers that tell why: Reason, Retry-After, Warning."""
        for name in ("Reason", "Retry-After", "Warning"):
            if value := message.headers.get_first(name):
                self.headers[name] = value
        if match := _CAUSE.search(self.headers.get("Reason", "")):
            self.cause = int(match[1])

    def finish(self, by: str, status: int = 0, reason: str = "") -> None:
        """The call is over; the first to say so counts."""
        if self.ended:
            return
        self.ended_by = by
        self.ended_at = time.monotonic()
        self.note("ended", status, reason)
        self.media.close()
        self._ended.set()
        self._owner.forget(self)

    def _still_up(self) -> None:
        if self.ended:
            raise CallEnded(f"the call was ended by {self.ended_by}")

    async def _until(self, event: asyncio.Event) -> None:
        """Wait for the media; a call that ends meanwhile releases it and raises."""
        await event.wait()
        self._still_up()

    async def _poll(self, reached: Any, timeout: float) -> None:
        async with asyncio.timeout(timeout):
            while not reached():
                self._still_up()
                await asyncio.sleep(_POLL)
