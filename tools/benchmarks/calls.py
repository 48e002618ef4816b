"""``calls``: the highest rate at which fewer than 0.1 % of calls fail, ours against the same in plain dialplan.

Two flows: a menu (answer, prompt, digit, branch, hang up) and a bridge (call an agent, connect, the caller hangs up).
"""

from typing import TYPE_CHECKING, NamedTuple

from tools.benchmarks import sipp, stand
from tools.benchmarks.report import Report, ratio, spread

if TYPE_CHECKING:
    from tools.stack.stand import Stack

KEEPING_UP = 0.93
"""SIPp must really offer this share of the rate; below it the machine itself is full."""

# SIPp tells the rate of each second: short trials at low rates are told roughly.
_ROUGH = 2.0


class Plan(NamedTuple):
    """How a search goes: first rate, factor of the climb, seconds of a trial, halvings, rounds, highest rate tried."""

    first: float
    factor: float
    seconds: float
    halvings: int
    rounds: int
    ceiling: float


FULL = Plan(first=20, factor=1.4, seconds=8, halvings=2, rounds=2, ceiling=600)
QUICK = Plan(first=20, factor=2, seconds=2, halvings=0, rounds=1, ceiling=20)
FLOWS = {
    "ivr": ("ivr", stand.OUR_MENU, stand.PLAIN_MENU),
    "bridge": ("caller", stand.OUR_BRIDGE, stand.PLAIN_BRIDGE),
}


class Arm:
    """One side of the comparison; ``best`` is the highest good rate known, ``bad`` the lowest that failed."""

    def __init__(self, stack: "Stack", scenario: str, number: str, plan: Plan) -> None:
        self._stack = stack
        self._scenario = scenario
        self._number = number
        self._plan = plan
        self.best = 0.0
        self.bad = 0.0

    async def holds(self, rate: float) -> bool:
        """Whether the rate is served; a failure is tried once more, as the machine is noisy."""
        for _ in range(2):
            await stand.quiet(self._stack)
            run = await sipp.offer(self._scenario, stand.address(self._stack), self._number, rate, self._plan.seconds)
            good = run.good and run.rate >= KEEPING_UP * rate - _ROUGH
            print(
                f"{self._scenario} {self._number} {rate:.0f}/s: {run.failed} of {run.started} failed, {run.rate:.0f}/s"
            )
            if good:
                self.best = max(self.best, rate)
                return True
        self.bad = min(self.bad or rate, rate)
        return False

    def step_back(self) -> None:
        """Before another round: forget, but begin near."""
        self.best, self.bad = self.best / 1.3, 0.0


async def climb(arms: list[Arm], plan: Plan) -> None:
    """Find each arm's highest rate: climb by the factor, then halve the gap; the arms take turns at every step."""
    for arm in arms:
        arm.bad = 0.0
    climbing = list(arms)
    while climbing:
        for arm in tuple(climbing):
            rate = min(arm.best * plan.factor or plan.first, plan.ceiling)
            if not await arm.holds(rate) or rate >= plan.ceiling:
                climbing.remove(arm)
    if not all(arm.best for arm in arms):
        raise RuntimeError(f"not even {plan.first:g} calls a second were served")
    for _ in range(plan.halvings):
        for arm in arms:
            if arm.bad:
                await arm.holds((arm.best + arm.bad) / 2)


async def highest(stack: "Stack", flow: str, plan: Plan) -> tuple[list[float], list[float]]:
    """Highest rates of a flow in each round: ours and plain dialplan's."""
    scenario, our_number, plain_number = FLOWS[flow]
    ours, plain = Arm(stack, scenario, our_number, plan), Arm(stack, scenario, plain_number, plan)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(plan.rounds):
        await climb([ours, plain], plan)
        found[0].append(ours.best)
        found[1].append(plain.best)
        ours.step_back()
        plain.step_back()
    return found


async def run(quick: bool) -> Report:
    plan = QUICK if quick else FULL
    figures, arms = {}, {}
    async with stand.product() as stack:
        for flow in FLOWS:
            ours, plain = await highest(stack, flow, plan)
            measured = ratio(ours, plain)
            figures[f"ratio_{flow}"] = measured["ratio"]
            arms[flow] = {"ours calls/s": spread(ours), "plain dialplan calls/s": spread(plain), "95 %": measured}
    return Report(
        name="calls",
        figures=figures,
        arms=arms,
        rounds=plan.rounds,
        reach={"ratio_ivr": ">= 0.8", "ratio_bridge": ">= 0.8"},
    )
