"""`confirm`: yes or no, in words or by a digit."""

from engine.ivr.model import Confirm, Prompts
from engine.ivr.place import Outcome, Place
from engine.ivr.question import Question, voice_facts
from engine.ivr.rules.hearing import YES
from engine.speech.grammar import yes_or_no
from engine.speech.model import Score


async def run(step: Confirm, place: Place) -> Outcome:
    question = Question(place, step, yes_or_no())
    told: Prompts = ()
    while True:
        heard = await question.ask(told)
        if heard.final is not None:
            meant = await question.meant(heard.final)
            if isinstance(meant, Score):
                place.note("confirmed", yes=meant.key == YES, **voice_facts(heard.final, meant.confidence))
                return step.on_yes if meant.key == YES else step.on_no
            question.no_match(heard.final)
            told = step.no_match_prompts or step.invalid_prompts
        elif heard.digit in (step.yes_digit, step.no_digit):
            place.note("confirmed", yes=heard.digit == step.yes_digit, digit=heard.digit)
            return step.on_yes if heard.digit == step.yes_digit else step.on_no
        elif heard.digit is None:
            place.note("no_input")
            told = step.timeout_prompts
        else:
            place.note("invalid", digit=heard.digit)
            told = step.invalid_prompts
        place.tries += 1
        place.save()
        if place.tries >= step.tries:
            await place.play(told, barge_in=False)
            return step.on_failure
