"""`hangup`: prompts, then the end of the call."""

from engine.ivr.model import Hangup
from engine.ivr.place import Outcome, Place


async def run(step: Hangup, place: Place) -> Outcome:
    await place.play(step.prompts, barge_in=False)
    await place.line.hang_up()
    return place.menu.entry  # not reached: the hang-up is raised
