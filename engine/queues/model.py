"""A queue as configured, and who waits in it. Pure data."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from engine.routing.model import Destination


class Strategy(StrEnum):
    """Who is asked first."""

    RING_ALL = "ring_all"
    LINEAR = "linear"
    ROUND_ROBIN = "round_robin"
    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"
    SKILLS = "skills"


class Outcome(StrEnum):
    """How a stay in a queue ended."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    FULL = "full"
    EXIT = "exit"
    CALLBACK = "callback"
    NO_OPERATORS = "no_operators"
    TRANSFERRED = "transferred"
    FAILED = "failed"


class Member(msgspec.Struct, frozen=True):
    """An operator of a queue: a lower tier is asked sooner, ``place`` orders a tier."""

    user_id: UUID
    tier: int = 1
    place: int = 0


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue; columns of the table ``queues``, its members (groups taken apart) and required skills.

    ``head_start_s``: callers count as having waited so much longer, where an operator serves several queues.
    ``priority_s``: the same for each level of a caller's priority. ``tier_after_s``: the next tier is asked when a
    caller has waited that long for each tier above it (0: as soon as the tiers above have nobody free), or at once
    while nobody of the tiers above is on line. ``relax_s``: after each such wait one level less of the required
    skills will do, but never less than 1; 0: no relaxing. ``retry_s``: rest of an operator who did not answer.
    ``transcribe``: what is said in its calls becomes text.
    """

    id: UUID
    name: str = ""
    partner_id: UUID | None = None
    enabled: bool = True
    strategy: Strategy = Strategy.LONGEST_IDLE
    members: tuple[Member, ...] = ()
    skills: dict[UUID, int] = {}
    ring_s: int = 20
    retry_s: int = 10
    wrap_s: int = 15
    tier_after_s: int = 0
    relax_s: int = 30
    head_start_s: int = 0
    priority_s: int = 300
    vip_numbers: tuple[str, ...] = ()
    vip_priority: int = 1
    max_waiting: int | None = None
    full_to: Destination | None = None
    max_wait_s: int | None = None
    timeout_to: Destination | None = None
    when_empty: Literal["wait", "leave"] = "wait"
    empty_to: Destination | None = None
    exit_digit: str | None = None
    exit_to: Destination | None = None
    announce_position: bool = True
    announce_wait: bool = True
    announce_every_s: int = 30
    expected_handle_s: int = 180
    welcome_prompt_id: UUID | None = None
    music_prompt_id: UUID | None = None
    message_prompt_ids: tuple[UUID, ...] = ()
    message_every_s: int = 60
    callback_digit: str | None = None
    callback_prompt_id: UUID | None = None
    callback_mode: Literal["operator_first", "client_first"] = "operator_first"
    callback_attempts: int = 3
    callback_interval_s: int = 300
    callback_ring_s: int = 40
    callback_schedule_id: UUID | None = None
    callback_caller_id: str | None = None
    target_s: int = 20
    target_percent: int = 80
    transcribe: bool = True


def parse_queue(row: object) -> Queue:
    """A queue of its row.

    Raises:
        msgspec.ValidationError: a wrong shape; the text names the path.
    """
    return msgspec.convert(row, Queue)


@dataclass(slots=True)
class Waiter:
    """Somebody who waits in a queue: a caller, or a call-back (``counted`` False: not in the size of the queue).

    ``since``: when the wait began, in seconds; a call-back and who calls in again keep their first place by it.
    ``needs``: skills that this one needs beside the queue's own.
    """

    id: UUID
    queue_id: UUID
    since: float
    priority: int = 0
    needs: dict[UUID, int] = field(default_factory=dict)
    counted: bool = True
    due: float = 0.0
    """Place in the line: the smaller is served first; set by the distributor."""
    offered: tuple[UUID, ...] = ()
    """Operators who are being asked now."""
    tried: set[UUID] = field(default_factory=set)
    """Operators who did not answer this one: asked again only where nobody else is free."""

    @property
    def key(self) -> tuple[float, UUID]:
        """Orders a line."""
        return self.due, self.id


@dataclass(frozen=True, slots=True)
class Offer:
    """A decision: ring these operators for this one."""

    waiter_id: UUID
    queue_id: UUID
    users: tuple[UUID, ...]
