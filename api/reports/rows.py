"""What reports show of sums: figures by column name. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.reports import formulas
from api.reports.formulas import ServiceLevel, Tally, Time

Row = dict[str, Any]


def figures_of(tally: Tally, way: ServiceLevel) -> Row:
    """What a report shows of visits."""
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "answered_in": tally.answered_in,
        "abandoned": tally.abandoned,
        "short": tally.short,
        "lost": tally.lost,
        "left": tally.left,
        "callbacks": tally.callbacks,
        "waiting": tally.waiting,
        "service_level": formulas.service_level(tally, way),
        "abandonment": formulas.abandonment(tally),
        "abandonment_with_short": formulas.abandonment_with_short(tally),
        "asa_s": seconds(formulas.speed_of_answer(tally)),
        "abandon_s": seconds(formulas.time_to_abandon(tally)),
        "wait_max_s": seconds(tally.wait_max_s),
        "talk_s": seconds(tally.talk_s),
        "hold_s": seconds(tally.hold_s),
        "wrap_s": seconds(tally.wrap_s),
        "aht_s": seconds(formulas.handling(tally.talk_s, tally.hold_s, tally.wrap_s, tally.answered)),
        "first_contact": formulas.first_contact(tally),
    }


def operator(offers: Mapping[str, Any] | None, calls: Mapping[str, Any] | None, time: Time) -> Row:
    """What a report shows of an operator."""
    offers, calls = offers or {}, calls or {}
    talk, hold, handled = calls.get("talk_s", 0.0), calls.get("hold_s", 0.0), calls.get("handled", 0)
    return {
        "offered": offers.get("offered", 0),
        "taken": offers.get("answered", 0),
        "missed": offers.get("missed", 0),
        "rejected": offers.get("rejected", 0),
        **{name: calls.get(name, 0) for name in ("inbound", "outbound", "internal", "handled")},
        "talk_s": seconds(talk),
        "hold_s": seconds(hold),
        "aht_s": seconds(formulas.handling(talk, hold, time.wrap_up, handled)),
        "signed_on_s": seconds(formulas.signed_on(time)),
        "ready_s": seconds(time.ready),
        "reserved_s": seconds(time.reserved),
        "on_call_s": seconds(time.on_call),
        "wrap_up_s": seconds(time.wrap_up),
        "break_s": seconds(time.on_break),
        "away_s": seconds(time.away),
        "occupancy": formulas.occupancy(time),
    }


def number(row: Mapping[str, Any]) -> Row:
    """What a report shows of calls to a number."""
    names = ("calls", "callers", "answered", "served", "voicemail", "abandoned", "unserved")
    counts = {name: row.get(name, 0) for name in names}
    talk = row.get("talk_s", 0.0)
    return {
        **counts,
        "answered_share": formulas.ratio(counts["answered"], counts["calls"]),
        "talk_s": seconds(talk),
        "average_talk_s": seconds(formulas.ratio(talk, counts["answered"])),
    }


def summed(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def summed_time(times: Iterable[Time]) -> Time:
    total = Time()
    for time in times:
        total.add(time)
    return total


def seconds(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)


def sum_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Numbers of rows added up by name."""
    total: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            if name != "key":
                total[name] = total.get(name, 0) + value
    return total
