"""Where calls to an extension go instead of its phone, or after its phone. Pure."""

from collections.abc import Iterable
from datetime import datetime

from engine.routing.model import Destination, Extension, Forward
from engine.routing.schedule import is_open
from engine.routing.table import RoutingTable

BY_SCHEDULE = {"schedule_open": True, "schedule_closed": False}
AFTER = {"busy": "busy", "rejected": "busy", "no_answer": "no_answer", "unavailable": "unavailable"}
"""The rule that holds after a phone rang in vain, by the reason; a phone that declines is as one that is in use."""


def active_forward(table: RoutingTable, extension: Extension, at: datetime) -> tuple[str, Destination] | None:
    """The first rule of ``extension`` that holds at ``at`` before its phone rings: when, and where to."""
    for forward in _valid(extension, at):
        if forward.when == "always":
            return forward.when, forward.to
        if forward.when in BY_SCHEDULE and forward.schedule_id is not None:
            schedule = table.schedules.get(forward.schedule_id)
            if schedule is not None and is_open(schedule, at).open == BY_SCHEDULE[forward.when]:
                return forward.when, forward.to
    return None


def forward_after(extension: Extension, reason: str, at: datetime) -> tuple[str, Destination] | None:
    """The first rule of ``extension`` that holds after its phone was not reached for ``reason``."""
    when = AFTER.get(reason)
    return next(((forward.when, forward.to) for forward in _valid(extension, at) if forward.when == when), None)


def ring_seconds(extension: Extension, at: datetime) -> int:
    """How long the phone rings: its ring time, or less when calls are forwarded sooner."""
    first = next((forward for forward in _valid(extension, at) if forward.when == "no_answer"), None)
    return min(extension.ring_s, first.after_s) if first is not None and first.after_s else extension.ring_s


def _valid(extension: Extension, at: datetime) -> Iterable[Forward]:
    return (forward for forward in extension.forwards if forward.until is None or at < forward.until)
