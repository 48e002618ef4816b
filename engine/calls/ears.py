"""Ears of a call: each hears one side of one channel and tells what is said, wherever recognisers are.

A snoop channel of the channel goes to the dialplan's context ``tap``, which sends its audio straight to a worker
process; the engine moves none of it. A call never waits for an ear, and an ear never raises: it tells ``Deaf`` while
nothing can be heard, tries again by itself, and tells ``Hearing`` when it can.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from engine.ari.errors import AriError, AriNotFound
from engine.calls.states import LegState
from engine.core import log
from engine.speech.model import Deaf, Hearing, Listening, Told
from engine.speech.workers import protocol
from engine.speech.workers.pool import LiveStream, Refused

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("ears")
Tell = Callable[[Told], None]
CONTEXT = "tap"
ENTER_S = 5.0
"""How long Asterisk may take to make a snoop channel."""
START_S = 3.0
"""A worker that is just being replaced is waited for so long before anybody is told."""
SETTLE_S = 0.5
"""A tap that ends may tell that its channel has ended: the word of that is waited for."""
LAST_WORDS_S = 6.0
"""How long after the channel's end what was said last may still be recognised."""
AGAIN_S = {"no_engine": 30.0, "no_capacity": 10.0, "worker_lost": 2.0, "tap_lost": 1.0}
"""After what time an ear tries again at the latest; sooner when there is room or a worker again."""
AGAIN_MAX_S = 30.0
NO_ENGINE_S = 1.0
"""The least pause before a model that could not be loaded is asked for again."""


