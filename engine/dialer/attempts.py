"""What becomes of a lead after an attempt? Pure: retries by outcome, contacts, steps of the chain, caps, dispositions.

A dial counts against the caps when the client's phone may have rung by it (``counts``). Rules of retries are asked
first, then the caps: a day that is full moves the next dial to the client's next day, a full total leaves only steps
that write. What nothing follows is done; its result is the operator's word, or else the last outcome.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from engine.dialer.campaign import CampaignSettings, Channel, Retry, Step
from engine.dialer.outcomes import NOT_DIALED, Meaning, Outcome
from engine.dialer.windows import local_day, start_of_day

MISSED_REST_S = 15
"""Rest of a lead whose operator did not pick up, in seconds."""
SKIPPED = Retry(outcome=Outcome.SKIPPED, interval_s=3600, attempts=3)
"""What holds for clients passed by where the campaign says nothing."""
AGAIN_S = 86_400
"""When a lead is called again where neither operator nor disposition names a time, in seconds."""
_GIVEN_UP = frozenset({Outcome.BAD_NUMBER, Outcome.FAX, Outcome.BLOCKED})
_UNCOUNTED = NOT_DIALED | {Outcome.FAILED}


class LeadState(StrEnum):
    """A lead's way through a campaign."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"


MOVES: Mapping[LeadState, frozenset[LeadState]] = {
    LeadState.WAITING: frozenset({LeadState.CLAIMED, LeadState.DONE}),
    LeadState.CLAIMED: frozenset({LeadState.WAITING, LeadState.DONE}),
    LeadState.DONE: frozenset({LeadState.WAITING}),
}
"""A lead that is done waits again when its operator's word, or a change of the lead, asks for it."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``lead_contacts``."""

    position: int
    channel: Channel
    address: str
    role: str = ""
    zone: str | None = None
    enabled: bool = True


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a lead stands in a campaign (columns of ``campaign_leads``).

    ``step``, ``contact``: what is next (or being tried, while claimed). ``step_attempts``: dials in this step;
    ``tried``: outcome -> times it came at this contact; ``dropped``: positions of contacts that are of no use.
    ``day``: the client's day that ``attempts_day`` counts; ``user_id``: the operator for whom it is kept.
    """

    zone: str
    state: LeadState = LeadState.WAITING
    next_at: datetime | None = None
    step: int = 0
    contact: int = 1
    attempts: int = 0
    step_attempts: int = 0
    day: date | None = None
    attempts_day: int = 0
    tried: dict[str, int] = {}
    dropped: tuple[int, ...] = ()
    live_only: bool = False
    user_id: UUID | None = None
    last_outcome: str | None = None
    last_at: datetime | None = None
    result: str | None = None


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator said of an attempt: ``retry_s`` of the disposition, a time and an operator for a call-back."""

    meaning: Meaning
    retry_s: int | None = None
    callback_at: datetime | None = None
    user_id: UUID | None = None


class _Case(msgspec.Struct, frozen=True):
    """What a decision is made from."""

    settings: CampaignSettings
    contacts: Sequence[Contact]
    now: datetime
    result: str
    outcome: Outcome
    rest: bool


def counts(outcome: Outcome, *, rang: bool = False) -> bool:
    """Whether an attempt with this outcome is one against the caps: the client's phone may have rung by it."""
    return rang or outcome not in _UNCOUNTED


def after(
    standing: Standing,
    outcome: Outcome,
    settings: CampaignSettings,
    contacts: Sequence[Contact],
    now: datetime,
    *,
    disposition: Meaning | None = None,
    callback_at: datetime | None = None,
    retry_s: int | None = None,
    user_id: UUID | None = None,
    dialed_at: datetime | None = None,
    rang: bool = False,
) -> Standing:
    """The lead after an attempt that ended at ``now`` with ``outcome``.

    Of a claimed lead the attempt is counted. One that was settled already is only changed by a ``disposition`` (with
    the time and operator of a call-back): so an operator's word may come after the call as well as during it.
    ``dialed_at`` says which day the dial belongs to; ``rang``: the phone rang although our side failed.
    """
    fresh = standing.state is LeadState.CLAIMED
    if not fresh and disposition is None:
        return standing
    if disposition is Meaning.MACHINE:
        outcome = Outcome.MACHINE
    counted = _counted(standing, outcome, settings, now, dialed_at or now, rang) if fresh else standing
    rest = fresh and counts(outcome, rang=rang)
    case = _Case(settings, contacts, now, (disposition or outcome).value, outcome, rest)
    if disposition is None:
        return _by_outcome(case, counted)
    word = Word(meaning=disposition, retry_s=retry_s, callback_at=callback_at, user_id=user_id)
    return _by_word(case, replace(counted, user_id=None, result=None), word)


