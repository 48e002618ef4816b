"""A queue in a dry run: what it would do with the caller, told at once."""

from collections.abc import Mapping
from typing import Any

from engine.calls.model import DialTarget
from engine.ivr.flows.queue import after
from engine.ivr.port import FlowTools, Line
from engine.queues.model import Outcome, Queue
from engine.routing.model import Destination, ToQueue
from engine.routing.numbering import normalise

NORMAL = 16


async def told_queue(line: Line, tools: FlowTools, to: ToQueue, _kept: Mapping[str, Any] | None) -> Destination | int:
    """The caller joins the line, presses what the script says, or is answered (or not) as the dry run says."""
    queue: Queue = tools.table().queues[to.id]
    vip = normalise(line.call.caller) in {normalise(number) for number in queue.vip_numbers}
    priority = max(to.priority or 0, queue.vip_priority if vip else 0)
    await line.answer()
    line.note("queue_entered", queue=str(queue.id), strategy=queue.strategy, priority=priority)
    if queue.exit_digit or queue.callback_digit:
        digit = await line.digit(float(queue.announce_every_s))
        if digit is not None and digit == queue.exit_digit:
            line.note("queue_exit", queue=str(queue.id), digit=digit)
            return after(queue, Outcome.EXIT)
        if digit is not None and digit == queue.callback_digit:
            line.note("callback_requested", number=normalise(line.call.caller), queue=str(queue.id))
            return NORMAL
    operators = DialTarget("", f'operators of "{queue.name}"')
    result = await line.dial([operators], timeout_s=queue.ring_s, caller_id=None, quiet=True)
    if result.answered or queue.max_wait_s is None:
        return NORMAL
    line.note("queue_left", queue=str(queue.id), reason=Outcome.TIMEOUT)
    return after(queue, Outcome.TIMEOUT)
