"""Attempts as the API tells of them, and what is said of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Written
from api.web.paging import Cursor, Limit, PageQuery, Time
from engine.dialer.outcomes import Meaning, Mode, Outcome

Code = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}$")]
Title = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^\S")]
Note = Annotated[str, Meta(max_length=2000)]


class DispositionData(Written, kw_only=True):
    """What an operator may say of a call. ``meaning`` drives what becomes of the client; ``retry_s``: when to call
    again; ``campaign_id`` null: for all campaigns."""

    code: Code
    title: Title
    title_en: Annotated[str, Meta(max_length=100)] = ""
    meaning: Meaning
    campaign_id: UUID | None = None
    retry_s: Annotated[int, Meta(ge=60, le=31_536_000)] | None = None
    place: Annotated[int, Meta(ge=0, le=100_000)] = 0
    enabled: bool = True


class DispositionsQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``campaign_id``: those of this campaign and those of all; without it: every one there is."""

    campaign_id: UUID | None = None


class Attempt(msgspec.Struct, kw_only=True):
    """A try to reach a client; the id is that of its call. ``corrected``: who answered after all, by the operator's
    word."""

    id: UUID
    campaign_id: UUID
    campaign_name: str | None
    lead_id: UUID
    lead_name: str
    external_id: str | None
    list_id: UUID
    mode: Mode
    channel: str
    address: str
    zone: str
    shown: str
    number: int
    step: int
    contact: int
    claimed_at: Time
    dialed_at: Time | None
    ringing_at: Time | None
    answered_at: Time | None
    detected_at: Time | None
    connected_at: Time | None
    ended_at: Time | None
    outcome: Outcome | None
    cause: int | None
    abandoned: bool
    verdict: str | None
    verdict_confidence: float | None
    verdict_s: float | None
    verdict_by: str | None
    corrected: str | None
    operator_id: UUID | None
    operator_name: str | None
    disposition_id: UUID | None
    disposition_code: str | None
    disposition_title: str | None
    disposition_at: Time | None
    note: str
    callback_at: Time | None
    talk_s: float
    wrap_s: float
    answers: dict[str, Any]
    next_at: Time | None


class AttemptFilters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which attempts; ``from`` is included, ``to`` is not (by when they were claimed). ``open``: in progress
    (or not); ``q``: part of a number or of a client's name."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    outcome: Outcome | None = None
    operator_id: UUID | None = None
    list_id: UUID | None = None
    lead_id: UUID | None = None
    disposition_id: UUID | None = None
    number: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    address: Annotated[str, Meta(pattern=r"^[0-9]{3,15}$")] | None = None
    verdict: Annotated[str, Meta(max_length=40)] | None = None
    abandoned: bool | None = None
    open: bool | None = None
    q: Annotated[str, Meta(max_length=100)] | None = None


class CampaignAttemptsQuery(AttemptFilters, kw_only=True):
    """Attempts of a campaign, newest first."""

    limit: Limit = 50
    cursor: Cursor | None = None


class AttemptsExport(AttemptFilters, kw_only=True):
    """Attempts as a file."""

    format: Literal["csv", "xlsx"] = "csv"


class AttemptsQuery(CampaignAttemptsQuery, kw_only=True):
    """The same over all campaigns."""

    campaign_id: UUID | None = None


class ResultsQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``cursor``: what the answer before gave; without it from the beginning of what is kept."""

    limit: Limit = 200
    cursor: Cursor | None = None
    campaign_id: UUID | None = None


class Results(msgspec.Struct, kw_only=True):
    """Attempts that ended, or were said something of, in the order in which that came to be known.

    ``cursor`` is always given: keep it with what was taken over and ask from it next time. ``next`` is the same where
    there is more right now. An attempt that is said something of later comes again, as it is then: its id tells.
    """

    items: list[Attempt]
    next: str | None
    cursor: str


class Said(Written, kw_only=True):
    """What came of a call. ``callback_at``: when the client wants to be called; ``for_me``: by the same operator.
    ``corrected``: who answered after all, where the detection was wrong and the disposition does not say so."""

    disposition_id: UUID
    note: Note = ""
    callback_at: Time | None = None
    for_me: bool = False
    corrected: Literal["human", "machine", "fax"] | None = None


class LeadNow(msgspec.Struct, kw_only=True):
    """What became of the client by it. ``applied`` false: it was noted, and the client is where another attempt has
    brought it meanwhile."""

    attempt_id: UUID
    disposition_id: UUID
    applied: bool
    state: str
    next_at: Time | None
    result: str | None


class LeadsQuery(PageQuery, kw_only=True):
    """Clients of a campaign; ``due``: those whose time has come."""

    state: Literal["waiting", "claimed", "done"] | None = None
    result: Annotated[str, Meta(max_length=40)] | None = None
    list_id: UUID | None = None
    due: bool = False
    q: Annotated[str, Meta(max_length=100)] | None = None


class CampaignLead(msgspec.Struct, kw_only=True):
    """A client in a campaign; ``next_at`` null: as soon as its hours allow."""

    lead_id: UUID
    list_id: UUID
    name: str
    external_id: str | None
    address: str | None
    state: str
    result: str | None
    next_at: Time | None
    zone: str
    step: int
    contact: int
    attempts: int
    attempts_day: int
    live_only: bool
    user_id: UUID | None
    last_outcome: str | None
    last_at: Time | None
    done_at: Time | None


class Preview(msgspec.Struct, kw_only=True):
    """The client whom the operator is shown, to be called or passed by; null: nobody. ``card``: whom the operator
    talks to in a campaign."""

    preview: dict[str, Any] | None
    card: dict[str, Any] | None = None
