"""Campaigns over a real Asterisk: every mode, people who are left, pause, an engine killed in the middle."""

import asyncio
import uuid

import msgspec
import pytest

from engine.ivr import model as ivr
from engine.routing.model import ToQueue
from tests.acceptance.floor import Floor, floor, number_of, pick_up, refuse, talk, worker_of
from tools.soaks.check import eventually, kill
from tools.softphone import PhoneCall, audio
from tools.stack.stand import Stack


@pytest.mark.timeout(180)
@pytest.mark.feature("F-DIAL-01", "F-DIAL-08", "F-DIAL-10a", "F-DIAL-10b", "F-DIAL-10c", "F-DIAL-11")
async def test_every_mode_once(ready_stack: Stack) -> None:
    async with floor(ready_stack, 1, first=3310) as made:
        await progressive(made)
        await robocall(made)
        await preview(made)
        await nobody_there(made)


async def progressive(made: Floor) -> None:
    """An operator is kept while the client is rung, and has the client's card."""
    release = asyncio.Event()

    async def slow(call: PhoneCall) -> None:
        call.ring()
        await release.wait()
        call.answer()

    number, busy = made.number(slow), made.number(refuse(486))
    await made.start("progressive", number, busy)
    call = await made.seen_call(number)
    operator = worker_of(made)
    await made.place.wait_status(operator, "reserved")
    assert (await made.board())["lines"]["ringing"] == 1
    release.set()
    await made.place.wait_status(operator, "on_call")
    await call.say(audio.tone(900, 2.0), wait=False)

    async def heard() -> bool:
        return bool(made.talks) and audio.tone_share(made.talks[0].heard_last(0.5), 900) > 0.5

    assert await eventually(heard, 20, 0.1)
    assert made.talks[0].caller == number
    call.hang_up()
    row = (await made.ended(number))[0]
    assert (row["outcome"], row["mode"], row["operator_id"]) == ("talked", "progressive", operator.user_id)
    assert row["dialed_at"] <= row["ringing_at"] <= row["answered_at"] <= row["connected_at"] <= row["ended_at"]
    assert row["talk_s"] > 0 and not row["abandoned"]
    card = (await made.told("card", str(row["id"])))[0]
    assert card["name"] == f"Client {number}" and card["portrait"]["debt"] == "100"
    assert card["user_id"] == str(operator.user_id)
    assert [visit["caller"] for visit in await made.place.ended_visits(1)] == [number]
    row = (await made.ended(busy))[0]
    assert (row["outcome"], row["answered_at"]) == ("busy", None)
    await made.place.wait_status(operator, "ready")


async def robocall(made: Floor) -> None:
    """A menu asks, and hands over to an operator with the answers."""
    menu_id = await robot(made)

    async def answers(call: PhoneCall) -> None:
        await pick_up(call)
        await asyncio.sleep(1.0)
        await call.press("7")
        await call.wait_ended(30)

    async def leaves(call: PhoneCall) -> None:
        await pick_up(call)
        await asyncio.sleep(0.3)
        call.hang_up()

    willing, hasty = made.number(answers), made.number(leaves)
    await made.start("robocall", willing, hasty, menu_id=str(menu_id), pacing={"calls_per_s": 5.0})
    operator, talks = worker_of(made), len(made.talks)

    async def talking() -> bool:
        return len(made.talks) > talks

    assert await eventually(talking, 20, 0.1), await made.board()
    await made.place.wait_status(operator, "on_call")
    made.talks[-1].hang_up()
    row = (await made.ended(willing))[0]
    assert (row["outcome"], row["operator_id"], row["answers"]["choice"]) == ("talked", operator.user_id, "7")
    card = (await made.told("card", str(row["id"])))[-1]
    assert card["answers"]["choice"] == "7"
    assert (await made.ended(hasty))[0]["outcome"] == "hung_up"
    await made.place.wait_status(operator, "ready")


