"""Watchers, steps of checklists, time spent and viewers, as the desk sends and reads them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

Email = Annotated[str, Meta(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
StepText = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]


class WatcherData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is told of everything public: a colleague, a person of the client, or an address; one of them."""

    id: UUID | None = None
    user_id: UUID | None = None
    account_id: UUID | None = None
    email: Email | None = None


class Watcher(msgspec.Struct, kw_only=True):
    """``name``: of the colleague or person."""

    id: UUID
    user_id: UUID | None
    account_id: UUID | None
    email: str | None
    name: str | None
    created_at: datetime


class CheckData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A step to add at the end."""

    id: UUID | None = None
    text: StepText


class CheckPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change. ``place``: where it stands, from 0."""

    text: StepText | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    place: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET


class Check(msgspec.Struct, kw_only=True):
    """A step, in the order of ``place``."""

    id: UUID
    place: int
    text: str
    done_at: datetime | None
    done_by: UUID | None


class WorkData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Time spent, in seconds; noted for the line that has the request."""

    id: UUID | None = None
    seconds: Annotated[int, Meta(ge=1, le=86_400)]
    note: Annotated[str, Meta(max_length=1000)] = ""


class Work(msgspec.Struct, kw_only=True):
    """Time that somebody spent."""

    id: UUID
    user_id: UUID | None
    user_name: str | None
    line: int
    seconds: int
    note: str
    at: datetime


class ViewingData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``writing``: an answer is being written."""

    writing: bool = False


class Viewer(msgspec.Struct, kw_only=True):
    """Who has the request open."""

    user_id: UUID
    name: str
    writing: bool
    until: datetime
