"""Leads of one campaign that are claimed ahead on this node: few, so that little is held when others could dial it."""

from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from msgspec.structs import replace

from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.ids import new_id
from engine.dialer.campaign import Campaign, Claim
from engine.dialer.filling import Filler
from engine.dialer.numbers import shown_number
from engine.dialer.store import Held, Lane, LeadStore
from engine.dialer.windows import CallingHours, known_zone, open_now
from engine.routing.table import RoutingTable

SPECIAL_MAX = 10
"""Leads kept for operators that are claimed at once."""
MIN_READY = 4
LONGEST_REST_S = 5.0
"""Leads are looked for at least so often: others may have changed them."""


class Buffer:
    """See the module. ``due``: when last looked, there were leads to dial now."""

    def __init__(self, campaign: Campaign, store: LeadStore, clock: Clock, settings: Settings) -> None:
        self.campaign = campaign
        self.filler = Filler(store, clock, settings)
        self.ready: deque[Held] = deque()
        self.due = False
        self.turn = 0
        """Calls so far, for numbers that are shown by turns."""
        self.resting: dict[UUID, datetime] = {}
        """Promised leads whose operator was not there: lead -> when to ask again."""
        self.look_at = 0.0
        """When to look for leads again, by the monotonic clock; 0: at once."""
        self._store = store
        self._clock = clock
        self._settings = settings

    @property
    def size(self) -> int:
        """How many are claimed ahead."""
        wanted = ceil(self.campaign.settings.pacing.calls_per_s * self._settings.dial_buffer_s)
        return min(max(wanted, MIN_READY), self._settings.dial_buffer_max)

    @property
    def low(self) -> bool:
        """Whether it is time to claim more."""
        return len(self.ready) <= self.size // 2

    def shown(self, table: RoutingTable, claim: Claim) -> str:
        """The number of ours that this client is to see."""
        self.turn += 1
        return shown_number(table, self.campaign.settings, claim.lead_id, claim.address, self.turn)

    async def claim(self, hours: Sequence[CallingHours]) -> list[Held]:
        """Claim what is missing, of the leads that may be called at this moment; not taken into ``ready`` yet."""
        now, campaign = self._clock.now(), self.campaign
        lanes, special = await self._store.waiting(campaign.id)
        open_pairs = self._open({(lane.zone, lane.prefix) for lane in lanes}, hours, now)
        open_lanes = [lane for lane in lanes if (lane.zone, lane.prefix) in open_pairs]
        room = self.size - len(self.ready)
        found = await self._special(open_pairs, room, now) if special is not None and special <= now else []
        due = [lane for lane in open_lanes if lane.next_at <= now]
        if due and room > len(found):
            ids = [new_id(now) for _ in range(room - len(found))]
            found += await self._store.claim(campaign.id, ids, due, now)
        self.due = bool(found)
        self._rest(open_lanes, found, now)
        return found

    async def _special(self, pairs: Collection[tuple[str, str]], room: int, now: datetime) -> list[Held]:
        """Promised calls and people who were left before come first."""
        if not pairs or room <= 0:
            return []
        self.resting = {lead: until for lead, until in self.resting.items() if until > now}
        ids = [new_id(now) for _ in range(min(room, SPECIAL_MAX))]
        found = await self._store.claim_special(self.campaign.id, ids, pairs, self.resting, now)
        lapsed = now - timedelta(seconds=self._settings.dial_hold_s)
        for held in found:
            if held.standing.next_at is not None and held.standing.next_at < lapsed:
                held.claim = replace(held.claim, user_id=None)
        return found

    def _open(
        self, pairs: Collection[tuple[str, str]], hours: Sequence[CallingHours], now: datetime
    ) -> set[tuple[str, str]]:
        settings, fallback = self.campaign.settings, self._settings.timezone
        return {
            (zone, prefix)
            for zone, prefix in pairs
            if open_now(settings, hours, zone if known_zone(zone) else fallback, prefix, now)
        }

    def _rest(self, lanes: Sequence[Lane], found: Sequence[Held], now: datetime) -> None:
        """When it is worth to look again: while something is found, as soon as it runs low."""
        rest = self._settings.dial_look_s
        if not found:
            ahead = min(((lane.next_at - now).total_seconds() for lane in lanes), default=LONGEST_REST_S)
            rest = min(max(ahead, rest), LONGEST_REST_S)
        self.look_at = self._clock.monotonic() + rest
