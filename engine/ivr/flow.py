"""A call from its route to its end: destinations one after another until nothing is left to do, then hang up.

Entry points: `serve_route` for a new call, `resume` for an adopted one, `serve_recording` to record a prompt.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

import msgspec

from engine.calls.line import CallLine
from engine.dialer.live.dial import Dial
from engine.ivr.flows.callback import order_callback
from engine.ivr.flows.callback_call import call_client, client_place
from engine.ivr.flows.campaign_call import serve_attempt
from engine.ivr.flows.codes import run_feature
from engine.ivr.flows.connect import connect
from engine.ivr.flows.forwarded import NO_TRAIL, NORMAL, Next, Trail, after_dialling, ring
from engine.ivr.flows.message import leave_message, play_message
from engine.ivr.flows.record_prompt import record_prompt
from engine.ivr.interpreter import run_menu
from engine.ivr.place import Guard, LoopStopped
from engine.ivr.port import FlowTools, Line
from engine.queues.attempt import Attempt
from engine.routing.decide import Route, Steps, resolve
from engine.routing.features import Feature
from engine.routing.model import (
    Destination,
    ToCallback,
    ToExtension,
    ToExternal,
    ToGroup,
    ToHangup,
    ToMenu,
    ToMessage,
    ToQueue,
    ToVoicemail,
)

HANGUP_CAUSES = {"busy": 17, "reject": 21, "unknown": 1, "normal": NORMAL}


async def serve_route(line: Line, tools: FlowTools, route: Route) -> None:
    """Serve a new call to its end. Always ends by raising ``HungUp``."""
    _note_steps(line, route.steps)
    facts = _facts(route.target)
    line.note("routed", to=facts.pop("kind"), **facts)
    if isinstance(route.target, Feature):
        await _serve_feature(line, tools, route.target)
    else:
        await _serve(line, tools, _Start(route.target, trail=NO_TRAIL.after(route.steps)))


async def resume(line: Line, tools: FlowTools, position: Mapping[str, Any]) -> None:
    """Serve an adopted call from the place that `Line.save` kept last. Always ends by raising ``HungUp``.

    A position that says nothing known (none was saved, or another version wrote it) hangs up.
    """
    try:
        start = _read(position)
    except (msgspec.ValidationError, KeyError, TypeError, ValueError) as exc:
        line.note("position_lost", reason=type(exc).__name__)
        await line.hang_up(NORMAL)
        return
    if isinstance(start, UUID):
        await serve_recording(line, tools, start)
    elif isinstance(start, Feature):
        await _serve_feature(line, tools, start)
    else:
        line.call.variables.update(start.variables)
        line.call.language = start.language or line.call.language
        await _serve(line, tools, start)


async def serve_recording(line: Line, tools: FlowTools, prompt_id: UUID) -> None:
    """Serve a call that was placed to record a prompt. Always ends by raising ``HungUp``."""
    line.save({"record_prompt": str(prompt_id)})
    await record_prompt(line, tools, prompt_id)
    await line.hang_up(NORMAL)


async def serve_callback(line: Line, tools: FlowTools, attempt: Attempt) -> None:
    """Serve the call of a call-back whose first side has answered. Always ends by raising ``HungUp``."""
    if attempt.mode == "client_first":
        place = msgspec.to_builtins(client_place(tools, attempt, tools.clock.now()))
        await _serve(line, tools, _Start(ToQueue(id=attempt.queue_id), place=place))
    following: Next = await call_client(line, tools, attempt)
    if isinstance(following, int):
        await line.hang_up(following)
    else:
        await _serve(line, tools, _Start(resolve(tools.table(), following, tools.clock.now())[0]))


async def serve_campaign(line: CallLine, tools: FlowTools, dial: Dial) -> None:
    """Serve the call of a campaign's attempt. Always ends by raising ``HungUp``."""
    following: Next = await serve_attempt(line, tools, dial)
    if isinstance(following, int):
        await line.hang_up(following)
    else:
        await _serve(line, tools, _Start(resolve(tools.table(), following, tools.clock.now())[0]))


@dataclass(frozen=True, slots=True)
class _Start:
    """A destination that is resolved already, and where an adopted call stood in it."""

    to: Destination
    phase: str | None = None
    step: str | None = None
    tries: int = 0
    no_matches: int = 0
    language: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, Any] | None = None
    trail: Trail = NO_TRAIL

    @property
    def in_menu(self) -> Mapping[str, Any]:
        """What a step of a menu has used up."""
        return {"tries": self.tries, "phase": self.phase, "no_matches": self.no_matches}


