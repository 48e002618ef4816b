"""Who reads mailboxes goes on after a fault."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest

from api.ticket_mail import worker
from api.ticket_mail.worker import MailIn
from engine.core.clock import SystemClock
from engine.core.config import Settings


class _Store:
    """Fails at first."""

    def __init__(self, fault: Exception) -> None:
        self._faults = [fault]
        self.read = asyncio.Event()

    async def boxes(self) -> dict[UUID, int]:
        if self._faults:
            raise self._faults.pop()
        self.read.set()
        return {}


@pytest.mark.feature("F-TKT-05")
@pytest.mark.parametrize("fault", [TimeoutError(), ValueError("ours")])
async def test_a_change_of_mailboxes_that_met_a_fault_is_looked_at_again(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_FIRST_PAUSE_S", 0.01)
    store = _Store(fault)
    mail_in = MailIn(cast(Any, store), cast(Any, None), cast(Any, None), Settings(), SystemClock())
    mail_in._news.set()
    work = asyncio.create_task(mail_in.work())
    try:
        async with asyncio.timeout(15):
            await store.read.wait()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
