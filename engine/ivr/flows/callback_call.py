"""The call of a call-back, once the side that is called first has answered."""

from datetime import datetime

import msgspec

from engine.calls.model import HungUp, Leg
from engine.core.ids import new_id
from engine.ivr.flows.connect import onward
from engine.ivr.flows.external import note_refusal, outside
from engine.ivr.port import FlowTools, Line
from engine.queues.attempt import Attempt
from engine.queues.model import Queue
from engine.queues.visit import Asked, Place
from engine.routing.model import Destination, ToExternal
from engine.routing.outbound import Refusal

NORMAL = 16
CLIENT_AWAY = ("sound:vm-nobodyavail",)


async def call_client(line: Line, tools: FlowTools, attempt: Attempt) -> Destination | int:
    """The operator is on the line: ring the client; gives where the call goes on, or the cause to hang up with.

    Raises:
        HungUp: the operator is gone; the call-back knows by then.
    """
    callbacks = tools.callbacks
    assert callbacks is not None and tools.queues is not None
    queue = tools.queues.get(attempt.queue_id) or Queue(id=attempt.queue_id)
    if not attempt.reached:
        callbacks.reached(attempt)
        line.call.operator_id = attempt.user_id
        save_attempt(line, attempt)
    to = ToExternal(number=attempt.number, caller_id=attempt.shown or None)
    target, answer = outside(tools.table(), to), tools.permit(to)
    if target is None or isinstance(answer, Refusal):
        if isinstance(answer, Refusal):
            note_refusal(line, to, answer)
        callbacks.failed(attempt, "unavailable")
        return NORMAL

    async def connected(_leg: Leg) -> None:
        line.call.wrap_s = queue.wrap_s
        callbacks.connected(attempt)
        save_attempt(line, attempt)

    try:
        result = await line.dial(
            [target],
            timeout_s=queue.callback_ring_s,
            caller_id=answer.caller_id,
            on_answer=connected,
        )
    except HungUp:
        callbacks.failed(attempt, "failed")
        raise
    if result.answered:
        if not attempt.connected:
            callbacks.connected(attempt)
        return onward(result) or NORMAL
    callbacks.failed(attempt, result.reason)
    await line.play(CLIENT_AWAY, barge_in=False)
    return NORMAL


def client_place(tools: FlowTools, attempt: Attempt, now: datetime) -> Place:
    """The client is on the line: the place in the queue, with the operator who is kept for it."""
    assert tools.callbacks is not None
    tools.callbacks.handed_over(attempt)
    return Place(
        visit_id=new_id(now),
        entered_at=now,
        since=attempt.since,
        priority=attempt.priority,
        asked=[Asked(new_id(now), attempt.user_id, now)],
        callback_id=attempt.callback_id,
        client=attempt.number,
        fresh=True,
    )


def save_attempt(line: Line, attempt: Attempt) -> None:
    """Keep the try for an engine that adopts the call."""
    line.save({"callback": msgspec.to_builtins(attempt)})
