"""`http`: ask a web service, take values of its answer.

An adopted call that stood at this step asks again: the service should take a request twice.
"""

from engine.ivr.model import Http
from engine.ivr.place import Outcome, Place
from engine.ivr.port import WebFailed
from engine.ivr.prompts import known_variables


async def run(step: Http, place: Place) -> Outcome:
    clock = place.tools.clock
    started = clock.monotonic()
    try:
        answer = await place.line.guard(place.tools.web.ask(step, known_variables(place.line)))
    except WebFailed as exc:
        place.note("http_failed", reason=str(exc))
        return step.on_failure
    for variable, value in answer.values.items():
        place.set(variable, value)
    place.note("http", status=answer.status, ms=round((clock.monotonic() - started) * 1000))
    return step.next
