"""`ask`: an open question; what is said is kept as sound and text, without its sound where personal data was said.

Where nobody hears the caller, Asterisk records the answer and it has no text. An adopted call is asked again.
"""

import asyncio
from pathlib import Path
from uuid import UUID

from engine.calls.model import HungUp
from engine.core import log
from engine.core.ids import new_id
from engine.history.records import AnswerRow
from engine.ivr.model import Ask, Prompts
from engine.ivr.place import Outcome, Place
from engine.ivr.question import number_languages
from engine.ivr.rules.hearing import languages_of
from engine.speech.model import Final, Heard, Listening

_log = log.get("ivr.ask")
AT_ONCE_S = 0.2
LEAST_S = 1.0
"""A shorter recording holds no answer."""


async def run(step: Ask, place: Place) -> Outcome:
    told: Prompts = ()
    answer_id = new_id(place.tools.clock.now())
    while True:
        knew = place.deaf is not None
        heard = await _heard(step, place, told, answer_id)
        if heard.final is not None:
            await _spoken(step, place, heard.final, answer_id)
            return step.next
        if heard.digit is not None:
            _keep(step, place, answer_id, text=heard.digit)
            place.note("answer", variable=step.variable, digit=heard.digit)
            return step.next
        if heard.deaf is not None and await _recorded(step, place, answer_id, again=not knew):
            return step.next
        place.note("no_input")
        told = step.timeout_prompts
        place.tries += 1
        place.save()
        if place.tries >= step.tries:
            await place.play(told, barge_in=False)
            return step.on_failure


async def _heard(step: Ask, place: Place, told: Prompts, answer_id: UUID) -> Heard:
    """What the caller says after the prompts; while it is known that nobody hears, that is not waited for."""
    languages = languages_of(step, place.line.call.language, number_languages(place), ())
    listening = Listening(
        languages=tuple(languages),
        hints=step.hints,
        silence_s=step.silence_s,
        max_s=step.max_s,
        keep=str(_file(place, answer_id)),
    )
    prompts = (*told, *step.prompts)
    timeout_s = AT_ONCE_S if place.deaf is not None else step.timeout_s
    return await place.hear(prompts, listening, barge_in=step.barge_in, timeout_s=timeout_s)


async def _spoken(step: Ask, place: Place, final: Final, answer_id: UUID) -> None:
    if step.detect_language:
        await place.take_language(final, languages_of(step, place.line.call.language, number_languages(place), ()))
    text = place.tools.hide(final.text)
    file = _file(place, answer_id)
    if text != final.text:
        await asyncio.to_thread(file.unlink, missing_ok=True)
    place.set(step.variable, text)
    if step.confidence_variable is not None:
        place.set(step.confidence_variable, f"{final.confidence:.2f}")
    kept = file.exists()
    _keep(
        step,
        place,
        answer_id,
        text=text,
        confidence=round(final.confidence, 3),
        language=final.language or place.line.call.language,
        file=f"{_name(answer_id)}.wav" if kept else None,
        duration_s=round(final.end_s - final.start_s, 2),
    )
    facts = {"said": text, "confidence": round(final.confidence, 3), "engine": final.engine}
    place.note("answer", variable=step.variable, by="voice", **facts)


async def _recorded(step: Ask, place: Place, answer_id: UUID, *, again: bool) -> bool:
    """Record the answer, for nobody hears it (``again``: ask it again before); False when nothing was said."""
    if again:
        await place.play(step.prompts, barge_in=True)
    try:
        seconds = await place.line.record_file(_name(answer_id), int(step.max_s))
    except HungUp:
        raise
    except Exception as exc:  # a disk that is full must not end the call
        _log.warning("answer_not_recorded", call_id=str(place.line.call.id), error=repr(exc))
        return False
    if seconds < LEAST_S:
        return False
    place.set(step.variable, "")
    _keep(step, place, answer_id, text="", file=f"{_name(answer_id)}.wav", duration_s=seconds)
    place.note("answer", variable=step.variable, by="voice", said="", seconds=seconds)
    return True


def _keep(
    step: Ask,
    place: Place,
    answer_id: UUID,
    *,
    text: str,
    confidence: float | None = None,
    language: str | None = None,
    file: str | None = None,
    duration_s: float | None = None,
) -> None:
    if text and file is None:
        place.set(step.variable, text)
    call = place.line.call
    place.tools.keep_answer(
        AnswerRow(
            id=answer_id,
            call_id=call.id,
            call_started_at=call.started_at,
            step=place.step,
            variable=step.variable,
            text=text,
            created_at=place.tools.clock.now(),
            confidence=confidence,
            language=language,
            file=file,
            duration_s=duration_s,
        )
    )


def _name(answer_id: UUID) -> str:
    return f"answer-{answer_id}"


def _file(place: Place, answer_id: UUID) -> Path:
    return place.tools.settings.recordings / f"{_name(answer_id)}.wav"
