"""`callback`: note that the caller wants to be called back."""

from engine.ivr.model import Callback
from engine.ivr.place import Outcome, Place
from engine.ivr.prompts import known_variables
from engine.ivr.rules.render import render
from engine.queues.visit import client_of, ours_of
from engine.routing.numbering import ANONYMOUS, normalise


async def run(step: Callback, place: Place) -> Outcome:
    wanted = render(step.number, known_variables(place.line)) if step.number else client_of(place.line.call)
    number = normalise(wanted)
    queue = place.tools.queues.get(step.queue_id) if place.tools.queues is not None and step.queue_id else None
    if number == ANONYMOUS:
        place.note("callback_failed", reason="no number to call back")
    elif queue is not None and place.tools.callbacks is not None:
        call = place.line.call
        ordered = place.tools.callbacks.order(queue, number, called=ours_of(call), call_id=call.id, source="menu")
        place.note("callback_requested", number=number, queue=str(queue.id), callback=str(ordered))
    else:
        place.line.request_callback(number)
    return step.next
