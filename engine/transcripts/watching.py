"""Rules that look for words in what is said: by word forms, by phrases, by topics. Pure.

Words are compared by their stems (Snowball, Russian and English), ``ё`` as ``е``; the words of a phrase stand one after
another, also over a short pause between two utterances of one side.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\*?|\*")
_CYRILLIC = re.compile("[а-я]")
_NU_VERB = re.compile("(?<=[бвгджзклмпрстфхцчшщ]н)(?:ут|ул|ет|ем)$")
"""What Snowball leaves of verbs like ``расторгнуть``, ``вернуть``, differently in each form."""
JOIN_S = 2.0
"""A phrase may go on in the next utterance of the same side when the pause between them is shorter."""
TOPIC_PHRASES = 2
"""Different phrases of a topic that make it the topic of a call."""
TAIL_WORDS = 12
"""Words of a side that are kept for phrases that go on."""


class SpeechRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as configured: see `api.transcripts.rules.SpeechRuleData`."""

    id: UUID
    name: str
    kind: str
    phrases: tuple[str, ...]
    side: str | None = None
    queue_id: UUID | None = None
    severity: str = "info"
    repeat_s: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A rule has found its words: the ``text`` of the phrase as it is written in the rule."""

    rule: SpeechRule
    phrase: str


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Any, Any]:
    return snowballstemmer.stemmer("russian"), snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word."""
    russian, english = _stemmers()
    if _CYRILLIC.search(word):
        return _NU_VERB.sub("", russian.stemWord(word))
    return str(english.stemWord(word))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, ``е`` for ``ё``; one that ends with an asterisk keeps it."""
    return tuple(_WORD.findall(text.lower().replace("ё", "е")))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is looked for: each part is a stem, or the beginning of a word (with an asterisk)."""

    parts: tuple[str, ...]
    stems: frozenset[str]

    def stands_in(self, said: Sequence[str], first: int = 0) -> bool:
        """Whether the phrase stands among words, at ``first`` or later."""
        last = len(said) - len(self.parts)
        return bool(self.parts) and any(self._stands_at(said, at) for at in range(max(first, 0), last + 1))

    def _stands_at(self, said: Sequence[str], at: int) -> bool:
        return all(
            said[at + n].startswith(part[:-1]) if part.endswith("*") else stem(said[at + n]) == part
            for n, part in enumerate(self.parts)
        )


@lru_cache(maxsize=8192)
def phrase_of(text: str) -> Phrase:
    """A phrase as people write it: ``расторгнуть договор``, ``жалоб*``."""
    parts = tuple(word if word.endswith("*") else stem(word) for word in words_of(text))
    return Phrase(parts, frozenset(part for part in parts if not part.endswith("*")))


@dataclass(slots=True)
class _Tail:
    """The last words of a side, and when they ended."""

    words: tuple[str, ...] = ()
    end_s: float = -1e9


@dataclass(slots=True)
class Watcher:
    """Looks for the words of rules in one call. Each rule is told once a side, and again after its ``repeat_s``."""

    _tails: dict[str, _Tail] = field(default_factory=dict)
    _phrases: dict[tuple[UUID, str], set[tuple[str, ...]]] = field(default_factory=dict)
    """Phrases of topics that were said, by rule and side."""
    _told: dict[tuple[UUID, str], float] = field(default_factory=dict)

    def remember(self, rule_id: UUID, side: str, at_s: float) -> None:
        """A rule was told before this process."""
        key = (rule_id, side)
        self._told[key] = max(at_s, self._told.get(key, at_s))

    def look(
        self, rules: Iterable[SpeechRule], side: str, text: str, start_s: float, end_s: float, queue_id: UUID | None
    ) -> list[Found]:
        """What an utterance of a side fits; utterances come in their order."""
        words = words_of(text)
        tail = self._tails.get(side, _Tail())
        before = tail.words if start_s - tail.end_s < JOIN_S else ()
        said = before + words
        present = frozenset(map(stem, said))
        found = [
            Found(rule, phrase)
            for rule in rules
            if rule.side in (None, side) and rule.queue_id in (None, queue_id)
            if (phrase := self._fitting(rule, side, said, present, len(before))) is not None
            and self._may_tell(rule, side, start_s)
        ]
        self._tails[side] = _Tail(said[-TAIL_WORDS:], end_s)
        return found

    def _fitting(
        self, rule: SpeechRule, side: str, said: Sequence[str], present: frozenset[str], before: int
    ) -> str | None:
        """The phrase that makes the rule fit now. Words of earlier utterances (``before``) alone do not count."""
        for text in rule.phrases:
            phrase = phrase_of(text)
            if not phrase.stems <= present or not phrase.stands_in(said, before - len(phrase.parts) + 1):
                continue
            if rule.kind != "topic":
                return text
            said_of_topic = self._phrases.setdefault((rule.id, side), set())
            said_of_topic.add(phrase.parts)
            if len(said_of_topic) >= TOPIC_PHRASES:
                return text
        return None

    def _may_tell(self, rule: SpeechRule, side: str, at_s: float) -> bool:
        last = self._told.get((rule.id, side))
        if last is not None and (rule.repeat_s == 0 or at_s - last < rule.repeat_s):
            return False
        self._told[rule.id, side] = at_s
        return True
