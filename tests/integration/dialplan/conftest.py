"""Asterisk under the shipped dialplan with the engine away, and what tells of its calls."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.history.cdr import CdrRow, read_from
from tools.softphone.phone import Phone
from tools.stack.stand import AsteriskStand

# The engine is asked for twice within 0.2 s, so that a test of the fallback does not wait 4 s.
QUICK = {"retry_tries": 2, "retry_interval": 0.2, "agi_seconds": 1.0, "ring_seconds": 3, "voicemail_max_seconds": 20}


class Node:
    """The running Asterisk: its console, call records and recordings."""

    def __init__(self, stand: AsteriskStand) -> None:
        self.stand = stand
        self.settings = stand.settings
        self.address = (stand.settings.bind_host, stand.settings.sip_port)
        self.records = stand.settings.var / "asterisk" / "log" / "cdr-custom" / "calls.csv"
        self._seen = 0

    def console(self, text: str) -> str:
        return self.stand.console(text)

    def put(self, family: str, key: str, value: str) -> None:
        assert "successfully" in self.console(f"database put {family} {key} {value}")

    def forget_records(self) -> None:
        """Call records from now on."""
        self._seen = read_from(self.records, 0)[1]

    async def record(self, caller: str, timeout: float = 8.0) -> CdrRow:
        """The record of the call that ``caller`` made since `forget_records`."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            for row in read_from(self.records, self._seen)[0]:
                if row.caller == caller and row.unique_id == row.linked_id:
                    return row
            await asyncio.sleep(0.05)
        raise AssertionError(f"no record of a call from {caller}: {read_from(self.records, self._seen)[0]}")

    def recording(self, name: str) -> Path:
        return self.settings.recordings / name

    def log(self) -> str:
        return (self.settings.var / "asterisk" / "log" / "messages.log").read_text(errors="replace")


@pytest.fixture(scope="module")
def _quick(asterisk: AsteriskStand) -> Iterator[AsteriskStand]:
    context = context_of(asterisk.settings)
    asterisk.write_dialplan(render(default_templates(), {**context, **QUICK})[OUTPUT])
    yield asterisk
    asterisk.write_dialplan(render(default_templates(), context)[OUTPUT])


@pytest.fixture
def node(_quick: AsteriskStand) -> Iterator[Node]:
    found = Node(_quick)
    found.forget_records()
    yield found
    for name in ("fallback", "language", "blacklist"):
        found.console(f"database deltree {name}")
    found.console("dialplan set global PL_SHED 0")
    found.console("dialplan set global PL_SHED_ACTION congestion")


@pytest.fixture
async def trunk(node: Node) -> AsyncIterator[Callable[..., Phone]]:
    """A caller from the phone network: ``await trunk("79160000001").call("74950000001")``."""
    phones: list[Phone] = []

    async def make(number: str) -> Phone:
        phone = Phone(node.address, number)
        await phone.start()
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        await phone.close()


@pytest.fixture
async def extension(node: Node) -> AsyncIterator[Callable[..., Phone]]:
    """A registered phone: ``await extension("101")``."""
    phones: list[Phone] = []

    async def make(number: str) -> Phone:
        phone = Phone(node.address, number, node.stand.extensions[number])
        await phone.start()
        await phone.register()
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        await phone.close()
