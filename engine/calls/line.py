"""The caller's line: what a flow does with a caller, read from top to bottom; a hang-up is raised as ``HungUp``.

Events come in by plain method calls, in order, and change the call at once; the flow's coroutine waits on futures that
those changes resolve. So no event of a call ever waits in a queue, and none can be lost between two.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from engine.ari.channels import AUTO_ANSWER
from engine.ari.errors import AriConflict, AriError
from engine.calls.dialing import Dialing
from engine.calls.ears import Ears
from engine.calls.hearing import CallerEar
from engine.calls.message import MessageRecording
from engine.calls.model import Call, DialResult, DialTarget, EndedBy, HungUp, Leg, LegRole, Operation
from engine.calls.services import CallServices
from engine.calls.speaking import PREFIX, Speaking, is_speech
from engine.calls.states import CallState, LegState
from engine.calls.talk.conversation import Conversation
from engine.calls.tap import Tap
from engine.calls.waiting import Waiting
from engine.core import log
from engine.speech.model import Heard, Listening

_log = log.get("line")
TYPE_AHEAD = 64
REFUSALS = {1, 21}
"""Causes of calls that are refused: a number that is not ours, a blocked caller."""
NO_PHONE, NO_TRUNK = 20, 38
"""Causes of a leg that Asterisk could not begin to call."""


class CallLine(Waiting):
    """One live call and the operations that flows use (the ``Line`` port of menus)."""

    def __init__(
        self,
        call: Call,
        services: CallServices,
        owners: "dict[str, CallLine]",
        on_leg: Sequence[Callable[[Call, Leg], None]] = (),
    ) -> None:
        super().__init__(services)
        self.call = call
        self.channels = [leg.channel_id for leg in call.legs]
        """Channels whose events come to this line; ``own`` adds one."""
        self.adopted = False
        self.hangup_cause: int | None = None
        """Cause in the caller's own hang-up, told just before the channel goes."""
        self._digits: deque[str] = deque(maxlen=TYPE_AHEAD)
        self._digit_waiter: asyncio.Future[str] | None = None
        self._playback: tuple[str, asyncio.Future[str | None], bool] | None = None
        self._music = False
        self.dialing = Dialing(self)
        self.message = MessageRecording(self)
        self.tap = Tap(self)
        self.conversation = Conversation(self)
        self.ears = Ears(self)
        self._caller_ear = CallerEar(self)
        self.speaking = Speaking(self)
        self._owners = owners
        self._on_leg = on_leg
        self.channels += self.tap.channels
        if call.talk is not None:
            self.channels += [watch.snoop for watch in call.talk.watches if watch.snoop is not None]

    def own(self, channel_id: str) -> None:
        """Events of this channel belong to this call from now on."""
        self.channels.append(channel_id)
        self._owners[channel_id] = self

    def disown(self, channel_id: str) -> None:
        """Another call has this channel from now on; for this one it is gone."""
        self.channels.remove(channel_id)
        self.on_leg(channel_id, LegState.DOWN, self.services.clock.now(), 16)

    def release(self, channel_id: str) -> None:
        """This channel, which was no leg, is of no interest any more."""
        self.channels.remove(channel_id)
        if self._owners.get(channel_id) is self:
            del self._owners[channel_id]

    def add_leg(self, leg: Leg) -> None:
        """A new leg of the call: journalled, told, its events come here."""
        leg.user_id = leg.user_id or self.services.user_of(leg.number, leg.endpoint)
        self.call.legs.append(leg)
        self.own(leg.channel_id)
        self.services.ledger.leg(self.call, leg)
        self.tell(leg)

    def tell(self, leg: Leg) -> None:
        """Tell who listens that a leg has changed."""
        for tell in self._on_leg:
            try:
                tell(self.call, leg)
            except Exception:
                _log.exception("leg_not_told", call=str(self.call.id))

    # What flows do

    async def answer(self) -> None:
        """Answer the caller, unless that was done."""
        if self.call.answered_at is None:
            await self.command(lambda: self.services.ari.channels.answer(self.call.caller_leg.channel_id))
            self.answered()

    async def play(self, media: Sequence[str], *, barge_in: bool) -> str | None:
        """Play media URIs one after another; gives the digit that stopped them, None when they ran to the end."""
        if not media:
            return None
        if barge_in and self._digits:
            return self._digits.popleft()
        if any(item.startswith(PREFIX) for item in media):
            return await self.speaking.play(media, barge_in=barge_in)
        playback_id = uuid.uuid4().hex
        channels = self.services.ari.channels
        with self.playing(playback_id, barge_in) as done:
            try:
                await self.command(
                    lambda: channels.play(
                        self.call.caller_leg.channel_id, media, playback_id=playback_id, lang=self.call.language
                    )
                )
                digit = await self.wait(done)
            except asyncio.CancelledError:
                self.services.command_later(self.services.ari.playbacks.stop(playback_id))
                raise
        if digit is not None:
            await self.command(lambda: self.services.ari.playbacks.stop(playback_id))
        return digit

    @contextmanager
    def playing(self, playback_id: str, barge_in: bool) -> "Iterator[asyncio.Future[str | None]]":
        """Something is played: the future gets what stops it. Kept, so that another process can end it."""
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._playback = (playback_id, done, barge_in)
        self.call.playback_id = playback_id
        self.services.ledger.save(self.call)
        try:
            yield done
        finally:
            self._playback = self.call.playback_id = None

    async def music(self, on: bool) -> None:
        """Music on hold for the caller, until it is turned off or something is played."""
        channel_id, channels = self.call.caller_leg.channel_id, self.services.ari.channels
        self._music = on
        await self.command(lambda: channels.moh_start(channel_id) if on else channels.moh_stop(channel_id))

    async def hush(self) -> None:
        """End whatever is being played to the caller: nobody can be bridged while it sounds."""
        if self._playback is not None:
            playback_id, done, _ = self._playback
            await self.command(lambda: self.services.ari.playbacks.stop(playback_id))
            if not done.done():
                done.set_result(None)
        if self._music:
            await self.music(False)

    async def digit(self, timeout_s: float) -> str | None:
        """The next digit, one typed ahead first; None when none came within ``timeout_s`` seconds."""
        self.check()
        if self._digits:
            return self._digits.popleft()
        self._digit_waiter = asyncio.get_running_loop().create_future()
        try:
            return await self.wait(self._digit_waiter, timeout_s)
        except TimeoutError:
            return None
        finally:
            self._digit_waiter = None

    async def hear(self, media: Sequence[str], listening: Listening, *, barge_in: bool, timeout_s: float) -> Heard:
        """Play, then listen for a digit or an utterance until ``timeout_s`` after the prompt (the port ``Line``)."""
        return await self._caller_ear.hear(media, listening, barge_in=barge_in, timeout_s=timeout_s)

    async def deafen(self) -> None:
        """No more ``hear`` follows soon."""
        await self._caller_ear.deafen()

    def hush_prompt(self) -> None:
        """Somebody speaks: end a prompt that allows it; ``play`` gives an empty text for a digit."""
        if self._playback is not None and self._playback[2] and not self._playback[1].done():
            self._playback[1].set_result("")

    def wake(self) -> None:
        """End a wait for a digit; ``digit`` gives an empty text."""
        if self._digit_waiter is not None and not self._digit_waiter.done():
            self._digit_waiter.set_result("")

    async def set_language(self, language: str) -> None:
        """Speak ``language`` (ru, en) from now on."""
        self.call.language = language
        channel_id = self.call.caller_leg.channel_id
        await self.command(lambda: self.services.ari.channels.set_variable(channel_id, "CHANNEL(language)", language))

    def note(self, kind: str, /, **data: Any) -> None:
        """An event of the call's history."""
        self.services.ledger.note(self.call, kind, **data)

    def save(self, position: dict[str, Any]) -> None:
        """Keep where the flow is; it is handed back when another engine process adopts the call."""
        self.call.position = position
        if self.call.state is CallState.STARTED and "menu" in position:
            self.call.move(CallState.MENU)
        self.services.ledger.save(self.call)

    async def record_message(self, *, box: Any, max_seconds: int) -> float | None:
        """Beep, record a message into a voicemail box; its length in seconds, None when nothing was kept."""
        return await self.message.run(box, max_seconds)

    async def record_file(self, name: str, max_seconds: int) -> float:
        """Beep, record the caller into ``name``; seconds kept."""
        return await self.message.record_file(name, max_seconds)

    async def dial(
        self,
        targets: Sequence[DialTarget],
        *,
        timeout_s: float,
        caller_id: str | None = None,
        quiet: bool = False,
        on_answer: Callable[[Leg], Awaitable[None]] | None = None,
    ) -> DialResult:
        """Ring phones at once, connect the first that answers, return when that conversation is over or none came.

        ``quiet``: the caller goes on hearing what the flow plays (this may run beside ``play``, ``music`` and
        ``digit``) instead of a ring-back tone. ``on_answer`` is awaited when a phone answered, before it is connected;
        what still plays then is ended. Cancelled while phones ring, it hangs them up. In an adopted call that had
        begun to dial (``in_progress``) the earlier dialling goes on and the arguments do not count.
        """
        result = await self.dialing.run(targets, timeout_s, caller_id, quiet, on_answer)
        self.call.ending.dial_reason = result.reason
        return result

    @property
    def in_progress(self) -> str | None:
        """What an adopted call is in the middle of: ``ringing`` or ``talking``; the next ``dial`` goes on with it."""
        operation = self.call.operation
        return {"dial": "ringing", "talk": "talking"}.get(operation.kind if operation is not None else "")

    async def ring_caller(self, *, timeout_s: float, shown: str, auto_answer: bool = False) -> None:
        """Ring the call's own first leg until it is up; ``shown`` is the number on its display.

        Raises:
            HungUp: it did not answer; the leg's cause says why.
        """
        leg, ari = self.call.caller_leg, self.services.ari
        try:
            await self.command(
                lambda: ari.channels.originate(
                    channel_id=leg.channel_id,
                    endpoint=leg.endpoint,
                    app_args=f"origin,{self.call.id}",
                    caller_id=shown or None,
                    timeout=int(timeout_s),
                    variables=AUTO_ANSWER if auto_answer else None,
                )
            )
        except AriConflict:
            pass
        except AriError:
            cause = NO_TRUNK if "@" in leg.endpoint else NO_PHONE
            self.on_leg(leg.channel_id, LegState.DOWN, self.services.clock.now(), cause)
        while leg.state is not LegState.UP:
            await self.changed()

    def request_callback(self, number: str) -> None:
        """Note that the caller wants to be called back at ``number``."""
        self.services.ledger.callback(self.call, number)
        self.note("callback_requested", number=number)

    async def hang_up(self, cause: int = 16) -> None:
        """End the call with a Q.850 cause; raises ``HungUp``."""
        self.call.ending.flow_finished = True
        self.call.ending.rejected = self.call.ending.rejected or cause in REFUSALS
        self.call.ended_by = self.call.ended_by or EndedBy.SYSTEM
        self.call.cause = cause
        await self.command(lambda: self.services.ari.channels.hangup(self.call.caller_leg.channel_id, cause=cause))
        raise HungUp

    def hand_over(self, other: "CallLine", note: str, take: Callable[[Leg], None]) -> None:
        """This line's channel goes to another call, which ``take``s it as a new leg of its own.

        This call is over, and ``HungUp`` is raised.
        """
        self.check()
        now, mine = self.services.clock.now(), self.call.caller_leg
        leg = Leg(
            channel_id=mine.channel_id,
            role=LegRole.CALLEE,
            number=self.call.caller,
            endpoint=mine.endpoint,
            started_at=now,
            answered_at=now,
            state=LegState.UP,
            user_id=mine.user_id,
        )
        self.note(note, call=str(other.call.id))
        self.call.ending.flow_finished = True
        self.call.ended_by = EndedBy.SYSTEM
        self.disown(mine.channel_id)
        take(leg)
        raise HungUp

    async def stop_earlier_playback(self) -> None:
        """What an earlier process was playing would hold up what this one plays: end it."""
        playback_id, self.call.playback_id = self.call.playback_id, None
        if playback_id is not None and is_speech(playback_id):
            await self.speaking.clear_earlier(playback_id)
        elif playback_id is not None:
            await self.command(lambda: self.services.ari.playbacks.stop(playback_id))

    def keep_result(self, kind: str, result: dict[str, Any]) -> None:
        """An operation is over: its result stays in the journal, in case a new process asks for it again."""
        self.call.operation = Operation(kind=f"{kind}_done", started_at=self.services.clock.now(), data=result)
        self.services.ledger.save(self.call)

    def take_result(self, kind: str) -> dict[str, Any] | None:
        """The result of an operation that was over when the call was adopted; asked by the flow's first operation."""
        operation, adopted, self.adopted = self.call.operation, self.adopted, False
        return operation.data if adopted and operation is not None and operation.kind == f"{kind}_done" else None

    # What happens to the line

    def answered(self, at: datetime | None = None) -> None:
        """The caller's channel is up, since ``at`` (now by default)."""
        leg = self.call.caller_leg
        if self.call.answered_at is None and leg.state is not LegState.DOWN:
            leg.move(LegState.UP)
            leg.answered_at = self.call.answered_at = at or self.services.clock.now()
            self.services.ledger.changed(self.call)
            self.note("answered")
            self.tell(leg)
            if self.call.record and self.call.recording is None:
                self.services.tasks.spawn(self.tap.start(), name="recording")

    def on_digit(self, digit: str) -> None:
        """The caller pressed a digit: it stops a prompt that allows it, feeds who waits, or is kept."""
        if self._playback is not None and self._playback[2] and not self._playback[1].done():
            self._playback[1].set_result(digit)
        elif self._digit_waiter is not None and not self._digit_waiter.done():
            self._digit_waiter.set_result(digit)
        else:
            self._digits.append(digit)

    def forget_digits(self) -> None:
        """What was pressed in a conversation is meant for nobody after it."""
        self._digits.clear()

    def on_playback_finished(self, playback_id: str) -> None:
        """A playback has ended."""
        if self._playback is not None and self._playback[0] == playback_id and not self._playback[1].done():
            self._playback[1].set_result(None)

    @property
    def playback_id(self) -> str | None:
        """The playback of Asterisk that the flow waits for."""
        return self._playback[0] if self._playback is not None and not is_speech(self._playback[0]) else None

    def on_leg(self, channel_id: str, state: LegState, at: datetime, cause: int | None = None) -> None:
        """A leg of the call rings, is up or is gone."""
        leg = self.call.leg(channel_id)
        if leg is None or leg.state is LegState.DOWN or (leg.state is state and cause is None):
            return
        if state is LegState.RINGING and leg.state is LegState.UP:
            return
        leg.move(state)
        if state is LegState.UP and leg.answered_at is None:
            leg.answered_at = at
        if state is LegState.DOWN:
            leg.ended_at, leg.cause = at, cause
        if self.call.talk is not None:
            self.conversation.on_leg(leg, state, at)
        if leg is self.call.caller_leg and state is LegState.DOWN and not self.conversation.goes_on:
            self.caller_gone()
        self.ears.on_leg(channel_id, state)
        self.services.ledger.leg(self.call, leg)
        self.tell(leg)
        self.pulse()

    def caller_gone(self) -> None:
        """The caller hung up (or the channel is being ended): everything that waits raises."""
        self.gone = True
        self.call.ended_by = self.call.ended_by or EndedBy.CALLER
        for future in list(self._waiters):
            if not future.done():
                future.set_exception(HungUp())

    def end(self) -> None:
        """End the call from outside: its flow is left where it stands, every leg is hung up."""
        self.call.ended_by = self.call.ended_by or EndedBy.SYSTEM
        self.call.ending.flow_finished = True
        self.caller_gone()
