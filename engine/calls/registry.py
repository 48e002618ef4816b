"""All live calls of the node: events find their call here, new channels start one, every call ends here."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from prometheus_client import Counter, Gauge

from engine.ari import events
from engine.ari.errors import AriError
from engine.ari.models import Channel
from engine.calls.admission import Admission
from engine.calls.line import CallLine
from engine.calls.model import Call, Direction, EndedBy, HungUp, Leg, LegRole, Outcome, outcome_of
from engine.calls.services import CallServices
from engine.calls.states import CallState, LegState
from engine.core import log
from engine.core.ids import call_id_of, owner_of

_log = log.get("calls")
_LIVE = Gauge("paylater_live_calls", "Calls being served")
_CALLS = Counter("paylater_calls", "Calls that ended, by outcome", ["outcome"])

Flow = Callable[[CallLine], Awaitable[None]]
FlowTable = Callable[[str, Call, list[str]], Flow | None]
"""Given the application's first argument, the call and the other arguments: the flow that serves it."""

DIRECTIONS = {"inbound": Direction.INBOUND, "internal": Direction.INTERNAL}
UP = {"Up": LegState.UP, "Ringing": LegState.RINGING, "Ring": LegState.RINGING}
LEG_GRACE_S = 5.0
FILE_GRACE_S = 3.0
RECENT = 20_000


