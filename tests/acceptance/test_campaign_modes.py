"""Campaigns over a real Asterisk: every mode, people who are left, pause, an engine killed in the middle."""

import asyncio
import uuid

import msgspec
import pytest

from engine.ivr import model as ivr
from engine.routing.model import ToQueue
from tests.acceptance.floor import Floor, floor, number_of, only_ring, pick_up, refuse, talk, worker_of
from tools.soaks.check import eventually, kill
from tools.softphone import PhoneCall, audio
from tools.stack.stand import Stack


@pytest.mark.feature("F-DIAL-10")
async def test_progressive_keeps_an_operator_while_the_client_is_rung(ready_stack: Stack) -> None:
    async with floor(ready_stack, 1, first=3310) as made:
        release = asyncio.Event()

        async def slow(call: PhoneCall) -> None:
            call.ring()
            await release.wait()
            call.answer()

        number, busy = made.number(slow), made.number(refuse(486))
        await made.start("progressive", number)
        call = await made.seen_call(number)
        operator = worker_of(made)
        await made.place.wait_status(operator, "reserved")
        assert (await made.board())["lines"]["ringing"] == 1
        release.set()
        await made.place.wait_status(operator, "on_call")
        await call.say(audio.tone(900, 2.0), wait=False)
        await asyncio.sleep(1.5)
        assert audio.tone_share(made.talks[0].heard_last(0.5), 900) > 0.5
        assert made.talks[0].caller == number
        call.hang_up()
        row = (await made.ended(number))[0]
        assert (row["outcome"], row["mode"], row["operator_id"]) == ("talked", "progressive", operator.user_id)
        assert row["dialed_at"] <= row["ringing_at"] <= row["answered_at"] <= row["connected_at"] <= row["ended_at"]
        assert row["talk_s"] > 1.0 and not row["abandoned"]
        card = (await made.told("card", str(row["id"])))[0]
        assert card["name"] == f"Client {number}" and card["portrait"]["debt"] == "100"
        assert card["user_id"] == str(operator.user_id)
        assert [visit["caller"] for visit in await made.place.ended_visits(1)] == [number]
        await made.start("progressive", busy)
        row = (await made.ended(busy))[0]
        assert (row["outcome"], row["answered_at"]) == ("busy", None)
        await made.place.wait_status(operator, "ready")


@pytest.mark.feature("F-DIAL-10", "F-DIAL-12")
async def test_who_is_left_hears_so_opts_out_and_is_served_first_when_calling_in(ready_stack: Stack) -> None:
    async with floor(ready_stack, 1, first=3320) as made:
        made.picks_up = False

        async def opts_out(call: PhoneCall) -> None:
            await pick_up(call)
            await asyncio.sleep(3.0)
            await call.press("9")
            await call.wait_ended(20)

        number = made.number(opts_out)
        await made.start("predictive", number, pacing={"small_team": 0}, blended=False)
        row = (await made.ended(number))[0]
        assert (row["outcome"], row["abandoned"], row["connected_at"]) == ("abandoned", True, None)
        assert row["answers"]["opt_out"] == "1"
        listed = await made.place.rows("select source from do_not_call where address = $1", number)
        assert [one["source"] for one in listed] == ["opt_out"]
        assert (await made.lead(number))["live_only"]
        visit = (await made.place.ended_visits(1))[0]
        assert visit["outcome"] == "timeout"


