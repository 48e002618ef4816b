"""Occupancy and abandonment over a day: bars in the terminal, a picture, rows for a file."""

from typing import Any

from tools.simulation.world import Day

BLOCKS = " ▁▂▃▄▅▆▇█"
HEIGHT = 8


def rows(day: Day, minutes: float) -> list[dict[str, Any]]:
    """One row a slice; shares from 0 to 1, None where there was nothing to share."""
    humans = abandoned = 0
    found = []
    for number, part in enumerate(day.slices):
        humans += part.humans
        abandoned += part.abandoned
        found.append(
            {
                "minute": number * minutes,
                "occupancy": round(part.busy_s / part.logged_s, 4) if part.logged_s else None,
                "abandoned_share": round(part.abandoned / part.humans, 4) if part.humans else None,
                "abandoned_so_far": round(abandoned / humans, 4) if humans else None,
                "dials": part.dials,
                "humans": part.humans,
                "abandoned": part.abandoned,
                "operators": round(part.logged_s / (minutes * 60), 1),
            }
        )
    return found


def terminal(day: Day, minutes: float, target: float) -> str:
    """Two charts over time and the sums of the day."""
    table = rows(day, minutes)
    top = max(2 * target, *(row["abandoned_share"] or 0.0 for row in table), 0.01)
    lines = [
        f"occupancy {day.occupancy:.1%}, abandoned {day.rate:.2%} of {day.humans} people (target {target:.1%}), "
        f"{day.dials} dials (without the first half hour)",
        "",
        "occupancy, 0 to 100 %",
        *_bars([row["occupancy"] for row in table], 1.0),
        "",
        f"abandoned of those answered, 0 to {top:.0%} in each slice",
        *_bars([row["abandoned_share"] for row in table], top),
        _hours(len(table), minutes),
        f"abandoned so far, at the end of each hour: {_so_far(table, minutes)}",
    ]
    return "\n".join(lines)


def _bars(values: list[float | None], top: float) -> list[str]:
    """Columns of block characters, ``HEIGHT`` lines of eight steps each."""
    lines = []
    for line in range(HEIGHT - 1, -1, -1):
        cells = []
        for value in values:
            steps = round((value or 0.0) / top * HEIGHT * 8) - line * 8
            cells.append(BLOCKS[min(max(steps, 0), 8)])
        mark = f"{top * (line + 1) / HEIGHT:5.0%}" if line % 2 else "     "
        lines.append(f"{mark} │{''.join(cells)}")
    return lines


def _hours(count: int, minutes: float) -> str:
    cells = [" "] * (count + 8)
    for hour in range(int(count * minutes / 60) + 1):
        place = round(hour * 60 / minutes)
        cells[place : place + 3] = f"{hour}h ".ljust(3)[:3]
    return "      └" + "".join(cells).rstrip()


def _so_far(table: list[dict[str, Any]], minutes: float) -> str:
    step = max(round(60 / minutes), 1)
    values = [row["abandoned_so_far"] for row in table[step - 1 :: step]]
    return ", ".join("-" if value is None else f"{value:.2%}" for value in values)


def svg(day: Day, minutes: float, target: float) -> str:
    """The same as a picture: occupancy above, abandonment (slices as bars, so far as a line) below."""
    table = rows(day, minutes)
    width, height = 900, 200
    top = max(2 * target, *(row["abandoned_share"] or 0.0 for row in table), 0.01)
    step = width / max(len(table), 1)
    busy = " ".join(
        f"{40 + (n + 0.5) * step:.1f},{30 + height * (1 - (row['occupancy'] or 0)):.1f}" for n, row in enumerate(table)
    )
    lower = 2 * 30 + height + 30
    lost = "".join(
        f'<rect x="{40 + n * step + 1:.1f}" width="{max(step - 2, 1):.1f}" '
        f'y="{lower + height * (1 - (row["abandoned_share"] or 0) / top):.1f}" '
        f'height="{height * (row["abandoned_share"] or 0) / top:.1f}" fill="#c66"/>'
        for n, row in enumerate(table)
    )
    far = " ".join(
        f"{40 + (n + 0.5) * step:.1f},{lower + height * (1 - min((row['abandoned_so_far'] or 0) / top, 1)):.1f}"
        for n, row in enumerate(table)
    )
    limit = lower + height * (1 - target / top)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 60} {lower + height + 30}" '
        'font-family="sans-serif" font-size="13">'
        f'<text x="40" y="20">Occupancy {day.occupancy:.1%}</text>'
        f'<rect x="40" y="30" width="{width}" height="{height}" fill="none" stroke="#999"/>'
        f'<polyline points="{busy}" fill="none" stroke="#27a" stroke-width="2"/>'
        f'<text x="40" y="{lower - 10}">Abandoned {day.rate:.2%} (bars: in each slice up to {top:.0%}; '
        "black: so far; red: target)</text>"
        f'<rect x="40" y="{lower}" width="{width}" height="{height}" fill="none" stroke="#999"/>{lost}'
        f'<line x1="40" x2="{40 + width}" y1="{limit:.1f}" y2="{limit:.1f}" stroke="#d00" stroke-dasharray="5 4"/>'
        f'<polyline points="{far}" fill="none" stroke="#000"/></svg>\n'
    )
