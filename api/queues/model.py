"""What clients write of a queue, and what they read of it as it is now."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import Time
from engine.queues.model import Strategy
from engine.routing.model import Destination, Digits, RingSeconds

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^\S")]
Digit = Annotated[str, Meta(pattern=r"^[0-9*#]$")]
Priority = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=1, le=10)]
Prompts = Annotated[list[UUID], Meta(max_length=20)]


class QueueMember(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """An operator, or a group of them. The lower the tier the sooner it is asked; ``place`` orders a tier."""

    user_id: UUID | None = None
    group_id: UUID | None = None
    tier: Annotated[int, Meta(ge=1, le=9)] = 1
    place: Annotated[int, Meta(ge=0, le=100_000)] = 0


class QueueSkill(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A skill that operators need to serve the queue, and how well."""

    skill_id: UUID
    level: Level


class QueueColumns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The queue's own row; see ``engine.queues.model.Queue`` for what each field does."""

    name: Name
    partner_id: UUID | None = None
    enabled: bool = True
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_s: RingSeconds = 20
    retry_s: Annotated[int, Meta(ge=0, le=600)] = 10
    wrap_s: Annotated[int, Meta(ge=0, le=3600)] = 15
    tier_after_s: Annotated[int, Meta(ge=0, le=3600)] = 0
    relax_s: Annotated[int, Meta(ge=0, le=3600)] = 30
    head_start_s: Annotated[int, Meta(ge=0, le=86_400)] = 0
    priority_s: Annotated[int, Meta(ge=0, le=86_400)] = 300
    vip_numbers: Annotated[list[Digits], Meta(max_length=10_000)] = []
    vip_priority: Priority = 1
    max_waiting: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    full_to: Destination | None = None
    max_wait_s: Annotated[int, Meta(ge=5, le=86_400)] | None = None
    timeout_to: Destination | None = None
    when_empty: Literal["wait", "leave"] = "wait"
    empty_to: Destination | None = None
    exit_digit: Digit | None = None
    exit_to: Destination | None = None
    announce_position: bool = True
    announce_wait: bool = True
    announce_every_s: Annotated[int, Meta(ge=5, le=3600)] = 30
    expected_handle_s: Annotated[int, Meta(ge=5, le=7200)] = 180
    welcome_prompt_id: UUID | None = None
    music_prompt_id: UUID | None = None
    message_prompt_ids: Prompts = []
    message_every_s: Annotated[int, Meta(ge=5, le=3600)] = 60
    callback_digit: Digit | None = None
    callback_prompt_id: UUID | None = None
    callback_mode: Literal["operator_first", "client_first"] = "operator_first"
    callback_attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    callback_interval_s: Annotated[int, Meta(ge=5, le=86_400)] = 300
    callback_ring_s: RingSeconds = 40
    callback_schedule_id: UUID | None = None
    callback_caller_id: Digits | None = None
    web_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,100}$")] | None = None
    target_s: Annotated[int, Meta(ge=1, le=3600)] = 20
    target_percent: Annotated[int, Meta(ge=1, le=100)] = 80
    transcribe: bool = True


class QueueData(QueueColumns, kw_only=True):
    """A queue: who serves it and how, where callers go who don't wait, what they hear, call-backs, service level.

    ``web_key``: lets a form on a web site order call-backs with this key; null: no form. ``transcribe``: what is said
    in its calls becomes text.
    """

    members: Annotated[list[QueueMember], Meta(max_length=2000)] = []
    skills: Annotated[list[QueueSkill], Meta(max_length=50)] = []


class QueueFigures(msgspec.Struct, kw_only=True):
    """A queue at this moment; times in seconds, ``service_level`` the percentage answered within ``target_s`` today."""

    queue_id: UUID
    name: str
    waiting: int
    callbacks_waiting: int
    longest_wait_s: float
    longest_since: Time | None
    online: int
    ready: int
    busy: int
    entered_today: int
    answered_today: int
    abandoned_today: int
    lost_today: int
    average_wait_s: float | None
    service_level: float | None
    target_s: int
    target_percent: int


class QueueNow(QueueFigures, kw_only=True):
    """The same as its engine knows it, with the learnt time that a call takes."""

    handle_s: float


class WaitingNow(msgspec.Struct, kw_only=True):
    """Somebody who waits: a ``call``, or a ``callback`` (``id`` is its id then). ``asked``: operators who ring now."""

    queue_id: UUID
    kind: Literal["call", "callback"]
    id: UUID
    call_id: UUID | None
    caller: str | None
    position: int
    priority: int
    since: Time
    waited_s: float
    asked: list[UUID]


class QueuesNow(msgspec.Struct, kw_only=True):
    """All queues, and who waits in them, in order."""

    items: list[QueueNow]
    waiting: list[WaitingNow]


def now_of(answers: list[dict[str, Any]]) -> QueuesNow:
    """The pictures of all nodes as one: the largest figure of the day, sums of those who wait."""
    found: dict[UUID, QueueNow] = {}
    waiting: list[WaitingNow] = []
    for answer in answers:
        picture = msgspec.convert(answer, QueuesNow)
        waiting += picture.waiting
        for item in picture.items:
            other = found.get(item.queue_id)
            found[item.queue_id] = item if other is None else _joined(other, item)
    return QueuesNow(items=sorted(found.values(), key=lambda item: item.name), waiting=waiting)


def _joined(one: QueueNow, other: QueueNow) -> QueueNow:
    sums = ("waiting", "callbacks_waiting", "online", "ready", "busy")
    days = ("entered_today", "answered_today", "abandoned_today", "lost_today")
    values = {name: getattr(one, name) + getattr(other, name) for name in (*sums, *days)}
    values["longest_wait_s"] = max(one.longest_wait_s, other.longest_wait_s)
    return msgspec.structs.replace(one, **values)
