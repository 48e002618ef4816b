"""Ears of a call: each hears one side of one channel and tells what is said, wherever recognisers are.

A snoop channel of the channel goes to the dialplan's context ``tap``, which sends its audio straight to a worker
process; the engine moves none of it. A call never waits for an ear, and an ear never raises: it tells ``Deaf`` while
nothing can be heard, tries again by itself, and tells ``Hearing`` when it can.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from engine.speech.model import Listening, Told

if TYPE_CHECKING:
    from engine.calls.line import CallLine

Tell = Callable[[Told], None]


class Ear:
    """One side of one channel. ``started_at``: when it was opened; times of what it tells count from there."""

    started_at: datetime

    async def listen(self, listening: Listening) -> None:
        """Listen so from the next utterance on."""
        raise NotImplementedError

    async def close(self) -> None:
        """Hear no more; nothing is told after this."""
        raise NotImplementedError


class Ears:
    """All ears of one line (``CallLine.ears``)."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line

    async def open(self, channel_id: str, listening: Listening, tell: Tell, spy: str = "in") -> Ear:
        """Begin to listen; comes back at once. ``spy``: ``in`` is what the person at this channel says.

        ``tell`` is called with ``Hearing`` or ``Deaf`` first, then with what is heard, until ``close`` or the end of
        the channel.
        """
        raise NotImplementedError
