"""The phone network behind a trunk: one process that is hundreds of customers, each of whom writes down what it saw."""

import contextlib
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from types import TracebackType

import msgspec
from aiosipua import IncomingCall

from tools.soaks.campaigns.behaviours import Kind, Plan, plan
from tools.soaks.campaigns.sounds import Sounds
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall

PATIENCE_S = 12.0
"""A person who hears nobody hangs up after so long; a speed shortens it to 4 s at least."""
LONGEST_S = 300.0
_USER = re.compile(r"sips?:([^@;>]+)")
_REFUSED = {Kind.BUSY: 486, Kind.REJECTING: 603, Kind.SWITCHED_OFF: 480, Kind.BAD_NUMBER: 404, Kind.BAD_TONES: 404}
PROMPT_FRAMES = 50
"""Loud frames (20 ms) of a menu or a message after which a customer presses a key."""


class Seen(msgspec.Struct, kw_only=True):
    """One call as the customer's phone saw it; times are seconds since the epoch, 0: it did not come to that.

    ``visit``: the how many-th call to this number; ``at_once``: another call to the number was going on. ``ended_by``:
    ``customer`` or ``caller``. ``heard_s``: seconds of sound that came; ``pressed``: digits that were sent.
    """

    number: str
    kind: Kind | None
    visit: int
    call_id: str
    shown: str
    invited_at: float
    ringing_at: float = 0.0
    answered_at: float = 0.0
    ended_at: float = 0.0
    ended_by: str = ""
    status: int = 0
    heard_s: float = 0.0
    heard_at: float = 0.0
    pressed: str = ""
    at_once: bool = False

    @property
    def over(self) -> bool:
        return bool(self.ended_at)