@pytest.mark.feature("F-DIAL-10", "F-DIAL-11")
async def test_a_robocall_asks_and_hands_over_with_the_answers(ready_stack: Stack) -> None:
    async with floor(ready_stack, 1, first=3330) as made:
        menu_id = await robot(made)

        async def answers(call: PhoneCall) -> None:
            await pick_up(call)
            await asyncio.sleep(1.0)
            await call.press("7")
            await call.wait_ended(30)

        async def leaves(call: PhoneCall) -> None:
            await pick_up(call)
            await asyncio.sleep(0.5)
            call.hang_up()

        willing, hasty = made.number(answers), made.number(leaves)
        await made.start("robocall", willing, hasty, menu_id=str(menu_id), pacing={"calls_per_s": 5.0})
        operator = worker_of(made)
        ringing = await eventually(lambda: _first_call(made), 20, 0.1)
        assert ringing is not None
        ringing.answer()
        await made.place.wait_status(operator, "on_call")
        ringing.hang_up()
        row = (await made.ended(willing))[0]
        assert (row["outcome"], row["operator_id"], row["answers"]["choice"]) == ("talked", operator.user_id, "7")
        card = (await made.told("card", str(row["id"])))[-1]
        assert card["answers"]["choice"] == "7"
        row = (await made.ended(hasty))[0]
        assert row["outcome"] == "hung_up"


@pytest.mark.feature("F-DIAL-10")
async def test_preview_shows_the_client_and_calls_when_the_operator_says_so(ready_stack: Stack) -> None:
    async with floor(ready_stack, 1, first=3340) as made:
        first, second = made.number(talk(60.0)), made.number(talk(60.0))
        await made.start("preview", first, second, preview_s=30)
        operator = worker_of(made)

        async def shown() -> dict[str, str] | None:
            board = await made.place.control("GET", "/dialer")
            return next((one for one in board["previews"] if one["user_id"] == str(operator.user_id)), None)

        one = await eventually(shown, 20, 0.1)
        assert one and not made.seen
        await made.place.control(
            "POST", f"/preview/{operator.user_id}", {"do": "skip", "attempt_id": one["attempt_id"]}
        )
        rows = await made.ended(one["address"])
        assert (rows[0]["outcome"], rows[0]["dialed_at"]) == ("skipped", None)

        async def another() -> dict[str, str] | None:
            found = await shown()
            return found if found and found["attempt_id"] != one["attempt_id"] else None

        other = await eventually(another, 20, 0.1)
        assert other and other["address"] != one["address"]
        await made.place.control("POST", f"/preview/{operator.user_id}", {"do": "start"})
        call = await made.seen_call(other["address"])
        assert len(made.talks) == 1
        await made.place.wait_status(operator, "on_call")
        await call.wait_answered(5)
        made.talks[0].hang_up()
        row = (await made.ended(other["address"]))[0]
        assert (row["outcome"], row["mode"], row["operator_id"]) == ("talked", "preview", operator.user_id)
        over = await made.told("preview_over", str(operator.user_id))
        assert [one["why"] for one in over] == ["skipped", "started"]


@pytest.mark.feature("F-DIAL-10", "F-DIAL-03")
async def test_pause_and_a_killed_engine_lose_and_repeat_nothing(ready_stack: Stack) -> None:
    async with floor(ready_stack, 2, first=3350) as made:
        talking, ringing, later = made.number(talk(60.0)), made.number(only_ring), made.number(talk(1.0))
        await made.start("progressive", talking, ringing, later)
        first = await made.seen_call(talking)
        await made.seen_call(ringing)
        await made.place.wait_status(worker_of(made), "on_call", "reserved")
        await made.state("paused")
        await kill(ready_stack, "engine")
        await asyncio.sleep(1.0)
        assert not first.ended
        first.hang_up()
        row = (await made.ended(talking))[0]
        assert (row["outcome"], len(made.calls_of(talking))) == ("talked", 1)
        row = (await made.ended(ringing))[0]
        assert row["outcome"] == "no_answer"
        assert not made.calls_of(later) and (await made.lead(later))["state"] == "waiting"
        await made.state("running")
        row = (await made.ended(later))[-1]
        assert row["outcome"] == "talked"
        assert sorted(number_of(call) for call in made.seen) == sorted([talking, ringing, later])


async def _first_call(made: Floor) -> PhoneCall | None:
    calls = [call for worker in made.place.workers for call in worker.phone.calls.values() if not call.ended]
    return next(iter(calls), None)


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