def rechosen(standing: Standing, settings: CampaignSettings, contacts: Sequence[Contact]) -> Standing:
    """The standing with a contact that its step can use: contacts and chain may have changed since it was chosen.

    ``state`` is ``done`` (result ``no_contact``) where no step from the present one on has any.
    """
    step = _step(settings, standing.step)
    usable = _usable(step, contacts, standing.dropped) if step is not None else []
    if any(one.position == standing.contact for one in usable):
        return standing
    if usable:
        return replace(standing, contact=usable[0].position, tried={})
    last = Outcome(standing.last_outcome) if standing.last_outcome else None
    found = _step_from(settings, contacts, standing.step + 1, standing, last)
    if found is None:
        return replace(standing, state=LeadState.DONE, result="no_contact", next_at=None)
    return replace(standing, step=found[0], contact=found[1].position, step_attempts=0, tried={})


def beginnings(settings: CampaignSettings) -> list[tuple[int, Step]]:
    """Steps of the chain that a lead may begin with, by number: those that ask for no outcome before."""
    return [(number, step) for number, step in enumerate(settings.chain) if not step.after]


def _counted(
    standing: Standing, outcome: Outcome, settings: CampaignSettings, now: datetime, dialed_at: datetime, rang: bool
) -> Standing:
    tried = {**standing.tried, outcome.value: standing.tried.get(outcome.value, 0) + 1}
    noted = replace(standing, last_outcome=outcome.value, last_at=now, tried=tried, user_id=None, result=None)
    if outcome is Outcome.ABANDONED and settings.abandonment.live_hours:
        noted = replace(noted, live_only=True)
    if not counts(outcome, rang=rang):
        return noted
    noted = replace(noted, step_attempts=standing.step_attempts + 1)
    if not _dials(settings, standing):
        return noted
    day = local_day(standing.zone, dialed_at)
    today = standing.attempts_day if standing.day == day else 0
    return replace(noted, attempts=standing.attempts + 1, day=day, attempts_day=today + 1)


def _by_outcome(case: _Case, standing: Standing) -> Standing:
    if case.outcome is Outcome.TALKED:
        return _done(case, standing)
    if case.outcome is Outcome.OPERATOR_MISSED:
        return _waiting(case, standing, MISSED_REST_S)
    if case.outcome is Outcome.SENT or (case.outcome is Outcome.INTERRUPTED and not _dials(case.settings, standing)):
        return _next_step(case, standing)  # a message that may have left is not sent twice
    rule = next((one for one in case.settings.retries if one.outcome is case.outcome), None)
    if rule is None and case.outcome is Outcome.SKIPPED:
        rule = SKIPPED
    if case.outcome is Outcome.BLOCKED or (rule is None and case.outcome in _GIVEN_UP):
        return _drop(case, standing)
    if rule is None or standing.tried.get(case.outcome.value, 0) > rule.attempts:
        return _next_contact(case, standing)
    return _again(case, standing, rule)


def _by_word(case: _Case, standing: Standing, word: Word) -> Standing:
    match word.meaning:
        case Meaning.CALLBACK:
            at = word.callback_at or case.now + timedelta(seconds=word.retry_s or AGAIN_S)
            return replace(standing, state=LeadState.WAITING, next_at=at, user_id=word.user_id)
        case Meaning.RETRY:
            interval = word.retry_s or AGAIN_S
            return _again(case, standing, Retry(outcome=case.outcome, interval_s=interval))
        case Meaning.WRONG_NUMBER:
            return _drop(case, standing)
        case Meaning.MACHINE:
            return _by_outcome(case, standing)
        case Meaning.OTHER if case.outcome is not Outcome.TALKED:
            return _by_outcome(case, standing)
    return _done(case, standing)


