"""Workers are tested under the engine's own event loop."""

from asyncio import AbstractEventLoop
from collections.abc import Callable

import uvloop


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Told by pytest-asyncio: loops to run each test of this folder with."""
    return {"uvloop": uvloop.new_event_loop}
