"""The main job: a real phone calls, is greeted, walks three menu levels, leaves a voicemail, and all of it is told."""

import asyncio
import io
import wave
from typing import Any

import pytest

from tools.soaks.check import caller, eventually, extension
from tools.softphone import CallFailed, Phone, PhoneCall, audio
from tools.stack.stand import Api, Stack


async def ended_call(api: Api, number: str) -> dict[str, Any]:
    """The whole story of the only call from ``number``, once it has ended."""

    async def found() -> dict[str, Any] | None:
        items = (await api.get("/calls", params={"limit": "200", "caller": number}))["items"]
        assert len(items) <= 1
        return items[0] if items and items[0]["ended_at"] else None

    row = await eventually(found, 15)
    assert row, f"no ended call from {number} in the history"
    story: dict[str, Any] = await api.get(f"/calls/{row['id']}")
    return story


def seconds_of(body: bytes) -> float:
    with wave.open(io.BytesIO(body)) as file:
        return float(file.getnframes() / file.getframerate())


@pytest.mark.feature("F-PBX-04", "F-PBX-05", "F-PBX-06", "F-PBX-19", "F-PBX-21")
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_three_menu_levels_to_voicemail(ready_stack: Stack, language: str) -> None:
    async with caller(ready_stack) as phone, ready_stack.api() as api:
        call = await phone.call(ready_stack.up["demo"][f"menu_{language}"])
        for _ in range(3):
            await call.wait_heard(20)
            await asyncio.sleep(0.5)
            await call.press("1")
        await call.wait_prompt(30, pause=1.0)
        await call.say(audio.tone(600, 3.0))
        await call.press("#")
        await call.wait_heard(20)
        call.hang_up()
        story = await ended_call(api, phone.user)
        choices = [event["data"]["digit"] for event in story["events"] if event["kind"] == "choice"]
        assert choices == ["1", "1", "1"]
        assert (story["outcome"], story["language"], story["served_by"]) == ("voicemail", language, "engine")
        assert story["cause_text"]
        recording = await api.get(f"/calls/{story['id']}/recording")
        assert seconds_of(recording) == pytest.approx(call.duration, abs=1.5)
        left = next(event["data"] for event in story["events"] if event["kind"] == "voicemail_left")
        messages = await api.get("/voicemail-messages", params={"box_id": left["box"]})
        mine = [message for message in messages["items"] if message["caller"] == phone.user]
        assert [message["duration_s"] for message in mine] == [pytest.approx(left["seconds"])]


async def answer_and_speak(phone: Phone, hz: float) -> PhoneCall:
    call = await phone.wait_call(20)
    call.ring()
    call.answer()
    await call.wait_answered(20)
    await call.say(audio.tone(hz, 60), wait=False)
    return call


@pytest.mark.feature("F-PBX-12")
async def test_a_colleague_picks_up_a_call_that_rings_elsewhere(ready_stack: Stack) -> None:
    async with (
        extension(ready_stack, "101") as boss,
        extension(ready_stack, "102") as away,
        extension(ready_stack, "103", keep_sound=True) as colleague,
        ready_stack.api() as api,
    ):
        for phone in (boss, away, colleague):
            await phone.register()
        ringing = await boss.dial("102")
        waiting = await away.wait_call(20)
        waiting.ring()
        await ringing.wait_ringing(20)
        picked = await colleague.call("*8102")
        await ringing.wait_answered(20)
        await ringing.say(audio.tone(700, 3.0))
        assert audio.tone_share(picked.heard_last(1.0), 700) > 0.5
        await waiting.wait_ended(20)
        picked.hang_up()
        await ringing.wait_ended(20)

        async def ended() -> Any:
            items = (await api.get("/calls", params={"caller": "101", "called": "102", "limit": "1"}))["items"]
            return await api.get(f"/calls/{items[0]['id']}") if items and items[0]["ended_at"] else None

        story = await eventually(ended, 20)
        assert story["outcome"] == "answered"
        assert "picked_up" in [event["kind"] for event in story["events"]]


