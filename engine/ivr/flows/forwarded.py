"""Ring an extension or a number outside, then go where the extension's calls are forwarded when nobody was reached.

Each extension's forwarding is followed once in a call, and its phone is not rung again when the chain comes back to it.
"""

from collections.abc import Iterable

import msgspec

from engine.calls.model import DialResult
from engine.ivr.flows.connect import CAUSES, connect, onward
from engine.ivr.flows.external import NOT_ALLOWED
from engine.ivr.port import FlowTools, Line
from engine.routing.decide import in_name_of
from engine.routing.forwarding import forward_after
from engine.routing.model import Destination, Extension, ToExtension, ToExternal, ToVoicemail
from engine.routing.steps import Forwarded, LoopFound, RouteStep

NORMAL = 16
Next = Destination | int
"""Where a destination leads: another one, or the cause to hang up with."""


class Trail(msgspec.Struct, frozen=True, omit_defaults=True):
    """Extensions whose forwarding was ``followed`` in this call, and those whose phones ``rang``."""

    followed: tuple[str, ...] = ()
    rang: tuple[str, ...] = ()

    def after(self, steps: Iterable[RouteStep]) -> "Trail":
        """With the forwardings that routing followed."""
        more = tuple(step.extension for step in steps if isinstance(step, Forwarded))
        return Trail(self.followed + more, self.rang) if more else self


NO_TRAIL = Trail()


async def ring(line: Line, tools: FlowTools, to: ToExtension | ToExternal, trail: Trail) -> tuple[Next, Trail]:
    """Ring and talk; gives where the call goes on, and what it went through."""
    if isinstance(to, ToExternal):
        return await _outside(line, tools, to, trail)
    extension = tools.table().extensions.get(to.number)
    if to.number in trail.rang and line.in_progress is None:
        if to.number not in trail.followed:  # else routing has noted it
            line.note(LoopFound.kind, **LoopFound("extension", to.number).data)
        return _left_alone(extension, CAUSES["no_answer"]), trail
    result = await connect(line, tools, to)
    if result.answered or extension is None:
        return after_dialling(result), trail
    trail = Trail(trail.followed, (*trail.rang, to.number))
    forward = forward_after(extension, result.reason, tools.clock.now())
    if forward is None or to.number in trail.followed:
        return _left_alone(extension, after_dialling(result)), trail
    when, destination = forward
    step = Forwarded(to.number, when)
    line.note(step.kind, **step.data)
    return in_name_of(to.number, destination), trail.after([step])


async def _outside(line: Line, tools: FlowTools, to: ToExternal, trail: Trail) -> tuple[Next, Trail]:
    """A forwarding to a number that may not be called is as none: the phone rings, or the box takes the call."""
    result = await connect(line, tools, to)
    forwarder = trail.followed[-1] if trail.followed else None
    if result is not NOT_ALLOWED or forwarder is None:
        return after_dialling(result), trail
    if forwarder in trail.rang:
        return _left_alone(tools.table().extensions.get(forwarder), after_dialling(result)), trail
    return ToExtension(number=forwarder), trail


def after_dialling(result: DialResult) -> Next:
    """Where the caller goes when a conversation is over, or there was none."""
    if result.answered:
        return onward(result) or NORMAL
    return CAUSES.get(result.reason, NORMAL)


def _left_alone(extension: Extension | None, otherwise: Next) -> Next:
    """The box of an extension that nobody answers at, if it has one."""
    if extension is not None and extension.voicemail_box_id is not None:
        return ToVoicemail(box_id=extension.voicemail_box_id)
    return otherwise
