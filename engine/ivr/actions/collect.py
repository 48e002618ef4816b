"""`collect`: digits into a variable, checked."""

from engine.core import patterns
from engine.ivr.model import Collect, Prompts
from engine.ivr.place import Outcome, Place


async def run(step: Collect, place: Place) -> Outcome:
    told: Prompts = ()
    while True:
        entered = await _entered(step, place, (*told, *step.prompts))
        if _fits(step, entered):
            place.set(step.variable, entered)
            place.note("collected", variable=step.variable, value=entered)
            return step.next
        if entered:
            place.note("invalid", digit=entered)
        else:
            place.note("no_input")
        told = step.invalid_prompts
        place.tries += 1
        place.save()
        if place.tries >= step.tries:
            await place.play(told, barge_in=False)
            return step.on_failure


async def _entered(step: Collect, place: Place, prompts: Prompts) -> str:
    """What the caller pressed, without the terminator; empty after silence."""
    entered = ""
    digit = await place.ask(prompts, barge_in=step.barge_in, timeout_s=step.timeout_s)
    while digit is not None and digit != step.terminator:
        entered += digit
        if len(entered) >= step.max_digits:
            break
        digit = await place.line.digit(step.digit_timeout_s)
    return entered


def _fits(step: Collect, entered: str) -> bool:
    if not step.min_digits <= len(entered) <= step.max_digits:
        return False
    if step.pattern is None:
        return True
    try:
        return patterns.matches(step.pattern, entered)
    except patterns.PatternRefused:
        return False
