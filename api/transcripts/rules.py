"""Rules of speech as people write them: words that are looked for, personal data that is hidden. Pure."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from api.telephony.model import Name, Written
from engine.core import patterns
from engine.core.patterns import PatternRefused
from engine.transcripts.watching import phrase_of

Errors = list[dict[str, str]]
Phrase = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
MAX_WORDS = 10


class SpeechRuleData(Written, kw_only=True):
    """Words that are looked for in what is said.

    ``keyword``: any one of the phrases, in whatever form its words stand (``жалоб*``: words that begin so). ``topic``:
    two different phrases of the list within one call. ``side``: whose words; null: both. ``queue_id``: calls of that
    queue alone. ``repeat_s``: told once a call and side, and again after so many seconds; 0: never again.
    """

    name: Name
    kind: Literal["keyword", "topic"]
    phrases: Annotated[list[Phrase], Meta(min_length=1, max_length=200)]
    side: Literal["client", "operator"] | None = None
    queue_id: UUID | None = None
    severity: Literal["info", "warning", "alarm"] = "info"
    repeat_s: Annotated[int, Meta(ge=0, le=86_400)] = 0
    enabled: bool = True


class MaskingRuleData(Written, kw_only=True):
    """Personal data that stored text must not hold.

    ``card``: numbers of bank cards; ``passport``: series and number of Russian passports; ``pattern``: a regular
    expression over lower-case text, in which numbers stand as digits however they were said; with groups, what these
    hold is hidden. ``mute_audio``: the same stretches of recordings are silenced.
    """

    name: Name
    kind: Literal["card", "passport", "pattern"]
    pattern: Annotated[str, Meta(max_length=500)] = ""
    mute_audio: bool = True
    enabled: bool = True


def speech_rule_errors(rule: SpeechRuleData) -> Errors:
    """What types can't say of a rule."""
    errors: Errors = []
    for number, phrase in enumerate(rule.phrases):
        words = phrase_of(phrase).parts
        path = f"body.phrases.{number}"
        if not words:
            errors.append({"path": path, "message": "Write at least one word"})
        elif len(words) > MAX_WORDS:
            errors.append({"path": path, "message": f"A phrase has at most {MAX_WORDS} words"})
        elif words == ("*",):
            errors.append({"path": path, "message": "Every word would fit; write its beginning before the asterisk"})
    if rule.kind == "topic" and len({phrase_of(phrase).parts for phrase in rule.phrases}) < 2:
        errors.append({"path": "body.phrases", "message": "A topic needs at least two different phrases"})
    return errors


def masking_rule_errors(rule: MaskingRuleData) -> Errors:
    """What types can't say of a rule; each regular expression that could hold the engine up is refused."""
    if rule.kind != "pattern":
        if rule.pattern:
            return [{"path": "body.pattern", "message": f"A rule of kind {rule.kind} has no pattern; leave it empty"}]
        return []
    if not rule.pattern:
        return [{"path": "body.pattern", "message": "Write a regular expression, such as снилс ([0-9]{11})"}]
    try:
        found = patterns.compiled(rule.pattern)
    except PatternRefused as exc:
        return [{"path": "body.pattern", "message": f"This expression can't be used: {exc}"}]
    if found.search("") is not None:
        return [{"path": "body.pattern", "message": "It fits even where nothing is said; write what must be there"}]
    return []
