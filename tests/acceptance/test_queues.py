"""Queues with real phones: callers wait and are told their place, operators answer, nobody is lost or blocked."""

import asyncio

import pytest

from tests.acceptance.centre import centre
from tools.soaks.check import caller
from tools.softphone import audio
from tools.stack.stand import Stack


@pytest.mark.feature("F-PBX-10", "F-PBX-11")
async def test_a_caller_waits_and_an_operator_answers(ready_stack: Stack) -> None:
    async with centre(ready_stack, 1, first=3010) as place, caller(ready_stack, keep_sound=True) as phone:
        operator = place.workers[0]
        call = await phone.call(place.number)
        ringing = await operator.phone.wait_call(15)
        ringing.ring()
        assert await place.status(operator) == "reserved"
        ringing.answer()
        await ringing.wait_answered(5)
        await ringing.say(audio.tone(700, 3.0), wait=False)
        await asyncio.sleep(2.0)
        assert audio.tone_share(call.heard_last(1.0), 700) > 0.5
        assert await place.status(operator) == "on_call"
        ringing.hang_up()
        await call.wait_ended(10)
        visit = (await place.ended_visits(1))[0]
        assert (visit["outcome"], visit["operator_id"]) == ("answered", operator.user_id)
        assert visit["wait_s"] > 0 and visit["talk_s"] > 1
        await place.wait_status(operator, "ready")
