"""Whether operators' phones are registered: Asterisk tells each change, and is asked after each connect.

Events of phones come for an application of their own on the same socket: one that only hears of endpoints' states, so
that no event of a channel comes twice.
"""

import asyncio
from collections.abc import Callable, Iterable
from uuid import UUID

from engine.agents.model import Operator
from engine.ari.errors import AriError, AriUnprocessable
from engine.ari.events import EndpointStateChange
from engine.ari.resources import Ari
from engine.calls.services import Link
from engine.core import log

_log = log.get("phones")
TECHNOLOGY = "PJSIP"
CHUNK = 50
"""Endpoints of one subscription request."""
RETRY_S, RETRY_MAX_S = 0.5, 10.0
"""Pauses between looks at phones that Asterisk does not know yet (it is about to load them)."""
AUDIT_S = 60.0
"""How often all of them are read anew, whatever was heard."""


class Phones:
    """Watches the phones of ``operators``; tells ``on_phone(extension, reachable)`` what it hears."""

    def __init__(
        self,
        ari: Ari,
        link: Link,
        operators: Callable[[], Iterable[Operator]],
        on_phone: Callable[[str, bool], None],
    ) -> None:
        self._ari = ari
        self._link = link
        self._operators = operators
        self._on_phone = on_phone
        self._watched: dict[str, UUID] = {}
        """Extension -> the operator whose phone it was when it was looked at."""
        self._heard: set[str] = set()
        """Extensions of which an event came since the last look began: it is newer than what the look reads."""
        self._wake = asyncio.Event()

    def on_event(self, event: EndpointStateChange) -> None:
        """Asterisk says that a phone has come or gone."""
        if event.endpoint.technology == TECHNOLOGY:
            self._heard.add(event.endpoint.resource)
            self._on_phone(event.endpoint.resource, event.endpoint.state == "online")

    def connected(self) -> None:
        """Asterisk is there (again): it knows of no subscription."""
        self._watched.clear()
        self._wake.set()

    def changed(self) -> None:
        """Operators have changed."""
        now = {operator.extension: operator.user_id for operator in self._operators()}
        self._watched = {phone: user for phone, user in self._watched.items() if now.get(phone) == user}
        self._wake.set()

    async def run(self) -> None:
        """Keep every operator's phone watched, until cancelled."""
        pause = RETRY_S
        while True:
            try:
                async with asyncio.timeout(pause if self._missing() else AUDIT_S):
                    await self._wake.wait()
                pause = RETRY_S
            except TimeoutError:
                pause = min(pause * 2, RETRY_MAX_S)
                if not self._missing():
                    self._watched.clear()
            self._wake.clear()
            await self._link.wait()
            try:
                await self.look()
            except AriError as exc:
                _log.warning("phones_not_read", error=exc.detail)

    async def look(self) -> None:
        """Watch phones that are not watched yet, then read the state of all that are new."""
        missing = self._missing()
        for start in range(0, len(missing), CHUNK):
            await self._watch(missing[start : start + CHUNK])
        new = [operator.extension for operator in missing if operator.extension in self._watched]
        if new:
            self._heard.clear()
            states = await self._ari.endpoints.states(TECHNOLOGY)
            for extension in set(new) - self._heard:
                self._on_phone(extension, states.get(extension) == "online")

    def _missing(self) -> list[Operator]:
        return [one for one in self._operators() if self._watched.get(one.extension) != one.user_id]

    async def _watch(self, operators: list[Operator]) -> None:
        """Phones that Asterisk does not know are left for later."""
        try:
            await self._ari.endpoints.subscribe([f"{TECHNOLOGY}/{operator.extension}" for operator in operators])
            self._watched |= {operator.extension: operator.user_id for operator in operators}
        except AriUnprocessable:
            if len(operators) > 1:
                for operator in operators:
                    await self._watch([operator])
