"""Campaigns of this node as people see them: the live board, samples for the charts, cards for operators, metrics."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Counter, Gauge

from engine.dialer.campaign import Campaign
from engine.dialer.live.dial import Dial, Stage
from engine.dialer.live.operators import Doing
from engine.dialer.live.running import Running
from engine.dialer.outcomes import HUMAN
from engine.history.records import PacingRow

DIALS = Counter("paylater_dials", "Attempts of campaigns that ended, by mode and outcome", ["mode", "outcome"])
ABANDONED = Counter("paylater_dials_abandoned", "People who answered and for whom no operator was there in time")
LINES = Gauge("paylater_dial_lines", "Attempts of campaigns in progress, by stage", ["stage"])
AGENTS = Gauge("paylater_campaign_agents", "Operators of campaigns, by what they do", ["doing"])
LOST = Counter("paylater_dials_not_opened", "Attempts that went back since their call could not be opened")


def sample(running: Running, node_id: str, at: datetime) -> PacingRow:
    """How the campaign goes now, as a row of the history."""
    doing = list(running.doing.values())
    counts, decision = running.counts, running.decision
    answered = sum(counts.outcomes[one] for one in HUMAN)
    tried = sum(counts.outcomes.values())
    busy = doing.count(Doing.TALKING) + doing.count(Doing.WRAPPING)
    return PacingRow(
        campaign_id=running.campaign.id,
        node_id=node_id,
        at=at,
        mode=decision.mode if decision is not None else running.campaign.mode,
        agents=len(doing),
        ready=doing.count(Doing.READY),
        talking=doing.count(Doing.TALKING),
        wrapping=doing.count(Doing.WRAPPING),
        lines=len(running.dials),
        wanted=int(decision.explanation.get("lines", decision.lines)) if decision is not None else 0,
        occupancy=round(busy / len(doing), 4) if doing else None,
        abandon_rate=round(counts.abandoned / counts.humans, 4) if counts.humans else None,
        answer_rate=round(answered / tried, 4) if tried else None,
        explanation=dict(decision.explanation) if decision is not None else {},
    )


def count_lines(campaigns: Iterable[Running]) -> None:
    """Bring the gauges up to date."""
    stages = dict.fromkeys(Stage, 0)
    doing = dict.fromkeys(Doing, 0)
    for running in campaigns:
        for dial in running.dials.values():
            stages[dial.stage] += 1
        for what in running.doing.values():
            doing[what] += 1
    for stage, number in stages.items():
        LINES.labels(stage).set(number)
    for what, number in doing.items():
        AGENTS.labels(what).set(number)


def picture(running: Running, node_id: str, at: datetime) -> dict[str, Any]:
    """The live board's entry of a campaign."""
    row = sample(running, node_id, at)
    campaign, counts = running.campaign, running.counts
    return {
        "campaign_id": campaign.id,
        "name": campaign.name,
        "state": campaign.state,
        "priority": campaign.priority,
        "lines": running.lines(),
        "in_flight": len(running.dials),
        "agents": {"all": row.agents, "ready": row.ready, "talking": row.talking, "wrapping": row.wrapping},
        "mode": row.mode,
        "decided_at": running.decided_at,
        "wanted": row.wanted,
        "explanation": row.explanation,
        "occupancy": row.occupancy,
        "abandon_rate": row.abandon_rate,
        "answer_rate": row.answer_rate,
        "no_leads_now": running.dry,
        "counts": {
            "dialed": counts.dialed,
            "humans": counts.humans,
            "abandoned": counts.abandoned,
            "outcomes": dict(counts.outcomes),
        },
    }


def card(dial: Dial, campaign: Campaign, dispositions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What an operator sees of a client, before and during the call."""
    claim = dial.claim
    ours = [one for one in dispositions if one["campaign_id"] in (None, campaign.id)]
    return {
        "attempt_id": dial.id,
        "call_id": dial.id,
        "campaign": {
            "id": campaign.id,
            "name": campaign.name,
            "script": campaign.settings.script,
            "disposition_required": campaign.settings.disposition_required,
        },
        "lead_id": claim.lead_id,
        "name": claim.name,
        "external_id": claim.external_id,
        "address": claim.address,
        "language": claim.language,
        "portrait": claim.data,
        "answers": dial.answers,
        "attempt": claim.number,
        "mode": dial.mode,
        "dispositions": ours,
    }


def of_user(dials: Iterable[Dial], user_id: UUID) -> list[Dial]:
    """Attempts for which an operator is kept."""
    return [dial for dial in dials if dial.user_id == user_id]
