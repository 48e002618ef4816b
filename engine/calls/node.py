"""The node's side of the ARI connection: what is done when it comes, goes, and with each event."""

from collections.abc import Awaitable, Callable

from engine.ari.client import Snapshot
from engine.ari.events import EndpointStateChange, Event
from engine.calls.adoption import Adoption
from engine.calls.catchup import Catchup, hangups
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices
from engine.core import log
from engine.history.cdr import CdrRow

_log = log.get("node")


class Node:
    """The ``AriSink`` of the engine. ``states`` are the calls that an earlier process was serving."""

    def __init__(
        self,
        services: CallServices,
        registry: CallRegistry,
        adoption: Adoption,
        catchup: Catchup,
        states: list[tuple[bytes, int]],
    ) -> None:
        self.on_up: list[Callable[[], Awaitable[None]]] = []
        """Run, each in a task, after every connect."""
        self.on_phone: list[Callable[[EndpointStateChange], None]] = []
        """Told when a phone or a trunk has come or gone."""
        self._services = services
        self._registry = registry
        self._adoption = adoption
        self._catchup = catchup
        self._states = states

    def on_event(self, event: Event) -> None:
        if isinstance(event, EndpointStateChange):
            for tell in self.on_phone:
                tell(event)
        else:
            self._registry.on_event(event)

    def on_disconnected(self) -> None:
        self._services.link.set(False)
        _log.warning("asterisk_link_down", live_calls=len(self._registry.lines))

    async def on_connected(self, snapshot: Snapshot) -> None:
        """Join what Asterisk has to what we know, then go on."""
        rows = await self._read_cdr()
        ended = hangups(rows)
        self._services.link.set(True)
        if self._states:
            states, self._states = self._states, []
            self._adoption.adopt(states, snapshot, ended)
        self._adoption.resync(snapshot, ended)
        self._adoption.pick_up(snapshot.channels, snapshot.bridges)
        self._services.tasks.spawn(self._catchup.take(rows, after_gap=True), name="catch up")
        for work in self.on_up:
            self._services.tasks.spawn(work(), name="after connect")
        _log.info(
            "asterisk_link_up",
            restarted=snapshot.restarted,
            channels=len(snapshot.channels),
            live_calls=len(self._registry.lines),
        )

    async def audit(self) -> None:
        """Orphans, calls that the dialplan served or turned away by itself, rows of live calls that nobody serves."""
        await self._adoption.audit()
        if self._services.link.up:
            await self._catchup.heal(self._registry.lines.__contains__)
        await self._catchup.take(await self._read_cdr(), after_gap=False)

    async def _read_cdr(self) -> list[CdrRow]:
        try:
            return await self._catchup.read()
        except Exception:
            _log.exception("cdr_read_failed")
            return []
