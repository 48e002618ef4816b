"""Parts of the product are away for a while: Asterisk's REST interface, Asterisk itself, PostgreSQL, the api."""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from tools.soaks.ari_link import Cable, engine_behind
from tools.soaks.check import Findings, absent, caller, history, kill, kinds, nothing_left
from tools.soaks.conversations import check_audio, conversations, end_all, talking
from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, audio

if TYPE_CHECKING:
    from tools.stack.stand import Stack


async def ari(stack: "Stack", count: int = 4, seconds: float = 5.0) -> Findings:
    """The engine's connection to Asterisk is cut for ``seconds`` with calls in menus and in conversation.

    Some hang up meanwhile, which the engine can only learn afterwards; the others go on where they were.
    """
    findings = Findings("ari")
    async with Cable(("127.0.0.1", stack.settings.ari_port)) as cable, engine_behind(stack, cable):
        async with contextlib.AsyncExitStack() as phones, talking(stack, count, findings) as pairs:
            waiting = [await _in_menu(stack, phones) for _ in range(2 * count)]
            since = time.monotonic()
            cable.cut()
            await asyncio.sleep(seconds / 2)
            leaving = waiting[::2]
            for _, call in leaving:
                call.hang_up()
            gone, stay = pairs[: count // 2], pairs[count // 2 :]
            for _, call, _ in gone:
                call.hang_up()
            await asyncio.sleep(seconds / 2)
            cable.mend()
            began = time.monotonic()
            await end_all(findings, gone)
            findings.facts["back_after_s"] = round(time.monotonic() - began, 2)
            check_audio(findings, stay, since)
            await asyncio.gather(
                end_all(findings, stay), *(_reach_voicemail(phone, call, findings) for phone, call in waiting[1::2])
            )
        rows = await history(stack, findings, [p.user for p, _ in waiting] + [p.user for p, _, _ in pairs])
        for phone, _ in leaving:
            if row := rows.get(phone.user):
                findings.want(row["outcome"] in ("served", "abandoned"), f"{phone.user} left: {row['outcome']}")
        await nothing_left(stack, findings)
    return findings


async def asterisk(stack: "Stack", count: int = 4) -> Findings:
    """Asterisk dies with calls in it: they are gone, and told once; the next call is served as soon as it is back."""
    findings = Findings("asterisk")
    async with contextlib.AsyncExitStack() as phones, talking(stack, count, findings) as pairs:
        waiting = [await _in_menu(stack, phones) for _ in range(count)]
        findings.facts["asterisk_away_s"] = await kill(stack, "asterisk")
        began = time.monotonic()
        async with caller(stack) as phone:
            served = await _served(phone, stack.up["demo"]["menu_ru"], 15)
            findings.want(served, "no call was served within 15 s after Asterisk came back")
            findings.facts["served_after_s"] = round(time.monotonic() - began, 2)
            await _hang_up_all(phone)
        # Asterisk has forgotten them; the phones would talk into the void for ever.
        for _, call, other in pairs:
            call.hang_up()
            other.hang_up()
        for _, call in waiting:
            call.hang_up()
    rows = await history(stack, findings, [p.user for p, _ in waiting] + [p.user for p, _, _ in pairs])
    for number, row in rows.items():
        findings.want(row["ended_by"] == "system", f"{number}: ended by {row['ended_by']}")
    await nothing_left(stack, findings)
    return findings


async def database(stack: "Stack", count: int = 4, seconds: float = 30.0) -> Findings:
    """PostgreSQL is away for ``seconds``: conversations, menus and new calls go on; the history is whole afterwards."""
    findings = Findings("database")
    users: list[str] = []
    async with contextlib.AsyncExitStack() as phones, talking(stack, count, findings) as pairs:
        waiting = [await _in_menu(stack, phones) for _ in range(count)]
        users += [p.user for p, _ in waiting] + [p.user for p, _, _ in pairs]
        since = time.monotonic()
        async with absent(stack, "postgres", findings):
            await asyncio.sleep(1.0)
            await asyncio.gather(*(_reach_voicemail(phone, call, findings) for phone, call in waiting))
            deadline = since + seconds
            while time.monotonic() < deadline:
                newcomer = await phones.enter_async_context(caller(stack))
                users.append(newcomer.user)
                findings.want(
                    await _served(newcomer, stack.up["demo"]["menu_en"], 5),
                    "a call that came while the database was away was not served",
                )
                await _hang_up_all(newcomer)
                await asyncio.sleep(min(3.0, max(0.0, deadline - time.monotonic())))
            check_audio(findings, pairs, since)
            await end_all(findings, pairs[::2])
        await asyncio.sleep(2.0)
        check_audio(findings, pairs[1::2], since)
        await end_all(findings, pairs[1::2])
    rows = await history(stack, findings, users, timeout=40)
    for phone, _ in waiting:
        if row := rows.get(phone.user):
            findings.want(row["outcome"] == "voicemail", f"{phone.user}: {row['outcome']}, {kinds(row)}")
            async with stack.db() as db:
                left = await db.fetchval("select count(*) from voicemail_messages where caller = $1", phone.user)
            findings.want(left == 1, f"{phone.user} left one message, there are {left}")
    await nothing_left(stack, findings)
    return findings


async def database_restart(stack: "Stack", count: int = 4) -> Findings:
    """PostgreSQL is killed and comes back at once, under calls."""
    return await conversations(stack, count, service="postgres")


async def api(stack: "Stack", count: int = 4) -> Findings:
    """The api is killed: no call notices, and it answers again."""
    findings = await conversations(stack, count, service="api")
    async with stack.api() as client:
        listed = await client.get("/calls", params={"limit": 5})
        findings.want(listed["items"], "the history can't be listed after the api's death")
    return findings


# What callers do meanwhile


async def _in_menu(stack: "Stack", phones: contextlib.AsyncExitStack) -> tuple[Phone, PhoneCall]:
    phone = await phones.enter_async_context(caller(stack))
    call = await phone.call(stack.up["demo"]["menu_ru"])
    await call.wait_heard(10)
    return phone, call


async def _reach_voicemail(phone: Phone, call: PhoneCall, findings: Findings) -> None:
    try:
        for _ in range(3):
            await asyncio.sleep(0.7)
            await call.press("1")
        await call.wait_prompt(20, pause=1.0)
        await call.say(audio.tone(700, 1.5))
    except (CallEnded, TimeoutError) as exc:
        findings.problems.append(f"{phone.user} did not reach the voicemail: {type(exc).__name__} {exc}")
    call.hang_up()


async def _served(phone: Phone, number: str, timeout: float) -> bool:
    """Whether a call of ``phone`` is answered and greeted within ``timeout``, tried again when it is refused."""
    deadline = time.monotonic() + timeout
    while (left := deadline - time.monotonic()) > 0:
        try:
            call = await phone.call(number, timeout=left)
            await call.wait_heard(left)
            return True
        except (CallFailed, CallEnded):
            await asyncio.sleep(0.3)
        except TimeoutError:
            return False
    return False


async def _hang_up_all(phone: Phone) -> None:
    for call in tuple(phone.calls.values()):
        call.hang_up()
