"""The dialler of this node: follows campaigns, starts and ends them by the clock, gives each its operators."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.agents.service import Presences
from engine.agents.statuses import Status
from engine.calls.model import Call
from engine.calls.services import CallServices
from engine.core import log
from engine.core.errors import NotFound
from engine.core.tasks import every
from engine.dialer.campaign import Campaign
from engine.dialer.live import board
from engine.dialer.live.dials import Dials
from engine.dialer.live.legs import Legs
from engine.dialer.live.operators import Doing, Wish, doing, shared
from engine.dialer.live.ports import Leads, Portraits
from engine.dialer.live.previews import TOPIC
from engine.dialer.live.running import Running
from engine.dialer.live.starting import OpenCall, Starter
from engine.dialer.live.store import CampaignStore
from engine.dialer.outcomes import CampaignState, Mode
from engine.dialer.portraits.callers import Callers
from engine.history.records import FeedRow
from engine.queues.ports import Journal
from engine.queues.service import Queues

_log = log.get("dialer")
TABLES = frozenset({"campaigns", "campaign_lists", "do_not_call", "calling_hours", "dispositions", "everything"})
"""Tables whose changes concern the dialler."""
LOOK_S = 5.0
"""Between two samples, and two looks at the clock of campaigns, in seconds."""
OWED_EVERY = 12
"""The database is asked at each so manieth look who is to be served first, and how much was abandoned."""
SHARE_S = 1.0
CLOSE_S = 2.0
GOES_ON = frozenset({CampaignState.RUNNING, CampaignState.PAUSED})


class Dialer:
    """See the module. ``dials`` has the attempts, and is what flows talk to."""

    def __init__(
        self,
        store: CampaignStore,
        leads: Leads,
        portraits: Portraits,
        queues: Queues,
        presences: Presences,
        journal: Journal,
        services: CallServices,
        open_call: OpenCall,
    ) -> None:
        self.running: dict[UUID, Running] = {}
        self.leads = leads
        clock, keep, spawn = services.clock, services.ledger.save, services.tasks.spawn
        self.dials = Dials(leads, queues, journal, clock, self.running, keep, spawn)
        self.starter = Starter(self.dials, leads, portraits, self.running, open_call, spawn)
        self.legs = Legs(self.dials, self.starter)
        self.callers = Callers(portraits, keep, spawn, services.settings.portrait_shown_chars)
        self._store = store
        self._queues = queues
        self._presences = presences
        self._journal = journal
        self._clock = clock
        self._node_id = services.settings.node_id
        self._tasks = services.tasks
        self._link = services.link
        self._calls_known = asyncio.Event()
        self._staff_changed = False
        self._wraps: dict[UUID, datetime] = {}
        self._nodes = 1
        presences.on_change.append(self.on_operator)
        queues.owed = self.dials.priority_of

    # Campaigns

    async def follow(self, tables: set[str]) -> None:
        """Tables of the configuration have changed."""
        if tables & TABLES:
            await self.load()
        if tables & {"lead_sources", "everything"}:
            await self.callers.load()
        if tables & {"queues", "queue_members", "users", "everything"}:
            self._look_at_staff()

    async def load(self) -> None:
        """Campaigns as they are from now on."""
        campaigns = {one.id: one for one in await self._store.campaigns(self.running.keys())}
        self.dials.dispositions = await self._store.dispositions()
        await self.leads.follow([one for one in campaigns.values() if one.state is CampaignState.RUNNING])
        for campaign in campaigns.values():
            self._take(campaign)
        for campaign_id in self.running.keys() - campaigns.keys():
            await self._end(campaign_id)
        for running in list(self.running.values()):
            if running.campaign.state not in GOES_ON and not running.dials:
                await self._end(running.campaign.id)
        self._look_at_staff()

    def _take(self, campaign: Campaign) -> None:
        running = self.running.get(campaign.id)
        if running is None:
            if campaign.state not in GOES_ON:
                return
            running = Running(campaign, self.leads, self._clock, self.starter.begin, lambda: self._link.up)
            self.running[campaign.id] = running
            running.configure(campaign, self._nodes)
            self._tasks.spawn(self._serve(running), name=f"campaign {campaign.id}")
            return
        before = running.campaign.state
        running.configure(campaign, self._nodes)
        if campaign.state not in (before, CampaignState.RUNNING):
            self.dials.stop(campaign.id)

    async def _serve(self, running: Running) -> None:
        """Dial until the campaign is let go; begins when the calls that live are known."""
        await self._calls_known.wait()
        await running.run()

    async def _end(self, campaign_id: UUID) -> None:
        """The campaign is gone, or finished with its last call."""
        self.dials.stop(campaign_id)
        running = self.running.pop(campaign_id, None)
        if running is not None:
            running.close()

    # Operators

    def on_operator(self, user_id: UUID) -> None:
        """An operator's presence has changed."""
        presence = self._presences.get(user_id) if user_id in self._presences.operators else None
        status = presence.status if presence is not None else Status.OFFLINE
        began = self._wraps.pop(user_id, None)
        if presence is not None and status is Status.WRAP_UP:
            self._wraps[user_id] = began or presence.since
        elif began is not None:
            self.dials.wrapped_up(user_id, began)
        for dial in board.of_user(list(self.dials.live.values()), user_id):
            if status not in (Status.RESERVED, Status.ON_CALL) or (presence and presence.call_id != dial.id):
                self.dials.lost_operator(dial)
        self._look_at_staff()

    def _look_at_staff(self) -> None:
        """Share operators out soon, once for all changes of a moment."""
        if not self._staff_changed:
            self._staff_changed = True
            asyncio.get_running_loop().call_soon(self.share)

    def share(self) -> None:
        """Give each operator to the campaign that dials for it."""
        self._staff_changed = False
        kept = {dial.user_id for dial in self.dials.live.values() if dial.user_id is not None}
        now = self._clock.now().timestamp()
        present: dict[UUID, Doing] = {}
        serves: dict[UUID, set[UUID]] = {}
        for user_id in sorted(self._presences.operators):
            staff = self._queues.distributor.staff.get(user_id)
            what = doing(
                self._presences.get(user_id),
                available=self._presences.available(user_id),
                kept=user_id in kept,
                rests=staff is not None and staff.rests_until > now,
            )
            if what is not Doing.GONE:
                present[user_id] = what
                for queue_id in self._queues.distributor.queues_of(user_id):
                    serves.setdefault(queue_id, set()).add(user_id)
        wishes = [
            Wish(campaign.id, campaign.priority, frozenset(serves.get(campaign.queue_id, ())))
            for campaign in (one.campaign for one in self.running.values() if self._wants(one))
            if campaign.queue_id is not None
        ]
        whose = shared(wishes, list(present))
        for running in self.running.values():
            mine = {user: what for user, what in present.items() if whose.get(user) == running.campaign.id}
            running.staff(mine)

    async def _share_again(self) -> None:
        """Rests of operators end, and leads come, without anybody being told."""
        self.dials.give_back_idle()
        self.share()

    def _wants(self, running: Running) -> bool:
        return running.active and running.campaign.mode is not Mode.ROBOCALL and self.leads.has(running.campaign.id)

    # Time

    async def restore(self) -> None:
        """Take up what an earlier process had, before Asterisk is connected."""
        self.dials.owed = await self._store.owed()
        for campaign_id, state in (await self._store.learnt(self._node_id)).items():
            if running := self.running.get(campaign_id):
                running.controller.restore(state)
        self._nodes = await self._store.nodes()

    async def settle_lost(self, calls: Collection[Call]) -> None:
        """These calls live, after a connect: an attempt without its call has ended."""
        live = {call.id for call in calls}
        self.dials.settle_lost(live)
        if not self._calls_known.is_set():
            await self.leads.restore(live | self.dials.live.keys())
            self._calls_known.set()

    async def close(self) -> None:
        """Claims that were not handed out go back, as far as the database answers soon."""
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self.leads.close()
                await self._keep_learnt()

    async def run(self) -> None:
        """Leads claimed ahead, samples and what the clock does, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.leads.run())
            group.create_task(self._look_on())
            group.create_task(every(SHARE_S, self._share_again))

    async def _look_on(self) -> None:
        count = 0
        while True:
            try:
                await self.look(count)
            except Exception as exc:  # the database is away: the next look comes
                _log.warning("look_failed", error=f"{type(exc).__name__}: {exc}"[:200])
            count += 1
            await asyncio.sleep(LOOK_S)

    async def look(self, count: int) -> None:
        """Start and finish campaigns whose time has come, tell how they go. ``count``: looks before this one."""
        self.tell_samples()
        if count % OWED_EVERY == 0:
            self.dials.owed |= await self._store.owed()
            await self._keep_learnt()
            nodes, self._nodes = self._nodes, await self._store.nodes()
            for running in self.running.values():
                if nodes != self._nodes:
                    running.configure(running.campaign, self._nodes)
                if running.active:
                    await self._refresh_budget(running)
        if await self._store.move_due():
            await self.load()
        for running in list(self.running.values()):
            if running.active and not running.dials and not self.leads.has(running.campaign.id):
                await self._store.finish_exhausted(running.campaign.id)

    async def _keep_learnt(self) -> None:
        states = {one.campaign.id: one.controller.state() for one in self.running.values() if one.active}
        if states:
            await self._store.keep_learnt(self._node_id, states)

    async def _refresh_budget(self, running: Running) -> None:
        at = self._clock.now()
        day, month = await self.leads.abandonment(running.campaign.id, at)
        running.controller.budget(day=day, month=month, at=at.timestamp())

    def tell_samples(self) -> None:
        """A sample of each campaign that runs, for the charts and for who watches."""
        now = self._clock.now()
        board.count_lines(self.running.values())
        for running in self.running.values():
            if running.active or running.dials:
                row = board.sample(running, self._node_id, now)
                told = FeedRow(topic=TOPIC, kind="sample", key=str(running.campaign.id), data=row)
                self._journal.append(row, told)

    # Commands

    def picture(self) -> dict[str, Any]:
        """The live board of this node."""
        now, previews = self._clock.now(), self.dials.previews
        return {
            "node_id": self._node_id,
            "at": now,
            "campaigns": [board.picture(running, self._node_id, now) for running in self.running.values()],
            "previews": [previews.picture(user_id) for user_id in previews.shown],
        }

    def preview(self, user_id: UUID, do: str, attempt_id: UUID | None) -> None:
        """An operator starts, or passes by, the client shown; ``next``: is done with the wrap-up and wants another.

        Raises:
            NotFound: nobody is shown, or no such operator. Conflict: no client may be passed by.
        """
        if do == "start":
            self.dials.previews.start(user_id, attempt_id)
        elif do == "skip":
            self.dials.previews.skip(user_id, attempt_id)
        else:
            self._presences.set_status(user_id, Status.READY, by="preview")

    def shown_to(self, user_id: UUID) -> dict[str, Any]:
        """The client whom an operator is shown (``preview``), and whom it talks to in a campaign (``card``).

        Raises:
            NotFound: neither.
        """
        shown = self.dials.previews.picture(user_id)
        talks = next((one for one in self.dials.live.values() if one.operator_id == user_id), None)
        card = self.dials.card(talks) if talks is not None else {}
        if shown is None and not card:
            raise NotFound("No client is shown to you now")
        return {"preview": shown, "card": card | {"user_id": user_id} if card else None}
