"""The product's rows against what customers' and operators' phones saw, call by call. Pure.

Rows are as the database gives them (``dial_attempts``, ``campaign_leads``); times in the phones' records are seconds
since the epoch. Both sides run on one machine, so that their clocks agree.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.dialer.outcomes import HUMAN, NOT_DIALED, Mode, Outcome
from tools.soaks.campaigns.behaviours import Kind
from tools.soaks.campaigns.customers import Seen
from tools.soaks.campaigns.operators import Talk

Row = Mapping[str, Any]
CLOCK_S = 1.5
"""Difference allowed between what a phone and the product call the time of one event, on a busy machine."""
SURE_S = 1.0
"""A conversation this long was certainly one for both sides; a shorter one may have crossed a hang-up."""
CONNECT_S = 2.0
"""Who waits longer for an operator counts as abandoned (the settings' own threshold)."""
LATE_S = 0.2
_BY_STATUS = {
    486: {Outcome.BUSY},
    603: {Outcome.REJECTED},
    480: {Outcome.UNAVAILABLE},
    404: {Outcome.BAD_NUMBER},
}
UNSURE = frozenset({Outcome.INTERRUPTED, Outcome.FAILED})
"""Outcomes that say that our side does not know: only after a fault."""


@dataclass
class Totals:
    """What was found: ``problems`` is empty when every call agrees."""

    problems: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def totals(
    attempts: Sequence[Row],
    leads: Sequence[Row],
    seen: Sequence[Seen],
    talks: Sequence[Talk],
    extensions: Mapping[Any, str],
    *,
    faults: Sequence[tuple[float, float]] = (),
    closed: Collection[str] = (),
    detects: bool = True,
    robocall: bool = False,
    most: int = 10,
) -> Totals:
    """Compare.

    Args:
        attempts: rows of the campaign's ``dial_attempts``; leads: its ``campaign_leads`` with the lead's ``address``.
        extensions: extension by the operator's id.
        faults: times in which a part of the product was away; calls that touch one may end as ``interrupted``.
        closed: numbers that may not be called now (do-not-call list, or outside the window).
        detects: machines are told from people.
        most: times that a lead may be dialled.
    """
    found = Totals()
    dialled = _match(found, attempts, seen)
    for attempt, call in dialled:
        touched = any(call.invited_at - 2 <= end and start <= call.ended_at + 2 for start, end in faults)
        _compare(found, attempt, call, touched=touched)
        _outcome(found, attempt, call, talks, touched=touched, detects=detects, robocall=robocall)
    _operators(found, attempts, talks, extensions, faults)
    _leads(found, attempts, leads, seen, closed, most)
    found.facts |= _figures(attempts, seen, talks)
    return found


def _match(found: Totals, attempts: Sequence[Row], seen: Sequence[Seen]) -> list[tuple[Row, Seen]]:
    """Each call that a customer saw with the one attempt that it belongs to."""
    by_number: dict[str, list[Row]] = defaultdict(list)
    for attempt in attempts:
        if attempt["channel"] == "phone":
            by_number[attempt["address"]].append(attempt)
        if attempt["ended_at"] is None or attempt["outcome"] is None:
            found.problems.append(f"{_name(attempt)} has no end")
    pairs: list[tuple[Row, Seen]] = []
    taken: dict[Any, Seen] = {}
    for call in seen:
        if call.at_once:
            found.problems.append(f"{call.number} was called twice at one time")
        if not call.over:
            found.problems.append(f"{call.number}: call {call.visit} is not over")
        mine = [one for one in by_number[call.number] if _within(one, call)]
        if not mine:
            found.problems.append(f"{call.number} was called at {call.invited_at:.1f}, no attempt says so")
            continue
        attempt = max(mine, key=lambda one: one["claimed_at"])
        if attempt["id"] in taken:
            found.problems.append(f"{_name(attempt)}: the customer was called twice")
            continue
        taken[attempt["id"]] = call
        pairs.append((attempt, call))
    for attempt in attempts:
        silent = attempt["outcome"] in {*NOT_DIALED, *UNSURE} or attempt["dialed_at"] is None
        if attempt["outcome"] == Outcome.FAILED:
            found.facts["causes_of_failures"] = [*found.facts.get("causes_of_failures", []), attempt["cause"]][:20]
        if attempt["channel"] == "phone" and attempt["id"] not in taken and not silent:
            found.problems.append(f"{_name(attempt)}: the customer saw no call")
        if attempt["id"] in taken and attempt["outcome"] in NOT_DIALED:
            found.problems.append(f"{_name(attempt)}, and the customer was called")
    return pairs


def _within(attempt: Row, call: Seen) -> bool:
    ended = attempt["ended_at"].timestamp() if attempt["ended_at"] else call.ended_at
    return bool(attempt["claimed_at"].timestamp() - 0.5 <= call.invited_at <= ended + CLOCK_S)


def _compare(found: Totals, attempt: Row, call: Seen, *, touched: bool) -> None:
    """Times of an attempt and of its call."""
    if touched:
        return
    times = (("dialed_at", call.invited_at), ("answered_at", call.answered_at), ("ended_at", call.ended_at))
    for name, at in times:
        told = attempt[name].timestamp() if attempt[name] is not None else 0.0
        if name == "ended_at" and attempt["mode"] == Mode.PREVIEW and told > at:
            continue  # the operator, called first, is told why the client is not there
        if bool(told) != bool(at) or abs(told - at) > CLOCK_S:
            crossed = name == "answered_at" and call.answered_at and call.ended_at - call.answered_at < SURE_S
            if not crossed:
                found.problems.append(f"{_name(attempt)}: {name} {told:.2f}, the customer says {at:.2f} ({call.kind})")
    if attempt["shown"] and call.shown.lstrip("+") != attempt["shown"].lstrip("+"):
        found.problems.append(f"{_name(attempt)}: shown as {attempt['shown']}, the customer saw {call.shown}")


def _outcome(
    found: Totals,
    attempt: Row,
    call: Seen,
    talks: Sequence[Talk],
    *,
    touched: bool,
    detects: bool,
    robocall: bool,
) -> None:
    talk = talk_of(attempt, call, talks)
    wanted = expected(call, talk, detects=detects, robocall=robocall)
    outcome = Outcome(attempt["outcome"]) if attempt["outcome"] else None
    if touched and outcome in UNSURE:
        return
    if outcome not in wanted:
        names = "/".join(sorted(wanted))
        found.problems.append(f"{_name(attempt)}: the {call.kind} saw {_story(call, talk)}, that is {names}")
    if attempt["abandoned"] != (outcome is Outcome.ABANDONED) and not _was_late(attempt):
        found.problems.append(f"{_name(attempt)}: abandoned is {attempt['abandoned']}, {_story(call, talk)}")


def _was_late(attempt: Row) -> bool:
    """An operator was there, but about when the time was over: it counts as abandoned, or just not."""
    if attempt["connected_at"] is None or attempt["answered_at"] is None:
        return False
    return bool((attempt["connected_at"] - attempt["answered_at"]).total_seconds() > CONNECT_S - LATE_S)


def talk_of(attempt: Row, call: Seen, talks: Sequence[Talk]) -> Talk | None:
    """The conversation of an operator with the customer during this call."""
    mine = [one for one in talks if one.call == attempt["id"].hex]
    mine = [one for one in mine if one.answered_at < call.ended_at and one.ended_at > call.answered_at]
    return max(mine, key=lambda one: one.ended_at - one.answered_at, default=None)


def expected(call: Seen, talk: Talk | None, *, detects: bool = True, robocall: bool = False) -> set[Outcome]:
    """What the product may say of a call that a customer saw so. A short or crossed call leaves it a choice."""
    if not call.answered_at:
        if call.ended_by == "caller":
            return {Outcome.NO_ANSWER}
        return _BY_STATUS.get(call.status, {Outcome.FAILED})
    machine = {Outcome.MACHINE} if call.kind is Kind.MACHINE else {Outcome.FAX} if call.kind is Kind.FAX else set()
    talked = _together(call, talk)
    if machine:
        return machine if detects else machine | {Outcome.TALKED, Outcome.ABANDONED, Outcome.SILENT, Outcome.HUNG_UP}
    if talked >= SURE_S:
        return {Outcome.TALKED}
    short = {Outcome.HUNG_UP} if call.ended_by == "customer" else set()
    wanted = short | {Outcome.ABANDONED}
    if call.kind is Kind.SILENT:
        wanted |= {Outcome.SILENT}
    if talk is not None or robocall:
        wanted |= {Outcome.TALKED}
    if robocall:
        wanted -= {Outcome.ABANDONED}
    return wanted


def _together(call: Seen, talk: Talk | None) -> float:
    """Seconds in which both phones were in the call."""
    if talk is None:
        return 0.0
    return min(call.ended_at, talk.ended_at) - max(call.answered_at, talk.answered_at)


def _operators(
    found: Totals,
    attempts: Sequence[Row],
    talks: Sequence[Talk],
    extensions: Mapping[Any, str],
    faults: Sequence[tuple[float, float]],
) -> None:
    """Each conversation of an operator belongs to one attempt, which names the operator."""
    by_call = {attempt["id"].hex: attempt for attempt in attempts}
    for talk in talks:
        attempt = by_call.get(talk.call)
        if attempt is None:
            found.problems.append(f"{talk.extension} talked to {talk.number} in call {talk.call}: no such attempt")
        elif attempt["connected_at"] is not None and extensions.get(attempt["operator_id"]) != talk.extension:
            others = [one.extension for one in talks if one.call == talk.call]
            if extensions.get(attempt["operator_id"]) not in others:
                found.problems.append(f"{_name(attempt)}: {talk.extension} talked, not {attempt['operator_id']}")
    talking = {talk.call for talk in talks}
    for attempt in attempts:
        if attempt["connected_at"] is not None and attempt["operator_id"] and attempt["id"].hex not in talking:
            found.problems.append(f"{_name(attempt)}: connected, but no operator's phone was")


def _leads(
    found: Totals,
    attempts: Sequence[Row],
    leads: Sequence[Row],
    seen: Sequence[Seen],
    closed: Collection[str],
    most: int,
) -> None:
    """Nobody is forgotten, nobody is called who may not be."""
    calls = Counter(call.number for call in seen)
    for lead in leads:
        number, count = lead["address"], calls[lead["address"]]
        if number in closed:
            if count:
                found.problems.append(f"{number} may not be called now and was, {count} times")
        elif lead["state"] != "done":
            found.problems.append(f"lead {number} is {lead['state']} after {count} calls, next at {lead['next_at']}")
        elif not count:
            found.problems.append(f"lead {number} is done and was never called: {lead['result']}")
        if count > most:
            found.problems.append(f"{number} was called {count} times, {most} at most were wanted")
    last: dict[Any, Row] = {}
    for attempt in attempts:
        if (known := last.get(attempt["lead_id"])) is None or known["claimed_at"] < attempt["claimed_at"]:
            last[attempt["lead_id"]] = attempt
    for lead in leads:
        latest = last.get(lead["lead_id"])
        if latest is not None and lead["last_outcome"] != latest["outcome"]:
            found.problems.append(f"lead {lead['address']} ended {lead['last_outcome']}, {_name(latest)}")


def _figures(attempts: Sequence[Row], seen: Sequence[Seen], talks: Sequence[Talk]) -> dict[str, Any]:
    outcomes = Counter(str(attempt["outcome"]) for attempt in attempts)
    humans = sum(outcomes[outcome] for outcome in HUMAN)
    talked = [talk.ended_at - talk.answered_at for talk in talks]
    waits = sorted(
        (attempt["connected_at"] - attempt["answered_at"]).total_seconds()
        for attempt in attempts
        if attempt["connected_at"] is not None and attempt["answered_at"] is not None
    )
    return {
        "attempts": len(attempts),
        "calls_seen": len(seen),
        "outcomes": dict(sorted(outcomes.items())),
        "people": humans,
        "abandoned": sum(bool(attempt["abandoned"]) for attempt in attempts),
        "abandonment": round(sum(bool(one["abandoned"]) for one in attempts) / humans, 4) if humans else 0.0,
        "conversations": len(talks),
        "talk_s": round(sum(talked) / len(talked), 2) if talked else 0.0,
        "connect_s": [round(waits[int(len(waits) * share)], 2) for share in (0.5, 0.9, 0.99)] if waits else [],
        "auto_answered": sum(talk.auto for talk in talks),
    }


def _story(call: Seen, talk: Talk | None) -> str:
    began = call.answered_at or call.invited_at
    told = f"answer after {began - call.invited_at:.1f} s" if call.answered_at else "no answer"
    told += f", end by {call.ended_by} ({call.status}) after {call.ended_at - began:.1f} s, {call.heard_s} s of sound"
    return told + (f", operator {talk.extension}" if talk else ", no operator")


def _name(attempt: Row) -> str:
    claimed: datetime = attempt["claimed_at"]
    return f"attempt {attempt['number']} of {attempt['address']} ({attempt['outcome']}, {claimed:%H:%M:%S})"
