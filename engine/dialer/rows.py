"""Attempts and leads of campaigns as rows of the journal. Pure."""

from datetime import datetime

from engine.dialer.attempts import Standing
from engine.dialer.campaign import Claim
from engine.dialer.outcomes import Outcome
from engine.history.records import DialRow, LeadRow


def lead_row(claim: Claim, standing: Standing, outcome: Outcome, at: datetime) -> LeadRow:
    """Where a lead stands after an attempt, as a row of the journal."""
    return LeadRow(
        campaign_id=claim.campaign_id,
        lead_id=claim.lead_id,
        attempt_id=claim.attempt_id,
        state=standing.state,
        next_at=standing.next_at,
        step=standing.step,
        contact=standing.contact,
        attempts=standing.attempts,
        step_attempts=standing.step_attempts,
        day=standing.day.isoformat() if standing.day is not None else None,
        attempts_day=standing.attempts_day,
        last_outcome=standing.last_outcome or outcome.value,
        last_at=standing.last_at or at,
        tried=standing.tried,
        dropped=standing.dropped,
        live_only=standing.live_only,
        user_id=standing.user_id,
        result=standing.result,
    )


def outcome_of_left(facts: DialRow) -> Outcome:
    """How an attempt ended that nobody followed to its end."""
    if facts.connected_at is not None:
        return Outcome.TALKED
    if facts.abandoned:
        return Outcome.ABANDONED
    return Outcome.MACHINE if facts.verdict == "machine" else Outcome.INTERRUPTED
