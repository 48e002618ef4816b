"""`language`: of everything that follows."""

from engine.ivr.model import SetLanguage
from engine.ivr.place import Outcome, Place


async def run(step: SetLanguage, place: Place) -> Outcome:
    await place.line.set_language(step.language)
    place.line.note("language", language=step.language)
    return step.next
