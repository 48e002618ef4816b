"""The moment of dialling: everything that may forbid a call is looked at again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.dialer.attempts import LeadState, Standing, after, rechosen
from engine.dialer.campaign import CampaignSettings, Claim
from engine.dialer.outcomes import Meaning, Outcome
from engine.dialer.store import Check, Held, LeadStore
from engine.dialer.windows import CallingHours, local_day, next_open, open_now, start_of_day
from engine.routing.table import RoutingTable

_log = log.get("dialer.gate")
BUSY_REST_S = 120
"""Rest of a lead whose number is being dialled by another attempt."""
AWAY_REST_S = 30
"""Rest of a lead that could not be looked at, since the database was away."""
LISTED = frozenset({"do_not_call", "person", "blacklist"})


class Refusal(msgspec.Struct, frozen=True):
    """Why a claim must not be dialled now. ``next_at``: when its lead may be looked at again, if that is known.

    ``reason``: ``do_not_call`` (the address is on the list), ``person`` (the person asked for it), ``blacklist``,
    ``hours``, ``day_full``, ``in_progress`` (the number is being dialled), ``stopped`` (the campaign), ``disabled``
    (lead or list), ``contact`` (it was changed), ``lost`` (the claim is another's now), ``database`` (it is away),
    ``away`` (the sender of messages).
    """

    reason: str
    next_at: datetime | None = None


class Gate:
    """See the module. ``hours`` are the law's, as last read."""

    def __init__(self, store: LeadStore, table: Callable[[], RoutingTable], clock: Clock, settings: Settings) -> None:
        self.hours: Sequence[CallingHours] = ()
        self._store = store
        self._table = table
        self._clock = clock
        self._settings = settings

    def closed(self, settings: CampaignSettings, claim: Claim) -> bool:
        """Whether the client must not be called at this hour."""
        return not open_now(settings, self.hours, claim.zone, claim.address, self._clock.now())

    def listed(self, held: Held) -> Refusal | None:
        """A refusal by what was known when the lead was claimed."""
        if held.person_listed:
            return Refusal("person")
        if held.listed:
            return Refusal("do_not_call")
        if self._table().blacklist.find(held.claim.address, self._clock.now()) is not None:
            return Refusal("blacklist")
        return None

    async def look(self, settings: CampaignSettings, held: Held) -> Refusal | None:
        """Look again at everything; None: it may be dialled, and is written down as begun."""
        claim, now = held.claim, self._clock.now()
        if self.closed(settings, claim):
            return Refusal("hours", next_open(settings, self.hours, claim.zone, claim.address, now))
        if self._table().blacklist.find(claim.address, now) is not None:
            return Refusal("blacklist")
        day = local_day(claim.zone, now)
        try:
            day_start, limit = start_of_day(claim.zone, day), self._settings.dial_number_day
            check = await self._store.begin(claim, now, day_start, limit)
            if check is not None and not check.same_contact:
                fresh = await self._store.held([claim.attempt_id])
                held.contacts = fresh[0].contacts if fresh else held.contacts
        except Exception as exc:
            _log.warning(
                "not_looked_at_again", attempt=str(claim.attempt_id), error=f"{type(exc).__name__}: {exc}"[:200]
            )
            return Refusal("database", now + timedelta(seconds=AWAY_REST_S))
        return self._verdict(check, claim, now)

    def _verdict(self, check: Check | None, claim: Claim, now: datetime) -> Refusal | None:
        if check is None:
            return Refusal("lost")
        if check.begun:
            return None
        if check.person_listed:
            return Refusal("person")
        if check.listed:
            return Refusal("do_not_call")
        if not check.enabled:
            return Refusal("disabled")
        if not check.same_contact:
            return Refusal("contact")
        if not check.running:
            return Refusal("stopped")
        if check.day_full:
            tomorrow = local_day(claim.zone, now) + timedelta(days=1)
            return Refusal("day_full", start_of_day(claim.zone, tomorrow))
        return Refusal("in_progress", now + timedelta(seconds=BUSY_REST_S))


def refused(held: Held, refusal: Refusal, settings: CampaignSettings, now: datetime) -> Standing:
    """Where the lead of a refused claim stands: nothing was dialled."""
    standing = held.standing
    if refusal.reason == "person":
        return after(standing, Outcome.BLOCKED, settings, held.contacts, now, disposition=Meaning.DO_NOT_CALL)
    if refusal.reason in LISTED:
        return after(standing, Outcome.BLOCKED, settings, held.contacts, now)
    noted = replace(standing, last_outcome=Outcome.BLOCKED.value, last_at=now)
    if refusal.reason == "disabled":
        return replace(noted, state=LeadState.DONE, result="disabled", next_at=None)
    if refusal.reason == "contact":
        noted = rechosen(noted, settings, held.contacts)
    if noted.state is LeadState.DONE:
        return noted
    return replace(noted, state=LeadState.WAITING, next_at=refusal.next_at or now)
