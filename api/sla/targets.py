"""What an event does to the promises of a request. Pure.

The first reaction runs from the opening until staff answers (a public word, or a move that asks or tells the client
something); the next one from a client's word that finds no reaction owed until staff answers; the solution from the
opening (or reopening after closing) until the request is closed, and stands still while the client is waited for
(where the plan says so) and while it is solved. A deadline is computed when a promise begins, goes on, or gets other
terms, and never in between.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from api.sla.hours import moment_after, open_seconds
from api.sla.model import PauseReason, TargetKind
from api.sla.plans import Plan
from api.sla.sheet import Fact, Sheet, Stop, Target
from api.tickets.states import WORKING, State

_REACTIONS: tuple[TargetKind, ...] = ("first", "next")


def advance(sheet: Sheet, fact: Fact) -> Sheet:
    """The promises after an event; those that ended with it are still in them."""
    at = max([fact.at, *_moments(sheet)])
    open_ = {target.kind: target for target in settled(sheet.targets, at)}
    ended: list[Target] = []
    if fact.begun:
        sheet = replace(sheet, begun_at=at)
    if fact.changed:
        ended += _rewrite(open_, sheet, fact, at)
    if fact.state is State.CLOSED:
        ended += [_ended(target, at, _kept_by_closing(target, fact)) for target in open_.values()]
        return replace(sheet, targets=tuple(ended), stops=_paused(sheet.stops, None, at))
    if fact.begun:
        _begin(open_, "solution", fact.plan, at)
        if not fact.reacted and not fact.asked:
            _begin(open_, "first", fact.plan, at)
    if fact.answered:
        ended += [_ended(open_.pop(kind), at, True) for kind in _REACTIONS if kind in open_]
    elif fact.asked and not any(kind in open_ for kind in _REACTIONS):
        _begin(open_, "next", fact.plan, at)
    running = [_set(target, fact.state, at) for target in open_.values()]
    stops = _paused(sheet.stops, _pause(open_.get("solution"), fact.state), at)
    return replace(sheet, targets=(*ended, *settled(running, at)), stops=stops)


def settled(targets: Iterable[Target], at: datetime) -> tuple[Target, ...]:
    """Those whose deadline has come by ``at`` are broken since then."""
    return tuple(replace(t, breached_at=t.due_at, warn_at=None) if _is_broken(t, at) else t for t in targets)


def warned(targets: Iterable[Target], at: datetime) -> tuple[Target, ...]:
    """Those that were to be warned of by ``at`` are."""
    return tuple(
        replace(t, warned_at=at) if t.ended_at is None and _comes(t.warn_at, at) and t.warned_at is None else t
        for t in targets
    )


def due_at(targets: Iterable[Target]) -> datetime | None:
    """The earliest deadline of those that run now, broken ones too."""
    return min((t.due_at for t in targets if t.ended_at is None and t.running_from and t.due_at), default=None)


def runs(target: Target, state: State) -> bool:
    """Whether it runs in a state: reactions while the request is open, a solution while it is worked on."""
    if target.kind != "solution":
        return state is not State.CLOSED
    return state in WORKING or (state is State.WAITING and not target.terms.pause_waiting)


def spans(target: Target, stops: Sequence[Stop], until: datetime) -> list[tuple[datetime, datetime]]:
    """When it ran from its beginning until a moment: all of it, less the pauses of a solution."""
    found, begin = [], target.started_at
    for stop in stops if target.kind == "solution" else ():
        if stop.since > begin:
            found.append((begin, min(stop.since, until)))
        begin = max(begin, stop.until or until)
    found.append((begin, until))
    return [(start, end) for start, end in found if start < end]


def _rewrite(open_: dict[TargetKind, Target], sheet: Sheet, fact: Fact, at: datetime) -> list[Target]:
    """Another plan holds: promises go over to its terms, counted from their beginning; those that it does not give are
    dropped (and returned), those that it gives besides begin as if it had held from the beginning."""
    dropped = []
    for kind, target in list(open_.items()):
        seconds = fact.plan.seconds(kind) if fact.plan else None
        if target.breached_at is not None:
            continue
        if fact.plan is None or seconds is None:
            dropped.append(_ended(open_.pop(kind), at, None))
            continue
        open_[kind] = _counted(replace(target, terms=fact.plan.terms, target_s=seconds), sheet.stops, at)
    if fact.plan is not None and not fact.begun and fact.state is not State.CLOSED:
        kinds: list[TargetKind] = ["solution"] if fact.reacted or "next" in open_ else ["solution", "first"]
        for kind in kinds:
            if kind not in open_:
                _begin(open_, kind, fact.plan, sheet.begun_at)
                if kind in open_:
                    open_[kind] = _counted(open_[kind], sheet.stops, at)
    return dropped


def _counted(target: Target, stops: Sequence[Stop], at: datetime) -> Target:
    """Stopped at ``at``, with what had passed by then under its terms; warned of anew where that is to come."""
    used = sum(open_seconds(target.terms.calendar, *span) for span in spans(target, stops, at))
    again = used < target.target_s * target.terms.warn_share
    return replace(
        target,
        used_s=used,
        running_from=None,
        warn_at=None,
        due_at=None,
        warned_at=None if again else target.warned_at,
    )


def _begin(open_: dict[TargetKind, Target], kind: TargetKind, plan: Plan | None, at: datetime) -> None:
    seconds = plan.seconds(kind) if plan else None
    if plan is not None and seconds is not None and kind not in open_:
        open_[kind] = Target(kind=kind, terms=plan.terms, target_s=seconds, started_at=at)


def _set(target: Target, state: State, at: datetime) -> Target:
    """Running or standing still, as the state wants it."""
    if not runs(target, state):
        return _stopped(target, at)
    if target.running_from is not None:
        return target
    target = replace(target, running_from=at)
    if target.breached_at is not None:
        return target
    calendar, share = target.terms.calendar, target.terms.warn_share
    warn_at = None
    if share < 1 and target.warned_at is None:
        warn_at = moment_after(calendar, at, target.target_s * share - target.used_s)
    return replace(target, warn_at=warn_at, due_at=moment_after(calendar, at, target.target_s - target.used_s))


def _stopped(target: Target, at: datetime) -> Target:
    if target.running_from is None:
        return target
    used = target.used_s + open_seconds(target.terms.calendar, target.running_from, at)
    due = target.due_at if target.breached_at is not None else None
    return replace(target, used_s=used, running_from=None, warn_at=None, due_at=due)


def _ended(target: Target, at: datetime, kept: bool | None) -> Target:
    broken = target.breached_at is not None
    stopped = _stopped(target, at)
    return replace(stopped, due_at=target.due_at, ended_at=at, kept=False if broken else kept)


def _kept_by_closing(target: Target, fact: Fact) -> bool | None:
    """Closing keeps the promise of what was solved, and of a reaction where it is one; else they are dropped."""
    return True if (fact.solved if target.kind == "solution" else fact.answered) else None


def _pause(solution: Target | None, state: State) -> PauseReason | None:
    """Why a solution stands still in a state. Also noted where none is promised: a plan may come to promise one."""
    if state is State.SOLVED:
        return "solved"
    waits = state is State.WAITING and (solution is None or solution.terms.pause_waiting)
    return "waiting" if waits else None


def _paused(stops: tuple[Stop, ...], reason: PauseReason | None, at: datetime) -> tuple[Stop, ...]:
    """The pauses with the present one begun or ended as ``reason`` wants it; one of no length is none."""
    last = stops[-1] if stops and stops[-1].until is None else None
    if last is not None and last.reason == reason:
        return stops
    if last is not None:
        stops = stops[:-1] if last.since == at else (*stops[:-1], replace(last, until=at))
    return stops if reason is None else (*stops, Stop(since=at, reason=reason))


def _is_broken(target: Target, at: datetime) -> bool:
    return target.ended_at is None and target.breached_at is None and _comes(target.due_at, at)


def _comes(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _moments(sheet: Sheet) -> list[datetime]:
    """What has been by now: clocks of processes may differ a little."""
    moments = [target.running_from or target.started_at for target in sheet.targets]
    return moments + [stop.until or stop.since for stop in sheet.stops]
