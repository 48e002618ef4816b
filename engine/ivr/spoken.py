"""How a step of a menu listens to the caller. Pure data; digits always work beside it."""

from typing import Annotated

import msgspec

from engine.routing.model import Language

Share = Annotated[float, msgspec.Meta(ge=0.05, le=1)]
PhraseText = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
PhraseList = Annotated[tuple[PhraseText, ...], msgspec.Meta(max_length=50)]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$")]


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What callers may say for one choice, by language. Forms of words and small slips need no phrases of their own."""

    ru: PhraseList = ()
    en: PhraseList = ()


class Speech(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a step listens.

    ``accept``: how sure it must be (0..1) to do what was said; from ``confirm`` on the caller is asked whether it was
    meant. ``languages``: which ones the caller may speak; empty: those of the step's phrases, of the number called, or
    the call's alone, see ``detect_language``: the call goes on in the language that was spoken. ``silence_s`` ends what
    is said; ``hints``: words of the field that the recogniser may expect. After ``max_no_match`` utterances that fit
    nothing the step goes on by digits alone (or by its way ``on_no_match``).
    """

    on: bool = True
    accept: Share = 0.6
    confirm: Share = 0.35
    barge_in: bool = True
    languages: Annotated[tuple[Language, ...], msgspec.Meta(max_length=2)] = ()
    detect_language: bool = False
    silence_s: Annotated[float, msgspec.Meta(ge=0.3, le=5)] = 0.7
    hints: Annotated[str, msgspec.Meta(max_length=500)] = ""
    max_no_match: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2


class MenuSpeech(Speech, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Phrases of choices by digit; the digit's own words (``один``, ``первый``) and ``повторите`` go without saying."""

    phrases: dict[Key, Phrases] = {}


class CollectSpeech(Speech, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Digits as they are told; ``read_back``: the value is always spoken back, to be confirmed by yes or no."""

    silence_s: Annotated[float, msgspec.Meta(ge=0.3, le=5)] = 1.2
    read_back: bool = True
