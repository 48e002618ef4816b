"""Callers who hang up at any moment of any step; recordings that find no disk."""

import asyncio
import contextlib
import random
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.soaks.check import Findings, caller, history, kinds, nothing_left
from tools.soaks.conversations import check_audio, end_all, talking
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, audio
from tools.stack import demo_rows

if TYPE_CHECKING:
    from tools.stack.stand import Stack

STEPS = ("dial", "answer", "main", "work", "messages", "voicemail", "speak", "thanks")
"""The flow of a caller who leaves a message, by what it has just begun."""


class Plan(NamedTuple):
    """Hang up ``after`` seconds into ``step``."""

    step: str
    after: float
    number: str = demo_rows.MENU_RU


async def follow(phone: Phone, plan: Plan) -> None:
    """Call and do as a caller does, up to the plan's step; then hang up in the middle of it."""
    call = await phone.dial(plan.number)
    try:
        await _up_to(call, plan.step)
        await asyncio.sleep(plan.after)
    except (CallEnded, CallFailed):
        pass
    call.hang_up()
    await call.wait_ended(40)


async def _up_to(call: PhoneCall, step: str) -> None:
    last = STEPS.index(step)
    if last >= 1:
        await call.wait_answered(10)
    if last >= 2:
        await call.wait_heard(10)
    for _ in range(2, min(last, 5)):
        await call.press("1")
        await asyncio.sleep(0.1)
    if last >= 6:
        await call.wait_prompt(20, pause=0.8)
        await call.say(audio.tone(700, 1.2))
    if last >= 7:
        await call.press("#")


async def hang_up_at(stack: "Stack", plans: list[Plan]) -> Findings:
    """All ``plans`` at once, each by a caller of its own."""
    findings = Findings("hang up at every step")
    async with contextlib.AsyncExitStack() as phones:
        people = [await phones.enter_async_context(caller(stack)) for _ in plans]
        ended = await asyncio.gather(
            *(follow(phone, plan) for phone, plan in zip(people, plans, strict=True)), return_exceptions=True
        )
    for plan, outcome in zip(plans, ended, strict=True):
        findings.want(not isinstance(outcome, BaseException), f"{plan}: {type(outcome).__name__} {outcome}")
    # An INVITE that is cancelled at once may never become a call.
    sure = [phone.user for phone, plan in zip(people, plans, strict=True) if plan.step != "dial"]
    rows = await history(stack, findings, sure)
    for phone, plan in zip(people, plans, strict=True):
        row = rows.get(phone.user)
        if row is not None:
            findings.want("flow_failed" not in kinds(row), f"{plan}: {kinds(row)}")
            findings.want(row["outcome"] != "failed", f"{plan}: outcome failed")
    await nothing_left(stack, findings)
    return findings


async def hangups(stack: "Stack", rounds: int = 2, at_once: int = 16, seed: int = 1) -> Findings:
    """Every step is cut at random moments of its first three seconds, ``at_once`` callers side by side."""
    chance = random.Random(seed)
    whole = Findings("hangups")
    for _ in range(rounds):
        plans = [Plan(STEPS[i % len(STEPS)], round(chance.uniform(0, 3) ** 2 / 3, 3)) for i in range(at_once)]
        found = await hang_up_at(stack, plans)
        whole.problems += found.problems
    whole.facts["calls"] = rounds * at_once
    return whole


async def disk(stack: "Stack", count: int = 3) -> Findings:
    """The disk of recordings is full (a tiny file system is mounted there; needs root): calls go on without it.

    A caller of the voicemail is told in some way and let go; menus and conversations are as ever.
    """
    findings = Findings("disk")
    folder = stack.settings.recordings
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0777", "tmpfs", str(folder)]
    await _command(mount)
    try:
        (folder / "filler").write_bytes(bytes(255_000))
        async with contextlib.AsyncExitStack() as phones, talking(stack, count, findings) as pairs:
            people = [await phones.enter_async_context(caller(stack)) for _ in range(count)]
            calls = await asyncio.gather(*(phone.call(demo_rows.MENU_RU) for phone in people))
            await asyncio.gather(
                *(_try_message(phone, call, findings) for phone, call in zip(people, calls, strict=True))
            )
            check_audio(findings, pairs, pairs[0][1].answered_at + 1.0 if pairs else 0.0)
            await end_all(findings, pairs)
        users = [phone.user for phone in people] + [phone.user for phone, _, _ in pairs]
        rows = await history(stack, findings, users)
        for phone in people:
            if row := rows.get(phone.user):
                findings.want("recording_failed" in kinds(row), f"{phone.user}: the failed recording is not told")
                findings.want("flow_failed" not in kinds(row), f"{phone.user}: {kinds(row)}")
        await nothing_left(stack, findings)
    finally:
        await _command(["umount", "-l", str(folder)])
    return findings


async def _try_message(phone: Phone, call: PhoneCall, findings: Findings) -> None:
    try:
        for _ in range(3):
            await call.wait_heard(10)
            await asyncio.sleep(0.5)
            await call.press("1")
        with contextlib.suppress(CallEnded):
            await call.wait_prompt(20, pause=1.0)
            await call.say(audio.tone(700, 2.0))
    except (CallEnded, TimeoutError) as exc:
        findings.problems.append(f"{phone.user} could not use the menu: {type(exc).__name__} {exc}")
    call.hang_up()


async def _command(words: list[str]) -> None:
    done: Any = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
