"""A campaign as it goes, as the API tells of it. Shares are 0..1, durations seconds; without a base: null."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import Time
from engine.dialer.outcomes import CampaignState, Mode


class Leads(msgspec.Struct, kw_only=True):
    """How the campaign's clients stand: ``left`` are not done; ``due``: whose time has come (their hours may be closed
    still); ``results``: what came of those that are done."""

    total: int
    waiting: int
    claimed: int
    done: int
    left: int
    due: int
    results: dict[str, int]


class Rates(msgspec.Struct, kw_only=True):
    """Sums and shares of a time: connected and answered (by people) of those dialled, abandoned of people."""

    dialed: int = 0
    answered: int = 0
    humans: int = 0
    connected: int = 0
    abandoned: int = 0
    connect_rate: float | None = None
    answer_rate: float | None = None
    abandon_rate: float | None = None


class Sample(msgspec.Struct, kw_only=True):
    """How it went at a moment on one engine, and the decision in force. ``why``: the explanation in words."""

    campaign_id: UUID
    node_id: str
    at: Time
    mode: Mode
    agents: int
    ready: int
    talking: int
    wrapping: int
    lines: int
    wanted: int
    occupancy: float | None
    abandon_rate: float | None
    answer_rate: float | None
    explanation: dict[str, Any]
    why: list[str] = []


class Monitor(msgspec.Struct, kw_only=True):
    """A campaign now.

    ``lines``: attempts in progress by stage (claimed, shown, dialing, ringing, answered, waiting, menu, talking, left);
    ``live``: they are the engines' own word, else what is written down. ``agents``: operators of the queue by status.
    ``humans_24h``, ``abandoned_24h``: what the abandonment budget counts; ``connect_rate``, ``answer_rate``,
    ``abandon_rate`` are those of today. ``eta_at``: when all clients are done at the pace of the last hour, hours
    in which nobody may be called not reckoned.
    """

    campaign_id: UUID
    at: Time
    state: CampaignState
    mode: Mode
    live: bool
    lines: dict[str, int]
    agents: dict[str, int]
    leads: Leads
    connect_rate: float | None
    answer_rate: float | None
    abandon_rate: float | None
    humans_24h: int
    abandoned_24h: int
    today: Rates
    day: Rates
    month: Rates
    done_per_hour: float | None
    eta_s: float | None
    eta_at: Time | None
    samples: list[Sample]


class PacingQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Samples from ``from`` (an hour ago) to before ``to``, oldest first; over longer times fewer of them are told."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    limit: Annotated[int, Meta(ge=1, le=5000)] = 1000
