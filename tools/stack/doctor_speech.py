"""What the doctor says about hearing: workers, and how many streams more this node can take."""

import asyncio
import time
from typing import Any

import aiohttp

from engine.core.config import Settings

START_S = 8.0
"""How long workers that were just started are waited for."""


class NotHearing(Exception):
    """What is wrong, and ``remedy``: what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


async def workers(settings: Settings) -> str:
    """Speech workers as the engine sees them.

    Raises:
        NotHearing: a model can't be loaded, or no worker runs though there is a model.
    """
    headers = {"Authorization": f"Bearer {settings.control_token}"}
    timeout = aiohttp.ClientTimeout(total=5)
    until = time.monotonic() + START_S
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        while True:
            async with session.get(f"{settings.control_url}/speech") as answer:
                if answer.status != 200:
                    raise NotHearing(f"the engine answers {answer.status}", f"see {settings.var / 'log/engine.log'}")
                capacity = await answer.json(content_type=None)
            if not capacity["engines"] or _ready(capacity) or time.monotonic() > until:
                return words(capacity, settings)
            await asyncio.sleep(0.2)


def words(capacity: dict[str, Any], settings: Settings) -> str:
    """The line for what the engine told (``engine.speech.workers.capacity.Capacity``). Raises as ``workers``."""
    log = settings.var / "log" / "engine.log"
    live = _ready(capacity)
    if capacity["broken"]:
        faults = "; ".join(f"{name}: {fault}" for name, fault in sorted(capacity["broken"].items()))
        raise NotHearing(
            f"can't be loaded: {faults}", "fetch the model again with tools/models, then restart the engine"
        )
    if not capacity["engines"]:
        return "none: no engine turns speech into text here; menus take digits, calls have no text (tools/models)"
    if not live:
        raise NotHearing("no speech worker runs", f"see {log}")
    hears = f"{', '.join(capacity['engines'])} for {', '.join(capacity['languages'])}"
    late = f", {capacity['lag_s']} s late" if capacity["lag_s"] > 1 else ""
    return (
        f"{len(live)} ready ({hears}); {capacity['streams']} streams are heard{late}; "
        f"this node can take {capacity['free']} more"
    )


def _ready(capacity: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for line in capacity["workers"] if line["kind"] == "live" and line["state"] == "ready"]
