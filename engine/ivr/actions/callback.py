"""`callback`: note that the caller wants to be called back."""

from engine.ivr.model import Callback
from engine.ivr.place import Outcome, Place
from engine.ivr.prompts import known_variables
from engine.ivr.rules.render import render
from engine.routing.numbering import ANONYMOUS, normalise


async def run(step: Callback, place: Place) -> Outcome:
    wanted = render(step.number, known_variables(place.line)) if step.number else place.line.call.caller
    number = normalise(wanted)
    if number == ANONYMOUS:
        place.note("callback_failed", reason="no number to call back")
    else:
        place.line.request_callback(number)
    return step.next
