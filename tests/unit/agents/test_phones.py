"""What is heard of a phone while all of them are read is newer than what was read."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from engine.agents.phones import Phones
from engine.ari.events import EndpointStateChange
from engine.ari.models import Endpoint
from engine.calls.services import Link
from tests.unit.agents.support import START

pytestmark = pytest.mark.feature("F-PBX-09")


class Endpoints:
    """Asterisk's phones: all are registered at the moment they are read, the answer is on its way for a while."""

    def __init__(self) -> None:
        self.reading, self.answer = asyncio.Event(), asyncio.Event()

    async def subscribe(self, _names: list[str]) -> None: ...

    async def states(self, _technology: str) -> dict[str, str]:
        self.reading.set()
        await self.answer.wait()
        return {"201": "online", "202": "online"}


async def test_a_phone_that_goes_while_phones_are_read_is_gone() -> None:
    endpoints, states = Endpoints(), dict[str, bool]()
    operators = [SimpleNamespace(extension=number, user_id=UUID(int=int(number))) for number in ("201", "202")]
    ari: Any = SimpleNamespace(endpoints=endpoints)
    phones = Phones(ari, Link(), lambda: operators, states.__setitem__)  # type: ignore[arg-type, return-value]
    looking = asyncio.create_task(phones.look())
    await endpoints.reading.wait()
    gone = Endpoint(technology="PJSIP", resource="201", state="offline")
    phones.on_event(EndpointStateChange(application="phones", timestamp=START, endpoint=gone))
    endpoints.answer.set()
    await looking
    assert states == {"201": False, "202": True}
