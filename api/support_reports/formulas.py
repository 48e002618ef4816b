"""The formulas of reports on support. Pure: sums come in, figures go out; a ratio without a base is None.

Words used here:

- a request *came* to a line when it was opened on it or escalated to it within the period, once however often; to a
  category, operator or client when it was opened within the period. Requests that were merged into another don't count;
- it is *solved* by the line on which staff moved it to solved, or closed it at once, unless it was reopened since;
  *unsolved*: closed by its client without that; *open*: neither;
- it was *passed on* when it was escalated from the line to a higher one after it came, *returned*: to a lower one.

Sources: the share solved by a line of what came to it is the "resolution rate by tier" of ITIL 4 (AXELOS, "Incident
management practice guide", 2020, key metrics), its targets (80 % for the first line, 75 % of what was passed on for the
second) are those of ``support_lines.target_share``; mean and median times as in the same guide (mean time to resolve);
the median is the 50th percentile with interpolation (Hyndman and Fan 1996, definition 7; ``percentile_cont``).
"""

from typing import Any

import msgspec

from api.reports.formulas import ratio


class Tally(msgspec.Struct, kw_only=True):
    """Sums over the requests of a row; times in seconds by the clock, None without a base."""

    came: int = 0
    solved: int = 0
    unsolved: int = 0
    passed_on: int = 0
    returned: int = 0
    reopened: int = 0
    reacted: int = 0
    first_mean_s: float | None = None
    first_median_s: float | None = None
    solution_mean_s: float | None = None
    solution_median_s: float | None = None
    first_kept: int = 0
    first_broken: int = 0
    next_kept: int = 0
    next_broken: int = 0
    solution_kept: int = 0
    solution_broken: int = 0


def figures(tally: Tally) -> dict[str, Any]:
    """What a report shows of a row.

    - ``solved_share``: solved / came: what is still open is not solved yet.
    - ``first_*_s``: from the opening to the first reaction of staff, of requests that have one.
    - ``solution_*_s``: from the opening to the solution, of solved ones (waiting for the client included).
    - ``kept_share``: promises kept / (kept + broken); a promise is judged when it ends or breaks, what was dropped
      (closed by the client unanswered, another plan) counts neither way.
    """
    kept = tally.first_kept + tally.next_kept + tally.solution_kept
    broken = tally.first_broken + tally.next_broken + tally.solution_broken
    return {
        "came": tally.came,
        "solved": tally.solved,
        "passed_on": tally.passed_on,
        "returned": tally.returned,
        "open": tally.came - tally.solved - tally.unsolved,
        "unsolved": tally.unsolved,
        "solved_share": ratio(tally.solved, tally.came),
        "reopened": tally.reopened,
        "reacted": tally.reacted,
        "first_mean_s": _round(tally.first_mean_s),
        "first_median_s": _round(tally.first_median_s),
        "solution_mean_s": _round(tally.solution_mean_s),
        "solution_median_s": _round(tally.solution_median_s),
        "kept": kept,
        "broken": broken,
        "kept_share": ratio(kept, kept + broken),
        "first_kept_share": ratio(tally.first_kept, tally.first_kept + tally.first_broken),
        "next_kept_share": ratio(tally.next_kept, tally.next_kept + tally.next_broken),
        "solution_kept_share": ratio(tally.solution_kept, tally.solution_kept + tally.solution_broken),
    }


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
