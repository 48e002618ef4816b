"""Feature codes: each does its one thing and comes back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from engine.ivr.flows.outside import OutsideFailed, outside
from engine.ivr.flows.own_voicemail import hear_messages
from engine.ivr.port import FlowTools, Line
from engine.routing.features import Feature, ForwardOff, ForwardOn, OwnVoicemail, PickUp, Retrieve

FORWARDING = {
    "always": "sound:call-fwd-unconditional",
    "busy": "sound:call-fwd-on-busy",
    "no_answer": "sound:call-fwd-no-ans",
    "unavailable": "sound:vm-isunavail",
}
ON, OFF = "sound:activated", "sound:de-activated"
NOT_AVAILABLE = ("sound:feature-not-avail-line",)


async def run_feature(line: Line, tools: FlowTools, feature: Feature) -> None:
    """Do what the code asks for; what can't be done now is told."""
    try:
        await _FEATURES[type(feature)](line, tools, feature)
    except OutsideFailed as exc:
        line.note("feature_failed", feature=feature.kind, reason=str(exc))
        await line.play(NOT_AVAILABLE, barge_in=False)


async def _own_voicemail(line: Line, tools: FlowTools, feature: OwnVoicemail) -> None:
    await hear_messages(line, tools, feature.extension)


async def _forward_on(line: Line, tools: FlowTools, feature: ForwardOn) -> None:
    await line.answer()
    if feature.number == feature.extension:
        await line.play(NOT_AVAILABLE, barge_in=False)
        return
    await outside(line, tools.forwards.forward_on(feature.extension, feature.when, feature.number))
    line.note("forward_on", extension=feature.extension, number=feature.number, when=feature.when)
    await line.play([FORWARDING[feature.when], ON, f"digits:{feature.number}"], barge_in=False)


async def _forward_off(line: Line, tools: FlowTools, feature: ForwardOff) -> None:
    await line.answer()
    await outside(line, tools.forwards.forward_off(feature.extension, feature.when))
    line.note("forward_off", extension=feature.extension, when=feature.when)
    await line.play([FORWARDING[feature.when], OFF], barge_in=False)


async def _pick_up(line: Line, tools: FlowTools, feature: PickUp) -> None:
    """Answer the call that rings at another phone; where none rings, the phone is told so."""
    await line.answer()
    tools.pick_up(line, feature.ringing)
    line.note("feature_unavailable", feature=feature.kind, extension=feature.ringing)
    await line.play(NOT_AVAILABLE, barge_in=False)


async def _retrieve(line: Line, tools: FlowTools, feature: Retrieve) -> None:
    """Take the call that waits in a parking slot; where none waits, the phone is told so."""
    await line.answer()
    tools.retrieve(line, feature.slot)
    line.note("feature_unavailable", feature=feature.kind, slot=feature.slot)
    await line.play(NOT_AVAILABLE, barge_in=False)


_FEATURES: Mapping[type, Callable[[Line, FlowTools, Any], Awaitable[None]]] = {
    OwnVoicemail: _own_voicemail,
    ForwardOn: _forward_on,
    ForwardOff: _forward_off,
    PickUp: _pick_up,
    Retrieve: _retrieve,
}
