"""Personal data in a text by itself: an answer, a note. Pure."""

from collections.abc import Sequence

from engine.transcripts.masking import MaskingRule, mask_all
from engine.transcripts.model import Utterance


def hidden(text: str, rules: Sequence[MaskingRule]) -> str:
    """``text`` as it may be stored."""
    if not rules or not text:
        return text
    masked = mask_all([Utterance(side="client", start_s=0.0, end_s=1.0, text=text)], rules)
    return " ".join(one.text for one in masked)
