"""The session in which outboxes send: to public addresses, and to the networks that a setting names."""

from types import TracebackType
from typing import Self

import aiohttp

from api.webhooks import addresses
from engine.core.config import Settings


class Outgoing:
    """Keeps no cookies; a request takes ``timeout_s`` at most. Use as an async context manager."""

    def __init__(self, settings: Settings, timeout_s: float) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._networks = addresses.networks(settings.webhook_networks)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=addresses.connector(self._networks, self._settings.webhook_parallel),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def refusal(self, url: str) -> str | None:
        """Why nothing is sent to this address."""
        return addresses.refusal(url, self._networks)
