"""The command line ``tools/sim``: a simulated campaign with settings of one's own."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from engine.dialer.campaign import Pacing
from engine.dialer.outcomes import Mode
from tools.simulation import charts
from tools.simulation.arms import Level, Ours, Ratio, Vicidial
from tools.simulation.law import Law
from tools.simulation.world import Day, Dialler, World

EXAMPLES = """
examples:
  tools/sim campaign --agents 10
  tools/sim campaign --agents 25 --target 2 --lists good:1.5,bad:0.4 --lunch 12:0.5
  tools/sim campaign --agents 10 --dialler vicidial --wave square
  tools/sim campaign --agents 8 --mode automatic --lunch 3:0.25 --svg day.svg --json day.json

The clients of the default: 30 % people (who ring 14 s on average), 40 % do not answer, 15 % machines, 15 % bad numbers;
talks of 90 s and wrap-up of 15 s on average. The dialler knows none of this.
"""


def parser() -> argparse.ArgumentParser:
    """Options of ``tools/sim``."""
    top = argparse.ArgumentParser("tools/sim", description="Tries settings on simulated work, in seconds.")
    sub = top.add_subparsers(dest="what", required=True, metavar="campaign")
    parser = sub.add_parser(
        "campaign",
        help="a day of dialling: occupancy and abandonment over time",
        description="A simulated day of dialling: occupancy of operators and abandoned clients over time.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--agents", type=int, default=10, help="operators (10)")
    add("--hours", type=float, default=8.0, help="length of the day (8)")
    add("--seed", type=int, default=1, help="of the chance; the same seed gives the same day (1)")
    add("--dialler", choices=["ours", "ratio", "level", "vicidial"], default="ours", help="who dials (ours)")
    add("--level", type=float, default=1.3, help="of --dialler ratio or level: lines an operator (1.3)")
    add("--mode", choices=["predictive", "progressive", "automatic"], default="predictive", help="of ours (predictive)")
    add("--target", type=float, default=3.0, help="abandoned of those answered by people, %% (3)")
    add("--threshold", type=float, default=2.0, help="an operator must be there within so many seconds (2)")
    add("--window", type=int, default=1800, help="short horizon of the rate, s (1800)")
    add("--max-lines", type=int, default=1000, help="open lines at most, talks included (1000)")
    add("--lines-per-agent", type=float, default=6.0, help="lines not yet answered by operator at most (6)")
    add("--calls-per-s", type=float, default=50.0, help="dials a second at most (50)")
    add("--small-team", type=int, default=3, help="fewer operators are never dialled ahead for (3)")
    add("--human", type=float, default=30.0, help="dials answered by people, %% (30)")
    add("--machine", type=float, default=15.0, help="answered by machines, %% (15)")
    add("--bad", type=float, default=15.0, help="bad numbers, %% (15)")
    add("--talk", type=float, default=90.0, help="mean talk, s (90)")
    add("--wrap", type=float, default=15.0, help="mean wrap-up, s (15)")
    add("--wave", choices=["", "square", "sine"], default="", help="how the share of people changes")
    add("--talk-doubles", type=float, metavar="HOUR", help="talks take twice as long from this hour of work on")
    add("--lunch", metavar="HOUR:SHARE", help="for an hour only this share of operators is at work, e.g. 4:0.5")
    add("--leave", metavar="HOUR:SHARE", help="from this hour on only this share of operators is at work")
    add("--lists", metavar="NAME:FACTOR,...", default="", help="lists by turns; factor of the share of people")
    add("--slice", type=float, default=10.0, help="minutes a bar of the chart (10)")
    add("--svg", type=Path, help="write the chart to this file")
    add("--json", type=Path, help="write the figures and slices to this file (- for stdout)")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Runs the day, prints or writes it. Exit status 2 for settings that make no sense."""
    options = parser().parse_args(arguments)
    try:
        law, dialler = _law(options), _dialler(options)
    except (ValueError, msgspec.ValidationError) as error:
        print(f"tools/sim: {error}", file=sys.stderr)
        return 2
    warm_up = min(1800.0, options.hours * 3600 / 4)
    day = World(law, dialler, options.seed, slice_s=options.slice * 60, warm_up_s=warm_up).run()
    slices = day.slices if day.slices[-1].logged_s else day.slices[:-1]
    day.slices = slices
    if str(options.json) != "-":
        print(charts.terminal(day, options.slice, options.target / 100))
        _explain(dialler)
    if options.json:
        data = msgspec.json.format(msgspec.json.encode(_figures(day, options)), indent=2)
        if str(options.json) == "-":
            print(data.decode())
        else:
            options.json.write_bytes(data + b"\n")
    if options.svg:
        options.svg.write_text(charts.svg(day, options.slice, options.target / 100), encoding="utf-8")
    return 0


