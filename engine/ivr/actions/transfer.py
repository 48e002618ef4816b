"""`transfer`: connect the caller with somebody, or send them to another destination.

A conversation that took place ends the call, or leads where it was transferred to. With ``on_failure`` the menu goes on
when nobody answered; without it the destination's own rule (an extension's voicemail, a group's ``no_answer``) holds.
"""

from engine.ivr.flows.connect import connect, onward
from engine.ivr.model import Transfer
from engine.ivr.place import Leave, Outcome, Place
from engine.ivr.port import FlowTools
from engine.routing.decide import in_name_of, resolve
from engine.routing.forwarding import forward_after
from engine.routing.model import ToExtension, ToExternal, ToGroup
from engine.routing.steps import Missing


async def run(step: Transfer, place: Place) -> Outcome:
    line, tools = place.line, place.tools
    if step.on_failure is None:
        return Leave(step.to)
    destination, reasons = resolve(tools.table(), step.to, tools.clock.now())
    for reason in reasons:
        line.note(reason.kind, **reason.data)
    if any(isinstance(reason, Missing) for reason in reasons):
        return step.on_failure
    if not isinstance(destination, ToExtension | ToGroup | ToExternal):
        return Leave(destination)
    result = await connect(line, tools, destination)
    if result.answered:
        following = onward(result)
        if following is not None:
            return Leave(following)
        await line.hang_up()
    return _forwarded(tools, destination, result.reason) or step.on_failure


def _forwarded(tools: FlowTools, to: ToExtension | ToGroup | ToExternal, reason: str) -> Leave | None:
    """Where an extension's own forwarding takes the caller; it comes before the menu's ``on_failure``."""
    extension = tools.table().extensions.get(to.number) if isinstance(to, ToExtension) else None
    if extension is None:
        return None
    forward = forward_after(extension, reason, tools.clock.now())
    return Leave(in_name_of(extension.number, forward[1])) if forward is not None else None
