"""What the example's finished campaign has behind it: attempts of three days, ends of its clients, its pacing."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine.core.ids import new_id
from engine.dialer.outcomes import HUMAN, Outcome
from tools.soaks.campaigns.behaviours import Kind, kind_of
from tools.stack.demo_dialler import CALLER_ID, LISTS, Lead, id_of, leads
from tools.stack.demo_people import id_of as people_id

SPRING = id_of("campaign spring")
OPERATORS = tuple(people_id(f"user {login}") for login in ("operator1", "operator2", "operator3", "agent110"))
DISPOSITIONS = {
    UUID("00000000-0000-7000-8000-000000000031"): 5,
    UUID("00000000-0000-7000-8000-000000000032"): 8,
    UUID("00000000-0000-7000-8000-000000000033"): 3,
}
"""What operators said, and how often (success, refusal, call back)."""
ENDS: dict[Kind, Outcome] = {
    Kind.HASTY: Outcome.HUNG_UP,
    Kind.SILENT: Outcome.SILENT,
    Kind.BUSY: Outcome.BUSY,
    Kind.NO_ANSWER: Outcome.NO_ANSWER,
    Kind.REJECTING: Outcome.REJECTED,
    Kind.SWITCHED_OFF: Outcome.UNAVAILABLE,
    Kind.BAD_NUMBER: Outcome.BAD_NUMBER,
    Kind.BAD_TONES: Outcome.BAD_NUMBER,
    Kind.MACHINE: Outcome.MACHINE,
    Kind.FAX: Outcome.FAX,
}
FIRST_ENDS = {Kind.BUSY_ONCE: Outcome.BUSY, Kind.AWAY_ONCE: Outcome.NO_ANSWER}
CAUSES = {Outcome.BUSY: 17, Outcome.NO_ANSWER: 19, Outcome.REJECTED: 21, Outcome.UNAVAILABLE: 20, Outcome.BAD_NUMBER: 1}
AGAIN = frozenset({Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNAVAILABLE, Outcome.MACHINE, Outcome.ABANDONED})
ABANDONED_EVERY = 40
"""One of so many people found no operator in time."""
DAY_BEGINS, DAY_ENDS = 7, 15
"""Hours of a day in which it ran, UTC."""
SAMPLE_S = 60

Row = tuple[str, dict[str, Any]]


def history(now: datetime, node_id: str) -> list[Row]:
    """Rows of the campaign as it went in the three days before ``now``."""
    chance = random.Random(5)
    first = (now - timedelta(days=3)).replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    found: list[Row] = []
    for n, lead in enumerate(leads(LISTS[0])):
        found += _of_lead(lead, n, first, chance, node_id)
    found += _samples(first + timedelta(days=2), chance, node_id)
    return found


def _of_lead(lead: Lead, n: int, first: datetime, chance: random.Random, node_id: str) -> Iterator[Row]:
    """The attempts of a client, a day apart, and where it stands."""
    outcome, at, number = Outcome.TALKED, first, 0
    for number in range(1, 4):
        hour = chance.uniform(0, DAY_ENDS - DAY_BEGINS)
        at = first + timedelta(days=number - 1, hours=hour)
        outcome = _outcome(lead, n, number)
        yield "dial_attempts", _attempt(lead, outcome, at, number, chance, node_id)
        if outcome not in AGAIN:
            break
    yield (
        "campaign_leads",
        {
            "campaign_id": SPRING,
            "lead_id": lead.id,
            "list_id": lead.list_id,
            "state": "done",
            "zone": "Europe/Moscow",
            "prefix": "7",
            "attempts": number,
            "step_attempts": number,
            "last_outcome": outcome,
            "last_at": at,
            "result": outcome,
            "done_at": at + timedelta(minutes=2),
        },
    )


def _outcome(lead: Lead, n: int, number: int) -> Outcome:
    kind = kind_of(lead.number)
    assert kind is not None
    if number == 1 and kind in FIRST_ENDS:
        return FIRST_ENDS[kind]
    if number == 1 and n % ABANDONED_EVERY == 7 and kind not in ENDS:
        return Outcome.ABANDONED
    return ENDS.get(kind, Outcome.TALKED)


def _attempt(
    lead: Lead, outcome: Outcome, at: datetime, number: int, chance: random.Random, node_id: str
) -> dict[str, Any]:
    ring_s = 30.0 if outcome is Outcome.NO_ANSWER else chance.uniform(4, 15)
    row: dict[str, Any] = {
        "id": new_id(at),
        "campaign_id": SPRING,
        "lead_id": lead.id,
        "list_id": lead.list_id,
        "node_id": node_id,
        "mode": "predictive",
        "address": lead.number,
        "shown": CALLER_ID,
        "number": number,
        "claimed_at": at - timedelta(seconds=2),
        "dialed_at": at,
        "ringing_at": at + timedelta(seconds=0.6),
        "ended_at": at + timedelta(seconds=ring_s),
        "outcome": outcome,
        "cause": CAUSES.get(outcome, 16),
    }
    if outcome in HUMAN or outcome in (Outcome.MACHINE, Outcome.FAX):
        row |= _answered(outcome, at + timedelta(seconds=ring_s), chance)
    return row


def _answered(outcome: Outcome, at: datetime, chance: random.Random) -> dict[str, Any]:
    """What follows an answer: a verdict, and with an operator a conversation and a word on it."""
    verdict = {Outcome.MACHINE: "machine", Outcome.FAX: "fax", Outcome.SILENT: "silent"}.get(outcome, "human")
    row: dict[str, Any] = {
        "answered_at": at,
        "detected_at": at + timedelta(seconds=1),
        "verdict": verdict,
        "verdict_confidence": round(chance.uniform(0.7, 0.99), 2),
        "verdict_s": round(chance.uniform(0.5, 2), 2),
        "verdict_by": "asterisk",
        "ended_at": at + timedelta(seconds=chance.uniform(3, 8)),
        "abandoned": outcome is Outcome.ABANDONED,
    }
    if outcome is Outcome.TALKED:
        talk_s = round(30 + chance.expovariate(1 / 60), 1)
        connected = at + timedelta(seconds=chance.uniform(0.4, 1.8))
        said = chance.choices(list(DISPOSITIONS), list(DISPOSITIONS.values()))[0]
        row |= {
            "connected_at": connected,
            "ended_at": connected + timedelta(seconds=talk_s),
            "talk_s": talk_s,
            "wrap_s": round(chance.uniform(5, 20), 1),
            "operator_id": chance.choice(OPERATORS),
            "disposition_id": said,
            "disposition_at": connected + timedelta(seconds=talk_s + 8),
        }
    return row


def _samples(day: datetime, chance: random.Random, node_id: str) -> Iterator[Row]:
    """How the last day went, a sample a minute for two hours."""
    for n in range(120):
        talking = min(len(OPERATORS), chance.choice((2, 3, 3, 3, 4)))
        wrapping = min(len(OPERATORS) - talking, chance.choice((0, 0, 1)))
        yield (
            "pacing_samples",
            {
                "campaign_id": SPRING,
                "node_id": node_id,
                "at": day + timedelta(seconds=n * SAMPLE_S),
                "mode": "predictive",
                "agents": len(OPERATORS),
                "ready": len(OPERATORS) - talking - wrapping,
                "talking": talking,
                "wrapping": wrapping,
                "lines": chance.choice((1, 2, 3, 4)),
                "wanted": chance.choice((0, 1, 1, 2)),
                "occupancy": round((talking + wrapping) / len(OPERATORS), 2),
                "abandon_rate": round(0.01 + 0.015 * n / 120 + chance.uniform(0, 0.003), 4),
                "answer_rate": round(chance.uniform(0.42, 0.55), 2),
            },
        )
