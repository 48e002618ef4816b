"""`goto`: a step of this menu, another menu, or a step of another menu."""

from engine.ivr.model import Goto
from engine.ivr.place import Jump, Outcome, Place


async def run(step: Goto, place: Place) -> Outcome:
    if step.menu_id is None:
        return step.step or place.menu.entry
    return Jump(step.menu_id, step.step)