@pytest.mark.feature("F-PBX-24", "F-ADM-02")
async def test_a_call_started_by_the_api_rings_both_phones(ready_stack: Stack) -> None:
    async with (
        extension(ready_stack, "101", keep_sound=True) as first,
        extension(ready_stack, "102") as second,
        ready_stack.api() as api,
    ):
        await first.register()
        await second.register()
        started = await api.post("/calls", json={"from_extension": "101", "to": "102"})
        mine = await answer_and_speak(first, 500)
        theirs = await answer_and_speak(second, 900)
        await asyncio.sleep(1.5)
        assert audio.tone_share(mine.heard_last(1.0), 900) > 0.5
        live = {call["id"]: call["state"] for call in (await api.get("/live-calls"))["items"]}
        assert live.get(started["call_id"]) == "talking", live
        await api.delete(f"/live-calls/{started['call_id']}")
        await asyncio.gather(mine.wait_ended(20), theirs.wait_ended(20))

        async def ended() -> Any:
            story = await api.get(f"/calls/{started['call_id']}")
            return story if story["ended_at"] else None

        story = await eventually(ended, 20)
        assert (story["outcome"], story["ended_by"]) == ("answered", "system")


@pytest.mark.feature("F-PBX-24")
async def test_a_phone_that_is_away_is_told_as_the_reason(ready_stack: Stack) -> None:
    async with ready_stack.api() as api:
        started = await api.post("/calls", json={"from_extension": "103", "to": "102"})

        async def ended() -> Any:
            status, story = await api.request("GET", f"/calls/{started['call_id']}")
            return story if status == 200 and story["ended_at"] else None

        story = await eventually(ended, 15)
        assert story["outcome"] == "no_answer"


@pytest.mark.feature("F-PBX-18")
async def test_a_blocked_caller_is_rejected_until_the_block_is_taken_away(ready_stack: Stack) -> None:
    async with caller(ready_stack) as phone, ready_stack.api() as api:
        block = await api.post("/blacklist", json={"pattern": phone.user, "kind": "exact", "reason": "test"})
        number = ready_stack.up["demo"]["menu_ru"]

        async def refused() -> bool:
            call = await phone.dial(number)
            try:
                await call.wait_answered(20)
            except CallFailed as failed:
                return failed.status == 403
            call.hang_up()
            return False

        assert await eventually(refused, 20, 0.3)
        await api.delete(f"/blacklist/{block['id']}")

        async def served() -> bool:
            call = await phone.dial(number)
            try:
                await call.wait_answered(20)
            except CallFailed:
                return False
            call.hang_up()
            return True

        assert await eventually(served, 20, 0.3)
        outcomes = {row["outcome"] for row in (await api.get("/calls", params={"caller": phone.user}))["items"]}
        assert "rejected" in outcomes


@pytest.mark.feature("F-PBX-04")
async def test_a_prompt_is_recorded_by_phone(ready_stack: Stack) -> None:
    async with extension(ready_stack, "103") as phone, ready_stack.api() as api:
        await phone.register()
        order = {"name": f"by phone {phone.address[1]}", "language": "ru", "extension": "103"}
        prompt_id = (await api.post("/prompts-by-phone", json=order))["prompt_id"]
        call = await phone.wait_call(20)
        call.answer()
        await call.wait_answered(20)
        await call.wait_prompt(20, pause=0.8)
        await call.say(audio.tone(600, 2.0))
        await call.press("#")
        await call.wait_prompt(20, pause=0.5)
        await call.press("1")

        async def kept() -> Any:
            prompt = await api.get(f"/prompts/{prompt_id}")
            return prompt if prompt["duration_s"] > 1 else None

        prompt = await eventually(kept, 20)
        assert prompt["source"] == "phone"
        assert seconds_of(await api.get(f"/prompts/{prompt_id}/audio")) == pytest.approx(prompt["duration_s"], abs=0.2)