class Ear:
    """One side of one channel, from ``started_at`` (monotonic: ``opened``) on.

    What is told counts in seconds from ``Hearing.offset_s`` after that moment.
    """

    def __init__(
        self, line: "CallLine", channel_id: str, listening: Listening, tell: Tell, spy: str, urgent: bool
    ) -> None:
        self.started_at: datetime = line.services.clock.now()
        self.opened = asyncio.get_running_loop().time()
        self.channel_id = channel_id
        self.closed = False
        self.over = asyncio.Event()
        """Set when nothing more is told."""
        self._line = line
        self._spy = spy
        self._urgent = urgent
        self._tell_owner = tell
        self._listening = listening
        self._deaf: str | None = None
        self._stream: LiveStream | None = None
        self._snoop: str | None = None
        self._entered: asyncio.Future[None] | None = None
        self._gone: asyncio.Future[str] | None = None
        self._ended = asyncio.Event()

    async def listen(self, listening: Listening) -> None:
        """Listen so from the next utterance on."""
        self._listening = listening
        if self._stream is not None:
            self._stream.listen(listening)

    async def close(self) -> None:
        """Hear no more; nothing is told after this."""
        self.closed = True
        self._ended.set()
        if self._gone is not None and not self._gone.done():
            self._gone.set_result("closed")

    # From the line

    def on_entered(self, snoop_id: str) -> bool:
        """A snoop channel has entered our application; true when it is this ear's."""
        if snoop_id != self._snoop or self._entered is None or self._entered.done():
            return False
        self._entered.set_result(None)
        return True

    def on_channel_down(self) -> None:
        """The channel is over: what was said last is told yet."""
        self._ended.set()
        if self._snoop is not None:
            self._hang_up(self._snoop)

    # Within

    async def run(self) -> None:
        """Hear until closed, or until the channel is over."""
        waits = 0
        while not self._ended.is_set():
            reason = await self._once()
            if reason == "tap_lost":
                await self._sleep(SETTLE_S)
            if self._ended.is_set():
                return
            waits = 0 if self._deaf is None else waits + 1
            if self._deaf != reason:
                self._deaf = reason
                self._tell(Deaf(reason))
            await self._line.services.link.wait()
            if reason == "no_engine":
                await self._sleep(NO_ENGINE_S)
            pause = min(AGAIN_S.get(reason, 1.0) * 2 ** min(waits, 5), AGAIN_MAX_S)
            await self._pause(reason, pause)

    async def _once(self) -> str:
        """Hear once; gives why it is over."""
        workers = self._line.services.workers
        if workers is None:
            return "no_engine"
        try:
            stream = self._stream = await self._open()
        except Refused as exc:
            return exc.reason
        self._gone = asyncio.get_running_loop().create_future()
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await self._tap(stream)
            over: set[asyncio.Future[Any]] = {self._gone, ended}
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            if not self._gone.done():
                await asyncio.wait({self._gone}, timeout=LAST_WORDS_S)
            return self._gone.result() if self._gone.done() else "tap_lost"
        except AriNotFound:
            self._ended.set()
            return "tap_lost"
        except (AriError, TimeoutError) as exc:
            _log.warning("tap_failed", call=str(self._line.call.id), error=f"{type(exc).__name__}: {exc}")
            return "tap_lost"
        finally:
            ended.cancel()
            self._stream = None
            workers.close(stream)
            self._drop_snoop()

    async def _open(self) -> LiveStream:
        workers = self._line.services.workers
        assert workers is not None
        loop = asyncio.get_running_loop()
        until = loop.time() + START_S
        while True:
            try:
                return workers.open(self._listening, self._on_word, self._on_gone, urgent=self._urgent)
            except Refused as exc:
                left = until - loop.time()
                if exc.reason != "worker_lost" or left <= 0 or self._ended.is_set():
                    raise
                await workers.changed(left)

    async def _tap(self, stream: LiveStream) -> None:
        """Bring the channel's audio to the worker."""
        line, channels = self._line, self._line.services.ari.channels
        snoop_id = self._snoop = f"{line.call.id.hex}-ear-{stream.id.hex[:12]}"
        self._entered = asyncio.get_running_loop().create_future()
        line.own(snoop_id)
        await channels.snoop(self.channel_id, snoop_id=snoop_id, spy=self._spy, app_args=f"ear,{line.call.id}")
        async with asyncio.timeout(ENTER_S):
            await self._entered
        try:
            await channels.continue_in_dialplan(snoop_id, context=CONTEXT, extension=extension_of(stream))
        except AriNotFound as exc:  # the snoop is gone, and its channel perhaps not
            raise TimeoutError(exc.detail) from exc

    def _drop_snoop(self) -> None:
        snoop_id, self._snoop = self._snoop, None
        if snoop_id is not None:
            self._line.release(snoop_id)
            self._hang_up(snoop_id)

    def _hang_up(self, snoop_id: str) -> None:
        services = self._line.services
        if not services.tasks.ending:  # when the process goes, the workers go, and with them the taps
            services.command_later(services.ari.channels.hangup(snoop_id))

    def _on_word(self, word: Any) -> None:
        if isinstance(word, protocol.Began):
            self._deaf = None
            self._tell(Hearing(max(0.0, word.at - self.opened), word.engine))
        elif isinstance(word, protocol.Says):
            self._tell(word.event)

    def _on_gone(self, reason: str) -> None:
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(reason)

    def _tell(self, told: Told) -> None:
        if self.closed:
            return
        try:
            self._tell_owner(told)
        except Exception:
            _log.exception("not_told", call=str(self._line.call.id))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return

    async def _pause(self, reason: str, seconds: float) -> None:
        """Until there may be something to hear with."""
        workers = self._line.services.workers
        if workers is None:
            await self._ended.wait()
        elif reason == "tap_lost":
            await self._sleep(seconds)
        else:
            ended = asyncio.ensure_future(self._ended.wait())
            change = asyncio.ensure_future(workers.changed(seconds))
            await asyncio.wait({ended, change}, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            change.cancel()


class Probe(Protocol):
    """Another who taps a channel of the line."""

    channel_id: str

    def on_entered(self, snoop_id: str) -> bool: ...
    def on_channel_down(self) -> None: ...


class Ears:
    """All ears of one line (``CallLine.ears``)."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._ears: list[Ear] = []
        self.probes: list[Probe] = []
        """Those who find out who answers; each comes and goes by itself."""

    async def open(
        self, channel_id: str, listening: Listening, tell: Tell, spy: str = "in", *, urgent: bool = False
    ) -> Ear:
        """Begin to listen; comes back at once. ``spy``: ``in`` is what the person at this channel says.

        ``urgent``: the person waits for an answer, so that the reserve of streams may be used.

        ``tell`` is called with ``Hearing`` or ``Deaf`` first, then with what is heard, until ``close`` or a few seconds
        after the end of the channel (what was said last).
        """
        ear = Ear(self._line, channel_id, listening, tell, spy, urgent)
        self._ears.append(ear)
        self._line.services.tasks.spawn(self._run(ear), name="ear")
        return ear

    def on_snoop(self, snoop_id: str) -> None:
        """A snoop channel with the arguments of an ear has entered our application."""
        if not any(ear.on_entered(snoop_id) for ear in (*self._ears, *self.probes)):
            self._line.services.command_later(self._line.services.ari.channels.hangup(snoop_id))

    def on_leg(self, channel_id: str, state: LegState) -> None:
        """A leg of the call has changed."""
        if state is LegState.DOWN:
            for ear in [ear for ear in (*self._ears, *self.probes) if ear.channel_id == channel_id]:
                ear.on_channel_down()

    def end(self) -> None:
        """The call is over."""
        for ear in (*self._ears, *self.probes):
            ear.on_channel_down()

    async def _run(self, ear: Ear) -> None:
        try:
            await ear.run()
        finally:
            self._ears.remove(ear)
            ear.over.set()


class Stream(Protocol):
    """A stream that a worker waits for."""

    id: UUID
    host: str
    port: int


def extension_of(stream: Stream) -> str:
    """What the context ``tap`` is told: the stream's id and the worker's address, joined by ``*``."""
    return "*".join((stream.id.hex, *stream.host.split("."), str(stream.port)))
