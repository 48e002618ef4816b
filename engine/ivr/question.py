"""A step's question to the caller: asked until it is answered, by a digit or in words."""

import msgspec

from engine.ivr.model import Collect, Confirm, Menu, Prompts, TextPrompt
from engine.ivr.place import Place
from engine.ivr.rules import hearing
from engine.ivr.spoken import Speech
from engine.speech.model import Final, Grammar, Heard, Listening, Score

DOUBT = {"ru": "Вы сказали: {choice}. Верно?", "en": "You said: {choice}. Is that right?"}
"""What is asked where a step has no ``confirm_prompts``; it takes a voice."""


def number_languages(place: Place) -> tuple[str, ...]:
    """Languages of those who call the number that was dialled; empty where it names none."""
    number_id = place.line.call.number_id
    numbers = place.tools.table().numbers.values()
    return next((number.languages for number in numbers if number.id == number_id), ())


class Question:
    """One step being asked. ``no_matches`` of the place counts what was said and fits nothing."""

    def __init__(self, place: Place, step: Menu | Collect | Confirm, grammar: Grammar | None = None) -> None:
        self._place = place
        self._step = step
        self._grammar = grammar
        self.speech: Speech | None = step.speech if step.speech is not None and step.speech.on else None

    @property
    def by_voice(self) -> bool:
        """Whether the step still listens to words."""
        return self.speech is not None and self._place.no_matches < self.speech.max_no_match

    @property
    def languages(self) -> list[str]:
        """Languages that are listened for, the call's first."""
        step, language = self._step, self._place.line.call.language
        spoken = hearing.spoken_in(step) if isinstance(step, Menu) else ()
        return hearing.languages_of(self.speech or Speech(), language, number_languages(self._place), spoken)

    def grammar(self) -> Grammar | None:
        """What may be said; None: anything."""
        return hearing.grammar_of(self._step, self.languages) if isinstance(self._step, Menu) else self._grammar

    async def ask(self, told: Prompts) -> Heard:
        """Say what was ``told`` of the last answer, then the step's prompts; what came, by digits alone if need be."""
        step = self._step
        silent = self._place.deaf or (self.speech is not None and not self.by_voice)
        prompts = (*told, *((step.digits_prompts if silent else ()) or step.prompts))
        listening = hearing.listening_of(step, self.languages, self.grammar()) if self.by_voice else None
        return await self.hear(prompts, listening, step.timeout_s)

    async def hear(self, prompts: Prompts, listening: Listening | None, timeout_s: float, **more: str) -> Heard:
        """Play prompts and wait for a digit or, with ``listening``, for words; ``more``: variables of the prompts."""
        place, step = self._place, self._step
        if listening is None or self.speech is None:
            return Heard(digit=await place.ask(prompts, barge_in=step.barge_in, timeout_s=timeout_s, more=more))
        if not self.speech.barge_in:
            digit = await place.play(prompts, barge_in=step.barge_in, more=more)
            if digit is not None:
                return Heard(digit=digit)
            prompts = ()
        return await place.hear(prompts, listening, barge_in=step.barge_in, timeout_s=timeout_s, more=more)

    def no_match(self, final: Final) -> bool:
        """Note words that fit nothing and count them; False when the step listens no longer."""
        said = self._place.tools.hide(final.text)
        self._place.note("no_match", said=said, confidence=_confidence(final), engine=final.engine)
        self._place.no_matches += 1
        self._place.save()
        return self.by_voice

    async def meant(self, final: Final) -> "Heard | Score | None":
        """What the words mean: a score to act on, the digit that was pressed when asked, or None for nothing that fits.

        Unsure words are asked about first.
        """
        speech, best = self.speech or Speech(), final.scores[0] if final.scores else None
        if best is None or best.confidence < speech.confirm:
            return None
        await self.take_language(final)
        if best.confidence >= speech.accept:
            return best
        return await self._doubt(best) if isinstance(self._step, Menu) else None

    async def take_language(self, final: Final) -> None:
        """Go on in the language that was spoken, where the step detects it."""
        place = self._place
        if self.speech is not None and self.speech.detect_language:
            await place.take_language(final, self.languages)

    async def _doubt(self, best: Score) -> "Heard | Score | None":
        """Ask whether the choice was meant; it may be said again, or another one, or pressed."""
        step, place = self._step, self._place
        if not isinstance(step, Menu) or best.key not in step.options:
            return None
        place.note("unsure", digit=best.key, confidence=best.confidence)
        language = place.line.call.language
        listening = hearing.listening_of(step, self.languages, self.grammar())
        if listening.grammar is not None:
            both = hearing.with_yes_and_no(listening.grammar, self.languages)
            listening = msgspec.structs.replace(listening, grammar=both)
        prompts = step.confirm_prompts or (TextPrompt(DOUBT.get(language, DOUBT["ru"])),)
        choice = hearing.label_of(step, best.key, language)
        if not await place.can_play(prompts, more={"choice": choice}):
            return None
        heard = await self.hear(prompts, listening, step.timeout_s, choice=choice)
        if heard.digit is not None:
            return heard
        answer = heard.final.scores[0] if heard.final is not None and heard.final.scores else None
        speech = self.speech or Speech()
        if answer is None or answer.confidence < speech.confirm or answer.key == hearing.NO:
            return None
        if answer.key in (hearing.YES, best.key):
            return Score(best.key, 1.0)
        return answer if answer.confidence >= speech.accept else None


def _confidence(final: Final) -> float:
    return round(final.scores[0].confidence, 3) if final.scores else 0.0


def voice_facts(final: Final, confidence: float) -> dict[str, object]:
    """What is noted of words that were acted on."""
    return {
        "by": "voice",
        "said": final.text,
        "confidence": round(confidence, 3),
        "engine": final.engine,
        "language": final.language,
    }
