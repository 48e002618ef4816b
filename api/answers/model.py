"""Answers as the API tells them."""

from uuid import UUID

import msgspec

from api.web.paging import Time


class Answer(msgspec.Struct, kw_only=True):
    """What was said, or pressed, at one step; ``confidence`` 0..1, none for digits and where nobody could hear.

    ``audio``: whether the words can be listened to. ``duration_s`` in seconds.
    """

    id: UUID
    step: str
    variable: str
    text: str
    confidence: float | None
    language: str | None
    duration_s: float | None
    audio: bool
    created_at: Time


class Answers(msgspec.Struct, kw_only=True):
    """Answers of a call, in the order of the questions."""

    items: list[Answer]
