"""The dialler of a node, put together."""

from collections.abc import Callable
from typing import Any

import aiohttp

from engine.agents.service import Presences
from engine.calls.services import CallServices
from engine.core.seal import Seal
from engine.dialer.leads import Leads
from engine.dialer.live.starting import OpenCall
from engine.dialer.live.store import CampaignStore
from engine.dialer.messages import Letters, Messages
from engine.dialer.portraits import Portraits
from engine.dialer.portraits.store import PortraitStore
from engine.dialer.service import Dialer
from engine.dialer.store import LeadStore
from engine.queues.ports import Journal
from engine.queues.service import Queues
from engine.routing.table import RoutingTable


def make_dialer(
    services: CallServices,
    pool: Any,
    session: aiohttp.ClientSession,
    queues: Queues,
    presences: Presences,
    journal: Journal,
    table: Callable[[], RoutingTable],
    open_call: OpenCall,
) -> Dialer:
    """``session`` asks for portraits; ``open_call`` starts the call of an attempt."""
    settings, clock = services.settings, services.clock
    store = LeadStore(pool, settings.node_id, settings.timezone)
    messages = Messages({"email": Letters(store, clock, settings)})
    leads = Leads(store, journal, table, clock, settings, messages)
    portraits = Portraits(PortraitStore(pool), session, Seal(settings), settings, clock)
    return Dialer(CampaignStore(pool), leads, portraits, queues, presences, journal, services, open_call)
