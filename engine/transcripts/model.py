"""What is said in a call, by whom and when. Pure data; times are seconds from the beginning of the transcript."""

from typing import Literal
from uuid import UUID

import msgspec

from engine.calls.model import Call, Leg
from engine.calls.states import LegState
from engine.calls.talk.rules import is_client
from engine.calls.talk.state import Talk
from engine.calls.talk.topology import barging, together

Side = Literal["client", "operator"]
SIDES: tuple[Side, ...] = ("client", "operator")
HIDDEN = "***"
"""Stands where something was hidden; the sound is to be silenced too."""
HIDDEN_IN_TEXT = "**"
"""Stands where something was hidden whose sound may stay."""

Stretch = tuple[float, float]
"""A stretch of time: from, to."""


class Word(msgspec.Struct, frozen=True, array_like=True):
    """A word with its time and how sure the recogniser is (0..1)."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """What one side said without a pause. ``hidden``: stretches whose sound is to be silenced."""

    side: Side
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    user_id: UUID | None = None
    confidence: float | None = None
    language: str | None = None
    engine: str = ""
    masked: bool = False
    hidden: tuple[Stretch, ...] = ()


class Speaker(msgspec.Struct, frozen=True):
    """Somebody whose words belong to the conversation: the leg's channel, the side, the user at that phone."""

    channel_id: str
    side: Side
    user_id: UUID | None


def side_of(call: Call, leg: Leg) -> Side:
    """Whose side a leg is on."""
    return "client" if is_client(call, leg) else "operator"


def speakers(call: Call, talk: Talk) -> list[Speaker]:
    """Who is heard by the others now, the client's side first.

    Who has stepped out (hold, a consultation), is muted, or listens as a supervisor says nothing to the others; while
    the recording is paused nobody says anything that may be kept.
    """
    if call.record_paused or talk.ended_at is not None:
        return []
    loud = [leg for name in barging(call, talk) if (leg := call.leg(name)) is not None]
    legs = [leg for leg in (*together(call, talk), *loud) if leg.state is LegState.UP and not leg.muted]
    found = [Speaker(leg.channel_id, side_of(call, leg), leg.user_id) for leg in legs]
    return sorted(found, key=lambda speaker: speaker.side != "client")


def present(call: Call, talk: Talk) -> list[str]:
    """Channels of all members who are up, also of those who are not heard just now."""
    return [name for name in (*talk.members, *barging(call, talk)) if _is_up(call, name)]


def _is_up(call: Call, channel_id: str) -> bool:
    leg = call.leg(channel_id)
    return leg is not None and leg.state is LegState.UP


def audible(utterance: Utterance, aside: list[Stretch]) -> Utterance | None:
    """The utterance without the words that were said aside (from ``aside``'s stretches); None when nothing is left.

    A word belongs to the stretch in which its middle lies.
    """
    if not any(start < utterance.end_s and utterance.start_s < end for start, end in aside):
        return utterance
    if not utterance.words:
        return None if _inside((utterance.start_s + utterance.end_s) / 2, aside) else utterance
    kept = [n for n, word in enumerate(utterance.words) if not _inside((word.start_s + word.end_s) / 2, aside)]
    if len(kept) == len(utterance.words):
        return utterance
    if not kept:
        return None
    texts = utterance.text.split()
    if len(texts) != len(utterance.words):
        texts = [word.text for word in utterance.words]
    words = tuple(utterance.words[n] for n in kept)
    text = " ".join(texts[n] for n in kept)
    return msgspec.structs.replace(utterance, text=text, words=words, start_s=words[0].start_s, end_s=words[-1].end_s)


def _inside(at_s: float, stretches: list[Stretch]) -> bool:
    return any(start <= at_s < end for start, end in stretches)
