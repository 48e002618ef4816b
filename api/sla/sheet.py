"""The promises of a request as they stand, and an event as they see it. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.sla.model import PauseReason, TargetKind
from api.sla.plans import Plan, Terms
from api.tickets.states import State


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A promise (a row of ``ticket_targets``); ``id`` None: it has just begun. Times are aware, seconds of opening
    hours."""

    id: UUID | None = None
    kind: TargetKind
    terms: Terms
    target_s: int
    started_at: datetime
    used_s: float = 0.0
    running_from: datetime | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    kept: bool | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which the solution stood still (a row of ``ticket_pauses``); no ``until``: it still does."""

    since: datetime
    until: datetime | None = None
    reason: PauseReason


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The promises of a request that have not ended, and all its pauses, in order. ``begun_at``: when it was opened, or
    reopened last after it was closed."""

    begun_at: datetime
    targets: tuple[Target, ...] = ()
    stops: tuple[Stop, ...] = ()


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """An event as promises see it. ``state``: after it. ``begun``: opened, or reopened after it was closed.
    ``answered``: staff reacted. ``asked``: the client said something, or reopened. ``reacted``: staff has ever reacted.
    ``solved``: if it is closed, somebody had solved it. ``plan``: the one that holds; ``changed``: another than before.
    """

    at: datetime
    state: State
    begun: bool = False
    answered: bool = False
    asked: bool = False
    reacted: bool = False
    solved: bool = False
    plan: Plan | None = None
    changed: bool = False
