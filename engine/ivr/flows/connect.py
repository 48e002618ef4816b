"""Ring phones and connect the caller: an extension, a group, a number outside."""

import msgspec

from engine.calls.model import DialResult, DialTarget
from engine.ivr.port import FlowTools, Line
from engine.routing.decide import resolve
from engine.routing.model import Destination, RingGroup, ToExtension, ToExternal, ToGroup
from engine.routing.table import RoutingTable

UNAVAILABLE = DialResult(answered=False, reason="unavailable")
# Q.850 causes by the reason of a call that nobody took.
CAUSES = {"busy": 17, "no_answer": 19, "rejected": 19, "unavailable": 20, "failed": 38}
EXTERNAL_RING_S = 60


async def connect(line: Line, tools: FlowTools, to: ToExtension | ToGroup | ToExternal) -> DialResult:
    """Ring and, if somebody answers, talk; comes back after the conversation or with why there was none.

    ``to`` is taken as it is: forwarding of an extension was followed before.
    """
    table = tools.table()
    if isinstance(to, ToExtension):
        extension = table.extensions.get(to.number)
        if extension is None or not extension.enabled:
            return UNAVAILABLE
        return await line.dial([phone(to.number)], timeout_s=extension.ring_s, caller_id=None)
    if isinstance(to, ToExternal):
        target = outside(table, to)
        if target is None:
            return UNAVAILABLE
        return await line.dial([target], timeout_s=EXTERNAL_RING_S, caller_id=caller_id_of(table, to))
    group = table.groups.get(to.id)
    return UNAVAILABLE if group is None else await _ring_group(line, tools, group)


def onward(result: DialResult) -> Destination | None:
    """Where the conversation was transferred to, if it was."""
    following: Destination | None = msgspec.convert(result.next, Destination | None)
    return following


def phone(extension: str) -> DialTarget:
    """The phone of an extension: its PJSIP endpoint bears its number."""
    return DialTarget(endpoint=f"PJSIP/{extension}", number=extension)


def outside(table: RoutingTable, to: ToExternal) -> DialTarget | None:
    """A number on the phone network by a trunk; None when there is no enabled one."""
    trunk = table.find_trunk(to.trunk_id)
    digits = to.number.lstrip("+")
    return DialTarget(endpoint=f"PJSIP/{digits}@{trunk.name}", number=digits) if trunk else None


def caller_id_of(table: RoutingTable, to: ToExternal) -> str | None:
    """The number to show outside: the destination's own, else the trunk's."""
    trunk = table.find_trunk(to.trunk_id)
    return to.caller_id or (trunk.caller_id if trunk else None)


async def _ring_group(line: Line, tools: FlowTools, group: RingGroup) -> DialResult:
    targets = group_targets(tools, group)
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


def group_targets(tools: FlowTools, group: RingGroup) -> list[DialTarget]:
    """What rings for the group's members, each once: a forwarded member rings where it is forwarded to.

    Members that are disabled, or forwarded to anything but a phone (voicemail, a menu), are left out.
    """
    table, now = tools.table(), tools.clock.now()
    targets: dict[str, DialTarget] = {}
    for member in group.members:
        destination, _ = resolve(table, ToExtension(number=member), now)
        if isinstance(destination, ToExtension):
            target: DialTarget | None = phone(destination.number)
        else:
            target = outside(table, destination) if isinstance(destination, ToExternal) else None
        if target is not None:
            targets.setdefault(target.endpoint, target)
    return list(targets.values())
