"""`play`: prompts, then on."""

from engine.ivr.model import Play
from engine.ivr.place import Outcome, Place


async def run(step: Play, place: Place) -> Outcome:
    await place.play(step.prompts, barge_in=step.barge_in)
    return step.next
