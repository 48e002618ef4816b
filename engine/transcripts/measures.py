"""Figures of a conversation: who spoke how long, silence, interruptions. Pure; times in seconds.

Speech of one side whose parts overlap or lie closer than ``JOIN_S`` is one turn.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.transcripts.model import HIDDEN, HIDDEN_IN_TEXT, SIDES, Side, Stretch, Utterance

JOIN_S = 0.5
BEGUN_S = 0.3
"""The other one must have spoken for so long already: who begins at the same moment interrupts nobody."""
OVER_S = 0.5
"""Both must speak at once for so long."""
TURN_S = 1.0
"""Shorter turns (``yes``, ``I see``) beside the other one's speech interrupt nobody."""


def measure(utterances: Sequence[Utterance], duration_s: float, unheard: Iterable[Stretch] = ()) -> dict[str, Any]:
    """Talk time and words by side, the operator's share of the talk, silence, its longest stretch, interruptions.

    ``unheard``: stretches in which somebody could not be heard (hold, a pause of the recording, no recogniser); they
    count neither as speech nor as silence. Of interruptions, each side's are those that it made.
    """
    turns = {side: joined([(u.start_s, u.end_s) for u in utterances if u.side == side], JOIN_S) for side in SIDES}
    talk = {side: total(turns[side]) for side in SIDES}
    both = sum(talk.values())
    away = joined(unheard)
    quiet = without([(0.0, max(duration_s, 0.0))], joined([*turns["client"], *turns["operator"], *away]))
    return {
        "talk_s": {side: round(talk[side], 2) for side in SIDES},
        "words": {side: sum(_count(u) for u in utterances if u.side == side) for side in SIDES},
        "talk_ratio": round(talk["operator"] / both, 3) if both else None,
        "silence_s": round(total(quiet), 2),
        "longest_silence_s": round(max((end - start for start, end in quiet), default=0.0), 2),
        "interruptions": {side: len(interruptions(turns, side)) for side in SIDES},
        "overlap_s": round(total(common(turns["client"], turns["operator"])), 2),
        "unheard_s": round(total(away), 2),
    }


def interruptions(turns: dict[Side, list[Stretch]], side: Side) -> list[Stretch]:
    """Turns of a side that began while the other one was speaking, and went on."""
    other = turns["client" if side == "operator" else "operator"]
    return [
        (start, end)
        for start, end in turns[side]
        if end - start >= TURN_S
        and any(begun + BEGUN_S <= start and min(end, over) - start >= OVER_S for begun, over in other)
    ]


def joined(stretches: Iterable[Stretch], gap_s: float = 0.0) -> list[Stretch]:
    """The stretches in order, with those that overlap or lie at most ``gap_s`` apart made one."""
    out: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if out and start - out[-1][1] <= gap_s:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What is left of the stretches; ``taken`` is in order and free of overlaps."""
    out: list[Stretch] = []
    for start, end in stretches:
        at = start
        for begin, over in taken:
            if over <= at or begin >= end:
                continue
            if begin > at:
                out.append((at, begin))
            at = max(at, over)
        if at < end:
            out.append((at, end))
    return out


def common(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """Where both are."""
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(start, end) for start, end in found if end > start]


def total(stretches: Iterable[Stretch]) -> float:
    """Their time."""
    return sum(end - start for start, end in stretches)


def _count(utterance: Utterance) -> int:
    return sum(word not in (HIDDEN, HIDDEN_IN_TEXT) for word in utterance.text.split())


def opinion(scores: Iterable[tuple[Side, int, float | None]]) -> float | None:
    """The sentiment of a whole talk (-1..1): the client's, weighed by words; the operator's where the client said
    nothing that tells one. ``scores``: side, words, sentiment of each utterance."""
    known = [(side, words, score) for side, words, score in scores if score is not None and words > 0]
    for side in SIDES:
        of_side = [(words, score) for of, words, score in known if of == side]
        if of_side:
            weight = sum(words for words, _ in of_side)
            return round(sum(words * score for words, score in of_side) / weight, 3)
    return None
