"""One attempt while it lives: what is known of it, kept with its call for another engine process. Pure data."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from engine.calls.model import Call, EndedBy, Leg
from engine.core.ids import new_id
from engine.dialer.campaign import Claim
from engine.dialer.live.results import outcome_of_cause
from engine.dialer.outcomes import Mode, Outcome
from engine.history.records import DialRow, OfferRow, OptOutRow

OPT_OUT = "opt_out"
"""The answer, or the variable of a menu, that says: do not call me again."""
REFUSED = frozenset({"", "0", "no", "false"})


SURE = frozenset({Outcome.BUSY, Outcome.REJECTED, Outcome.BAD_NUMBER, Outcome.UNAVAILABLE})
"""What a cause tells for certain, also of a call that nobody of us has watched to its end."""


class Stage(StrEnum):
    """How far an attempt is."""

    WAITING = "waiting"
    """An operator is looked for before anybody is called."""
    SHOWN = "shown"
    """Preview: an operator looks at the client."""
    DIALING = "dialing"
    RINGING = "ringing"
    ANSWERED = "answered"
    """The client is on the line; who that is may not be known yet."""
    HUMAN = "human"
    CONNECTED = "connected"
    LEFT = "left"
    """The client hears a message for whom nobody was there, or an answering machine does."""
    ENDED = "ended"


class Dial(msgspec.Struct, kw_only=True):
    """See the module; kept in ``Call.dial``.

    ``mode``: how this one is dialled (never ``automatic``). ``user_id``: the operator kept for it, by the offer
    ``offer_id`` of ``offered_at``. ``operator_first``: the operator's phone is rung before the client's;
    ``auto_answer``: it is asked to answer by itself.
    """

    claim: Claim
    mode: Mode
    queue_id: UUID | None = None
    operator_first: bool = False
    auto_answer: bool = True
    stage: Stage = Stage.WAITING
    shown: str = ""
    user_id: UUID | None = None
    offer_id: UUID | None = None
    offered_at: datetime | None = None
    until: datetime | None = None
    began_at: datetime | None = None
    dialed_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    detected_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    operator_id: UUID | None = None
    outcome: Outcome | None = None
    cause: int | None = None
    abandoned: bool = False
    verdict: str | None = None
    verdict_confidence: float | None = None
    verdict_s: float | None = None
    verdict_by: str | None = None
    talk_s: float = 0.0
    wrap_s: float = 0.0
    answers: dict[str, Any] = {}

    @property
    def id(self) -> UUID:
        return self.claim.attempt_id

    @property
    def campaign_id(self) -> UUID:
        return self.claim.campaign_id

    @property
    def risky(self) -> bool:
        """Nobody is kept for this client."""
        return self.user_id is None

    def is_client(self, leg: Leg) -> bool:
        """Whether the leg is the client's phone."""
        return leg.user_id is None and leg.number == self.claim.address


def dial_row(dial: Dial) -> DialRow:
    """What is known of the attempt as a row of the history."""
    return DialRow(
        id=dial.id,
        shown=dial.shown,
        mode=dial.mode,
        dialed_at=dial.dialed_at,
        ringing_at=dial.ringing_at,
        answered_at=dial.answered_at,
        detected_at=dial.detected_at,
        connected_at=dial.connected_at,
        ended_at=dial.ended_at,
        outcome=dial.outcome,
        cause=dial.cause,
        abandoned=dial.abandoned,
        verdict=dial.verdict,
        verdict_confidence=dial.verdict_confidence,
        verdict_s=dial.verdict_s,
        verdict_by=dial.verdict_by,
        operator_id=dial.operator_id,
        talk_s=dial.talk_s,
        wrap_s=dial.wrap_s,
        answers=dial.answers,
    )


def offer_row(dial: Dial, result: str = "offered", ended_at: datetime | None = None) -> OfferRow:
    """The offer to the operator who was kept; it bears the attempt's id in place of a visit's."""
    assert dial.queue_id and dial.offer_id and dial.offered_at and dial.user_id
    return OfferRow(
        id=dial.offer_id,
        visit_id=dial.id,
        queue_id=dial.queue_id,
        call_id=dial.id,
        user_id=dial.user_id,
        offered_at=dial.offered_at,
        ended_at=ended_at,
        result=result,
    )


def kept_in(call: Call) -> Dial | None:
    """The attempt that a call was made for."""
    if call.dial is None:
        return None
    try:
        return msgspec.convert(call.dial, Dial)
    except msgspec.ValidationError:
        return None


def variables_of(claim: Claim) -> dict[str, str]:
    """What menus and texts may say of the client."""
    told = {
        "campaign_id": str(claim.campaign_id),
        "lead_id": str(claim.lead_id),
        "attempt_id": str(claim.attempt_id),
        "name": claim.name,
        "phone": claim.address,
        "external_id": claim.external_id or "",
    }
    return {**told, **claim.data}


def answers_of(variables: Mapping[str, str], claim: Claim) -> dict[str, str]:
    """What a menu has learnt from the client: variables that are not the client's own from before."""
    known = variables_of(claim)
    return {name: value for name, value in variables.items() if known.get(name) != value}


def ended(dial: Dial, call: Call, at: datetime) -> Dial:
    """The attempt whose call is over: outcome, cause, times. Facts that its flow has told come first."""
    client = next((leg for leg in reversed(call.legs) if dial.is_client(leg)), None)
    done = msgspec.structs.replace(dial, stage=Stage.ENDED, ended_at=call.ended_at or at, talk_s=round(call.talk_s, 3))
    done.cause = client.cause if client is not None else None
    if client is not None:
        done.dialed_at = done.dialed_at or client.started_at
        done.answered_at = done.answered_at or client.answered_at
    done.answers = {**dial.answers, **answers_of(call.variables, dial.claim)}
    done.outcome = dial.outcome or _outcome(done, call)
    done.abandoned = dial.abandoned or done.outcome is Outcome.ABANDONED
    return done


def wants_out(dial: Dial) -> bool:
    """Whether the client has asked not to be called again."""
    return str(dial.answers.get(OPT_OUT, "")).lower() not in REFUSED


def opt_out_row(dial: Dial, now: datetime) -> OptOutRow:
    """The client wants no calls of campaigns any more."""
    claim = dial.claim
    return OptOutRow(id=new_id(now), address=claim.address, partner_id=claim.partner_id, created_at=now)


def _outcome(dial: Dial, call: Call) -> Outcome:
    """How an attempt ended of which nobody has said so."""
    if dial.connected_at is not None:
        return Outcome.TALKED
    if dial.dialed_at is None:
        return Outcome.OPERATOR_MISSED if dial.operator_first else Outcome.INTERRUPTED
    if dial.answered_at is not None:
        return _of_answered(dial, call)
    if call.ending.failed or (dial.operator_first and call.ended_by is EndedBy.CALLER):
        return Outcome.INTERRUPTED
    outcome = outcome_of_cause(dial.cause, rang=dial.ringing_at is not None)
    unseen = not call.ending.flow_finished and outcome not in SURE
    return Outcome.INTERRUPTED if unseen else outcome


def _of_answered(dial: Dial, call: Call) -> Outcome:
    if call.ending.failed:
        return Outcome.INTERRUPTED
    if dial.mode is Mode.ROBOCALL:
        served = call.ending.flow_finished or bool(dial.answers) or call.talk_s > 0
        return Outcome.TALKED if served else Outcome.HUNG_UP
    if dial.abandoned:
        return Outcome.ABANDONED
    return Outcome.HUNG_UP if call.ended_by in (EndedBy.CALLER, EndedBy.CALLEE) else Outcome.INTERRUPTED
