"""A caller orders a call back from a queue, without waiting in it."""

from uuid import UUID

from engine.ivr.port import FlowTools, Line
from engine.queues.visit import client_of, ours_of
from engine.routing.numbering import ANONYMOUS, normalise

NO_NUMBER = ("sound:unidentified-no-callback",)
ORDERED = ("sound:auth-thankyou",)


async def order_callback(line: Line, tools: FlowTools, queue_id: UUID, number: str = "") -> bool:
    """Take the order and say so; False when there is no number, or no such queue.

    ``number`` empty: the caller's own.
    """
    wanted = normalise(number or client_of(line.call))
    await line.answer()
    queue = tools.queues.get(queue_id) if tools.queues is not None else None
    if queue is None and tools.queues is not None:
        line.note("route_missing", what="queue", name=str(queue_id))
        return False
    if wanted == ANONYMOUS:
        line.note("callback_failed", reason="no number to call back")
        await line.play(NO_NUMBER, barge_in=False)
        return False
    if queue is not None and tools.callbacks is not None:
        ours = ours_of(line.call)
        ordered = tools.callbacks.order(queue, wanted, called=ours, call_id=line.call.id, source="menu")
        line.note("callback_requested", number=wanted, queue=str(queue_id), callback=str(ordered))
    else:
        line.note("callback_requested", number=wanted, queue=str(queue_id))
    await line.play(ORDERED, barge_in=False)
    return True