def _explain(dialler: Dialler) -> None:
    """The controller's last words."""
    if isinstance(dialler, Ours) and dialler.decisions:
        from engine.dialer.pacing.explain import in_words

        last = dialler.decisions[-1]
        print("\nAt the end of the day:")
        for line in in_words(last.explanation, "en"):
            print(f"  {line}")


def _figures(day: Day, options: argparse.Namespace) -> dict[str, Any]:
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    return {
        "settings": settings,
        "occupancy": round(day.occupancy, 4),
        "abandoned_share": round(day.rate, 5),
        "humans": day.humans,
        "abandoned": day.abandoned,
        "dials": day.dials,
        "slices": charts.rows(day, options.slice),
    }


def _law(options: argparse.Namespace) -> Law:
    shares = [options.human, options.machine, options.bad]
    if any(share < 0 for share in shares) or sum(shares) > 100 or not 0 < options.human <= 98:
        raise ValueError("--human (above 0, at most 98), --machine and --bad must be shares in %, together at most 100")
    if not 1 <= options.agents <= 1000 or not 0 < options.hours <= 24 or options.slice <= 0:
        raise ValueError("--agents must be 1 to 1000, --hours above 0 and at most 24, --slice above 0")
    if options.talk <= 0 or options.wrap <= 0:
        raise ValueError("--talk and --wrap must be above 0")
    leave: list[tuple[float, float]] = []
    if options.lunch:
        hour, share = _pair(options.lunch, "--lunch")
        leave += [(hour, share), (hour + 1, 1.0)]
    if options.leave:
        leave.append(_pair(options.leave, "--leave"))
    lists = tuple((name, _number(factor, "--lists")) for name, _, factor in _parts(options.lists))
    return Law(
        agents=options.agents,
        hours=options.hours,
        human=options.human / 100,
        machine=options.machine / 100,
        bad=options.bad / 100,
        talk_s=options.talk,
        wrap_s=options.wrap,
        patience_s=options.threshold,
        wave=options.wave,
        talk_doubles_h=options.talk_doubles,
        leave=tuple(sorted(leave)),
        lists=lists or (("", 1.0),),
    )


def _parts(text: str) -> list[tuple[str, str, str]]:
    return [part.partition(":") for part in text.split(",") if part]


def _pair(text: str, option: str) -> tuple[float, float]:
    hour, _, share = text.partition(":")
    pair = _number(hour, option), _number(share, option)
    if not 0 <= pair[1] <= 1:
        raise ValueError(f"{option} wants a share from 0 to 1 after the colon, such as 4:0.5")
    return pair


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{option}: {text!r} is no number; see tools/sim campaign --help") from None


def _dialler(options: argparse.Namespace) -> Dialler:
    match options.dialler:
        case "ratio":
            return Ratio(options.level)
        case "level":
            return Level(options.level)
        case "vicidial":
            return Vicidial(0.0, limit=options.target / 100)
    wanted = {
        "target_rate": options.target / 100,
        "connect_threshold_s": options.threshold,
        "window_s": options.window,
        "max_lines": options.max_lines,
        "lines_per_agent": options.lines_per_agent,
        "calls_per_s": options.calls_per_s,
        "small_team": options.small_team,
    }
    return Ours(msgspec.convert(wanted, Pacing), Mode(options.mode))


if __name__ == "__main__":
    sys.exit(main())
