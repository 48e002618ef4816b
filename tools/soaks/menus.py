"""Callers stand in menus while the engine is killed; messages are being left while it is killed."""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from tools.soaks.check import Findings, caller, history, kill, kinds, nothing_left
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, audio

if TYPE_CHECKING:
    from tools.stack.stand import Stack

LEVELS = ("main", "work", "messages")
_KEYS = {"main": "", "work": "1", "messages": "11"}


async def menus(stack: "Stack", callers: int = 20, kills: int = 1) -> Findings:
    """``callers`` stand in the three levels of the demo's menus; the engine is killed ``kills`` times; they go on.

    Each caller then presses on from where it stood, reaches the voicemail by the usual keys and leaves a message.
    """
    findings = Findings("menus")
    async with contextlib.AsyncExitStack() as phones:
        people: list[tuple[Phone, PhoneCall, str]] = []
        for i in range(callers):
            phone = await phones.enter_async_context(caller(stack))
            number = stack.up["demo"]["menu_ru" if i % 2 else "menu_en"]
            people.append((phone, await phone.call(number), LEVELS[i % 3]))
        await asyncio.gather(*(_press(call, _KEYS[level]) for _, call, level in people))
        findings.want(await _stand(stack, people, 10), "not every caller reached its menu before the fault")
        away = []
        for _ in range(kills):
            away.append(await kill(stack, "engine"))
            await asyncio.sleep(1.0)
            for phone, call, level in people:
                findings.want(not call.ended, f"{phone.user} in menu {level} was cut off by {call.ended_by}")
            findings.want(await _stand(stack, people, 5), "callers are not at the same menu after the restart")
        findings.facts["engine_away_s"] = away
        await asyncio.gather(*(_finish(call, level, findings) for _, call, level in people))
    calls = await history(stack, findings, [phone.user for phone, _, _ in people])
    for phone, _, level in people:
        if phone.user in calls:
            _check_path(findings, calls[phone.user], level, kills)
    await nothing_left(stack, findings)
    return findings


async def messages(stack: "Stack", callers: int = 5, kills: int = 1, seconds: float = 6.0) -> Findings:
    """``callers`` speak for ``seconds``; the engine is killed meanwhile; each message is whole and there once."""
    findings = Findings("messages")
    number = stack.up["demo"]["voicemail"]
    async with contextlib.AsyncExitStack() as phones:
        people = [await phones.enter_async_context(caller(stack)) for _ in range(callers)]
        calls = await asyncio.gather(*(phone.call(number) for phone in people))
        await asyncio.gather(*(call.wait_prompt(20, pause=1.0) for call in calls))
        began = time.monotonic()
        sound = audio.tone(700, 0.5) * int(2 * seconds)
        speaking = [asyncio.create_task(_say(call, sound)) for call in calls]
        await asyncio.sleep(1.0)
        findings.facts["engine_away_s"] = [await kill(stack, "engine") for _ in range(kills)]
        await asyncio.gather(*speaking)
        spoken = time.monotonic() - began
        for phone, call in zip(people, calls, strict=True):
            findings.want(not call.ended, f"{phone.user} was cut off while speaking")
            call.hang_up()
    rows = await history(stack, findings, [phone.user for phone in people])
    await asyncio.sleep(1.0)
    async with stack.db() as db:
        for phone in people:
            left = await db.fetch("select * from voicemail_messages where caller = $1", phone.user)
            if findings.want(len(left) == 1, f"{phone.user} left one message, there are {len(left)}"):
                length = left[0]["duration_s"]
                findings.want(
                    length >= seconds - 0.5, f"{phone.user}'s message has {length} s of {spoken:.1f} s spoken"
                )
            if phone.user in rows:
                told = kinds(rows[phone.user])
                findings.want(told.count("voicemail_left") == 1, f"{phone.user}: events {told}")
    await nothing_left(stack, findings)
    return findings


async def _press(call: PhoneCall, keys: str) -> None:
    for key in keys:
        await call.wait_heard(10)
        await asyncio.sleep(0.6)
        await call.press(key)
    await call.wait_heard(10)


async def _say(call: PhoneCall, sound: bytes) -> None:
    with contextlib.suppress(CallEnded):
        await call.say(sound)


async def positions(stack: "Stack") -> dict[str, str | None]:
    """Where each live call stands: caller to step of its menu."""
    async with stack.db() as db:
        rows = await db.fetch("select state from live_calls")
    return {row["state"]["caller"]: (row["state"].get("position") or {}).get("step") for row in rows}


async def _stand(stack: "Stack", people: list[Any], timeout: float) -> bool:
    """Whether every caller stands at its menu by the table of live calls."""
    deadline = time.monotonic() + timeout
    while True:
        there = await positions(stack)
        if all(there.get(phone.user) == level for phone, call, level in people if not call.ended):
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)


async def _finish(call: PhoneCall, level: str, findings: Findings) -> None:
    """Press on to the voicemail, speak, hang up."""
    try:
        for _ in range(LEVELS.index(level), 3):
            await asyncio.sleep(0.8)
            await call.press("1")
        await call.wait_prompt(20, pause=1.0)
        await call.say(audio.tone(700, 1.5))
    except (CallEnded, CallFailed, TimeoutError) as exc:
        findings.problems.append(f"{call.number} {level}: {type(exc).__name__} {exc} after the restart")
    call.hang_up()


def _check_path(findings: Findings, call: dict[str, Any], level: str, kills: int) -> None:
    """The keys pressed are told once each, at the steps where they were pressed; the adoptions are told."""
    name = f"caller {call['caller']} ({level})"
    choices = [event["data"].get("step") for event in call["events"] if event["kind"] == "choice"]
    findings.want(choices == list(LEVELS), f"{name}: choices at {choices}, not at {list(LEVELS)}")
    adopted = kinds(call).count("adopted")
    findings.want(adopted == kills, f"{name}: adopted {adopted} times after {kills} kills")
    findings.want(call["outcome"] == "voicemail", f"{name}: outcome {call['outcome']}")
