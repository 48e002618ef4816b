"""Whose calls one sees: all of them, those of one's team, or one's own. Pure."""

from dataclasses import dataclass
from uuid import UUID

from api.history.model import SpanName
from api.web.route import Identity
from engine.core.errors import Forbidden

ALL, OWN = "calls.read", "calls.own"


@dataclass(frozen=True)
class Sight:
    """``user_id`` None: everybody's calls (of the partner, for a partner); ``team``: with those of one's groups."""

    user_id: UUID | None
    team: bool = False


def sight_of(identity: Identity, span: SpanName | None, *, team_allowed: bool = True) -> Sight:
    """What ``span`` means to this user; None is as much as the rights give.

    Raises:
        Forbidden: more was asked than the rights give.
    """
    everything = identity.may(ALL)
    if span == "all" and not everything:
        raise Forbidden("Your role does not show everybody's calls", right=ALL)
    if span == "team" and not (everything or team_allowed):
        raise Forbidden("Operators do not see the calls of their team here", right=ALL)
    if span in (None, "all") and everything:
        return Sight(None)
    return Sight(identity.user_id, team=span == "team" or (span is None and team_allowed))
