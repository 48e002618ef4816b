"""`menu`: a choice by digit or by voice, asked again after silence, a wrong digit or words that fit nothing."""

from engine.ivr.model import Menu, Prompts
from engine.ivr.place import Outcome, Place
from engine.ivr.question import Question, voice_facts
from engine.ivr.rules.hearing import BACK, OPERATOR, REPEAT
from engine.speech.model import Final, Heard, Score

REPEATS = 5
"""Times that a caller may ask to hear it again at one step; then it counts as words that fit nothing."""


async def run(step: Menu, place: Place) -> Outcome:
    question = Question(place, step)
    told: Prompts = ()
    repeats = 0
    while True:
        heard = await question.ask(told)
        digit = heard.digit
        if heard.final is not None:
            meant = await question.meant(heard.final)
            if isinstance(meant, Score) and meant.key == REPEAT and repeats < REPEATS:
                repeats, told = repeats + 1, ()
                place.note("repeat", **voice_facts(heard.final, meant.confidence))
                continue
            if isinstance(meant, Score) and (following := _taken(step, place, heard.final, meant)) is not None:
                return following
            if not isinstance(meant, Heard):
                told = step.no_match_prompts or step.invalid_prompts
                if not question.no_match(heard.final) and step.on_no_match is not None:
                    await place.play(told, barge_in=False)
                    return step.on_no_match
                continue
            digit = meant.digit
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


def _taken(step: Menu, place: Place, final: Final, meant: Score) -> str | None:
    """Where a choice or a command leads; None: nowhere here."""
    following = {BACK: step.on_back, OPERATOR: step.on_operator}.get(meant.key, step.options.get(meant.key))
    if following is not None:
        place.note("choice", menu=str(place.menu_id), digit=meant.key, **voice_facts(final, meant.confidence))
    return following
