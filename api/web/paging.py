"""Cursors: where the last page ended, opaque to the reader."""

import base64
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from api.web.problems import invalid
from api.web.route import Page

T = TypeVar("T")
Limit = Annotated[int, msgspec.Meta(ge=1, le=500, description="Rows of a page")]
Cursor = Annotated[
    str, msgspec.Meta(max_length=1000, pattern="^[A-Za-z0-9_-]*$", description="``next`` of the page before")
]
Time = Annotated[datetime, msgspec.Meta(tz=True)]
Search = Annotated[str, msgspec.Meta(max_length=100, description="Text to look for")]


class PageQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Query of a list."""

    limit: Limit = 50
    cursor: Cursor | None = None


class SearchQuery(PageQuery, kw_only=True):
    """Query of a list that can be searched."""

    q: Search | None = None


def encode(*key: Any) -> str:
    """The cursor of a row with this sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode(cursor: str | None, kind: Any) -> Any:
    """The sort key in a cursor, as the tuple type ``kind``; None without one.

    Raises:
        InvalidInput: the cursor was not made here.
    """
    if not cursor:
        return None
    try:
        return msgspec.json.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True), type=kind)
    except (ValueError, msgspec.MsgspecError):
        raise invalid("query.cursor", "Not a cursor of this list") from None


def page(items: list[T], limit: int, key: Any) -> Page[T]:
    """A page of ``items``, of which one more than ``limit`` was fetched; ``key(item)`` is an item's sort key."""
    more = len(items) > limit
    items = items[:limit]
    return Page(items, encode(*key(items[-1])) if more else None)


def escape_like(text: str) -> str:
    """Text as a literal part of a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
