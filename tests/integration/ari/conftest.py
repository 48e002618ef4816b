"""A node of its own for the ARI client's tests, and clients that are stopped at the end."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import pytest

from tests.integration.ari.node import Node, settings_of
from tests.integration.ari.probe import Probe
from tools.stack.stand import asterisk_prefix

Connect = Callable[..., Awaitable[Probe]]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Asterisk with a small dialplan."""
    made = Node(settings_of(tmp_path_factory.mktemp("node"), asterisk_prefix()))
    made.prepare()
    made.start()
    yield made
    made.send(signal.SIGCONT)
    made.stop(signal.SIGKILL)


@pytest.fixture
async def connect(node: Node) -> AsyncIterator[Connect]:
    """Start a client with a recording sink; keyword arguments change its settings. Waits until it is live."""
    async with AsyncExitStack() as stack:

        async def start(*, wait: bool = True, **changes: Any) -> Probe:
            probe = await stack.enter_async_context(_running(Probe(msgspec.structs.replace(node.settings, **changes))))
            if wait:
                await probe.until(lambda: probe.client.live, 10)
            return probe

        yield start
    node.console("channel request hangup all")


@asynccontextmanager
async def _running(probe: Probe) -> AsyncIterator[Probe]:
    probe.start()
    try:
        yield probe
    finally:
        await probe.stop()
