"""Campaigns get the leads of their lists: all of them at first, then those that are added or changed."""

from datetime import datetime, timedelta
from uuid import UUID

from engine.core.clock import Clock
from engine.core.config import Settings
from engine.dialer.attempts import beginnings
from engine.dialer.campaign import Campaign
from engine.dialer.store import LeadStore

OVERLAP = timedelta(minutes=3)
"""A transaction that takes longer than this to commit its leads is noticed at its import's end."""
FULL_REST = 5.0
"""After looking through whole lists, so many times the time that it took is let pass before the next look."""
CHANGED_MAX = 5000
"""Changed leads that are looked at one by one; when there are more, whole lists are looked through."""
LEARN_FROM = 1000
"""So many new leads are worth the database's looking at what it has."""
_FIRST = UUID(int=0)


class Filler:
    """Fills one campaign; asked again and again, it does what is needed since."""

    def __init__(self, store: LeadStore, clock: Clock, settings: Settings) -> None:
        self.complete = False
        """Whether all leads that its lists had were let in once."""
        self._store = store
        self._clock = clock
        self._chunk = settings.dial_seed_chunk
        self._wanted = True
        self._since: datetime | None = None
        self._seen: dict[UUID, datetime] = {}
        self._rest_until = 0.0

    def look_at_all(self) -> None:
        """Lists, chain or hours are not what they were."""
        self._wanted, self._rest_until = True, 0.0

    async def look(self, campaign: Campaign) -> int:
        """Let in what is new, bring up to date what has changed; gives how many leads are new."""
        async with self._store.seeding(campaign.id) as mine:
            if not mine:
                return 0
            now = self._clock.now()
            lists = await self._store.enabled_lists(campaign.id)
            if self._since is not None and not self._wanted:
                names = [one for one, _ in lists]
                self._wanted = await self._store.imported_since(names, self._since)
            if self._wanted:
                return await self._all(campaign, lists, now)
            return await self._changed(campaign, lists, now)

    async def _all(self, campaign: Campaign, lists: list[tuple[UUID, int]], now: datetime) -> int:
        began = self._clock.monotonic()
        if began < self._rest_until:
            return 0
        self._wanted, made = False, 0
        try:
            for list_id, priority in lists:
                after = _FIRST
                while ids := await self._store.page(list_id, after, self._chunk):
                    made += await self._store.seed(campaign.id, campaign.settings, list_id, priority, ids)
                    after = ids[-1]
            await self._store.detach(campaign.id, [one for one, _ in lists])
        except BaseException:
            self._wanted = True
            raise
        if made >= LEARN_FROM:
            await self._store.filled()
        self.complete, self._since = True, now
        took = self._clock.monotonic() - began
        self._rest_until = began + took * (1 + FULL_REST)
        return made

    async def _changed(self, campaign: Campaign, lists: list[tuple[UUID, int]], now: datetime) -> int:
        assert self._since is not None
        since, made = self._since - OVERLAP, 0
        self._seen = {lead: at for lead, at in self._seen.items() if at > since}
        for list_id, priority in lists:
            found = await self._store.changed(list_id, since, CHANGED_MAX)
            if len(found) >= CHANGED_MAX:
                self._wanted = True
                return made
            fresh = [lead for lead, at in found.items() if self._seen.get(lead) != at]
            if fresh:
                made += await self._store.seed(campaign.id, campaign.settings, list_id, priority, fresh)
            self._seen |= found
        self._since = now
        return made


def filled_by(campaign: Campaign) -> object:
    """What decides which leads a campaign gets, and where they begin."""
    return sorted(campaign.lists), beginnings(campaign.settings), len(campaign.settings.chain)
