"""The engine's calls in this process over an Asterisk of their own, for benchmarks that look at single calls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from engine.ari.client import AriClient
from engine.ari.events import Event, StasisStart
from engine.ari.resources import Ari
from engine.asterisk import places, render
from engine.asterisk.model import TrunkLine
from engine.calls.admission import Admission
from engine.calls.ledger import Ledger
from engine.calls.line import CallLine
from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices, Link
from engine.core.clock import SystemClock
from engine.core.tasks import Tasks
from engine.history.journal import Journal
from engine.speech.workers.pool import Workers
from tools.soaks.check import eventually

if TYPE_CHECKING:
    from tools.stack.stand import AsteriskStand

TRUNK = "customers"


class Sink:
    """Events of Asterisk: channels that enter with a first argument of ``others`` go there, all else to the calls."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.registry: CallRegistry | None = None
        self.others: dict[str, Callable[[StasisStart], None]] = {}

    def on_event(self, event: Event) -> None:
        if isinstance(event, StasisStart) and event.args and event.args[0] in self.others:
            self.others[event.args[0]](event)
        elif self.registry is not None:
            self.registry.on_event(event)

    async def on_connected(self, _snapshot: Any) -> None:
        self.link.set(True)

    def on_disconnected(self) -> None:
        self.link.set(False)


@dataclass
class Exchange:
    """Calls to numbers behind the trunk."""

    ari: Ari
    registry: CallRegistry
    workers: Workers
    sink: Sink
    services: CallServices

    def call(self, number: str, flow: Callable[[CallLine], Awaitable[None]]) -> None:
        """Serve a fresh call whose own leg is ``number`` behind the trunk (not dialled yet) with ``flow``."""
        now, call_id = self.services.clock.now(), uuid4()
        leg = Leg(
            channel_id=f"{call_id.hex}-0",
            role=LegRole.CALLER,
            number=number,
            endpoint=endpoint(number),
            started_at=now,
        )
        call = Call(
            id=call_id,
            node_id=self.services.settings.node_id,
            direction=Direction.OUTBOUND,
            caller="100",
            called=number,
            started_at=now,
            legs=[leg],
        )
        self.registry.open(call, flow)


def endpoint(number: str) -> str:
    """A number behind the trunk, for Asterisk."""
    return f"PJSIP/{number}@{TRUNK}"


@contextlib.asynccontextmanager
async def exchange(stand: "AsteriskStand", port: int) -> AsyncIterator[Exchange]:
    """``port``: where the customers' phone listens on 127.0.0.1."""
    settings = stand.settings
    trunk = TrunkLine(name=TRUNK, kind="ip", host="127.0.0.1", port=port, match=("127.0.0.77",))
    path = places.etc(settings) / "pjsip_wizard.conf"
    await asyncio.to_thread(render.write, path, render.render_wizard([trunk], [], settings))
    await asyncio.to_thread(stand.console, "module reload res_pjsip.so")
    clock, link = SystemClock(), Link()
    journal = Journal(stand.var / "bench-journal", max_records=1_000_000, segment_bytes=16_000_000)
    journal.recover(0)
    sink = Sink(link)
    client = AriClient(settings, sink, clock)
    async with Tasks() as tasks:
        workers = Workers(settings, tasks)
        ari = Ari(client)
        services = CallServices(ari, Ledger(journal, clock), clock, settings, link, tasks, workers=workers)
        admission = Admission(max_calls=500, max_legs=1000, max_rate=100.0, lag_limit=5.0, journal_full=lambda: False)
        sink.registry = CallRegistry(services, admission, lambda _kind, _call, _args: None)
        tasks.spawn(client.run(), name="ari")

        async def up() -> bool:
            return link.up

        try:
            if not await eventually(up, 20, 0.05):
                raise RuntimeError("the benchmark does not reach Asterisk")
            yield Exchange(ari, sink.registry, workers, sink, services)
        finally:
            workers.stop()
            tasks.cancel()
    journal.close()
