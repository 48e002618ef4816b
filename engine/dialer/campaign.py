"""A campaign as configured. Pure data; the api validates with it, the engine runs by it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from engine.dialer.outcomes import CampaignState, Mode, Outcome
from engine.routing.model import Digits, Interval, ScheduleException

Seconds = Annotated[int, msgspec.Meta(ge=0, le=31_536_000)]
Share = Annotated[float, msgspec.Meta(gt=0, le=0.5)]
Channel = Literal["phone", "sms", "email", "messenger"]


class Retry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """After an ``outcome``: again in ``interval_s`` seconds, ``attempts`` times at most (counted by contact).

    ``next_contact``: by the next contact of the lead, where the step of the chain has several.
    """

    outcome: Outcome
    interval_s: Seconds = 3600
    attempts: Annotated[int, msgspec.Meta(ge=0, le=100)] = 3
    next_contact: bool = False


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step of the chain: dial (or write to) contacts of a channel and role, then go on where nothing came of it.

    ``role`` empty: contacts of any role, in their order. ``after``: the step is taken only where the last outcome was
    one of these (empty: any). ``text``: what a message says, with {{ variables }}. ``wait_s``: pause before the step.
    """

    channel: Channel = "phone"
    role: Annotated[str, msgspec.Meta(max_length=40)] = ""
    attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    wait_s: Seconds = 0
    after: tuple[Outcome, ...] = ()
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most so many dials of a lead: in all, a day (of the lead's own time), and seconds between two."""

    total: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 6
    day: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2
    interval_s: Seconds = 300


class Pacing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How lines are dialled.

    ``target_rate``: abandoned of those answered by people, at most. ``connect_threshold_s``: an operator is there so
    many seconds after ``connect_start`` (the answer, or the end of the greeting), else the call counts as abandoned.
    ``window_s``: the short horizon over which the rate is held, beside 24 hours and 30 days. ``max_lines``: in all;
    ``lines_per_agent``: at most. ``small_team``: fewer operators than this are never dialled for ahead.
    ``calls_per_s``, ``max_channels``: limits of robocalls (calls_per_s holds for all modes).
    """

    target_rate: Share = 0.03
    connect_threshold_s: Annotated[float, msgspec.Meta(ge=0.5, le=10)] = 2.0
    connect_start: Literal["answer", "greeting"] = "answer"
    window_s: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 1800
    max_lines: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 200
    lines_per_agent: Annotated[float, msgspec.Meta(ge=1, le=10)] = 4.0
    small_team: Annotated[int, msgspec.Meta(ge=0, le=50)] = 3
    calls_per_s: Annotated[float, msgspec.Meta(gt=0, le=200)] = 10.0
    max_channels: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 30


class Detection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether to find out who answered. ``provider``: ``own`` (media tap), ``asterisk`` (AMD()), ``off``.

    ``on_machine``: hang up, leave a message (``machine_prompt_id`` or ``machine_text``) after the beep, or treat it as
    a person.
    """

    provider: Literal["own", "asterisk", "off"] = "own"
    max_s: Annotated[float, msgspec.Meta(ge=0.5, le=10)] = 4.0
    early_media: bool = True
    on_machine: Literal["hang_up", "message", "connect"] = "hang_up"
    machine_prompt_id: UUID | None = None
    machine_text: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Abandonment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person hears for whom nobody was there; ``opt_out_digit`` puts the number on the do-not-call list.

    ``live_hours``: for so long the person is only dialled with an operator at hand, and served first when calling in.
    """

    prompt_id: UUID | None = None
    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    opt_out_digit: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]?$")] = "9"
    live_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] = 72


class CampaignSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Column ``campaigns.settings``.

    ``windows``: hours of the week in the client's own time (empty: only the law's ``calling_hours`` hold); ``days``:
    exceptions of the calendar. ``caller_ids``: our numbers to show, by turns; ``caller_id_rule``: how one is chosen
    (``rotate``, ``sticky``: a lead sees the same one, ``region``: longest common prefix). ``menu_id``: what a client
    of a robocall hears. ``preview_s``: seconds that an operator may look at a client shown. ``blended``: operators
    serve their other queues first. ``script``: text for the operator.
    """

    company: Annotated[str, msgspec.Meta(max_length=200)] = ""
    windows: tuple[Interval, ...] = ()
    days: tuple[ScheduleException, ...] = ()
    retries: tuple[Retry, ...] = (
        Retry(outcome=Outcome.BUSY, interval_s=600),
        Retry(outcome=Outcome.NO_ANSWER, interval_s=7200),
        Retry(outcome=Outcome.REJECTED, interval_s=86_400, attempts=1),
        Retry(outcome=Outcome.UNAVAILABLE, interval_s=14_400, next_contact=True),
        Retry(outcome=Outcome.MACHINE, interval_s=14_400),
        Retry(outcome=Outcome.ABANDONED, interval_s=86_400),
        Retry(outcome=Outcome.HUNG_UP, interval_s=86_400, attempts=1),
        Retry(outcome=Outcome.SILENT, interval_s=14_400),
        Retry(outcome=Outcome.FAILED, interval_s=120, attempts=10),
        Retry(outcome=Outcome.INTERRUPTED, interval_s=600, attempts=5),
    )
    chain: tuple[Step, ...] = (Step(),)
    caps: Caps = Caps()
    pacing: Pacing = Pacing()
    detection: Detection = Detection()
    abandonment: Abandonment = Abandonment()
    ring_s: Annotated[int, msgspec.Meta(ge=15, le=120)] = 30
    trunk_id: UUID | None = None
    caller_ids: tuple[Digits, ...] = ()
    caller_id_rule: Literal["rotate", "sticky", "region"] = "sticky"
    menu_id: UUID | None = None
    portrait_source_id: UUID | None = None
    preview_s: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 60
    preview_skip: bool = True
    auto_answer: bool = True
    blended: bool = True
    disposition_required: bool = False
    script: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign's row, with its lists (id and priority)."""

    id: UUID
    name: str
    mode: Mode
    state: CampaignState
    settings: CampaignSettings
    priority: int = 5
    queue_id: UUID | None = None
    partner_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    started_at: datetime | None = None
    lists: tuple[tuple[UUID, int], ...] = ()
    version: int = 1


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A lead taken for one attempt: what its call needs. ``data``: variables (columns and portrait).

    ``live_only``: only with an operator at hand; ``user_id``: the operator who promised to call.
    """

    attempt_id: UUID
    campaign_id: UUID
    lead_id: UUID
    list_id: UUID
    channel: Channel
    address: str
    number: int
    step: int
    contact: int
    claimed_at: datetime
    zone: str
    partner_id: UUID | None = None
    live_only: bool = False
    user_id: UUID | None = None
    name: str = ""
    external_id: str | None = None
    language: str | None = None
    shown: str = ""
    data: dict[str, str] = {}
