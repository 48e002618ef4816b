"""`menu`: a choice by digit, asked again after silence or a wrong digit."""

from engine.ivr.model import Menu, Prompts
from engine.ivr.place import Outcome, Place


async def run(step: Menu, place: Place) -> Outcome:
    told: Prompts = ()
    while True:
        digit = await place.ask((*told, *step.prompts), barge_in=step.barge_in, timeout_s=step.timeout_s)
        if digit in step.options:
            place.note("choice", menu=str(place.menu_id), digit=digit)
            return step.options[digit]
        if digit is None:
            place.note("no_input")
            told, failure = step.timeout_prompts, step.on_timeout
        else:
            place.note("invalid", digit=digit)
            told, failure = step.invalid_prompts, step.on_invalid
        place.tries += 1
        place.save()
        if place.tries >= step.tries:
            await place.play(told, barge_in=False)
            return failure
