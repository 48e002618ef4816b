"""A try of a call-back: what its flow needs and keeps for another engine process. Pure data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Mode = Literal["operator_first", "client_first"]


class Attempt(msgspec.Struct, kw_only=True):
    """Operator ``user_id`` was reserved to talk to ``number``; ``shown`` is the company's number for the client.

    ``since``, ``priority``: the call-back's place in the line. ``reached``: the side that is called first answered;
    ``connected``: both did.
    """

    call_id: UUID
    callback_id: UUID
    queue_id: UUID
    number: str
    shown: str
    mode: Mode
    user_id: UUID
    offer_id: UUID
    offered_at: datetime
    since: datetime
    priority: int = 0
    reached: bool = False
    connected: bool = False