def _again(case: _Case, standing: Standing, rule: Retry) -> Standing:
    """Once more in the same step, if it and the caps have room."""
    step = _step(case.settings, standing.step)
    if step is None or standing.step_attempts >= step.attempts or _full(case, standing, step.channel):
        return _next_step(case, standing)
    usable = _usable(step, case.contacts, standing.dropped)
    if not usable:
        return _next_step(case, standing)
    later = [one for one in usable if one.position > standing.contact]
    same = [one for one in usable if one.position == standing.contact]
    chosen = (later or usable)[0] if rule.next_contact or not same else same[0]
    return _waiting(case, replace(standing, contact=chosen.position), rule.interval_s)


def _drop(case: _Case, standing: Standing) -> Standing:
    """This contact is of no use, now and later."""
    dropped = tuple(sorted({*standing.dropped, standing.contact}))
    return _next_contact(case, replace(standing, dropped=dropped))


def _next_contact(case: _Case, standing: Standing) -> Standing:
    """Nothing more by this contact: the one after it in the step, else the next step."""
    step = _step(case.settings, standing.step)
    if step is None or standing.step_attempts >= step.attempts or _full(case, standing, step.channel):
        return _next_step(case, standing)
    later = [one for one in _usable(step, case.contacts, standing.dropped) if one.position > standing.contact]
    if not later:
        return _next_step(case, standing)
    return _waiting(case, replace(standing, contact=later[0].position, tried={}), 0)


def _next_step(case: _Case, standing: Standing) -> Standing:
    found = _step_from(case.settings, case.contacts, standing.step + 1, standing, case.outcome)
    if found is None:
        return _done(case, standing)
    number, contact = found
    moved = replace(standing, step=number, contact=contact.position, step_attempts=0, tried={})
    return _waiting(case, moved, case.settings.chain[number].wait_s)


def _step_from(
    settings: CampaignSettings, contacts: Sequence[Contact], number: int, standing: Standing, last: Outcome | None
) -> tuple[int, Contact] | None:
    """The first step from ``number`` on that may be taken after ``last``, with its first contact."""
    for place in range(number, len(settings.chain)):
        step = settings.chain[place]
        full = step.channel == "phone" and standing.attempts >= settings.caps.total
        if full or (step.after and last not in step.after):
            continue
        if usable := _usable(step, contacts, standing.dropped):
            return place, usable[0]
    return None


def _waiting(case: _Case, standing: Standing, seconds: float) -> Standing:
    """In line again after ``seconds``, or as soon as the caps allow."""
    next_at = case.now + timedelta(seconds=seconds)
    if _dials(case.settings, standing):
        caps = case.settings.caps
        if case.rest:
            next_at = max(next_at, case.now + timedelta(seconds=caps.interval_s))
        day = standing.day
        if day is not None and standing.attempts_day >= caps.day and local_day(standing.zone, next_at) <= day:
            next_at = start_of_day(standing.zone, day + timedelta(days=1))
    return replace(standing, state=LeadState.WAITING, next_at=next_at, result=None)


def _done(case: _Case, standing: Standing) -> Standing:
    return replace(standing, state=LeadState.DONE, next_at=None, result=case.result)


def _full(case: _Case, standing: Standing, channel: Channel) -> bool:
    return channel == "phone" and standing.attempts >= case.settings.caps.total


def _usable(step: Step, contacts: Sequence[Contact], dropped: Sequence[int]) -> list[Contact]:
    """The contacts of a step, in their order."""
    fitting = [
        one
        for one in contacts
        if one.enabled and one.channel == step.channel and step.role in ("", one.role) and one.position not in dropped
    ]
    return sorted(fitting, key=lambda one: one.position)


def _step(settings: CampaignSettings, number: int) -> Step | None:
    return settings.chain[number] if number < len(settings.chain) else None


def _dials(settings: CampaignSettings, standing: Standing) -> bool:
    """Whether the present step is one of dials, not of messages."""
    step = _step(settings, standing.step)
    return step is None or step.channel == "phone"
