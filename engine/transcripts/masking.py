"""Hides personal data in what is said before anybody else gets to see it. Pure: utterances in, utterances out.

Numbers are often said in pieces, with pauses. So an utterance that ends in digits is held back until the same side goes
on, or for ``hold_s`` seconds; what is held is looked at as one. What was let go before counts as context: the rest of a
number that goes on after a longer pause is hidden still.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from engine.speech.numerals import numbers
from engine.transcripts import digits
from engine.transcripts.digits import Span
from engine.transcripts.model import HIDDEN, HIDDEN_IN_TEXT, Side, Utterance, Word

_PIECE = re.compile(r"[^\W\d_]+|\d+")
HOLD_DIGITS = 4
"""Digits at the end of an utterance of other words for which it is held back; one of digits alone always is."""
PARTIAL_DIGITS = 4
"""Digits in a row that text which may still change shows less than."""
PASSPORT_S = 30.0
"""How long after a passport was mentioned (by whichever side) numbers are taken for its."""
CONTEXT_S = 60.0
"""How long digits that were let go count as the beginning of a number that goes on."""
MAX_HELD = 12
"""Utterances of a side that are held at most."""


class MaskingRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as configured: kinds ``card``, ``passport``, ``pattern``."""

    id: UUID
    name: str
    kind: str
    pattern: str = ""
    mute_audio: bool = True


@dataclass(slots=True)
class _Spoken:
    """An utterance that is looked at: its tokens, and the pieces (lower-case, no punctuation) with their token."""

    utterance: Utterance
    words: list[Word]
    pieces: list[str]
    tokens: list[int]
    marks: dict[int, str] = field(default_factory=dict)
    told: bool = False


@dataclass(slots=True)
class _SideState:
    """What of a side is looked at together: first those that were told (context), then those that are held."""

    spoken: list[_Spoken] = field(default_factory=list)


class Masker:
    """Hides what ``rules`` name in the utterances of one conversation."""

    def __init__(self, rules: Sequence[MaskingRule], hold_s: float = 6.0) -> None:
        self.rules = tuple(rules)
        self._hold_s = hold_s
        self._sides: dict[Side, _SideState] = {}
        self._passport_at = -1e9

    def hear(self, utterance: Utterance) -> list[Utterance]:
        """The next utterance, in order of their ends; gives those of its side that may be told now."""
        if not self.rules:
            return [utterance]
        state = self._sides.setdefault(utterance.side, _SideState())
        spoken = _spoken(utterance)
        if digits.speaks_of_passport(spoken.pieces):
            self._passport_at = utterance.end_s
        state.spoken = [one for one in state.spoken if not self._stale(one, utterance.start_s)]
        state.spoken.append(spoken)
        self._examine(state.spoken)
        return self._let_go(state)

    def settle(self, now_s: float) -> list[Utterance]:
        """What was held long enough."""
        late: list[Utterance] = []
        for state in self._sides.values():
            held = [one for one in state.spoken if not one.told]
            if held and now_s - held[-1].utterance.end_s >= self._hold_s:
                late += self._give_up(state)
        return late

    def finish(self) -> list[Utterance]:
        """Nothing more is said: everything that was held."""
        return [utterance for state in self._sides.values() for utterance in self._give_up(state)]

    def holds(self, side: Side) -> bool:
        """Whether the last utterance of a side is held back."""
        state = self._sides.get(side)
        return state is not None and any(not one.told for one in state.spoken)

    def partial(self, side: Side, text: str) -> str:
        """Text that may still change, without any digits that may become something to hide."""
        if not self.rules:
            return text
        spoken = _spoken(Utterance(side=side, start_s=0, end_s=0, text=text))
        least = 1 if self.holds(side) else PARTIAL_DIGITS
        for run in digits.runs(spoken.pieces):
            if len(digits.said(run)) >= least:
                _mark([spoken], [(run[0].start, run[-1].end)], HIDDEN)
        self._patterns([spoken])
        return _hidden(spoken).text

    def _stale(self, one: _Spoken, now_s: float) -> bool:
        return one.told and now_s - one.utterance.end_s > CONTEXT_S

    def _examine(self, spoken: Sequence[_Spoken]) -> None:
        pieces = [piece for one in spoken for piece in one.pieces]
        for rule in self.rules:
            mark = HIDDEN if rule.mute_audio else HIDDEN_IN_TEXT
            if rule.kind == "card":
                _mark(spoken, digits.cards(pieces), mark)
            elif rule.kind == "passport" and spoken[-1].utterance.start_s - self._passport_at < PASSPORT_S:
                _mark(spoken, digits.passports(pieces), mark)
        self._patterns(spoken)

    def _patterns(self, spoken: Sequence[_Spoken]) -> None:
        pieces = [piece for one in spoken for piece in one.pieces]
        for rule in self.rules:
            if rule.kind == "pattern":
                _mark(spoken, digits.of_pattern(pieces, rule.pattern), HIDDEN if rule.mute_audio else HIDDEN_IN_TEXT)

    def _let_go(self, state: _SideState) -> list[Utterance]:
        """Tell all but those that a number at the end may reach back into."""
        run = digits.tail([piece for one in state.spoken for piece in one.pieces])
        keep = len(state.spoken)
        if run:
            keep, last = _index_of(state.spoken, run[0].start), state.spoken[-1]
            alone = _all_numbers(last.pieces)
            if not alone and len(digits.said(run)) < HOLD_DIGITS:
                keep = len(state.spoken)
        first_held = len(state.spoken) - MAX_HELD
        out = _tell(state.spoken[: max(keep, first_held)])
        context = _index_of(state.spoken, run[0].start) if run else len(state.spoken)
        state.spoken = state.spoken[max(context, first_held) :]
        return out

    def _give_up(self, state: _SideState) -> list[Utterance]:
        """The number at the end does not go on."""
        pieces = [piece for one in state.spoken for piece in one.pieces]
        run = digits.tail(pieces)
        card = next((rule for rule in self.rules if rule.kind == "card"), None)
        if card is not None and run and digits.begun_card(run):
            _mark(state.spoken, [(run[0].start, run[-1].end)], HIDDEN if card.mute_audio else HIDDEN_IN_TEXT)
        return _tell(state.spoken)