async def preview(made: Floor) -> None:
    """The operator sees the client, passes one by, starts the other's call."""
    first, second = made.number(talk(60.0)), made.number(talk(60.0))
    await made.start("preview", first, second, preview_s=30)
    operator, before = worker_of(made), len(made.seen)

    async def shown() -> dict[str, str] | None:
        board = await made.place.control("GET", "/dialer")
        return next((one for one in board["previews"] if one["user_id"] == str(operator.user_id)), None)

    one = await eventually(shown, 20, 0.1)
    assert one and len(made.seen) == before, f"{one}, board {await made.board()}"
    await made.place.control("POST", f"/preview/{operator.user_id}", {"do": "skip", "attempt_id": one["attempt_id"]})
    rows = await made.ended(one["address"])
    assert (rows[0]["outcome"], rows[0]["dialed_at"]) == ("skipped", None)

    async def another() -> dict[str, str] | None:
        found = await shown()
        return found if found and found["attempt_id"] != one["attempt_id"] else None

    other = await eventually(another, 20, 0.1)
    assert other and other["address"] != one["address"]
    await made.place.control("POST", f"/preview/{operator.user_id}", {"do": "start"})
    call = await made.seen_call(other["address"])
    await made.place.wait_status(operator, "on_call")
    await call.wait_answered(20)
    made.talks[-1].hang_up()
    row = (await made.ended(other["address"]))[0]
    assert (row["outcome"], row["mode"], row["operator_id"]) == ("talked", "preview", operator.user_id)
    over = await made.told("preview_over", str(operator.user_id))
    assert [one["why"] for one in over] == ["skipped", "started"]
    await made.place.wait_status(operator, "ready")


async def nobody_there(made: Floor) -> None:
    """A person answers and no operator comes: a message, an opt-out, and a live operator owed."""
    made.picks_up = False

    async def opts_out(call: PhoneCall) -> None:
        await pick_up(call)
        await asyncio.sleep(3.0)
        await call.press("9")
        await call.wait_ended(20)

    number = made.number(opts_out)
    await made.start("predictive", number, pacing={"small_team": 0})
    row = (await made.ended(number))[0]
    assert (row["outcome"], row["abandoned"], row["connected_at"]) == ("abandoned", True, None)
    assert row["answers"]["opt_out"] == "1"
    listed = await made.place.rows("select source from do_not_call where address = $1", number)
    assert [one["source"] for one in listed] == ["opt_out"]
    assert (await made.lead(number))["live_only"]
    assert (await made.place.visits())[-1]["outcome"] == "timeout"


@pytest.mark.timeout(150)
@pytest.mark.feature("F-DIAL-03", "F-DIAL-05")
async def test_pause_and_a_killed_engine_lose_and_repeat_nothing(ready_stack: Stack) -> None:
    async with floor(ready_stack, 2, first=3350) as made:
        refuses = asyncio.Event()

        async def rings(call: PhoneCall) -> None:
            call.ring()
            await refuses.wait()
            call.reject(486)

        talking, ringing, later = made.number(talk(60.0)), made.number(rings), made.number(talk(1.0))
        await made.start("progressive", talking, ringing)
        first = await made.seen_call(talking)
        await made.seen_call(ringing)
        await first.wait_answered(20)
        await eventually(lambda: _is_talking(made), 20, 0.1)
        await made.add(later)
        await made.state("paused")
        await kill(ready_stack, "engine")
        assert not first.ended
        refuses.set()
        row = (await made.ended(ringing))[0]
        assert row["outcome"] == "busy"
        first.hang_up()
        row = (await made.ended(talking))[0]
        assert (row["outcome"], len(made.calls_of(talking))) == ("talked", 1)
        assert not made.calls_of(later)
        await made.state("running")
        row = (await made.ended(later))[-1]
        assert row["outcome"] == "talked"
        assert sorted(number_of(call) for call in made.seen) == sorted([talking, ringing, later]), [
            *[(call.call_id, call.status, call.ended_by) for call in made.seen],
            *[row for number in (talking, ringing, later) for row in await made.attempts(number)],
        ]


async def _is_talking(made: Floor) -> bool:
    return bool(made.talks)


async def robot(made: Floor) -> uuid.UUID:
    """A menu that collects a digit and leads to the operators."""
    definition = ivr.MenuDefinition(
        entry="ask",
        language="en",
        steps={
            "ask": ivr.Collect(
                prompts=(ivr.SoundPrompt("demo-thanks"),),
                variable="choice",
                max_digits=1,
                next="over",
                on_failure="bye",
            ),
            "over": ivr.Transfer(to=ToQueue(id=made.place.queue_id)),
            "bye": ivr.Hangup(),
        },
    )
    async with made.place.stack.api() as api:
        body = {"name": f"robot {uuid.uuid4().hex[:6]}", "definition": msgspec.to_builtins(definition)}
        return uuid.UUID((await api.post("/menus", json=body))["id"])
