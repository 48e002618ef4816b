"""Who may see which change. Pure."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from api.live.model import Change, Partial
from api.web.route import ClientScope, Identity

ALL_CALLS, SUPERVISE, LISTEN = "calls.read", "calls.supervise", "recordings.read"
CAMPAIGNS = "campaigns.read"
ALERT = "alert"
PORTAL = "portal"
KITCHEN = frozenset({"checked", "worked", "warned", "escalated", "survey", "viewing", "bounced", "unverified"})
"""What happens to a ticket that is nobody's business but the staff's own."""


class Audience:
    """What one user may see of the feed, within the topics that the user's rights allow.

    Users of a partner see what bears that partner's id. Without the right to all calls a user sees the calls that it
    takes part in; ``taken`` are the ids of those that went on when this began. A call once seen is seen to its end. Of
    missed calls such a user sees those that concern it; of campaigns, without the right to see them all, the clients
    that it is shown and talks to, and its own attempts. Who may listen to recordings sees the transcripts of all calls,
    others those of their own calls, and no alerts. Clients see that there is news of the tickets that they may see (the
    walls of ``migrations/0014_desk.sql`` in Python) and nothing else; nobody else is told that. Of tickets a partner is
    not told what is internal.
    """

    def __init__(self, identity: Identity, taken: Iterable[str] = ()) -> None:
        self._user = str(identity.user_id)
        self._partner = None if identity.partner_id is None else str(identity.partner_id)
        self._client = identity.client
        self._all_calls = identity.may(ALL_CALLS)
        self._listens = identity.may(LISTEN)
        self._campaigns = identity.may(CAMPAIGNS)
        self._seen = set(taken)
        self.sees_supervisors = identity.may(SUPERVISE)

    def admits(self, change: Change | Partial) -> bool:
        """Whether the user may see ``change``; changes are asked for in their order."""
        data = change.data if isinstance(change.data, dict) else {}
        if self._client is not None or change.topic == PORTAL:
            return self._client is not None and change.topic == PORTAL and _of_client(self._client, data)
        if self._partner is not None and _text(data.get("partner_id")) != self._partner:
            return False
        if change.topic == "tickets":
            return self._partner is None or _public(change, data)
        if change.topic == "transcripts":
            alert = isinstance(change, Change) and change.kind == ALERT
            return self._listens or (not alert and self._user in (data.get("users") or ()))
        if change.topic == "campaigns":
            return self._campaigns or self._concerned(change, data)
        if isinstance(change, Partial) or self._all_calls or change.topic not in ("calls", "missed"):
            return True
        if change.topic == "missed":
            return self._user in data.get("concerns", ())
        mine = change.key in self._seen or self._takes_part(data)
        if mine and change.kind == "ended":
            self._seen.discard(change.key)
        elif mine:
            self._seen.add(change.key)
        return mine

    def _concerned(self, change: Change | Partial, data: dict[str, Any]) -> bool:
        """A client shown is told under the user's id; cards and attempts name their operator."""
        return self._user in (change.key, _text(data.get("user_id")), _text(data.get("operator_id")))

    def _takes_part(self, call: dict[str, Any]) -> bool:
        people = [call.get("operator_id"), *(leg.get("user_id") for leg in call.get("legs") or ())]
        return self._user in map(_text, people)


def _of_client(client: ClientScope, ticket: dict[str, Any]) -> bool:
    """A parent sees its company's tickets; a child those of the outlets it was granted, and its own of no outlet."""
    if _text(ticket.get("account_id")) != str(client.parent_id):
        return False
    if client.outlets is None:
        return True
    outlet = ticket.get("outlet_id")
    if outlet is None:
        return _text(ticket.get("author_account_id")) == str(client.account_id)
    return _text(outlet) in map(str, client.outlets)


def _public(change: Change | Partial, ticket: dict[str, Any]) -> bool:
    """Whether those outside may know of an event of a ticket."""
    kitchen = isinstance(change, Change) and change.kind in KITCHEN
    return not kitchen and bool((ticket.get("data") or {}).get("public", True))


def without_supervisors(change: Change) -> Change:
    """The change for those who must not know who listens to a call."""
    if change.topic != "calls" or not isinstance(change.data, dict) or not change.data.get("talk"):
        return change
    legs = [leg for leg in change.data.get("legs") or () if leg.get("role") != "supervisor"]
    return replace(change, data={**change.data, "legs": legs, "talk": {**change.data["talk"], "watches": []}})


def _text(value: UUID | str | None) -> str:
    return "" if value is None else str(value)
