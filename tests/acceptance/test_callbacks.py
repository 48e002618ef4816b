"""Call-backs with real phones: the place is kept, both modes, an engine killed in between, orders by the API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.acceptance.centre import Centre, centre
from tools.soaks.check import caller, caller_number, eventually, kill, server, trunk_reached
from tools.softphone import Phone, PhoneCall, audio
from tools.stack.demo_rows import NETWORK_PORT_OFFSET
from tools.stack.stand import Stack


@contextlib.asynccontextmanager
async def network(stack: Stack) -> AsyncIterator[Phone]:
    """The phone network beyond the trunk: calls to clients come here."""
    port = stack.settings.port_base + NETWORK_PORT_OFFSET
    async with Phone(server(stack), "network", port=port) as phone:
        assert await trunk_reached(stack)
        yield phone


async def answer(phone: Phone, timeout: float = 25.0) -> PhoneCall:
    call = await phone.wait_call(timeout)
    call.ring()
    call.answer()
    await call.wait_answered(20)
    return call


async def callback_states(place: Centre, *wanted: str, timeout: float = 20.0) -> list[dict[str, Any]]:
    """The queue's call-backs, once they are in these states, in the order in which they were requested."""

    async def reached() -> list[dict[str, Any]] | None:
        query = "select * from callback_requests where queue_id = $1 order by requested_at"
        rows = await place.rows(query, place.queue_id)
        return rows if [row["state"] for row in rows] == list(wanted) else None

    rows = await eventually(reached, timeout)
    assert rows is not None, await place.rows("select * from callback_requests where queue_id = $1", place.queue_id)
    return list(rows)


@pytest.mark.feature("F-PBX-14", "F-PBX-11")
async def test_a_callback_ordered_by_digit_is_served_in_its_place(ready_stack: Stack) -> None:
    async with (
        network(ready_stack) as outside,
        centre(ready_stack, 1, first=3110, ready=False, callback_digit="1") as place,
        caller(ready_stack) as first,
        caller(ready_stack) as second,
    ):
        operator = place.workers[0]
        leaves = await first.call(place.number)
        await place.waiting(1)
        stays = await second.call(place.number)
        await place.waiting(2)
        await leaves.press("1")
        await leaves.wait_ended(20)
        await callback_states(place, "waiting")
        await kill(ready_stack, "engine")
        await place.take_status(operator, "ready")
        called = await operator.phone.wait_call(25)
        assert called.caller == first.user
        called.ring()
        called.answer()
        client = await answer(outside)
        assert client.caller == place.number
        await client.say(audio.tone(800, 3.0), wait=False)
        await asyncio.sleep(2.0)
        assert audio.tone_share(called.heard_last(1.0), 800) > 0.5
        client.hang_up()
        await called.wait_ended(20)
        row = (await callback_states(place, "done"))[0]
        assert (row["source"], row["last_reason"], row["operator_id"]) == ("queue", "answered", operator.user_id)
        then = await answer(operator.phone)
        assert then.caller == second.user
        await place.wait_status(operator, "on_call")
        then.hang_up()
        await stays.wait_ended(20)
        visits = await place.ended_visits(2)
        assert [visit["outcome"] for visit in visits] == ["callback", "answered"]
        assert row["place_at"] == visits[0]["entered_at"]


@pytest.mark.feature("F-PBX-14")
async def test_client_first_is_tried_again_when_nobody_answers(ready_stack: Stack) -> None:
    async with (
        network(ready_stack) as outside,
        centre(ready_stack, 1, first=3120, callback_mode="client_first", callback_interval_s=5) as place,
        ready_stack.api() as api,
    ):
        operator = place.workers[0]
        number = caller_number()
        ordered = await api.post("/callbacks", json={"queue_id": str(place.queue_id), "number": f"+{number}"})
        assert not ordered["again"]
        busy = await outside.wait_call(20)
        assert await place.status(operator) == "reserved"
        busy.reject(486)
        again = await api.post("/callbacks", json={"queue_id": str(place.queue_id), "number": number})
        assert again == {"id": ordered["id"], "again": True}
        await place.wait_status(operator, "ready")
        client = await answer(outside, 30)
        talk = await answer(operator.phone)
        assert talk.caller == number
        await place.wait_status(operator, "on_call")
        talk.hang_up()
        await client.wait_ended(20)
        await callback_states(place, "done")
        story = await api.get(f"/callbacks/{ordered['id']}")
        assert [one["result"] for one in story["tries"]] == ["busy", "answered"]
        visit = (await place.ended_visits(1))[0]
        assert (visit["outcome"], visit["caller"]) == ("answered", number)


@pytest.mark.feature("F-PBX-14")
async def test_kill_9_while_the_operator_is_called_loses_no_callback(ready_stack: Stack) -> None:
    async with (
        network(ready_stack) as outside,
        centre(ready_stack, 1, first=3130, ring_s=40) as place,
        ready_stack.api() as api,
    ):
        operator = place.workers[0]
        order = {"queue_id": str(place.queue_id), "number": caller_number(), "note": "about the order"}
        ordered = await api.post("/callbacks", json=order)
        ringing = await operator.phone.wait_call(20)
        ringing.ring()
        await kill(ready_stack, "engine")
        ringing.answer()
        client = await answer(outside, 30)
        await kill(ready_stack, "engine")
        await asyncio.sleep(1)
        assert not client.ended
        client.hang_up()
        await ringing.wait_ended(15)
        await callback_states(place, "done")
        story = await api.get(f"/callbacks/{ordered['id']}")
        assert [one["result"] for one in story["tries"]] == ["answered"]
        assert story["note"] == "about the order"


@pytest.mark.feature("F-PBX-14")
async def test_who_calls_in_again_has_the_place_of_the_callback(ready_stack: Stack) -> None:
    async with (
        centre(ready_stack, 1, first=3140, ready=False) as place,
        caller(ready_stack) as early,
        caller(ready_stack) as other,
        ready_stack.api() as api,
    ):
        operator = place.workers[0]
        await api.post("/callbacks", json={"queue_id": str(place.queue_id), "number": early.user})
        await callback_states(place, "waiting")
        await other.call(place.number)
        await place.waiting(1)
        back = await early.call(place.number)
        await place.waiting(2)
        await place.take_status(operator, "ready")
        talk = await answer(operator.phone)
        assert talk.caller == early.user
        back.hang_up()
        assert (await callback_states(place, "done"))[0]["last_reason"] == "called_in"
