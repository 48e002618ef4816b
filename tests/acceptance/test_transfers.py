"""Hold and transfers with real phones: who hears whom is told by the sound itself."""

import asyncio

import pytest

from tests.acceptance.talkers import hears, hears_music, scene
from tools.soaks.check import eventually
from tools.stack import demo_rows
from tools.stack.stand import Stack


@pytest.mark.feature("F-PBX-23", "F-WID-05")
async def test_on_hold_nobody_hears_the_other_and_the_time_counts(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        await stage.do(call_id, "104", "hold")
        await stage.do(call_id, "104", "hold")
        await hears(client, (), (operator,))
        await hears_music(client)
        await hears(operator, (), (client,))
        live = await stage.live(lambda call: call["id"] == call_id)
        assert [(m["number"], m["held"]) for m in live["members"]] == [(client.phone.user, False), ("104", True)]
        assert live["members"][0]["hears"] == "music"
        await stage.do(call_id, "104", "unhold")
        await hears(client, (operator,))
        await hears(operator, (client,))
        operator.line.hang_up()
        await client.line.wait_ended(20)
        row = await stage.row(call_id)
        assert row["hold_s"] > 0.2 and row["talk_s"] > 0
        assert [event["kind"] for event in await stage.events(call_id, "hold", "unhold")] == ["hold", "unhold"]
        assert (row["outcome"], row["ended_by"]) == ("answered", "callee")


@pytest.mark.feature("F-PBX-23")
async def test_a_blind_transfer_leads_to_an_extension(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        colleague = await stage.desk("102")
        await stage.do(call_id, "104", "transfer", to="102")
        await operator.line.wait_ended(20)
        await colleague.answer()
        await hears(client, (colleague,), (operator,))
        await hears(colleague, (client,))
        client.line.hang_up()
        await colleague.line.wait_ended(20)
        row = await stage.row(call_id)
        assert (row["outcome"], row["ended_by"]) == ("answered", "caller")


@pytest.mark.feature("F-PBX-23")
async def test_a_blind_transfer_of_an_own_call_makes_a_call_of_the_other_side(ready_stack: Stack) -> None:
    """The operator called, so the call is theirs: the other side goes on in a call of its own, into a menu."""
    async with scene(ready_stack) as stage:
        operator, other = await stage.desk("101"), await stage.desk("102")
        await operator.dial("102")
        await other.answer()
        await hears(operator, (other,))
        call = await stage.live(lambda call: call["caller"] == "101" and call["talk_started_at"])
        await stage.do(call["id"], "101", "transfer", to=demo_rows.MENU_RU)
        await operator.line.wait_ended(20)
        child = await stage.live(lambda live: live["parent_id"] == call["id"] and live["state"] == "menu")
        assert child["caller"] == "102"
        assert child["position"] is not None
        await hears(other, (), (operator,))
        await other.line.wait_heard(20)
        other.line.hang_up()
        assert (await stage.row(child["id"]))["outcome"] == "abandoned"


@pytest.mark.feature("F-PBX-23")
async def test_a_consultation_is_swapped_cancelled_and_completed(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        colleague = await stage.desk("102")
        await stage.do(call_id, "104", "consult", to="102")
        await colleague.answer()
        await hears(operator, (colleague,), (client,))
        await hears(client, (), (operator, colleague))
        await stage.do(call_id, "104", "swap")
        await hears(operator, (client,), (colleague,))
        await hears(colleague, (), (client, operator))
        await stage.do(call_id, "104", "cancel")
        await colleague.line.wait_ended(20)
        await hears(operator, (client,))
        await stage.do(call_id, "104", "consult", to="102")
        await colleague.answer()
        await hears(colleague, (operator,))
        await stage.do(call_id, "104", "complete")
        await operator.line.wait_ended(20)
        await hears(client, (colleague,))
        await hears(colleague, (client,))
        client.line.hang_up()
        await colleague.line.wait_ended(20)


@pytest.mark.feature("F-PBX-23")
@pytest.mark.parametrize("leaves", ["colleague", "client", "operator", "operator while it rings"])
async def test_whoever_leaves_a_consultation_nobody_waits_for_ever(ready_stack: Stack, leaves: str) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        colleague = await stage.desk("102")
        await stage.do(call_id, "104", "consult", to="102")
        if leaves == "operator while it rings":
            await stage.live(lambda call: call["consult"] and call["consult"]["state"] == "ringing")
            operator.line.hang_up()
            await colleague.answer()
            await hears(client, (colleague,))
            client.line.hang_up()
            await colleague.line.wait_ended(20)
            return
        await colleague.answer()
        await hears(operator, (colleague,))
        if leaves == "colleague":
            colleague.line.hang_up()
            await hears(client, (operator,))
            await hears(operator, (client,))
            client.line.hang_up()
            await operator.line.wait_ended(20)
        elif leaves == "client":
            client.line.hang_up()
            await asyncio.gather(operator.line.wait_ended(20), colleague.line.wait_ended(20))
        else:
            operator.line.hang_up()
            await hears(client, (colleague,))
            client.line.hang_up()
            await colleague.line.wait_ended(20)


@pytest.mark.feature("F-PBX-23")
@pytest.mark.parametrize("attended", [False, True])
async def test_a_desk_phone_transfers_by_itself(ready_stack: Stack, attended: bool) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        colleague = await stage.desk("102")
        first = operator.line
        if attended:
            first.hold()
            live = await stage.live(lambda call: call["id"] == call_id and call["on_hold_since"])
            assert [m["held"] for m in live["members"]] == [False, True]
            await hears(client, (), (operator,))
            second = await operator.phone.dial("102")
            await colleague.answer()
            await second.wait_answered(20)
            operator.talk(second)
            await hears(colleague, (operator,))
            first.transfer("102", second)
        else:
            first.transfer("102")
            await colleague.answer()
        await hears(client, (colleague,))
        await hears(colleague, (client,))
        await first.wait_ended(20)
        if attended:
            await second.wait_ended(20)
        client.line.hang_up()
        await colleague.line.wait_ended(20)
        await stage.row(call_id)
        transferred = await stage.events(call_id, "transferred")
        assert [event["data"]["attended"] for event in transferred] == [attended]


@pytest.mark.feature("F-PBX-23")
async def test_a_phone_that_refers_to_nobody_keeps_its_call(ready_stack: Stack) -> None:
    async with scene(ready_stack) as stage:
        client, operator, call_id = await stage.talking()
        operator.line.transfer("1")

        async def refused() -> object:
            return await stage.events(call_id, "transfer_refused")

        assert await eventually(refused, 20)
        await hears(client, (operator,))
        client.line.hang_up()
        await operator.line.wait_ended(20)
