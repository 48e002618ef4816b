"""kill -9 of the engine in the middle of everything that operators do with calls: all of it goes on."""

import pytest

from tests.acceptance.talkers import Person, Scene, hears, hears_music, scene
from tools.stack.stand import Stack


@pytest.mark.feature("F-PBX-23", "F-WID-05")
async def test_a_held_call_and_a_consultation_survive(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        await stage.do(call_id, "104", "hold")
        await hears_music(client)
        await stage.killed()
        await hears_music(client)
        await stage.do(call_id, "104", "unhold")
        await hears(client, (operator,))
        colleague = await stage.desk("102")
        await stage.do(call_id, "104", "consult", to="102")
        await colleague.answer()
        await hears(colleague, (operator,))
        await stage.killed()
        await hears(operator, (colleague,), (client,))
        await hears_music(client)
        await stage.do(call_id, "104", "complete")
        await operator.line.wait_ended(20)
        await hears(client, (colleague,))
        client.line.hang_up()
        await colleague.line.wait_ended(20)
        row = await stage.row(call_id)
        assert row["outcome"] == "answered" and row["hold_s"] > 1


@pytest.mark.feature("F-PBX-23", "F-WID-13")
async def test_a_conference_survives_whoever_leaves_meanwhile(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        people: list[Person] = [client, operator]
        for number in ("102", "103"):
            colleague = await stage.desk(number)
            await stage.do(call_id, "104", "add", to=number)
            await colleague.answer()
            people.append(colleague)
        second, third = people[2:]
        await hears(client, (operator, second, third))
        live = await stage.live(lambda call: call["id"] == call_id)
        channel = next(m["channel_id"] for m in live["members"] if m["number"] == "103")
        await stage.do(call_id, "104", "mute", channel_id=channel, on=True)
        old = ready_stack.kill("engine")
        operator.line.hang_up()
        await client.line.wait_heard(20)
        ready_stack.wait_restarted("engine", old)
        await hears(client, (second,), (third, operator))
        await hears(third, (client, second))
        await stage.do(call_id, "102", "mute", channel_id=channel, on=False)
        await hears(client, (second, third))
        client.line.hang_up()
        await hears(second, (third,))
        second.line.hang_up()
        await third.line.wait_ended(20)
        assert (await stage.row(call_id))["outcome"] == "answered"


@pytest.mark.feature("F-PBX-22", "F-PBX-23")
async def test_a_supervised_and_then_parked_call_survives(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        boss = await stage.desk("101")
        await stage.do(call_id, "101", "supervise", mode="whisper", supervise=True)
        await boss.answer()
        await hears(operator, (boss, client))
        await stage.killed()
        await hears(operator, (boss, client))
        await hears(client, (operator,), (boss,))
        await stage.do(call_id, "101", "supervise", mode="listen", supervise=True)
        await hears(operator, (client,), (boss,))
        await hears(boss, (client, operator))
        await stage.do(call_id, "101", "unsupervise", supervise=True)
        await boss.line.wait_ended(20)
        slot = (await stage.do(call_id, "104", "park"))["slot"]
        await operator.line.wait_ended(20)
        await stage.killed()
        await hears_music(client)
        await boss.dial(f"*5{slot}")
        await hears(client, (boss,))
        client.line.hang_up()
        await boss.line.wait_ended(20)


async def _ringing(stage: Scene, call_id: str, what: str) -> None:
    await stage.live(lambda call: call["id"] == call_id and call[what] and call[what]["state"] == "ringing")


@pytest.mark.feature("F-PBX-23")
async def test_a_consultation_that_rings_survives_the_operator_who_goes(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        colleague = await stage.desk("102")
        await stage.do(call_id, "104", "consult", to="102")
        await _ringing(stage, call_id, "consult")
        old = ready_stack.kill("engine")
        operator.line.hang_up()
        ready_stack.wait_restarted("engine", old)
        await colleague.answer()
        await hears(client, (colleague,))
        await hears(colleague, (client,))
        colleague.line.hang_up()
        await client.line.wait_ended(20)
