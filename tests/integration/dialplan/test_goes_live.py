"""A version that is activated reaches the running Asterisk; a rollback takes it back; calls go on meanwhile."""

import asyncio
import contextlib

import pytest

from engine.core import db
from engine.core.errors import Conflict
from engine.dialplan.render import context_of, default_templates
from engine.dialplan.store import DialplanStore
from tools.softphone.phone import Phone
from tools.stack.stand import Stack


async def _until_shown(stack: Stack, text: str, timeout: float = 20.0) -> None:
    async with asyncio.timeout(timeout):
        while text not in await asyncio.to_thread(stack.console, "dialplan show shed"):
            await asyncio.sleep(0.1)


@pytest.mark.feature("F-PBX-25")
async def test_activation_and_rollback_reach_asterisk_and_drop_no_call(ready_stack: Stack) -> None:
    settings = ready_stack.settings
    context = context_of(settings)
    changed = default_templates()["shed.conf.j2"].replace("Hangup(42)", "Hangup(34)")
    pool = await db.create_pool(settings)
    store = DialplanStore(pool)
    try:
        async with Phone((settings.bind_host, settings.sip_port), "79165550002") as phone:
            call = await phone.call(ready_stack.up["demo"]["menu_ru"], timeout=15.0)
            version = await store.new({"shed.conf.j2": changed}, author="anna", context=context)
            await store.activate(version.id, context=context)
            await _until_shown(ready_stack, "Hangup(34)")
            await store.rollback()
            await _until_shown(ready_stack, "Hangup(42)")
            assert not call.ended
            call.hang_up()
    finally:
        with contextlib.suppress(Conflict):  # the shipped one is in force again
            while await store.rollback():
                pass
        await pool.close()
