"""A search in what was said, and what it finds. Times in seconds from a transcript's ``started_at``."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.history.model import DirectionName, Party
from api.web.paging import PageQuery, Time

SideName = Literal["client", "operator"]
Words = Annotated[
    str,
    Meta(max_length=300, description='Words in any form, all of them said; ``"a phrase"`` in quotes; ``begin*``'),
]
Opinion = Annotated[float, Meta(ge=-1, le=1)]


class SearchTranscriptsQuery(PageQuery, kw_only=True):
    """A search, newest first; ``from`` is included, ``to`` is not. ``side``: who said all of it."""

    q: Words | None = None
    side: SideName | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    operator_id: UUID | None = None
    queue_id: UUID | None = None
    number: Party | None = None
    """Either side's number."""
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}$")] | None = None
    source: Literal["live", "recording", "message"] | None = None
    min_sentiment: Opinion | None = None
    max_sentiment: Opinion | None = None
    rule_id: UUID | None = None
    """A speech rule that raised an alert."""


class Hit(msgspec.Struct, kw_only=True):
    """A stretch of speech with words that were looked for: ``marks`` are their places in ``text`` (from, to), ``at_s``
    is when the first of them is said."""

    seq: int
    side: SideName
    start_s: float
    end_s: float
    at_s: float
    text: str
    marks: list[tuple[int, int]]


class FoundTranscript(msgspec.Struct, kw_only=True):
    """A transcript that a search found. ``hits``: the first few; ``hit_count``: how many there are."""

    id: UUID
    call_id: UUID | None
    message_id: UUID | None
    recording_id: UUID | None
    source: Literal["live", "recording", "message"]
    started_at: Time
    duration_s: float | None
    language: str | None
    sentiment: float | None
    masked: bool
    operator_id: UUID | None
    operator_name: str | None
    queue_id: UUID | None
    queue_name: str | None
    direction: DirectionName | None
    caller: str | None
    caller_name: str | None
    called: str | None
    hit_count: int = 0
    hits: list[Hit] = []
