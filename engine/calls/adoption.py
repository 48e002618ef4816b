"""After a (re)connect: what lives in Asterisk meets what the journal and the registry know.

Calls whose caller is still there go on (a new process adopts them); calls whose caller is gone are closed; channels and
bridges of no call are ended. The audit does the same check, a few times an hour, on a running node.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from prometheus_client import Counter

from engine.ari.client import Snapshot
from engine.ari.errors import AriError, AriNotFound
from engine.ari.models import Bridge, Channel
from engine.calls.line import CallLine
from engine.calls.model import Call, EndedBy
from engine.calls.registry import DIRECTIONS, CallRegistry, Flow
from engine.calls.services import CallServices
from engine.calls.states import LegState
from engine.core import log
from engine.core.ids import call_id_of, owner_of

_log = log.get("adoption")
_ADOPTED = Counter("paylater_calls_adopted", "Live calls taken over from an earlier engine process")
_ORPHANS = Counter("paylater_orphans", "Channels and bridges of no call that were ended", ["kind"])
NETWORK_OUT_OF_ORDER = 38
ORPHAN_AGE = timedelta(seconds=20)

Hangups = Mapping[str, tuple[datetime, int | None]]
"""When and why channels ended, as Asterisk's call detail file tells."""


class Adoption:
    """Joins the registry to what Asterisk has."""

    def __init__(self, services: CallServices, registry: CallRegistry, resume: Callable[[Call], Flow]) -> None:
        self._services = services
        self._registry = registry
        self._resume = resume

    def adopt(self, states: list[tuple[bytes, int]], snapshot: Snapshot, hangups: Hangups) -> None:
        """Take over the calls that an earlier process of this node was serving: encoded states, next event numbers."""
        channels = {channel.id: channel for channel in snapshot.channels}
        decoder = msgspec.json.Decoder(Call)
        for encoded, next_event in states:
            call = decoder.decode(encoded)
            call.event_count = next_event
            if not lives(call, channels) or snapshot_is_newer(snapshot, call):
                if snapshot_is_newer(snapshot, call):
                    network_failed(call)
                self._close_lost(call, hangups)
                continue
            line = self._registry.open(call, self._resume(call), adopted=True)
            _ADOPTED.inc()
            self._resync(line, channels, hangups)

    def resync(self, snapshot: Snapshot, hangups: Hangups) -> None:
        """After a gap of this process: what happened to its calls meanwhile."""
        channels = {} if snapshot.restarted else {channel.id: channel for channel in snapshot.channels}
        for line in list(self._registry.lines.values()):
            if snapshot.restarted:
                network_failed(line.call)
            self._resync(line, channels, hangups)

    def _resync(self, line: CallLine, channels: Mapping[str, Channel], hangups: Hangups) -> None:
        for leg in line.call.legs:
            if leg.state is LegState.DOWN:
                continue
            channel = channels.get(leg.channel_id)
            if channel is None:
                at, cause = hangups.get(leg.channel_id, (self._services.clock.now(), None))
                line.on_leg(leg.channel_id, LegState.DOWN, at, cause)
            elif channel.state == "Up" and leg is not line.call.caller_leg and leg.state is not LegState.UP:
                line.on_leg(leg.channel_id, LegState.UP, self._services.clock.now())
            elif channel.state == "Up":
                line.answered()
        if not line.gone:
            self._services.tasks.spawn(self._resync_media(line), name="resync", quiet=(AriError,))

    async def _resync_media(self, line: CallLine) -> None:
        """Playbacks and recordings that ended unheard."""
        await line.message.resync()
        await line.tap.resync()
        playback_id = line.playback_id
        if playback_id is not None:
            try:
                await self._services.ari.playbacks.get(playback_id)
            except AriNotFound:
                line.on_playback_finished(playback_id)

    def _close_lost(self, call: Call, hangups: Hangups) -> None:
        """A call that ended while no engine watched: close it with what is known."""
        line = CallLine(call, self._services, {})
        for leg in call.legs:
            if leg.state is not LegState.DOWN:
                at, cause = hangups.get(leg.channel_id, (self._services.clock.now(), None))
                line.on_leg(leg.channel_id, LegState.DOWN, at, cause)
        line.caller_gone()
        self._services.tasks.spawn(self._finish_lost(line), name="close lost call")

    async def _finish_lost(self, line: CallLine) -> None:
        line.dialing.stop_talking()
        line.message.on_finished(line.message.name or "")
        await line.message.finish()
        await line.tap.finish()
        self._registry.close(line)

    def pick_up(self, channels: list[Channel], bridges: list[Bridge], *, least_age: timedelta = timedelta(0)) -> None:
        """Serve callers in our application whom nobody serves; end channels and bridges of ours that no call owns."""
        latest = self._services.clock.now() - least_age
        for channel in channels:
            if channel.creationtime > latest or self._registry.owns(channel.id):
                continue
            args = application_args(channel, self._services.settings.ari_app)
            # The list may be older than the end of a call that was served meanwhile: that one is not new.
            ended = self._registry.knows(call_id_of(channel.id, channel.creationtime))
            if args and args[0] in DIRECTIONS and not ended:
                self._registry.start(channel, args)
            elif args or owner_of(channel.id) is not None:
                _log.warning("orphan_channel", channel=channel.id, name=channel.name)
                _ORPHANS.labels("channel").inc()
                self._services.command_later(self._services.ari.channels.hangup(channel.id))
        for bridge in bridges:
            owner = owner_of(bridge.id)
            if owner is not None and owner not in self._registry.lines:
                _ORPHANS.labels("bridge").inc()
                self._services.command_later(self._services.ari.bridges.destroy(bridge.id))

    async def audit(self) -> None:
        """Compare with Asterisk on a running node: end orphans, notice callers who left unheard."""
        if not self._services.link.up:
            return
        lines = list(self._registry.lines.values())
        channels = await self._services.ari.channels.list()
        present = {channel.id for channel in channels}
        self.pick_up(channels, await self._services.ari.bridges.list(), least_age=ORPHAN_AGE)
        for line in lines:
            for leg in line.call.legs:
                if leg.state is not LegState.DOWN and leg.channel_id not in present:
                    await self._check_leg(line, leg.channel_id)

    async def _check_leg(self, line: CallLine, channel_id: str) -> None:
        try:
            await self._services.ari.channels.get(channel_id)
        except AriNotFound:
            line.on_leg(channel_id, LegState.DOWN, self._services.clock.now())


def network_failed(call: Call) -> None:
    """Asterisk went away under the call: neither side ended it."""
    call.ended_by = EndedBy.SYSTEM
    call.cause = NETWORK_OUT_OF_ORDER
    call.ending.failed = True


def lives(call: Call, channels: Mapping[str, Channel]) -> bool:
    """Whether there is somebody to serve: the caller, or another member of a conversation."""
    members = call.talk.members if call.talk is not None else []
    return any(channel_id in channels for channel_id in (call.caller_leg.channel_id, *members))


def snapshot_is_newer(snapshot: Snapshot, call: Call) -> bool:
    """Whether Asterisk started after the call did, so that nothing of the call can live."""
    return snapshot.asterisk_started_at > call.started_at + timedelta(seconds=2)


def application_args(channel: Channel, app: str) -> list[str]:
    """Arguments with which the channel entered our application; empty when it is not there."""
    name, *args = channel.dialplan.app_data.split(",")
    return args if channel.dialplan.app_name == "Stasis" and name == app else []
