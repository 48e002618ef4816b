"""Bridged conversations while parts of the product die."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from tools.soaks.check import Findings, caller, extension, history, kill, kinds, nothing_left
from tools.softphone import CallFailed, Phone, PhoneCall, audio
from tools.stack import demo_rows

if TYPE_CHECKING:
    from tools.stack.stand import Stack

GAP_S = 0.15
"""A longer pause between two packets would be heard."""
_CALLER_HZ, _OFFICE_HZ = 500, 900

Conversation = tuple[Phone, PhoneCall, PhoneCall]


@contextlib.asynccontextmanager
async def talking(stack: "Stack", count: int, findings: Findings) -> AsyncIterator[list[Conversation]]:
    """``count`` conversations of callers with the office's phone 104: (caller's phone, its call, the office's call)."""
    async with contextlib.AsyncExitStack() as phones:
        office = await phones.enter_async_context(extension(stack, "104", keep_sound=False))
        await office.register()
        pairs: list[Conversation] = []
        for _ in range(count):
            phone = await phones.enter_async_context(caller(stack, keep_sound=True))
            call = await phone.dial(demo_rows.GROUP)
            try:
                other = await office.wait_call(10)
                other.answer()
                await call.wait_answered(10)
            except (TimeoutError, CallFailed) as exc:
                findings.problems.append(f"{phone.user} could not be connected: {type(exc).__name__} {exc}")
                call.hang_up()
                continue
            pairs.append((phone, call, other))
        speech = [
            asyncio.create_task(_keep_talking(side, hz))
            for _, call, other in pairs
            for side, hz in ((call, _CALLER_HZ), (other, _OFFICE_HZ))
        ]
        await asyncio.sleep(1.0)
        try:
            yield pairs
        finally:
            for task in speech:
                task.cancel()
            await asyncio.gather(*speech, return_exceptions=True)


async def _keep_talking(call: PhoneCall, hz: float) -> None:
    sound = audio.tone(hz, 2.0)
    while not call.ended:
        await call.say(sound)


def check_audio(findings: Findings, pairs: list[Conversation], since: float) -> None:
    """Nobody was cut off and nobody heard a gap since ``since`` (monotonic); both still hear the other."""
    worst = 0.0
    for phone, call, other in pairs:
        for who, side in ((phone.user, call), (f"the office with {phone.user}", other)):
            findings.want(not side.ended, f"{who} was cut off by {side.ended_by}, cause {side.cause}")
            gaps = [length for _, length in side.gaps(GAP_S, since=since)]
            silent = time.monotonic() - side.media.arrivals[-1] if side.media.arrivals else 99.0
            worst = max([worst, *gaps, silent if not side.ended else 0.0])
            findings.want(not gaps, f"{who} heard gaps of {[round(g, 2) for g in gaps]} s")
            findings.want(side.ended or silent < GAP_S * 2, f"{who} has heard nothing for {silent:.2f} s")
        if not call.ended:
            share = audio.tone_share(call.heard_last(0.5), _OFFICE_HZ)
            findings.want(share > 0.5, f"{phone.user} does not hear the office ({share:.2f} of the sound)")
    findings.facts["worst_gap_s"] = round(worst, 3)


async def end_all(findings: Findings, pairs: list[Conversation]) -> None:
    """Hang up, one half by the caller and the other by the office; the other side must hear of it."""
    for i, (phone, call, other) in enumerate(pairs):
        first, second = (call, other) if i % 2 or call.ended else (other, call)
        first.hang_up()
        try:
            await second.wait_ended(5)
        except TimeoutError:
            findings.problems.append(f"{phone.user}: the other side was not hung up within 5 s")


async def conversations(stack: "Stack", count: int = 10, kills: int = 1, service: str = "engine") -> Findings:
    """``count`` conversations; ``service`` is killed ``kills`` times; no gap is heard, and all end in the history."""
    findings = Findings(f"conversations, {service} killed")
    async with talking(stack, count, findings) as pairs:
        since = time.monotonic()
        findings.facts["away_s"] = [await kill(stack, service) for _ in range(kills)]
        await asyncio.sleep(2.0)
        check_audio(findings, pairs, since)
        await end_all(findings, pairs)
    rows = await history(stack, findings, [phone.user for phone, _, _ in pairs])
    for number, row in rows.items():
        findings.want(row["outcome"] == "answered", f"{number}: outcome {row['outcome']}")
        findings.want(row["talk_s"] > 2.0, f"{number}: talked {row['talk_s']} s")
        if service == "engine":
            findings.want(kinds(row).count("adopted") == kills, f"{number}: events {kinds(row)}")
        findings.want(kinds(row).count("bridged") == 1, f"{number}: bridged {kinds(row).count('bridged')} times")
    await nothing_left(stack, findings)
    return findings
