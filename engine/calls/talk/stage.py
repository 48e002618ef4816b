"""Brings the channels of a conversation to their places: commands for the difference of what is and what should be."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from engine.ari.errors import AriDisconnected, AriError, AriNotFound
from engine.calls.talk.topology import Place
from engine.core import log

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("stage")
TRIES = 5
CHANNEL_GONE = 400
"""What Asterisk says of a channel that is gone; of a bridge it says 404."""


class Stage:
    """What Asterisk was told about the channels of one call. After an adoption ``recall`` asks where they are.

    A channel of which nothing was told is in no bridge, in silence.
    """

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._places: dict[str, Place | None] = {}
        """None: it is not known where the channel is."""
        self._maybe_muted: set[str] = set()
        """Channels of which it is not known whether they are muted."""
        self._bridges: set[str] = set()
        self._failures: dict[str, int] = {}

    async def recall(self, places: Mapping[str, Place], main: str | None = None) -> None:
        """Channels that are in their bridges already stay there unmoved; all else is told anew.

        ``main`` is looked into too: the last change of places may have been kept and not yet done.
        """
        self._places = dict.fromkeys(places)
        for bridge_id in {name for name in (main, *(place.bridge for place in places.values())) if name is not None}:
            try:
                bridge = await self._line.services.ari.bridges.get(bridge_id)
            except AriError:
                continue
            self._bridges.add(bridge_id)
            self._places |= dict.fromkeys(bridge.channels, Place(bridge_id))
            self._maybe_muted |= set(bridge.channels)

    async def arrange(self, places: Mapping[str, Place]) -> bool:
        """Put every channel in its place; whether all are there. Those that leave a bridge go first."""
        for bridge_id in sorted({place.bridge for place in places.values() if place.bridge} - self._bridges):
            await self._do(lambda b=bridge_id: self._make(b))  # type: ignore[misc]
        moving = [
            (name, place)
            for name, place in places.items()
            if self._places.get(name, Place()) != place or name in self._maybe_muted
        ]
        moving.sort(key=lambda move: move[1].bridge is not None)
        arranged = True
        for channel_id, place in moving:
            arranged &= await self._move(channel_id, place)
        self._destroy(self._bridges - {place.bridge for place in places.values() if place.bridge})
        return arranged

    def clear(self) -> None:
        """The conversation is over: its bridges go, its channels stay where they are."""
        self._destroy(set(self._bridges))
        self._places.clear()

    def unknown(self, channel_id: str) -> None:
        """The channel comes from another call: it may be anywhere."""
        self._places[channel_id] = None

    def forget(self, channel_id: str) -> None:
        """The channel is gone, or belongs to another call."""
        self._places.pop(channel_id, None)
        self._failures.pop(channel_id, None)

    def _destroy(self, bridges: set[str]) -> None:
        for bridge_id in bridges:
            self._bridges.discard(bridge_id)
            self._line.services.command_later(self._line.services.ari.bridges.destroy(bridge_id))

    async def _make(self, bridge_id: str) -> None:
        self._bridges.add(bridge_id)  # who is interrupted here leaves a bridge all the same
        try:
            await self._line.services.ari.bridges.create(bridge_id=bridge_id, name=f"call {self._line.call.id}")
        except AriError:
            self._bridges.discard(bridge_id)
            raise

    async def _do(self, make: Callable[[], Awaitable[None]]) -> bool:
        """One command; waits out a cut link. Whether it was done."""
        while True:
            try:
                await make()
                return True
            except AriDisconnected:
                await self._line.guard(self._line.services.link.wait())
            except AriError as exc:
                # A channel that is gone needs no place: its event is on the way.
                _log.info("not_arranged", call=str(self._line.call.id), operation=exc.operation, detail=exc.detail)
                return False

    async def _move(self, channel_id: str, place: Place) -> bool:
        was = self._places.get(channel_id, Place())
        self._places[channel_id] = None
        done = await self._do(lambda: self._bring(channel_id, was, place))
        if not done:
            self._failures[channel_id] = self._failures.get(channel_id, 0) + 1
            if self._failures[channel_id] < TRIES:
                return False
        self._failures.pop(channel_id, None)
        self._maybe_muted.discard(channel_id)
        self._places[channel_id] = place
        return True

    async def _bring(self, channel_id: str, was: Place | None, place: Place) -> None:
        """From ``was`` (None: not known) to ``place``; a sound ends before a bridge, and begins after it."""
        ari = self._line.services.ari
        if was is not None and was.sound and was.sound != place.sound:
            await (ari.channels.moh_stop if was.sound == "music" else ari.channels.ring_stop)(channel_id)
        if place.bridge is not None:
            if was is None or was.bridge != place.bridge:
                if was is None:
                    await ari.channels.moh_stop(channel_id)
                try:
                    await ari.bridges.add_channel(place.bridge, channel_id)
                except AriNotFound as exc:
                    if exc.http_status != CHANNEL_GONE:
                        self._bridges.discard(place.bridge)
                    raise
        elif was is not None and was.bridge is not None:
            await self._take_out(was.bridge, channel_id)
        if place.sound and (was is None or was.sound != place.sound):
            await (ari.channels.moh_start if place.sound == "music" else ari.channels.ring)(channel_id)
        if was is None or place.muted != was.muted or channel_id in self._maybe_muted:
            await (ari.channels.mute if place.muted else ari.channels.unmute)(channel_id, direction="in")

    async def _take_out(self, bridge_id: str, channel_id: str) -> None:
        """Out of the bridge; a channel that is not in it (the bridge is gone, say) is out already."""
        try:
            await self._line.services.ari.bridges.remove_channel(bridge_id, channel_id)
        except AriNotFound:
            raise
        except AriError as exc:
            if exc.http_status not in (409, 422):
                raise
