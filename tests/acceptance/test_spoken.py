"""Texts of menus are spoken to real phones: what is heard is the text; it stops when a key is pressed, and survives."""

import asyncio
import io
import re
import time
import wave
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.core.config import ROOT
from engine.speech.model import Final, Listening
from engine.speech.recognizers import port
from engine.speech.voices import places
from tools.soaks.check import caller, caller_number, eventually, kill
from tools.softphone import PhoneCall, audio
from tools.stack.stand import Api, Stack

MODELS = ROOT / "var" / "models"
pytestmark = pytest.mark.skipif(
    places.rhvoice(MODELS) is None, reason="no RHVoice on this machine: tools/models tells how"
)
LONG = (
    "Здравствуйте, {name}! Ваш заказ номер {order} собран и ждёт вас на складе. Мы работаем каждый день с девяти "
    "утра до девяти вечера, без перерыва на обед. Возьмите с собой паспорт или водительское удостоверение. Если вы "
    "хотите перенести доставку на другой день, нажмите единицу, и вам ответит первый свободный сотрудник."
)
ORDER = "5"
QUIET = 150
"""Level under which a line is silent."""


@pytest.fixture
async def api(ready_stack: Stack) -> AsyncIterator[Api]:
    async with ready_stack.api() as api:
        yield api


async def number_of(api: Api, prompts: list[dict[str, Any]]) -> str:
    """A new number whose menu speaks ``prompts``, waits a little, says goodbye."""
    steps = {
        "name": {"kind": "set", "values": {"name": "Анна", "order": ORDER}, "next": "say"},
        "say": {"kind": "play", "prompts": prompts, "barge_in": True, "next": "quiet"},
        "quiet": {"kind": "menu", "prompts": [], "options": {"9": "after"}, "timeout_s": 1.5, "tries": 1}
        | dict.fromkeys(("on_timeout", "on_invalid"), "after"),
        "after": {"kind": "hangup", "prompts": [{"kind": "text", "text": "До свидания!"}]},
    }
    definition = {"entry": "name", "steps": steps}
    menu = await api.post("/menus", json={"name": f"Spoken {caller_number()}", "definition": definition})
    number = "7495" + caller_number()[-7:]
    to = {"kind": "menu", "id": menu["id"]}
    await api.post("/numbers", json={"number": number, "name": "Spoken", "destination": to, "language": "ru"})

    async def in_force() -> bool:
        traced = await api.post("/trace", json={"caller": "79160000000", "called": number})
        return any("До свидания" in step["text"] for step in traced["steps"])

    assert await eventually(in_force, 15)
    return number


def heard_words(call: PhoneCall) -> list[str] | None:
    """What a recogniser makes of what the phone heard; None where there is none."""
    engine = port.choose(port.present(MODELS), Listening(languages=("ru",)))
    if engine is None:
        return None
    session = port.load(engine).open(Listening(languages=("ru",), silence_s=1.0))
    pcm = bytes(call.media.heard) + bytes(4 * audio.RATE)
    told = [event for at in range(0, len(pcm), 3200) for event in session.feed(pcm[at : at + 3200])] + session.finish()
    session.close()
    text = " ".join(event.text for event in told if isinstance(event, Final)).lower().replace("ё", "е")
    return re.findall(r"[а-я0-9]+", text)


@pytest.mark.feature("F-PBX-04")
async def test_a_text_with_a_variable_is_heard(ready_stack: Stack, api: Api) -> None:
    number = await number_of(api, [{"kind": "text", "text": "Заказ {order} готов к выдаче. Спасибо за покупку!"}])
    async with caller(ready_stack, keep_sound=True) as phone:
        call = await phone.call(number)
        await call.wait_ended(30)
        assert call.ended_by == "peer"
    assert audio.level(bytes(call.media.heard)) > QUIET
    words = await asyncio.to_thread(heard_words, call)
    if words is not None:
        assert {"готов", "спасибо", "свидания"} <= set(words), words
        assert {"5", "пять"} & set(words), words


@pytest.mark.feature("F-PBX-04")
async def test_a_long_text_is_heard_before_it_is_made_and_stops_at_a_key(ready_stack: Stack, api: Api) -> None:
    number = await number_of(api, [{"kind": "text", "text": LONG}])
    async with caller(ready_stack, keep_sound=True) as phone:
        call = await phone.call(number)
        await call.wait_heard(20, since=call.answered_at - 1)
        first = time.monotonic() - call.answered_at
        await asyncio.sleep(3.0)
        pressed = time.monotonic()
        await call.press("1", pause=0.0)
        silent = await silent_after(call, pressed)
        await call.wait_ended(15)
        story = await story_of(api, phone.user)
    kinds = [event["kind"] for event in story["events"]]
    assert "speech_cut" not in kinds and "prompt_skipped" not in kinds, story["events"]
    print(f"first sound {first * 1000:.0f} ms after the answer, silent {silent * 1000:.0f} ms after the key was down")
    assert first < 6.0
    assert silent < 1.0


async def silent_after(call: PhoneCall, pressed: float) -> float:
    """Seconds from the press to the beginning of a silence of 150 ms."""
    await asyncio.sleep(1.2)
    heard, started = bytes(call.media.heard), call.media.started
    at = int((pressed - started) * audio.RATE)
    while audio.level(heard[2 * at : 2 * at + 2400]) > QUIET:
        at += 80
    return at / audio.RATE - (pressed - started)


async def story_of(api: Api, number: str) -> Any:
    async def found() -> Any:
        items = (await api.get("/calls", params={"caller": number}))["items"]
        return items[0] if items and items[0]["ended_at"] else None

    row = await eventually(found, 15)
    return await api.get(f"/calls/{row['id']}")


@pytest.mark.feature("F-PBX-04", "F-ADM-02")
async def test_the_engine_dies_in_the_middle_of_a_sentence_and_the_call_goes_on(ready_stack: Stack, api: Api) -> None:
    number = await number_of(api, [{"kind": "text", "text": LONG.replace("каждый день", "почти каждый день")}])
    async with caller(ready_stack, keep_sound=True) as phone:
        call = await phone.call(number)
        await call.wait_heard(20, since=call.answered_at - 1)
        await asyncio.sleep(1.0)
        await kill(ready_stack, "engine")
        back = time.monotonic()
        assert not call.ended, "the call was cut off"
        await call.wait_heard(20, since=back)
        await asyncio.sleep(0.5)
        await call.press("1")
        await call.wait_ended(15)
        assert call.ended_by == "peer"
        story = await story_of(api, phone.user)
    assert "adopted" in [event["kind"] for event in story["events"]]
    assert story["outcome"] != "failed"
    assert "-speech-" not in ready_stack.console("bridge show all")


@pytest.mark.feature("F-PBX-04")
async def test_voices_are_told_and_listened_to(ready_stack: Stack, api: Api) -> None:
    told = await api.get("/speech")
    best = {voice["language"]: voice for voice in told["voices"] if voice["best"]}
    assert set(best) == {"ru", "en"} and all(voice["licence"] for voice in told["voices"])
    sound = await api.post("/speech/say", json={"text": "Проверка.", "language": "ru", "voice": best["ru"]["name"]})
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getframerate() == 16000 and file.getnframes() > 8000
    assert (await api.get("/speech"))["spoken"]["files"] > 0
