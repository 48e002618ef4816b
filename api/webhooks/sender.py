"""One delivery as a signed request."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from api.webhooks import signature
from api.webhooks.model import Answer, Due, End
from api.webhooks.outgoing import Outgoing
from engine.core.config import Settings
from engine.core.errors import ConfigError
from engine.core.seal import Seal

_AGENT = "PayLater-CRM/1"
_REST_S = 1.0
_SHOWN = 200
"""Characters of an answer that are kept."""


class Message(msgspec.Struct, kw_only=True):
    """What is sent, as JSON. ``id`` is the same however often it is sent; events of one ``key`` come in order."""

    id: str
    event: str
    key: str
    created_at: datetime
    data: Any


class Sender(Outgoing):
    """Sends webhooks' deliveries; follows no redirects."""

    def __init__(self, settings: Settings, seal: Seal) -> None:
        super().__init__(settings, settings.webhook_timeout_s)
        self._seal = seal

    async def deliver(self, end: End, due: Due) -> Answer:
        """A delivery of the outbox; never raises but when cancelled."""
        try:
            secrets = [self._seal.open(sealed) for sealed in (end.secret, end.secret_before) if sealed]
        except ConfigError as exc:
            return Answer(None, exc.detail)
        message = Message(id=due.event_id, event=due.event, key=due.key, created_at=due.created_at, data=due.body)
        return await self.send(end.url, secrets, message, due.attempts)

    async def send(self, url: str, secrets: Sequence[str], message: Message, attempt: int) -> Answer:
        """Never raises but when cancelled; any fault is an answer without a status."""
        assert self._session is not None
        if wrong := self.refusal(url):
            return Answer(None, wrong)
        body = msgspec.json.encode(message)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "PayLater-Event": message.event,
            "PayLater-Event-Id": message.id,
            "PayLater-Attempt": str(attempt),
            # The machine's own clock: receivers compare it with theirs.
            "PayLater-Signature": signature.header(secrets, int(time.time()), body),
        }
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:
                    # The status is the answer: what follows it is only taken so that the connection can go on.
                    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                        async with asyncio.timeout(_REST_S):
                            await self._read(response)
                    return Answer(response.status, "")
                return Answer(response.status, words(response, await self._read(response)))
        except TimeoutError:
            return Answer(None, f"no answer within {self._settings.webhook_timeout_s:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            return Answer(None, f"{type(exc).__name__}: {exc}"[:_SHOWN])

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The beginning of what was answered; an endless answer is not waited for."""
        data = await response.content.read(self._settings.webhook_answer_bytes)
        if not response.content.at_eof():
            response.close()
        return data


def words(response: aiohttp.ClientResponse, told: bytes) -> str:
    """What an answer that is no success says, shortly."""
    if 300 <= response.status < 400:
        return f"{response.status}: it leads elsewhere; enter the address that answers itself"
    text = "".join(char if char.isprintable() else " " for char in told[:_SHOWN].decode(errors="replace"))
    return f"{response.status} {response.reason or ''}: {' '.join(text.split())}"[: _SHOWN + 50].rstrip(": ")
