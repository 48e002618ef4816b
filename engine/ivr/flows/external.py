"""Calls to numbers outside: may they be made, what is shown, and what whoever may not is told."""

from engine.calls.model import DialResult, DialTarget
from engine.ivr.port import FlowTools, Line
from engine.routing.model import ToExternal
from engine.routing.numbering import normalise
from engine.routing.outbound import Permission, Refusal
from engine.routing.table import RoutingTable

EXTERNAL_RING_S = 60
REFUSED_CAUSE = 21
"""Q.850: call rejected; a phone shows SIP 403."""
NOT_REACHED = DialResult(answered=False, reason="unavailable")
NOT_ALLOWED = DialResult(answered=False, reason="rejected")
_SPOKEN = {"hours": "feature-not-avail-line", "calls": "simul-call-limit-reached", "lines": "all-circuits-busy-now"}
_SPOKEN_ELSE = "cannot-complete-as-dialed"


async def call_outside(line: Line, tools: FlowTools, to: ToExternal) -> DialResult:
    """Ring a number outside and talk, if the extension in whose name it is called may.

    A phone that may not hears why and is refused; whoever else was led here (a forwarded call) goes on as if nobody
    had been reached.
    """
    target = outside(tools.table(), to)
    if line.in_progress is not None and target is not None:
        return await line.dial([target], timeout_s=EXTERNAL_RING_S, caller_id=None)
    answer = tools.permit(to)
    if isinstance(answer, Permission) and target is not None:
        if answer.caller_id is not None:
            line.note("caller_id", number=answer.caller_id, by=answer.shown_by)
        return await line.dial([target], timeout_s=EXTERNAL_RING_S, caller_id=answer.caller_id)
    assert isinstance(answer, Refusal)
    note_refusal(line, to, answer)
    if answer.reason == "trunk":
        return NOT_REACHED
    if not _dialled_it(line, to):
        return NOT_ALLOWED
    await line.play([f"sound:{_SPOKEN.get(answer.reason, _SPOKEN_ELSE)}"], barge_in=False)
    await line.hang_up(REFUSED_CAUSE)
    return NOT_ALLOWED


def note_refusal(line: Line, to: ToExternal, refusal: Refusal) -> None:
    """The refusal in the call's history."""
    line.note("refused", reason=refusal.reason, rule=refusal.rule, number=refusal.number, extension=to.extension)


def outside(table: RoutingTable, to: ToExternal, caller_id: str | None = None) -> DialTarget | None:
    """A number on the phone network by a trunk, shown ``caller_id``; None when there is no enabled trunk."""
    trunk = table.find_trunk(to.trunk_id)
    if trunk is None:
        return None
    digits = normalise(to.number)
    return DialTarget(f"PJSIP/{digits}@{trunk.name}", digits, charged_to=to.extension, caller_id=caller_id)


def _dialled_it(line: Line, to: ToExternal) -> bool:
    """Whether the caller is the phone in whose name the number is called."""
    return line.call.number_id is None and line.call.caller == to.extension
