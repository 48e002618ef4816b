"""`collect`: digits into a variable, pressed or said, checked."""

from engine.core import patterns
from engine.ivr.model import Collect, DigitsPrompt, Prompts, TextPrompt
from engine.ivr.place import Outcome, Place
from engine.ivr.question import Question, voice_facts
from engine.ivr.rules import hearing
from engine.speech.grammar import read_digits, yes_or_no
from engine.speech.model import Final, Heard

_SAID = {"ru": "Вы сказали:", "en": "You said:"}
_RIGHT = {"ru": "Верно?", "en": "Is that right?"}


async def run(step: Collect, place: Place) -> Outcome:
    question = Question(place, step)
    told: Prompts = ()
    while True:
        heard = await question.ask(told)
        entered = ""
        if heard.final is not None:
            value, heard = await _said(step, place, question, heard.final)
            if value is not None:
                place.set(step.variable, value)
                return step.next
            if heard.final is not None:
                question.no_match(heard.final)
                told = step.no_match_prompts or step.invalid_prompts
        if heard.final is None:
            entered = await _entered(step, place, heard.digit)
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


async def _entered(step: Collect, place: Place, digit: str | None) -> str:
    """What the caller presses, ``digit`` first, without the terminator; empty after silence."""
    entered = ""
    while digit is not None and digit != step.terminator:
        entered += digit
        if len(entered) >= step.max_digits:
            break
        digit = await place.line.digit(step.digit_timeout_s)
    return entered


async def _said(step: Collect, place: Place, question: Question, final: Final) -> tuple[str | None, Heard]:
    """The value that was said and confirmed; else None and what is to be counted: words, or a digit that was pressed.

    Numbers are told in several breaths: what is too short is waited for.
    """
    value, trust = read_digits(final.text)
    heard = Heard(final=final)
    while value and len(value) < step.min_digits and question.by_voice:
        listening = hearing.listening_of(step, question.languages, None)
        more = await question.hear((), listening, step.digit_timeout_s)
        if more.digit is not None:
            return None, more
        digits, share = read_digits(more.final.text) if more.final is not None else ("", 0.0)
        if not digits:
            break
        value, trust = value + digits, min(trust, share)
    confidence = trust * final.confidence
    speech = question.speech
    if speech is None or not _fits(step, value) or confidence < speech.confirm:
        return None, heard
    if confidence < speech.accept or getattr(speech, "read_back", False):
        answer = await _read_back(step, place, question, value)
        if answer is not None:
            return None, answer if answer.digit is not None else heard
    place.note("collected", variable=step.variable, value=value, **voice_facts(final, confidence))
    return value, heard


async def _read_back(step: Collect, place: Place, question: Question, value: str) -> Heard | None:
    """Speak the value and ask whether it is right: None when it is, else what came instead."""
    language = place.line.call.language
    usual = (
        TextPrompt(_SAID.get(language, _SAID["ru"])),
        DigitsPrompt(value),
        TextPrompt(_RIGHT.get(language, _RIGHT["ru"])),
    )
    listening = hearing.listening_of(step, question.languages, yes_or_no(question.languages))
    heard = await question.hear(step.confirm_prompts or usual, listening, step.timeout_s, choice=value)
    if heard.digit is not None:
        return heard
    best = heard.final.scores[0] if heard.final is not None and heard.final.scores else None
    speech = question.speech
    yes = best is not None and speech is not None and best.key == hearing.YES and best.confidence >= speech.confirm
    return None if yes else Heard(final=heard.final)


def _fits(step: Collect, entered: str) -> bool:
    if not step.min_digits <= len(entered) <= step.max_digits:
        return False
    if step.pattern is None:
        return True
    try:
        return patterns.matches(step.pattern, entered)
    except patterns.PatternRefused:
        return False
