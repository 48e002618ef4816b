"""``pacing``: our controller against one line per free operator, the best fixed ratio and VICIdial's adaptive level.

A discrete-event simulation of case T2 (``tools.simulation.law``): 8 h, the first 30 min dropped, nothing known before.
Stationary with 5 to 100 operators, and with the share of people as a square and a sine wave, half of the operators
leaving, talks doubling. Every figure is a mean over days with its 95 % confidence interval (Student); each arm sees the
same seeds. ``REPORTED`` seeds were never used to choose anything: constants were chosen on ``TUNING`` ones.

The peers' one parameter for each size (``RATIOS``, ``TARGETS``) is the one of a grid with the highest occupancy at 3 %
abandoned or less on tuning seeds of the stationary case: ``python -m tools.benchmarks.pacing`` prints the grid. So they
are tuned by hand for a law that they know; ours is not. ``bound``: what a controller reached that was given the true
distributions, ``vicidial, best known``: the most that anybody got out of that rule (both of the benchmark's design).
"""

import asyncio
import dataclasses
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import msgspec

from tools.benchmarks.report import Report
from tools.simulation.arms import Level, Ours, Ratio, Vicidial
from tools.simulation.law import t2
from tools.simulation.world import Dialler, World

SIZES = (5, 10, 25, 50, 100)
CASES = ("square", "sine", "leave", "talk")
CASE_SIZES = (10, 50)
REPORTED = tuple(range(7000, 7020))
TUNING = tuple(range(1000, 1020))
REACH = {5: 0.76, 10: 0.82, 25: 0.895, 50: 0.935, 100: 0.96}
KNOWN_VICIDIAL = {5: 0.681, 10: 0.732, 25: 0.818, 50: 0.876, 100: 0.904}
BOUND = {5: 0.759, 10: 0.822, 25: 0.897, 50: 0.936, 100: 0.964}
RATIOS = {5: 1.1, 10: 1.16, 25: 1.36, 50: 1.46, 100: 1.55}
TARGETS = {5: -2.4, 10: -4.0, 25: -6.5, 50: -10.0, 100: -13.0}
LIMIT = 0.03
STUDENT = {5: 2.776, 10: 2.262, 20: 2.093, 30: 2.045}


class Days(msgspec.Struct):
    """Days of one arm in one case."""

    occupancy: list[float] = []
    rate: list[float] = []

    def figures(self) -> dict[str, float]:
        """Means; +- half of the 95 % interval; share of days over the limit."""
        count = len(self.rate)
        return {
            "occupancy": round(statistics.fmean(self.occupancy), 4),
            "occupancy_ci": round(_half(self.occupancy), 4),
            "abandon": round(statistics.fmean(self.rate), 5),
            "abandon_ci": round(_half(self.rate), 5),
            "days_over": round(sum(rate > LIMIT for rate in self.rate) / count, 3),
        }


def _half(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    factor = STUDENT.get(len(values), 2.1 if len(values) > 10 else 2.8)
    return factor * statistics.stdev(values) / len(values) ** 0.5


ARMS: dict[str, Callable[[int], Dialler]] = {
    "ours": lambda agents: Ours(),
    "progressive": lambda agents: Ratio(1.0),
    "fixed_ratio": lambda agents: Level(RATIOS[agents]),
    "vicidial": lambda agents: Vicidial(TARGETS[agents]),
}


def day(arm: str, agents: int, case: str, seed: int, hours: float = 8.0) -> tuple[float, float]:
    """(Occupancy, abandoned of those answered by people) of one day."""
    law = dataclasses.replace(t2(agents, case), hours=hours)
    result = World(law, ARMS[arm](agents), seed).run()
    return result.occupancy, result.rate


async def run(quick: bool) -> Report:
    """All arms and cases: 20 days each, or an hour of two small ones."""
    seeds = REPORTED[:2] if quick else REPORTED
    sizes, cases, case_sizes = (SIZES, CASES, CASE_SIZES) if not quick else ((5, 10), ("square",), (10,))
    hours = 1.0 if quick else 8.0
    jobs = [(arm, size, "stationary") for size in sizes for arm in ARMS]
    jobs += [(arm, size, case) for case in cases for size in case_sizes for arm in ARMS]
    done: dict[tuple[str, int, str], Days] = {job: Days() for job in jobs}
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1 if quick else os.cpu_count()) as pool:
        work = {
            loop.run_in_executor(pool, day, *job, seed, hours): job
            for job in sorted(jobs, key=lambda job: (job[1], job[2] != "stationary"))
            for seed in seeds
        }
        for future, job in work.items():
            occupancy, rate = await future
            done[job].occupancy.append(occupancy)
            done[job].rate.append(rate)
            if len(done[job].rate) == len(seeds):
                print(*job, done[job].figures(), flush=True)
    return _report(done, len(seeds))


def _report(done: dict[tuple[str, int, str], Days], rounds: int) -> Report:
    figures: dict[str, Any] = {}
    arms: dict[str, Any] = {}
    for (arm, size, case), days in done.items():
        place = figures if arm == "ours" else arms.setdefault(arm, {})
        if case == "stationary":
            place[f"N{size}"] = days.figures()
        else:
            place.setdefault(case, {})[f"N{size}"] = days.figures()
    arms["vicidial, best known"] = {f"N{size}": {"occupancy": value} for size, value in KNOWN_VICIDIAL.items()}
    arms["bound"] = {f"N{size}": {"occupancy": value} for size, value in BOUND.items()}
    reach = {f"N{size}": f"occupancy >= {value}, days_over <= .05" for size, value in REACH.items()}
    return Report(
        name="pacing",
        figures=figures,
        arms=arms,
        rounds=rounds,
        reach=reach | dict.fromkeys(CASES, "abandon <= .03, days_over <= .05"),
    )


def tune() -> None:
    """The grid from which the peers' parameters come: five tuning seeds each."""
    for size in SIZES:
        for name, make, grid in (
            ("ratio", Level, [1.1 + 0.02 * n for n in range(25)]),
            ("target", Vicidial, [-size * part / 100 for part in (48, 40, 34, 30, 26, 22, 19, 16, 14, 12, 10)]),
        ):
            for value in grid:
                days = Days()
                for seed in TUNING[: 3 if size > 25 else 5]:
                    result = World(t2(size), make(value), seed).run()
                    days.occupancy.append(result.occupancy)
                    days.rate.append(result.rate)
                print(size, name, round(value, 2), days.figures(), file=sys.stderr, flush=True)
                if statistics.fmean(days.rate) > 1.5 * LIMIT:
                    break


if __name__ == "__main__":
    tune()
