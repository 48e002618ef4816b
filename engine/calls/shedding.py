"""Tells the dialplan what share of new calls to turn away (see ``engine.calls.admission``)."""

import asyncio

from engine.ari.errors import AriError
from engine.calls.admission import Admission
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices
from engine.core import log

_log = log.get("shedding")
TICK_S = 0.25
HOLDS_S = 3


class Shedding:
    """Measures the delay of the event loop, asks the admission, tells Asterisk."""

    def __init__(self, services: CallServices, admission: Admission, registry: CallRegistry) -> None:
        self._services = services
        self._admission = admission
        self._registry = registry

    async def run(self) -> None:
        """Look every ``TICK_S`` seconds; runs until cancelled."""
        told = -1
        monotonic = self._services.clock.monotonic
        while True:
            before = monotonic()
            await asyncio.sleep(TICK_S)
            lag = monotonic() - before - TICK_S
            share = self._admission.tick(TICK_S + lag, lag, len(self._registry.lines), self._registry.legs)
            if (share or share != told) and self._services.link.up:
                try:
                    await self._tell(share)
                    told = share
                except AriError as exc:
                    _log.warning("shed_not_told", error=exc.detail)

    async def _tell(self, share: int) -> None:
        """The share holds for a few seconds, so that a dead engine turns nobody away."""
        until = int(self._services.clock.now().timestamp()) + HOLDS_S
        await self._services.ari.asterisk.set_variable("PL_SHED_UNTIL", str(until))
        await self._services.ari.asterisk.set_variable("PL_SHED", str(share))
