"""The state of a conversation, as it lies in the journal with its call. Legs are named by their channel."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec


class Mode(StrEnum):
    """What a supervisor does: hears all, is heard by the operator alone, is heard by all."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Why(StrEnum):
    """Why a phone rings for a conversation in progress."""

    ADD = "add"
    TRANSFER = "transfer"
    RETURN = "return"
    RETRIEVE = "retrieve"
    REJOIN = "rejoin"


class Desk(msgspec.Struct, frozen=True):
    """A phone to ring again: who transferred or parked."""

    number: str
    endpoint: str
    user_id: UUID | None = None


class Join(msgspec.Struct, kw_only=True):
    """A leg that rings and takes part when it answers; ``back`` is rung when it does not.

    ``instead`` is the member whose place it takes: the same phone, which has lost its part of the conversation.
    """

    leg: str
    why: Why
    back: Desk | None = None
    instead: str | None = None


class Consult(msgspec.Struct, kw_only=True):
    """The member ``by`` asks ``leg`` while the others wait; ``swapped``: ``leg`` waits, ``by`` is with the others."""

    by: str
    leg: str
    bridge_id: str
    to: dict[str, Any]
    swapped: bool = False


class Parked(msgspec.Struct, kw_only=True):
    """The call waits in ``slot``; at ``back_at`` the phone of who parked it is rung."""

    slot: str
    by: Desk
    since: datetime
    back_at: datetime
    timeout_s: float
    returns: int = 0


class Watch(msgspec.Struct, kw_only=True):
    """A supervisor's ``leg`` follows the operator's leg ``target`` by the channel ``snoop``."""

    leg: str
    target: str
    mode: Mode
    bridge_id: str
    snoop: str | None = None
    ready: bool = False
    """The snoop channel has come."""


class Talk(msgspec.Struct, kw_only=True):
    """A conversation. Members are on the line or have stepped out (``Leg.held``, a consultation)."""

    members: list[str]
    answered_by: str
    tried: list[dict[str, Any]] = msgspec.field(default_factory=list)
    joining: list[Join] = msgspec.field(default_factory=list)
    consult: Consult | None = None
    parked: Parked | None = None
    watches: list[Watch] = msgspec.field(default_factory=list)
    phone_held: list[str] = msgspec.field(default_factory=list)
    """Members whose own phone holds the call: Asterisk gives the others music by itself."""
    recall: Desk | None = None
    """Who is to be rung, since somebody was left alone."""
    next: dict[str, Any] | None = None
    """Where the caller goes on: the conversation is over."""
    hold_started_at: datetime | None = None
    hold_before_s: float = 0.0
    ended_at: datetime | None = None
    """When the last but one member left."""
    last: str | None = None
    """The member that left last."""
