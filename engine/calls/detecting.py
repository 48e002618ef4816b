"""Who answered: a probe at one channel, from its ringing or its answer on. It never harms the call and never raises.

The probe is a snoop channel, as an ear's. Our own detector gets its sound by the context ``tap``; where that can't be,
a snoop goes through Asterisk's AMD() (there too); where neither can be, nobody knows, and the call is served as one
with a person.

    probe = listen(line, channel_id, "own")       # as soon as the channel is dialled
    ...                                           # probe.early is done: nobody will pick up, the dial can end
    verdict = await probe.verdict(max_s=4.0)      # answered: HUMAN, MACHINE, FAX, SILENT or UNKNOWN
    await probe.wait_beep(30.0)                   # a machine: the moment to leave a message
    probe.close()
"""

import asyncio
import time
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from prometheus_client import Counter

from engine.ari.errors import AriError, AriNotFound
from engine.calls.ears import CONTEXT, ENTER_S, extension_of
from engine.core import log
from engine.speech.detection.model import EARLY, Finding, Kind, Mark, Verdict
from engine.speech.detection.service import Unwatched, Watched

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("detecting")
_VERDICTS = Counter("paylater_detection_verdicts", "Who answered, and who found it out", ["kind", "by"])
Provider = Literal["own", "asterisk", "off"]
GRACE_S = 0.5
"""How much later than asked for a verdict may come."""
LATE_S = 1.5
"""Word of an answer comes so late at most; longer ago than this, it was not just now."""
CHANNEL_S = 2.0
"""How long a channel that is just being made is looked for."""
BEEP_S = 4.0
"""A machine that has stopped to speak beeps within so long, or not at all."""
_AMD = {"HUMAN": Kind.HUMAN, "MACHINE": Kind.MACHINE, "NOTSURE": Kind.UNKNOWN}
_AMD_CONFIDENCE = {Kind.HUMAN: 0.8, Kind.MACHINE: 0.8, Kind.SILENT: 0.5}


def listen(line: "CallLine", channel_id: str | None = None, provider: Provider = "own") -> "Probe":
    """Listen to a channel of the line (its own by default) from now on; comes back at once."""
    return Probe(line, channel_id or line.call.caller_leg.channel_id, provider)


async def detect(
    line: "CallLine", *, max_s: float = 4.0, provider: Provider = "own", channel_id: str | None = None
) -> Verdict:
    """Who is at a channel (the line's own by default) that has just been answered; a verdict in every case.

    Raises:
        HungUp: the line's own channel is gone.
    """
    probe = listen(line, channel_id, provider)
    try:
        return await line.guard(probe.verdict(max_s))
    finally:
        probe.close()


