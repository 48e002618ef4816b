"""What a step listens for: its languages, its grammar, and what is unclear about it. Pure."""

from collections.abc import Iterator, Sequence

from engine.ivr.model import Ask, Collect, Confirm, Menu, MenuDefinition
from engine.ivr.spoken import Phrases, Speech
from engine.speech.grammar import COMMANDS, as_said, expand, match, yes_or_no
from engine.speech.model import Grammar, Listening

LANGUAGES = ("ru", "en")
REPEAT, BACK, OPERATOR, YES, NO = "repeat", "back", "operator", "yes", "no"
CLEAR = 0.85
"""A phrase that, said word by word, is less sure than this beside the other choices is told to who edits the menu."""
CONFIRM_MAX_S = 8.0
CHOICE_MAX_S = 12.0
DIGITS_HINT = {"ru": "ноль один два три четыре пять шесть семь восемь девять", "en": "zero one two three four five"}


def languages_of(speech: Speech | Ask, of_call: str, of_number: Sequence[str], spoken: Sequence[str]) -> list[str]:
    """Languages to listen for, the call's first where it is among them.

    ``spoken``: those that the step has phrases in. Detecting takes the step's own languages, else the number's, else
    those that are spoken.
    """
    wanted: Sequence[str] = speech.languages
    if not wanted:
        wanted = (of_number or spoken or LANGUAGES) if speech.detect_language else (of_call,)
    return sorted(dict.fromkeys(wanted), key=lambda language: language != of_call)


def spoken_in(step: Menu) -> list[str]:
    """Languages that a menu has phrases in."""
    phrases = step.speech.phrases.values() if step.speech is not None else ()
    return [language for language in LANGUAGES if any(getattr(one, language) for one in phrases)]


def grammar_of(step: Menu, languages: Sequence[str]) -> Grammar:
    """All that may be said at a menu: phrases of its options, their digits, and the commands that lead somewhere."""
    phrases = step.speech.phrases if step.speech is not None else {}
    options = {key: _texts(phrases.get(key, Phrases()), languages) for key in step.options}
    commands = [REPEAT]
    commands += [BACK] if step.on_back is not None else []
    commands += [OPERATOR] if step.on_operator is not None else []
    return expand(options, languages, commands=commands)


def with_yes_and_no(grammar: Grammar, languages: Sequence[str]) -> Grammar:
    """The same with yes and no; words that mean both stay with the grammar's own."""
    known = {phrase.text for phrase in grammar.phrases}
    own = tuple(phrase for phrase in grammar.phrases if phrase.key not in COMMANDS)
    return Grammar((*own, *(phrase for phrase in yes_or_no(languages).phrases if phrase.text not in known)))


def listening_of(step: Menu | Confirm | Collect, languages: Sequence[str], grammar: Grammar | None) -> Listening:
    """How to listen at a step that has speech."""
    speech = step.speech or Speech()
    hints = speech.hints
    if isinstance(step, Collect):
        hints = hints or DIGITS_HINT.get(languages[0], "")
    max_s = CHOICE_MAX_S if isinstance(step, Menu) else CONFIRM_MAX_S if isinstance(step, Confirm) else 20.0
    return Listening(languages=tuple(languages), grammar=grammar, hints=hints, silence_s=speech.silence_s, max_s=max_s)


def label_of(step: Menu, key: str, language: str) -> str:
    """What a choice is called when it is spoken back: its first phrase in the language, else its digit."""
    phrases = step.speech.phrases.get(key, Phrases()) if step.speech is not None else Phrases()
    texts = getattr(phrases, language, ()) or phrases.ru or phrases.en
    return texts[0] if texts else key


def unclear(menu: MenuDefinition) -> Iterator[tuple[str, str]]:
    """What is unclear about the phrases of a menu's steps: (path, message)."""
    for name, step in menu.steps.items():
        speech: Speech | None = getattr(step, "speech", None)
        if speech is None:
            continue
        if speech.confirm > speech.accept:
            yield f"/steps/{name}/speech/confirm", "more than accept"
        if isinstance(step, Menu):
            for path, message in _unclear_phrases(step, menu.language):
                yield f"/steps/{name}/speech{path}", message


def _unclear_phrases(step: Menu, of_menu: str | None) -> Iterator[tuple[str, str]]:
    speech = step.speech
    if speech is None:
        return
    for key in speech.phrases:
        if key not in step.options:
            yield f"/phrases/{key}", "no option has this digit"
    wanted = speech.languages or ((of_menu,) if of_menu and not speech.detect_language else ())
    for language in wanted or spoken_in(step):
        grammar = grammar_of(step, (language,))
        for key, one in _own(step):
            texts = getattr(one, language)
            if not texts:
                yield f"/phrases/{key}", f"no phrase in a language that is listened for ({language})"
            for index, text in enumerate(texts):
                if problem := _problem(step, key, as_said(text, language), grammar):
                    yield f"/phrases/{key}/{language}/{index}", problem


def _own(step: Menu) -> Iterator[tuple[str, Phrases]]:
    """Options that have phrases, in any language."""
    phrases = step.speech.phrases if step.speech is not None else {}
    return ((key, one) for key, one in phrases.items() if key in step.options and (one.ru or one.en))


def _problem(step: Menu, key: str, text: str, grammar: Grammar) -> str:
    """What is wrong with a phrase of ``key``; empty: nothing. Choices that lead to the same step may be alike."""
    if not text:
        return "holds no word that can be said"
    found = [score for score in match(text, grammar) if step.options.get(score.key) != step.options[key]]
    own = next((score.confidence for score in match(text, grammar) if score.key == key), 0.0)
    if any(phrase.text == text and step.options.get(phrase.key) != step.options[key] for phrase in grammar.phrases):
        return f"is a phrase of {found[0].key if found else 'another choice'} too"
    if found and own < CLEAR:
        return f"sounds too much like a phrase of {found[0].key}"
    return ""


def _texts(phrases: Phrases, languages: Sequence[str]) -> list[str]:
    return [text for language in languages for text in getattr(phrases, language, ())]
