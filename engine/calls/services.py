"""What every call of a node shares."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.ari.errors import AriError
from engine.ari.resources import Ari
from engine.calls.ledger import Ledger
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.media.speaking import Speakers
from engine.speech.voices.service import Voices
from engine.speech.workers.pool import Workers

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("services")
SETTLED_S = 6.0


class Link:
    """Whether commands reach Asterisk; calls wait here while they don't."""

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._since = 0.0

    @property
    def up(self) -> bool:
        return self._up.is_set()

    @property
    def settled(self) -> bool:
        """Whether the link is up and calls that waited for it have been taken."""
        return self.up and time.monotonic() - self._since > SETTLED_S

    def set(self, up: bool) -> None:
        """Tell that the link is up or down."""
        if up:
            self._up.set()
            self._since = time.monotonic()
        else:
            self._up.clear()

    async def wait(self) -> None:
        """Returns when commands reach Asterisk."""
        await self._up.wait()


@dataclass(frozen=True, slots=True)
class CallServices:
    """Ports that calls work with."""

    ari: Ari
    ledger: Ledger
    clock: Clock
    settings: Settings
    link: Link
    tasks: Tasks
    people: Callable[[str], UUID | None] = field(default=lambda extension: None)
    """Whose extension that is."""
    on_talk: "list[Callable[[CallLine], None]]" = field(default_factory=list)
    """Told when a conversation begins, goes on after a crash, changes or ends, and when its recording is paused."""

    workers: Workers | None = None
    """Hears what is said in calls; none: nothing is."""
    voices: Voices | None = None
    speakers: Speakers | None = None
    """Speak texts while they are made; none: nothing is spoken so."""

    def tell_talk(self, line: "CallLine") -> None:
        """Tell who listens that the line's conversation has changed."""
        for tell in self.on_talk:
            try:
                tell(line)
            except Exception:
                _log.exception("talk_not_told", call=str(line.call.id))

    def user_of(self, number: str, endpoint: str) -> UUID | None:
        """The user whose phone a leg is; none for a number outside."""
        return self.people(number) if endpoint == f"PJSIP/{number}" else None

    def command_later(self, work: Awaitable[Any]) -> None:
        """A command whose outcome nobody waits for; Asterisk's refusals are outcomes."""
        self.tasks.spawn(work, quiet=(AriError,))