class CallRegistry:
    """Takes ARI events (``AriSink``'s part that concerns calls) and owns the task of each call."""

    def __init__(self, services: CallServices, admission: Admission, flow_of: FlowTable) -> None:
        self.lines: dict[UUID, CallLine] = {}
        self.on_ended: list[Callable[[Call], None]] = []
        self.on_leg: list[Callable[[Call, Leg], None]] = []
        """Told after every change of a leg: it is new (or adopted), rings, is up, is down."""
        self.on_refer: Callable[[events.ChannelTransfer], None] = lambda event: None
        """Told when a phone asks to transfer its call."""
        self._services = services
        self._admission = admission
        self._flow_of = flow_of
        self._by_channel: dict[str, CallLine] = {}
        self._recent: OrderedDict[UUID, None] = OrderedDict()

    # Events

    def on_event(self, event: events.Event) -> None:
        """An event of Asterisk; changes its call at once."""
        match event:
            case events.ChannelDtmfReceived():
                if line := self._caller_line(event.channel.id):
                    line.on_digit(event.digit)
            case events.PlaybackFinished():
                if line := self._by_channel.get(event.playback.target_uri.removeprefix("channel:")):
                    line.on_playback_finished(event.playback.id)
            case events.ChannelStateChange():
                self._on_state(event.channel, event.timestamp)
            case events.StasisStart():
                self._on_start(event)
            case events.ChannelHangupRequest():
                if line := self._caller_line(event.channel.id):
                    line.hangup_cause = request_cause(event)
            case events.StasisEnd():
                # A channel that came by the dialplan tells nothing after this; channels that we made do.
                line = self._by_channel.get(event.channel.id)
                if line is not None and owner_of(event.channel.id) is None:
                    ours = line.call.caller_leg.channel_id == event.channel.id
                    cause = line.hangup_cause if ours else 16
                    line.on_leg(event.channel.id, LegState.DOWN, event.timestamp, cause)
            case events.ChannelDestroyed():
                if line := self._by_channel.get(event.channel.id):
                    line.on_leg(event.channel.id, LegState.DOWN, event.timestamp, event.cause)
            case events.ChannelHold() | events.ChannelUnhold():
                if line := self._by_channel.get(event.channel.id):
                    line.conversation.on_phone_hold(event.channel.id, isinstance(event, events.ChannelHold))
            case events.ChannelTransfer():
                self.on_refer(event)
            case events.RecordingFinished() | events.RecordingFailed():
                self._on_recording(event.recording.name, event.recording.target_uri.removeprefix("channel:"))

    def _caller_line(self, channel_id: str) -> CallLine | None:
        line = self._by_channel.get(channel_id)
        return line if line is not None and line.call.caller_leg.channel_id == channel_id else None

    def _on_state(self, channel: Channel, at: datetime) -> None:
        line = self._by_channel.get(channel.id)
        state = UP.get(channel.state)
        if line is None or state is None:
            return
        if line.call.caller_leg.channel_id == channel.id:
            if state is LegState.UP:
                line.answered(at)
            else:
                line.on_leg(channel.id, state, at)
        elif state is LegState.RINGING:
            line.on_leg(channel.id, state, at)

    def _on_start(self, event: events.StasisStart) -> None:
        kind = event.args[0] if event.args else ""
        if kind in DIRECTIONS:
            if event.channel.id not in self._by_channel:
                self.start(event.channel, event.args)
            return
        line = self._by_channel.get(event.channel.id)
        if line is None:
            _log.warning("orphan_channel", channel=event.channel.id, args=event.args)
            self._services.command_later(self._services.ari.channels.hangup(event.channel.id))
        elif kind == "snoop":
            line.tap.on_snoop(event.channel.id)
        elif kind == "ear":
            line.ears.on_snoop(event.channel.id)
        elif kind == "watch":
            line.conversation.on_snoop(event.channel.id)
        elif kind == "speech":
            line.speaking.on_start(event.channel.id)
        elif line.call.caller_leg.channel_id == event.channel.id:
            line.answered(event.timestamp)
            line.pulse()
        else:
            line.on_leg(event.channel.id, LegState.UP, event.timestamp)

    @property
    def legs(self) -> int:
        """Legs of live calls; each holds media ports."""
        return sum(len(line.call.legs) for line in self.lines.values())

    def owns(self, channel_id: str) -> bool:
        """Whether the channel belongs to a live call."""
        return channel_id in self._by_channel

    def knows(self, call_id: UUID) -> bool:
        """Whether the call is live or ended a short while ago."""
        return call_id in self.lines or call_id in self._recent

    def owner(self, channel_id: str) -> CallLine | None:
        """The line that has this channel."""
        return self._by_channel.get(channel_id)

    def parked_in(self, slot: str) -> CallLine | None:
        """The call that waits in a slot."""
        parked = ((line, line.call.talk.parked) for line in self.lines.values() if line.call.talk is not None)
        return next((line for line, place in parked if place is not None and place.slot == slot), None)

    def ringing_at(self, extension: str) -> CallLine | None:
        """The call that rings at an extension's phone, the one that waits longest."""
        return next((line for line in self.lines.values() if line.dialing.rings_at(extension)), None)

    def start(self, channel: Channel, args: list[str]) -> None:
        """A new caller: ``args`` are ``inbound`` or ``internal`` and what was dialled."""
        self._new_call(DIRECTIONS[args[0]], channel, args[1:])

    def _on_recording(self, name: str, channel_id: str) -> None:
        if line := self._by_channel.get(channel_id):
            line.tap.on_finished(name)
            line.message.on_finished(name)

    # Lives of calls

    def _new_call(self, direction: Direction, channel: Channel, args: list[str]) -> None:
        services = self._services
        call = Call(
            id=call_id_of(channel.id, channel.creationtime),
            node_id=services.settings.node_id,
            direction=direction,
            caller=printable(channel.caller.number),
            caller_name=printable(channel.caller.name),
            called=printable(args[0] if args else channel.dialplan.exten),
            language=channel.language if channel.language in ("ru", "en") else "ru",
            started_at=channel.creationtime,
            legs=[
                Leg(
                    channel_id=channel.id,
                    role=LegRole.CALLER,
                    number=printable(channel.caller.number),
                    endpoint=channel.name.rsplit("-", 1)[0],
                    started_at=channel.creationtime,
                    state=LegState.UP if channel.state == "Up" else LegState.RINGING,
                )
            ],
        )
        age = (services.clock.now() - channel.creationtime).total_seconds() if services.link.settled else 0.0
        refusal = self._admission.refuse(len(self.lines), age)
        if refusal is not None:
            self._turn_away(call, refusal)
            return
        flow = self._flow_of(direction, call, args)
        if flow is not None:
            self.open(call, flow)

    def _turn_away(self, call: Call, reason: str) -> None:
        call.outcome, call.ended_by = Outcome.TURNED_AWAY, EndedBy.SYSTEM
        call.cause = 17 if self._services.settings.overload_action == "busy" else 42
        call.ended_at = self._services.clock.now()
        self._services.ledger.opened(call)
        self._services.ledger.note(call, "turned_away", reason=reason)
        self._services.ledger.closed(call)
        self._remember(call.id)
        _CALLS.labels(call.outcome).inc()
        self._services.command_later(self._services.ari.channels.hangup(call.caller_leg.channel_id, cause=call.cause))

    def open(self, call: Call, flow: Flow, *, adopted: bool = False) -> CallLine:
        """Serve a call with a flow, in a task of its own."""
        line = CallLine(call, self._services, self._by_channel, self.on_leg)
        self.lines[call.id] = line
        for channel_id in line.channels:
            self._by_channel[channel_id] = line
        _LIVE.set(len(self.lines))
        line.adopted = adopted
        if adopted:
            line.note("adopted")
        else:
            self._services.ledger.opened(call)
        for leg in call.legs:
            leg.user_id = leg.user_id or self._services.user_of(leg.number, leg.endpoint)
            if leg.state is not LegState.DOWN:
                line.tell(leg)
        self._services.tasks.spawn(self._serve(line, flow), name=f"call {call.id}")
        return line

    async def _serve(self, line: CallLine, flow: Flow) -> None:
        try:
            await line.stop_earlier_playback()
            await flow(line)
            line.call.ending.flow_finished = True
        except HungUp:
            pass
        except AriError as exc:
            line.call.ending.failed = True
            line.note("flow_failed", reason=exc.code, detail=exc.detail[:300])
        except Exception as exc:
            line.call.ending.failed = True
            line.note("flow_failed", reason=type(exc).__name__)
            _log.exception("flow_failed", call=str(line.call.id))
        try:
            await self._end(line)
        finally:
            self._forget(line)

    async def _end(self, line: CallLine) -> None:
        """Hang up what is left, wait (a little) for the last words of Asterisk, write the call's last row."""
        call, ari = line.call, self._services.ari
        line.dialing.stop_talking()
        await line.message.finish()
        if not line.gone:
            call.ended_by = call.ended_by or EndedBy.SYSTEM
        live = [leg for leg in call.legs if leg.state is not LegState.DOWN]
        for leg in live:
            self._services.command_later(ari.channels.hangup(leg.channel_id, cause=call.cause or 16))
        if call.recording is not None:
            self._services.command_later(line.tap.stop())
        line.conversation.abandon()
        if self._services.link.up:
            await line.settle(lambda: all(leg.state is LegState.DOWN for leg in call.legs), LEG_GRACE_S)
            await line.settle(lambda: not line.tap.running, FILE_GRACE_S)
        await line.tap.finish()
        line.ears.end()
        self.close(line)

    def close(self, line: CallLine) -> None:
        """Write the last row of a call that is over."""
        call = line.call
        now = self._services.clock.now()
        for leg in call.legs:
            if leg.state is not LegState.DOWN:
                leg.state, leg.ended_at = LegState.DOWN, now
                line.tell(leg)
        call.ended_at = call.caller_leg.ended_at or now
        call.cause = call.cause if call.cause is not None else call.caller_leg.cause
        call.outcome = outcome_of(call)
        if call.state is not CallState.ENDED:
            call.move(CallState.ENDED)
        self._services.ledger.closed(call)
        self._remember(call.id)
        _CALLS.labels(call.outcome).inc()
        for tell in self.on_ended:
            tell(call)

    def _remember(self, call_id: UUID) -> None:
        self._recent[call_id] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def _forget(self, line: CallLine) -> None:
        self.lines.pop(line.call.id, None)
        for channel_id in line.channels:
            if self._by_channel.get(channel_id) is line:
                del self._by_channel[channel_id]
        _LIVE.set(len(self.lines))


def request_cause(event: events.ChannelHangupRequest) -> int | None:
    """The Q.850 cause in a hang-up: none when we asked for it; a plain BYE or CANCEL is a normal end."""
    if event.soft:
        return None
    return 16 if event.cause in (None, 0, 127) else event.cause


def printable(text: str) -> str:
    """``text`` without control characters (a hostile caller may send any), at most 100 characters."""
    return "".join(c for c in text if c.isprintable())[:100]