def _read(position: Mapping[str, Any]) -> "_Start | Feature | UUID":
    """What a saved position means; a bare id is a prompt to record."""
    phase = msgspec.convert(position.get("phase"), str | None)
    if "menu" in position:
        return _Start(
            ToMenu(id=UUID(position["menu"])),
            phase,
            msgspec.convert(position["step"], str),
            msgspec.convert(position.get("tries", 0), int),
            msgspec.convert(position.get("no_matches", 0), int),
            msgspec.convert(position.get("language"), str | None),
            msgspec.convert(position.get("variables", {}), dict[str, str]),
        )
    if "destination" in position:
        destination: Destination = msgspec.convert(position["destination"], Destination)
        trail = msgspec.convert(position.get("trail", {}), Trail)
        return _Start(destination, phase, place=position.get("place"), trail=trail)
    if "feature" in position:
        return _feature(position["feature"])
    return UUID(position["record_prompt"])


async def _serve(line: Line, tools: FlowTools, start: _Start) -> None:
    """One destination after another, the first as ``start`` has it."""
    guard = Guard(tools.settings.menu_max_silent_steps)
    following: Next = start.to
    here: _Start | None = start
    trail = start.trail
    try:
        while not isinstance(following, int):
            guard.count()
            if here is None:
                following, reasons = resolve(tools.table(), following, tools.clock.now(), trail.followed)
                _note_steps(line, reasons)
                trail = trail.after(reasons)
                here = _Start(following)
            if isinstance(following, ToMenu):
                following = await run_menu(line, tools, guard, following.id, here.step, **here.in_menu)
            elif isinstance(following, ToQueue):
                following = await tools.in_queue(line, tools, following, here.place)
                guard.waited()
            else:
                kept = {"trail": msgspec.to_builtins(trail)} if trail else {}
                line.save({"destination": msgspec.to_builtins(following), "phase": here.phase, **kept})
                if isinstance(following, ToExtension | ToExternal):
                    following, trail = await ring(line, tools, following, trail)
                else:
                    following = await _RUN[type(following)](line, tools, following, here.phase)
            here = None
    except LoopStopped:
        line.note("loop_stopped", step="")
        following = NORMAL
    await line.hang_up(following)


async def _serve_feature(line: Line, tools: FlowTools, feature: Feature) -> None:
    line.save({"feature": _facts(feature)})
    await run_feature(line, tools, feature)
    await line.hang_up(NORMAL)


async def _group(line: Line, tools: FlowTools, to: ToGroup, _phase: str | None) -> Next:
    result = await connect(line, tools, to)
    group = tools.table().groups.get(to.id)
    if not result.answered and group is not None and group.no_answer is not None:
        return group.no_answer
    return after_dialling(result)


async def _voicemail(line: Line, tools: FlowTools, to: ToVoicemail, phase: str | None) -> Next:
    def keep_phase(phase: str) -> None:
        line.save({"destination": msgspec.to_builtins(to), "phase": phase})

    await leave_message(line, tools, to.box_id, keep_phase, phase)
    return NORMAL


async def _message(line: Line, tools: FlowTools, to: ToMessage, _phase: str | None) -> Next:
    await play_message(line, tools, to)
    return NORMAL


async def _callback(line: Line, tools: FlowTools, to: ToCallback, _phase: str | None) -> Next:
    await order_callback(line, tools, to.queue_id)
    return NORMAL


async def _hangup(_line: Line, _tools: FlowTools, to: ToHangup, _phase: str | None) -> Next:
    return HANGUP_CAUSES[to.how]


_RUN: Mapping[type, Callable[[Line, FlowTools, Any, str | None], Awaitable[Next]]] = {
    ToGroup: _group,
    ToVoicemail: _voicemail,
    ToMessage: _message,
    ToHangup: _hangup,
    ToCallback: _callback,
}
_FEATURES: Mapping[str, type[Feature]] = {kind.kind: kind for kind in get_args(Feature)}


def _note_steps(line: Line, steps: Steps) -> None:
    for step in steps:
        line.note(step.kind, **step.data)


def _facts(target: Destination | Feature) -> dict[str, Any]:
    """A target as JSON-able facts with its ``kind``."""
    facts: dict[str, Any] = msgspec.to_builtins(target)
    return {**facts, "kind": target.kind} if isinstance(target, Feature) else facts


def _feature(facts: Mapping[str, Any]) -> Feature:
    values = {name: value for name, value in facts.items() if name != "kind"}
    return msgspec.convert(values, _FEATURES[facts["kind"]])