def mask_all(
    utterances: Iterable[Utterance], rules: Sequence[MaskingRule], hold_s: float = CONTEXT_S
) -> list[Utterance]:
    """A whole conversation at once, as recordings are transcribed; in order of time."""
    masker = Masker(rules, hold_s)
    out: list[Utterance] = []
    for utterance in sorted(utterances, key=lambda one: one.end_s):
        out += masker.settle(utterance.start_s)
        out += masker.hear(utterance)
    return sorted([*out, *masker.finish()], key=lambda one: (one.start_s, one.side))


def _spoken(utterance: Utterance) -> _Spoken:
    words = list(utterance.words)
    texts = utterance.text.split()
    if len(texts) == len(words):
        words = [msgspec.structs.replace(word, text=text) for word, text in zip(words, texts, strict=True)]
    elif words:
        utterance = msgspec.structs.replace(utterance, text=" ".join(word.text for word in words))
    else:
        words = _spread(texts, utterance)
    pieces: list[str] = []
    tokens: list[int] = []
    for number, word in enumerate(words):
        found = _PIECE.findall(word.text.lower().replace("ё", "е"))
        pieces += found
        tokens += [number] * len(found)
    return _Spoken(utterance, words, pieces, tokens)


def _spread(texts: Sequence[str], utterance: Utterance) -> list[Word]:
    """Words without times of their own: the utterance's time shared by their lengths."""
    total = sum(map(len, texts)) or 1
    length, at, words = utterance.end_s - utterance.start_s, 0, []
    for text in texts:
        start = utterance.start_s + length * at / total
        at += len(text)
        words.append(Word(text, round(start, 3), round(utterance.start_s + length * at / total, 3)))
    return words


def _mark(spoken: Sequence[_Spoken], spans: Iterable[Span], mark: str) -> None:
    """Mark the tokens of these pieces, counted over all utterances; those that were told stay as they are."""
    for start, end in spans:
        first = 0
        for one in spoken:
            last = first + len(one.pieces)
            if not one.told:
                for at in range(max(start, first), min(end, last)):
                    token = one.tokens[at - first]
                    one.marks[token] = HIDDEN if HIDDEN in (mark, one.marks.get(token)) else mark
            first = last


def _index_of(spoken: Sequence[_Spoken], piece: int) -> int:
    """Which utterance the piece, counted over all of them, is in."""
    for number, one in enumerate(spoken):
        if piece < len(one.pieces):
            return number
        piece -= len(one.pieces)
    return len(spoken)


def _all_numbers(pieces: Sequence[str]) -> bool:
    return sum(number.end - number.start for number in numbers(pieces)) == len(pieces)


def _tell(spoken: Iterable[_Spoken]) -> list[Utterance]:
    out = []
    for one in spoken:
        if not one.told:
            one.told = True
            out.append(_hidden(one))
    return out


def _hidden(one: _Spoken) -> Utterance:
    """The utterance with its marked tokens hidden; neighbours become one."""
    if not one.marks:
        return one.utterance
    words = _joined(one.words, one.marks)
    texts = " ".join(word.text for word in words)
    return msgspec.structs.replace(
        one.utterance,
        text=texts,
        words=tuple(words) if one.utterance.words else (),
        masked=True,
        hidden=tuple((word.start_s, word.end_s) for word in words if word.text == HIDDEN),
    )


def _joined(words: Sequence[Word], marks: Mapping[int, str]) -> list[Word]:
    joined: list[Word] = []
    for number, word in enumerate(words):
        mark = marks.get(number)
        before = marks.get(number - 1)
        if mark is None:
            joined.append(word)
        elif mark == before:
            joined[-1] = Word(mark, joined[-1].start_s, word.end_s)
        else:
            joined.append(Word(mark, word.start_s, word.end_s))
    return joined
