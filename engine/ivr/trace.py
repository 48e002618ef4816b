"""What would happen to a call from X to Y at T with these digits? The code that serves calls tells, without a phone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from engine.calls.model import HungUp
from engine.core.config import Settings
from engine.ivr.dryrun.line import ScriptedCall, ScriptedLine, ScriptedPorts, ScriptedWeb, StoppedClock
from engine.ivr.dryrun.queue import told_queue
from engine.ivr.dryrun.words import media_words, words
from engine.ivr.flow import serve_route
from engine.ivr.port import FlowTools
from engine.routing.decide import Route, route_inbound, route_internal
from engine.routing.outbound import decide, wish_of
from engine.routing.table import RoutingTable


class TraceStep(msgspec.Struct, frozen=True):
    """One thing that would happen; ``text`` says it in English."""

    kind: str
    text: str
    data: dict[str, Any] = {}


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The path of a call that was not placed; ``caller`` and ``called`` are normalised."""

    caller: str
    called: str
    at: datetime
    steps: tuple[TraceStep, ...]

    def lines(self) -> list[str]:
        """The path as numbered lines."""
        head = f"Call from {self.caller} to {self.called} at {self.at.isoformat()}"
        return [head, *(f"{number:3}. {step.text}" for number, step in enumerate(self.steps, 1))]


async def trace(
    table: RoutingTable,
    caller: str,
    called: str,
    at: datetime,
    digits: str = "",
    internal_from: str | None = None,
    *,
    http: str = "ok",
    answered: bool = True,
    voice: bool = False,
    live_calls: int = 0,
    settings: Settings | None = None,
    say: Sequence[str] = (),
) -> Trace:
    """The path of a call from ``caller`` (or the phone of extension ``internal_from``) to ``called`` at ``at`` (aware).

    ``digits``: what the caller presses; ``say``: what is said, an utterance for each time that a step listens; ``,`` in
    both is a silence. ``http``: ``ok`` or ``fail``, how web requests are taken to end; none is sent. ``answered``:
    whether phones that ring are answered. ``voice``: whether texts can be spoken.
    """
    settings = settings or Settings()
    route = _route(table, caller, called, at, internal_from, live_calls)
    steps: list[TraceStep] = []

    def tell(kind: str, data: dict[str, Any], text: str) -> None:
        steps.append(TraceStep(kind, text or words(kind, data, table), data))

    async def speak(text: str, _language: str, _voice: str) -> str | None:
        return f"text:{text}" if voice else None

    call = ScriptedCall(route.caller, route.called, route.language, route.number.id if route.number else None)
    folder = str(settings.prompts)
    line = ScriptedLine(call, digits, tell, lambda media: media_words(media, table, folder), answered=answered, say=say)
    ports = ScriptedPorts(tell)
    tools = FlowTools(
        table=lambda: table,
        web=ScriptedWeb(tell, ok=http == "ok"),
        synthesizer=speak if voice else None,
        clock=StoppedClock(at),
        settings=settings,
        voicemail=ports,
        forwards=ports,
        recorder=ports,
        pick_up=ports.pick_up,
        permit=lambda to: decide(table, wish_of(table, to), at),
        in_queue=told_queue,
    )
    try:
        await serve_route(line, tools, route)
    except HungUp:
        pass
    return Trace(caller=route.caller, called=route.called, at=at, steps=tuple(steps))


def _route(
    table: RoutingTable, caller: str, called: str, at: datetime, internal_from: str | None, live_calls: int
) -> Route:
    if internal_from is not None:
        return route_internal(table, internal_from, called, at)
    return route_inbound(table, caller, called, at, live_calls=live_calls)