class Probe:
    """Listens to one channel. ``early`` gets a verdict when the sound before the answer tells that nobody picks up."""

    def __init__(self, line: "CallLine", channel_id: str, provider: Provider) -> None:
        loop = asyncio.get_running_loop()
        self.channel_id = channel_id
        self.early: asyncio.Future[Verdict] = loop.create_future()
        self.heard: list[Finding] = []
        """All that was found, in order."""
        self._line = line
        self._provider = provider
        self._opened = time.monotonic()
        self._answer: tuple[float, float] | None = None
        """When it was answered (monotonic), and how long a verdict may take."""
        self._result: asyncio.Future[Verdict | None] = loop.create_future()
        self._lost: str | None = None
        self._watched: Watched | None = None
        self._snoops: dict[str, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._closed = False
        line.ears.probes.append(self)
        if provider == "own":
            line.services.tasks.spawn(self._open(), name="probe")

    # What flows ask

    async def verdict(self, max_s: float) -> Verdict:
        """Who answered just now; within ``max_s`` of the answer and a little more."""
        since = self._answered_at()
        self._answer = (since, max_s)
        if self._provider == "off":
            return Verdict(kind=Kind.UNKNOWN, by="off", why="off")
        found: Verdict | None = None
        if self._provider == "own":
            if self._watched is not None:
                self._watched.answered(since, max_s)
            await asyncio.wait({self._result}, timeout=since + max_s + GRACE_S - time.monotonic())
            found = self._result.result() if self._result.done() else None
        asterisk = self._provider == "asterisk" or self._line.services.settings.detection_asterisk
        left = max_s - (time.monotonic() - since)
        if found is None and asterisk and left > 0.5 and not self._closed:
            found = await self._ask_asterisk(since, left)
        if found is None:
            late = time.monotonic() - since
            found = Verdict(kind=Kind.UNKNOWN, after_s=round(late, 2), why=self._lost or "deadline")
        _VERDICTS.labels(found.kind, found.by).inc()
        return found

    def _answered_at(self) -> float:
        """Monotonic; a busy engine hears of an answer after people began to speak."""
        leg, now = self._line.call.leg(self.channel_id), time.monotonic()
        if leg is None or leg.answered_at is None:
            return now
        ago = (self._line.services.clock.now() - leg.answered_at).total_seconds()
        return now - min(max(ago, 0.0), LATE_S)

    async def wait_beep(self, timeout_s: float) -> str:
        """After a machine was found, the moment to speak: its ``beep``, its ``pause`` without one, or ``timeout``."""
        until, seen, quiet_at = time.monotonic() + timeout_s, 0, None
        while not self._closed and self._lost is None:
            for finding in self.heard[seen:]:
                if finding.what == Mark.BEEP:
                    return "beep"
                if finding.what in (Mark.PAUSE, Mark.SPEECH):
                    quiet_at = time.monotonic() if finding.what == Mark.PAUSE else None
            seen = len(self.heard)
            ends = until if quiet_at is None else min(until, quiet_at + BEEP_S)
            left = ends - time.monotonic()
            if left <= 0:
                break
            self._changed.clear()
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                continue
        return "timeout" if quiet_at is None else "pause"

    def close(self) -> None:
        """Listen no more; what waits for something gets what there is."""
        if self._closed:
            return
        self._closed = True
        self._lose("closed")
        self._line.ears.probes.remove(self)
        workers = self._line.services.workers
        if self._watched is not None and workers is not None:
            workers.detectors.close(self._watched)
        for snoop_id in list(self._snoops):
            self._drop(snoop_id)

    # From the line

    def on_entered(self, snoop_id: str) -> bool:
        """A snoop channel has entered our application; true when it is this probe's."""
        entered = self._snoops.get(snoop_id)
        if entered is not None and not entered.done():
            entered.set_result(None)
        return entered is not None

    def on_channel_down(self) -> None:
        """The channel is over."""
        self.close()

    # Our own detector

    async def _open(self) -> None:
        workers = self._line.services.workers
        try:
            if workers is None:
                raise Unwatched("no_engine")
            watched = await workers.detectors.open(self._on_found, self._lose)
            if self._closed:
                workers.detectors.close(watched)
                return
            self._watched = watched
            if self._answer is not None:
                watched.answered(*self._answer)
            snoop_id = await self._snoop()
            await self._line.services.ari.channels.continue_in_dialplan(
                snoop_id, context=CONTEXT, extension=extension_of(watched)
            )
        except Unwatched as exc:
            self._lose(exc.reason)
        except (AriError, TimeoutError) as exc:
            if not self._closed:
                _log.warning("probe_failed", call=str(self._line.call.id), error=f"{type(exc).__name__}: {exc}")
            self._lose("tap_lost")

    def _on_found(self, finding: Finding) -> None:
        self.heard.append(finding)
        self._changed.set()
        began = self._watched.began_at if self._watched is not None else None
        at = time.monotonic() if began is None else began + finding.at_s
        since = self._opened if self._answer is None else self._answer[0]
        kind = _kind(finding.what)
        if kind is None:
            return
        verdict = Verdict(
            kind=kind,
            confidence=round(finding.confidence, 3),
            after_s=round(max(0.0, at - since), 2),
            by="own",
            why=finding.why,
        )
        if self._answer is None and kind in EARLY and not self.early.done():
            self.early.set_result(verdict)
        elif self._answer is not None and kind not in (EARLY - {Kind.MACHINE, Kind.FAX}) and not self._result.done():
            self._result.set_result(verdict)

    def _lose(self, reason: str) -> None:
        """Nothing more is heard."""
        self._lost = self._lost or reason
        self._changed.set()
        if not self._result.done():
            self._result.set_result(None)

    # Asterisk's own

    async def _ask_asterisk(self, since: float, left_s: float) -> Verdict | None:
        channels = self._line.services.ari.channels
        try:
            snoop_id = await self._snoop()
            self._snoops[snoop_id] = asyncio.get_running_loop().create_future()
            await channels.continue_in_dialplan(snoop_id, context=CONTEXT, extension=f"*{left_s * 1000:.0f}")
            async with asyncio.timeout(left_s + GRACE_S):
                await self._snoops[snoop_id]
            status = await channels.get_variable(snoop_id, "AMDSTATUS")
            cause = await channels.get_variable(snoop_id, "AMDCAUSE") or ""
            self._drop(snoop_id)
        except (AriError, TimeoutError) as exc:
            self._lost = self._lost or f"amd_{type(exc).__name__}"
            return None
        why, kind = cause.split("-")[0].lower(), _AMD.get(status or "", Kind.UNKNOWN)
        if why == "initialsilence":
            kind = Kind.SILENT
        confidence = _AMD_CONFIDENCE.get(kind, 0.0)
        after = round(time.monotonic() - since, 2)
        return Verdict(kind=kind, confidence=confidence, after_s=after, by="asterisk", why=why)

    # Snoop channels

    async def _snoop(self) -> str:
        """A snoop that is in our application. Raises AriError, TimeoutError."""
        line, loop = self._line, asyncio.get_running_loop()
        snoop_id = f"{line.call.id.hex}-probe-{uuid4().hex[:12]}"
        entered = self._snoops[snoop_id] = loop.create_future()
        line.own(snoop_id)
        until = loop.time() + CHANNEL_S
        while True:
            try:
                await line.services.ari.channels.snoop(
                    self.channel_id, snoop_id=snoop_id, spy="in", app_args=f"ear,{line.call.id}"
                )
                break
            except AriNotFound:
                if self._closed or loop.time() > until:
                    raise
                await asyncio.sleep(0.05)
        async with asyncio.timeout(ENTER_S):
            await entered
        return snoop_id

    def _drop(self, snoop_id: str) -> None:
        entered = self._snoops.pop(snoop_id)
        if not entered.done():
            entered.cancel()
        if snoop_id in self._line.channels:
            self._line.release(snoop_id)
        services = self._line.services
        if not services.tasks.ending:
            services.command_later(services.ari.channels.hangup(snoop_id))


def _kind(what: str) -> Kind | None:
    try:
        return Kind(what)
    except ValueError:
        return None
