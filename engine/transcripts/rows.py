"""Utterances as rows of the history."""

from uuid import UUID

from engine.history.records import SegmentRow
from engine.transcripts.model import Utterance


def segment_row(transcript_id: UUID, seq: int, utterance: Utterance, sentiment: float | None = None) -> SegmentRow:
    """The row of a stretch of speech, by its number in the transcript."""
    return SegmentRow(
        id=f"{transcript_id}/{seq}",
        transcript_id=transcript_id,
        seq=seq,
        side=utterance.side,
        user_id=utterance.user_id,
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        text=utterance.text,
        words=tuple((word.text, word.start_s, word.end_s, word.confidence) for word in utterance.words),
        confidence=utterance.confidence,
        language=utterance.language,
        sentiment=None if sentiment is None else round(sentiment, 3),
        masked=utterance.masked,
    )
