"""Queues with real phones: callers wait and are told their place, operators answer, nobody is lost or blocked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.acceptance.centre import Centre, centre
from tools.soaks.check import caller, eventually, kill
from tools.softphone import CallFailed, Phone, PhoneCall, audio
from tools.stack.stand import Stack


@contextlib.asynccontextmanager
async def waiting_callers(stack: Stack, place: Centre, count: int) -> AsyncIterator[list[PhoneCall]]:
    """Callers who wait in the queue, in this order."""
    async with contextlib.AsyncExitStack() as exits:
        calls = []
        for number in range(count):
            phone = await exits.enter_async_context(caller(stack, keep_sound=True))
            calls.append(await phone.call(place.number))
            await place.waiting(number + 1)
        yield calls


async def answer(phone: Phone, timeout: float = 20.0) -> PhoneCall:
    call = await phone.wait_call(timeout)
    call.ring()
    call.answer()
    await call.wait_answered(20)
    return call


def number_of(call: PhoneCall) -> str:
    """Who called, as the phone of an operator shows it."""
    return call.caller


@pytest.mark.feature("F-PBX-10", "F-PBX-11")
async def test_a_caller_waits_and_an_operator_answers(ready_stack: Stack) -> None:
    async with centre(ready_stack, 1, first=3010) as place, caller(ready_stack, keep_sound=True) as phone:
        operator = place.workers[0]
        call = await phone.call(place.number)
        ringing = await operator.phone.wait_call(15)
        ringing.ring()
        assert await place.status(operator) == "reserved"
        ringing.answer()
        await ringing.wait_answered(20)
        await ringing.say(audio.tone(700, 3.0), wait=False)
        await asyncio.sleep(2.0)
        assert audio.tone_share(call.heard_last(1.0), 700) > 0.5
        assert await place.status(operator) == "on_call"
        ringing.hang_up()
        await call.wait_ended(20)
        visit = (await place.ended_visits(1))[0]
        assert (visit["outcome"], visit["operator_id"]) == ("answered", operator.user_id)
        assert visit["wait_s"] > 0 and visit["talk_s"] > 1
        await place.wait_status(operator, "ready")
        offers = await place.rows("select result from queue_offers where queue_id = $1", place.queue_id)
        assert [offer["result"] for offer in offers] == ["answered"]


@pytest.mark.feature("F-PBX-10")
async def test_who_does_not_answer_blocks_nobody(ready_stack: Stack) -> None:
    async with (
        centre(ready_stack, 2, first=3020, strategy="linear", ring_s=5, retry_s=60) as place,
        waiting_callers(ready_stack, place, 1) as calls,
    ):
        silent, other = place.workers
        rings = await silent.phone.wait_call(15)
        rings.ring()
        taken = await answer(other.phone)
        await rings.wait_ended(20)
        await place.wait_status(silent, "ready")
        calls[0].hang_up()
        await taken.wait_ended(20)
        visit = (await place.ended_visits(1))[0]
        assert (visit["outcome"], visit["caller"]) == ("answered", number_of(taken))
        offers = await place.rows(
            "select user_id, result from queue_offers where queue_id = $1 order by offered_at", place.queue_id
        )
        assert [(offer["user_id"], offer["result"]) for offer in offers] == [
            (silent.user_id, "missed"),
            (other.user_id, "answered"),
        ]


@pytest.mark.feature("F-PBX-11")
async def test_callers_hear_their_place_and_leave_by_the_exit(ready_stack: Stack) -> None:
    box = {"kind": "message", "sound": "vm-goodbye"}
    async with (
        centre(ready_stack, 0, first=3030, announce_every_s=5, exit_digit="0", exit_to=box) as place,
        waiting_callers(ready_stack, place, 2) as calls,
    ):

        async def told() -> list[int]:
            rows = await place.rows(
                "select e.data ->> 'position' as position from call_events e join queue_visits v using (call_id) "
                "where v.queue_id = $1 and e.kind = 'queue_announced'",
                place.queue_id,
            )
            return sorted({int(row["position"]) for row in rows}) if len({r["position"] for r in rows}) == 2 else []

        assert await eventually(told, 20) == [1, 2]
        await calls[0].wait_heard(20)
        await calls[0].press("0")
        await calls[0].wait_ended(20)
        calls[1].hang_up()
        visits = await place.ended_visits(2)
        assert [visit["outcome"] for visit in visits] == ["exit", "abandoned"]
        assert [visit["position"] for visit in visits] == [1, 2]


@pytest.mark.feature("F-PBX-11")
async def test_who_finds_the_queue_full_or_waits_too_long_goes_elsewhere(ready_stack: Stack) -> None:
    busy, message = {"kind": "hangup", "how": "busy"}, {"kind": "message", "sound": "vm-goodbye"}
    async with (
        centre(ready_stack, 0, first=3040, max_waiting=1, full_to=busy, max_wait_s=6, timeout_to=message) as place,
        waiting_callers(ready_stack, place, 1) as calls,
        caller(ready_stack) as second,
    ):
        with pytest.raises(CallFailed) as refused:
            await second.call(place.number)
        assert refused.value.status == 486
        await calls[0].wait_ended(30)
        visits = await place.ended_visits(2)
        assert [visit["outcome"] for visit in visits] == ["timeout", "full"]
        assert visits[0]["wait_s"] >= 6


@pytest.mark.feature("F-PBX-11")
async def test_kill_9_while_callers_wait_keeps_their_order(ready_stack: Stack) -> None:
    async with (
        centre(ready_stack, 1, first=3050, ready=False) as place,
        waiting_callers(ready_stack, place, 3) as calls,
    ):
        operator = place.workers[0]
        before = await place.visits()
        await kill(ready_stack, "engine")
        await place.wait_status(operator, "offline")
        served = []
        for _ in calls:
            await place.take_status(operator, "ready")
            taken = await answer(operator.phone, 30)
            served.append(number_of(taken))
            await asyncio.sleep(0.5)
            taken.hang_up()
        assert served == [visit["caller"] for visit in before]
        visits = await place.ended_visits(3, 30)
        assert [visit["id"] for visit in visits] == [visit["id"] for visit in before]
        assert {visit["outcome"] for visit in visits} == {"answered"}
        assert [visit["entered_at"] for visit in visits] == [visit["entered_at"] for visit in before]


@pytest.mark.feature("F-PBX-11")
async def test_kill_9_while_a_phone_rings_or_people_talk_changes_nothing(ready_stack: Stack) -> None:
    async with (
        centre(ready_stack, 1, first=3060, ring_s=40) as place,
        waiting_callers(ready_stack, place, 1),
    ):
        operator = place.workers[0]
        ringing = await operator.phone.wait_call(15)
        ringing.ring()
        await kill(ready_stack, "engine")
        ringing.answer()
        await ringing.wait_answered(20)
        await place.wait_status(operator, "on_call", timeout=20)
        await kill(ready_stack, "engine")
        await asyncio.sleep(2)
        assert not ringing.ended
        ringing.hang_up()
        visit = (await place.ended_visits(1, 30))[0]
        assert (visit["outcome"], visit["operator_id"]) == ("answered", operator.user_id)
        offers = await place.rows("select result from queue_offers where queue_id = $1", place.queue_id)
        assert [offer["result"] for offer in offers] == ["answered"]
        await place.wait_status(operator, "ready", timeout=20)
