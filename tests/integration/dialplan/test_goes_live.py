"""A version that is activated reaches the running Asterisk; a rollback takes it back; calls go on meanwhile."""

import asyncio
import contextlib
from uuid import uuid4

import pytest

from engine.core import db
from engine.core.errors import Conflict
from engine.dialplan.render import context_of, default_templates
from engine.dialplan.store import DialplanStore
from tools.soaks.check import caller_number
from tools.softphone.phone import Phone
from tools.stack.stand import Stack


async def _until_shown(stack: Stack, text: str, *, gone: bool = False, timeout: float = 20.0) -> None:
    async with asyncio.timeout(timeout):
        while (text in await asyncio.to_thread(stack.console, "dialplan show shed")) == gone:
            await asyncio.sleep(0.1)


@pytest.mark.feature("F-PBX-25")
async def test_activation_and_rollback_reach_asterisk_and_drop_no_call(ready_stack: Stack) -> None:
    settings = ready_stack.settings
    context = context_of(settings)
    own = f"Hangup({uuid4().int % 10**6})"
    changed = default_templates()["shed.conf.j2"].replace("Hangup(42)", own)
    pool = await db.create_pool(settings)
    store = DialplanStore(pool)
    try:
        async with Phone((settings.bind_host, settings.sip_port), caller_number()) as phone:
            call = await phone.call(ready_stack.up["demo"]["menu_ru"], timeout=15.0)
            version = await store.new({"shed.conf.j2": changed}, author="anna", context=context)
            await store.activate(version.id, context=context)
            await _until_shown(ready_stack, own)
            await store.rollback()
            await _until_shown(ready_stack, own, gone=True)
            assert not call.ended
            call.hang_up()
    finally:
        with contextlib.suppress(Conflict):  # the shipped one is in force again
            while await store.rollback():
                pass
        await pool.close()
