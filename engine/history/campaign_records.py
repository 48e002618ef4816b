"""What the journal holds of campaigns: attempts, leads, how a campaign went. Pure data, as in ``records``."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class DialRow(msgspec.Struct, frozen=True, tag="dial", kw_only=True):
    """What is known of an attempt of a campaign now, whole (columns of ``dial_attempts``); a later one replaces it.

    The row exists before (the claim writes it); what an operator said of it (disposition, note) is not touched.
    """

    id: UUID
    shown: str = ""
    mode: str = ""
    dialed_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    detected_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    cause: int | None = None
    abandoned: bool = False
    verdict: str | None = None
    verdict_confidence: float | None = None
    verdict_s: float | None = None
    verdict_by: str | None = None
    operator_id: UUID | None = None
    talk_s: float = 0.0
    wrap_s: float = 0.0
    answers: dict[str, Any] = {}
    next_at: datetime | None = None


class LeadRow(msgspec.Struct, frozen=True, tag="lead", kw_only=True):
    """Where a lead stands in a campaign after an attempt (columns of ``campaign_leads``).

    Taken only while the lead is claimed by ``attempt_id`` (or was taken for interrupted meanwhile): a second one of an
    attempt changes nothing.
    """

    campaign_id: UUID
    lead_id: UUID
    attempt_id: UUID
    state: str
    next_at: datetime | None
    step: int
    contact: int
    attempts: int
    step_attempts: int
    day: str | None
    attempts_day: int
    last_outcome: str
    last_at: datetime
    tried: dict[str, int] = {}
    dropped: tuple[int, ...] = ()
    live_only: bool = False
    user_id: UUID | None = None
    result: str | None = None


class PacingRow(msgspec.Struct, frozen=True, tag="pacing", kw_only=True):
    """How a campaign went at a moment (columns of ``pacing_samples``). Written once."""

    campaign_id: UUID
    node_id: str
    at: datetime
    mode: str
    agents: int
    ready: int
    talking: int
    wrapping: int
    lines: int
    wanted: int
    occupancy: float | None = None
    abandon_rate: float | None = None
    answer_rate: float | None = None
    explanation: dict[str, Any] = {}

    @property
    def key(self) -> tuple[UUID, datetime, str]:
        """What names the row."""
        return self.campaign_id, self.at, self.node_id


class OptOutRow(msgspec.Struct, frozen=True, tag="opt_out", kw_only=True):
    """Somebody does not want to be called by campaigns any more (columns of ``do_not_call``). Written once."""

    id: UUID
    address: str
    partner_id: UUID | None = None
    reason: str = ""
    source: str = "opt_out"
    created_at: datetime | None = None
