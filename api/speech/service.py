"""Asks the engine; how often one user may let texts be spoken is counted here, in this process."""

import base64
from typing import Any
from uuid import UUID

import msgspec

from api.control.client import EngineClient
from api.speech.model import SayText, SpeechPicture
from api.web.limits import Buckets, seconds
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import TooMany


class SpeechService:
    """See the routes."""

    def __init__(self, engine: EngineClient, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._buckets = Buckets({"say": settings.limit_say_per_minute})

    async def picture(self) -> SpeechPicture:
        """What is here. Raises Unavailable where no engine runs."""
        told: dict[str, Any] = await self._engine.speech()
        return msgspec.convert({**told, "workers": told["capacity"]["workers"]}, SpeechPicture)

    async def say(self, user_id: UUID, wanted: SayText) -> bytes:
        """The text as a WAV file.

        Raises:
            TooMany: this user has let too many texts be spoken. InvalidInput: no such voice. Unavailable: no engine.
        """
        if wait := self._buckets.take("say", str(user_id), self._clock.monotonic()):
            raise TooMany("You have let many texts be spoken; wait", retry_after=seconds(wait))
        answer = await self._engine.say(msgspec.to_builtins(wanted))
        return base64.b64decode(answer["wav"])
