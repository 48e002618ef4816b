"""``overload``: twice the highest served rate is offered; how much is still served, and what becomes of calls within.

The highest rate is searched first, by the menu flow of ``calls``. Callers who already stand in a menu are counted as
harmed when they are cut off or hear nothing any more.
"""

import asyncio
import contextlib

from tools.benchmarks import sipp, stand
from tools.benchmarks.calls import FULL, QUICK, Arm, climb
from tools.benchmarks.report import Report, spread
from tools.softphone import Phone

# After a flood the node takes this long until it turns nobody away.
SETTLE_S = 5.0


async def run(quick: bool) -> Report:
    plan = QUICK if quick else FULL
    seconds, rounds, inside = (5, 1, 5) if quick else (30, 3, 20)
    async with stand.product() as stack:
        arm = Arm(stack, "ivr", stand.OUR_MENU, plan)
        await climb([arm], plan)
        served: list[float] = []
        harmed = 0
        for _ in range(rounds):
            await stand.quiet(stack)
            await asyncio.sleep(SETTLE_S)
            async with contextlib.AsyncExitStack() as phones:
                calls = []
                for i in range(inside):
                    phone = Phone(stand.address(stack), f"7996{i:07}", keep_sound=False)
                    calls.append(await (await phones.enter_async_context(phone)).call(stand.WAITING_ROOM))
                await asyncio.sleep(1.0)
                run = await sipp.offer("ivr", stand.address(stack), stand.OUR_MENU, 2 * arm.best, seconds)
                served.append(run.served / seconds)
                print(f"{2 * arm.best:.0f}/s offered ({run.rate:.0f}/s came): {run.served} of {run.started} served")
                harmed += sum(call.ended for call in calls)
    return Report(
        name="overload",
        figures={"goodput_ratio": round(sum(served) / len(served) / arm.best, 4), "harmed": harmed},
        arms={
            "highest calls/s": {"mean": arm.best},
            "served at twice that": spread(served),
            "standing calls": {"each round": inside},
        },
        rounds=rounds,
        reach={"goodput_ratio": ">= 0.8", "harmed": "0"},
    )
