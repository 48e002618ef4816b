"""Calls in progress as the API tells them. Times in UTC."""

from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time
from engine.routing.model import Digits, ExtensionNumber


class CallbackRequest(msgspec.Struct, kw_only=True):
    """A caller asked to be called back at ``number``."""

    id: UUID
    call_id: UUID
    number: str
    called: str
    requested_at: Time
    done_at: Time | None


class CallbacksQuery(PageQuery, kw_only=True):
    """Call-back requests, newest first; ``open``: only those not done."""

    open: bool = False


class Position(msgspec.Struct, kw_only=True):
    """Where in a menu the caller is."""

    menu: str = ""
    step: str = ""


class LiveLeg(msgspec.Struct, kw_only=True):
    """A phone in a call in progress."""

    channel_id: str
    role: str
    number: str
    state: str


class LiveCall(msgspec.Struct, kw_only=True):
    """A call in progress."""

    id: UUID
    direction: str
    caller: str
    called: str
    state: str
    language: str | None = None
    started_at: Time
    answered_at: Time | None = None
    position: Position | None = None
    legs: list[LiveLeg] = []


class Originate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ring the phone of ``from_extension``; when it answers, dial ``to`` and connect them."""

    from_extension: ExtensionNumber
    to: Digits
    caller_id: Digits | None = None


class Started(msgspec.Struct):
    """The call was accepted; the feed and the history tell how it goes."""

    call_id: UUID
