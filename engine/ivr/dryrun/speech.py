"""Words of a scripted caller, understood by the same grammar as those of a real one. Pure."""

from engine.speech.grammar import match
from engine.speech.model import Final, Listening

ENGINE = "dry run"


def understood(text: str, listening: Listening) -> Final:
    """What a recogniser would tell that heard every word of ``text``."""
    language = language_of(text, listening.languages)
    scores = match(text, listening.grammar, language) if listening.grammar is not None else ()
    return Final(text=text, start_s=0.0, end_s=1.0, language=language, scores=scores, engine=ENGINE)


def language_of(text: str, languages: tuple[str, ...]) -> str:
    """The language of ``text`` by its letters, as far as it is one of ``languages``; else their first."""
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
    latin = sum("a" <= letter <= "z" for letter in text.lower())
    guess = "ru" if cyrillic > latin else "en" if latin else languages[0]
    return guess if guess in languages else languages[0]


def said_words(final: Final, listening: Listening) -> str:
    """What was said and what it may mean, in plain English."""
    said = f'Caller says "{final.text}"'
    if listening.grammar is None:
        return said
    found = ", ".join(f"{score.key} ({score.confidence:.0%})" for score in final.scores[:3])
    return f"{said}: may mean {found}" if found else f"{said}: fits nothing"
