"""`set`: variables of the call. Values see the variables as they were before the step."""

from engine.ivr.model import Set
from engine.ivr.place import Outcome, Place
from engine.ivr.prompts import known_variables
from engine.ivr.rules.render import render


async def run(step: Set, place: Place) -> Outcome:
    variables = known_variables(place.line)
    for name, value in step.values.items():
        place.set(name, render(value, variables))
    return step.next
