"""Ring phones and connect the caller: an extension, a group, a number outside."""

import msgspec

from engine.calls.model import DialResult, DialTarget
from engine.ivr.flows.external import call_outside, note_refusal, outside
from engine.ivr.port import FlowTools, Line
from engine.routing.decide import resolve
from engine.routing.forwarding import ring_seconds
from engine.routing.model import Destination, RingGroup, ToExtension, ToExternal, ToGroup
from engine.routing.outbound import Refusal

UNAVAILABLE = DialResult(answered=False, reason="unavailable")
# Q.850 causes by the reason of a call that nobody took.
CAUSES = {"busy": 17, "no_answer": 19, "rejected": 19, "unavailable": 20, "failed": 38}


async def connect(line: Line, tools: FlowTools, to: ToExtension | ToGroup | ToExternal) -> DialResult:
    """Ring and, if somebody answers, talk; comes back after the conversation or with why there was none.

    ``to`` is taken as it is: forwarding of an extension was followed before.
    """
    table = tools.table()
    if isinstance(to, ToExtension):
        extension = table.extensions.get(to.number)
        if extension is None or not extension.enabled:
            return UNAVAILABLE
        seconds = ring_seconds(extension, tools.clock.now())
        return await line.dial([phone(to.number)], timeout_s=seconds, caller_id=None)
    if isinstance(to, ToExternal):
        return await call_outside(line, tools, to)
    group = table.groups.get(to.id)
    return UNAVAILABLE if group is None else await _ring_group(line, tools, group)


def onward(result: DialResult) -> Destination | None:
    """Where the conversation was transferred to, if it was."""
    following: Destination | None = msgspec.convert(result.next, Destination | None)
    return following


def phone(extension: str) -> DialTarget:
    """The phone of an extension: its PJSIP endpoint bears its number."""
    return DialTarget(endpoint=f"PJSIP/{extension}", number=extension)


async def _ring_group(line: Line, tools: FlowTools, group: RingGroup) -> DialResult:
    targets = group_targets(line, tools, group)
    if not targets:
        return UNAVAILABLE
    if group.strategy == "ring_all":
        return await line.dial(targets, timeout_s=group.ring_s, caller_id=None)
    result = UNAVAILABLE
    for target in targets:
        result = await line.dial([target], timeout_s=group.ring_s, caller_id=None)
        if result.answered:
            break
    return result


def group_targets(line: Line, tools: FlowTools, group: RingGroup) -> list[DialTarget]:
    """What rings for the group's members, each once: a forwarded member rings where it is forwarded to.

    Members that are disabled, forwarded to anything but a phone (voicemail, a menu), or outside where they may not
    call, are left out.
    """
    table, now = tools.table(), tools.clock.now()
    targets: dict[str, DialTarget] = {}
    for member in group.members:
        destination, _ = resolve(table, ToExtension(number=member), now)
        target: DialTarget | None = None
        if isinstance(destination, ToExtension):
            target = phone(destination.number)
        elif isinstance(destination, ToExternal):
            answer = tools.permit(destination)
            if isinstance(answer, Refusal):
                note_refusal(line, destination, answer)
            else:
                target = outside(table, destination, answer.caller_id)
        if target is not None:
            targets.setdefault(target.endpoint, target)
    return list(targets.values())