class Customers:
    """``async with Customers(server, port, sounds) as customers: ...``; ``seen`` has the last ``kept`` calls (all).

    ``talking``: whether an operator talks to the number now, where both sides are simulated by one process; without it
    customers tell by what they hear. A customer with nobody on the line runs out of patience. ``menu``: whether a
    robocall's menu speaks to a number, which presses 1 then and listens on. ``take`` serves a call that came in at
    another phone.
    """

    def __init__(
        self,
        server: tuple[str, int],
        port: int,
        sounds: Sounds,
        *,
        speed: float = 1.0,
        menu: Callable[[str], bool] = lambda _number: False,
        talking: Callable[[str], bool] | None = None,
        kept: int | None = None,
    ) -> None:
        self.seen: deque[Seen] = deque(maxlen=kept)
        self._visits: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._sounds = sounds
        self._speed = speed
        self._menu = menu
        self._talking = talking
        self._phone = Phone(server, "network", port=port, on_call=self.take, keep_sound=False)
        self.most = 0
        """The most calls that there were at one time."""

    async def __aenter__(self) -> "Customers":
        await self._phone.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _tb: TracebackType | None
    ) -> None:
        await self._phone.close()

    @property
    def lines(self) -> int:
        """Calls that go on now."""
        return self._lines.total()

    def answered(self, number: str) -> bool:
        """Whether a customer of the number is on the line."""
        return self._answered[number] > 0

    async def take(self, call: PhoneCall) -> None:
        """One call, from its first ring to its end."""
        assert isinstance(call.leg, IncomingCall)
        number = called(call)
        self._visits[number] += 1
        self._lines[number] += 1
        self.most = max(self.most, self.lines)
        doing = plan(number, self._visits[number], self._speed)
        seen = Seen(
            number=number,
            kind=doing.kind if doing else None,
            visit=self._visits[number],
            call_id=call.call_id,
            shown=call.caller,
            invited_at=time.time(),
            at_once=self._lines[number] > 1,
        )
        self.seen.append(seen)
        try:
            await self._behave(call, seen, doing)
        except (CallEnded, CallFailed, TimeoutError, ValueError):
            call.hang_up()
        finally:
            self._lines[number] -= 1
            self._close(call, seen)

    def _close(self, call: PhoneCall, seen: Seen) -> None:
        now = time.monotonic()
        seen.ended_at = time.time() - (now - call.ended_at if call.ended_at else 0.0)
        seen.ended_by = "caller" if call.ended_by == "peer" else "customer"
        seen.status = call.status
        seen.heard_s = round(call.media.loud_frames * 0.02, 2)
        if call.media.first_sound:
            seen.heard_at = time.time() - (now - call.media.first_sound)

    async def _behave(self, call: PhoneCall, seen: Seen, doing: Plan | None) -> None:
        if doing is None:
            call.reject(404)
            return
        if doing.kind in (Kind.SWITCHED_OFF, Kind.BAD_NUMBER):
            call.reject(_REFUSED[doing.kind])
            return
        if doing.kind is Kind.BAD_TONES:
            await self._tones(call)
            return
        call.ring()
        seen.ringing_at = time.time()
        if doing.kind is Kind.NO_ANSWER:
            await call.wait_ended(LONGEST_S)
        await _pause(call, doing.ring_s)
        if doing.kind in _REFUSED:
            call.reject(_REFUSED[doing.kind])
            return
        call.answer()
        seen.answered_at = time.time()
        self._answered[seen.number] += 1
        try:
            await self._speak(call, seen, doing)
        finally:
            self._answered[seen.number] -= 1

    async def _tones(self, call: PhoneCall) -> None:
        """Early media that says that there is no such number, then the refusal."""
        assert isinstance(call.leg, IncomingCall) and call.leg.sdp_offer is not None
        call.leg.ringing(early_sdp=call.media.answer_to(call.leg.sdp_offer))
        await call.say(self._sounds.sit)
        call.reject(_REFUSED[Kind.BAD_TONES])

    async def _speak(self, call: PhoneCall, seen: Seen, doing: Plan) -> None:
        sounds = self._sounds
        if doing.kind in (Kind.MACHINE, Kind.FAX):
            await call.say(sounds.greeting if doing.kind is Kind.MACHINE else sounds.fax)
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(PATIENCE_S)
            call.hang_up()
            return
        if doing.kind is Kind.SILENT:
            await self._listen(call, seen, doing)
            return
        await _pause(call, doing.hello_s)
        await call.say(sounds.hello)
        if doing.kind is Kind.HASTY:
            call.hang_up()
            return
        await self._listen(call, seen, doing)

    async def _listen(self, call: PhoneCall, seen: Seen, doing: Plan) -> None:
        """Wait for somebody; press what a menu or a message asks for; talk; go when the time has come."""
        menu = self._menu(seen.number)
        deadline = time.monotonic() + (LONGEST_S if menu else max(4.0, PATIENCE_S / self._speed))
        key = "9" if doing.kind is Kind.OPTING_OUT else "1" if menu and doing.kind is not Kind.SILENT else ""
        press_at = call.media.loud_frames + PROMPT_FRAMES
        while time.monotonic() < deadline and not self._somebody(call, seen.number):
            await _pause(call, 0.1)
            if key and call.media.loud_frames >= press_at:
                seen.pressed, key = key, ""
                await call.press(seen.pressed)
        if self._somebody(call, seen.number):
            if doing.kind is not Kind.SILENT:
                await call.say(self._sounds.words, wait=False)
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(doing.talk_s if doing.kind is Kind.PARTING else LONGEST_S)
        call.hang_up()

    def _somebody(self, call: PhoneCall, number: str) -> bool:
        """Whether somebody talks to the customer."""
        if self._talking is not None:
            return self._talking(number)
        return call.media.loud_frames > 2 * PROMPT_FRAMES


def called(call: PhoneCall) -> str:
    """The number that an incoming call is for."""
    assert isinstance(call.leg, IncomingCall)
    match = _USER.search(call.leg.invite.uri)
    return match[1].lstrip("+") if match else ""


async def _pause(call: PhoneCall, seconds: float) -> None:
    """Let time pass in the call. Raises CallEnded when it ends meanwhile."""
    with contextlib.suppress(TimeoutError):
        await call.wait_ended(seconds)
    if call.ended:
        raise CallEnded("the caller is gone")
