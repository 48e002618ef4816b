"""What becomes of a conversation: pure changes of its state. Each gives the events to note.

A leg that no rule names any more (``unwanted``) is hung up by who runs the conversation.
"""

from datetime import datetime, timedelta
from typing import Any

from engine.calls.model import Call, Direction, EndedBy, Leg, LegRole
from engine.calls.states import LegState
from engine.calls.talk.state import Consult, Desk, Join, Mode, Parked, Talk, Watch, Why
from engine.calls.talk.topology import alive, holding, is_up, together

Notes = list[tuple[str, dict[str, Any]]]


def is_inside(leg: Leg) -> bool:
    """Whether the leg is a phone of ours: its endpoint bears its number."""
    return leg.endpoint == f"PJSIP/{leg.number}"


def is_client(call: Call, leg: Leg) -> bool:
    """Whether a leg is on the client's side; the other side is the operator's.

    Phones of ours are the operator's side, those outside the client's. In a call from outside only who called is the
    client: whom it is forwarded to, or who is called in, speaks for the company. In a call within the company who
    called is the client.
    """
    caller = call.caller_leg
    if (is_inside(caller) or call.direction is Direction.OUTBOUND) and any(not is_inside(one) for one in call.legs):
        return not is_inside(leg)
    return leg is caller


def desk_of(leg: Leg) -> Desk:
    return Desk(leg.number, leg.endpoint, leg.user_id)


def over(call: Call, talk: Talk, *, colleagues_go_on: bool = True) -> bool:
    """Whether the conversation has come to its end: nobody is left, or one whom nobody comes to join."""
    members = alive(call, talk)
    if talk.next is not None or not members:
        return True
    if talk.parked is not None or talk.recall is not None or talk.joining:
        return False
    if len(members) > 1 and not colleagues_go_on:
        everybody = [leg for leg in call.legs if leg.channel_id in {*talk.members, talk.last}]
        return any(not is_inside(leg) for leg in everybody) and all(is_inside(leg) for leg in members)
    return len(members) == 1


def unwanted(call: Call, talk: Talk) -> list[Leg]:
    """Living legs that have no part in the conversation any more."""
    wanted = {*talk.members, *(join.leg for join in talk.joining), *(watch.leg for watch in talk.watches)}
    if talk.consult is not None:
        wanted.add(talk.consult.leg)
    return [leg for leg in call.legs if leg.channel_id not in wanted and leg.state is not LegState.DOWN]


def count_hold(call: Call, talk: Talk, now: datetime) -> None:
    """Begin or end counting the time on hold."""
    on_hold = holding(call, talk) and talk.ended_at is None
    if on_hold and talk.hold_started_at is None:
        talk.hold_started_at = now
    elif not on_hold and talk.hold_started_at is not None:
        call.hold_s += max(((talk.ended_at or now) - talk.hold_started_at).total_seconds(), 0.0)
        talk.hold_started_at = None


# Legs come and go


def leg_up(call: Call, talk: Talk, leg: Leg) -> Notes:
    """A leg that rang for the conversation answers."""
    join = next((join for join in talk.joining if join.leg == leg.channel_id), None)
    if join is not None:
        talk.joining.remove(join)
        lost = call.leg(join.instead) if join.instead in talk.members else None
        return _joined(call, talk, leg, join.why) if lost is None else _rejoined(talk, lost, leg)
    if talk.consult is not None and talk.consult.leg == leg.channel_id:
        return [("consult_answered", {"number": leg.number})]
    watch = watch_of(talk, leg.channel_id)
    return [("supervised", {"number": leg.number, "mode": watch.mode})] if watch is not None else []


def _joined(call: Call, talk: Talk, leg: Leg, why: Why) -> Notes:
    talk.members.append(leg.channel_id)
    if talk.parked is not None:
        talk.parked = None
        others = [join for join in talk.joining if join.why in (Why.RETURN, Why.RETRIEVE)]
        talk.joining = [join for join in talk.joining if join not in others]
        return [("retrieved", {"number": leg.number})]
    call.operator_id = call.operator_id or leg.user_id
    kind = "transfer_answered" if why is Why.TRANSFER else "joined"
    return [(kind, {"number": leg.number})]


def _rejoined(talk: Talk, lost: Leg, leg: Leg) -> Notes:
    """A phone is back with a new leg: all that its old one was in the conversation, the new one is."""
    talk.members[talk.members.index(lost.channel_id)] = leg.channel_id
    leg.held, leg.muted = lost.held and lost.channel_id not in talk.phone_held, lost.muted
    if lost.channel_id in talk.phone_held:
        talk.phone_held.remove(lost.channel_id)
    if talk.consult is not None and talk.consult.by == lost.channel_id:
        talk.consult.by = leg.channel_id
    move_watches(talk, lost, leg)
    return [("rejoined", {"number": leg.number})]


def leg_down(call: Call, talk: Talk, leg: Leg, now: datetime) -> Notes:
    """A leg is gone, whatever it was in the conversation."""
    channel_id = leg.channel_id
    notes: Notes = []
    if talk.consult is not None and talk.consult.leg == channel_id:
        talk.consult = None
        notes.append(("consult_ended", {"number": leg.number, "by": "consulted"}))
    elif channel_id in talk.members:
        notes += _member_down(call, talk, leg)
    elif watch := watch_of(talk, channel_id):
        talk.watches.remove(watch)
        notes.append(("unsupervised", {"number": leg.number}))
    else:
        notes += _join_failed(talk, leg, now)
    if not alive(call, talk) or over(call, talk):
        talk.ended_at = talk.ended_at or now
    return notes


def _member_down(call: Call, talk: Talk, leg: Leg) -> Notes:
    notes: Notes = []
    talk.last = leg.channel_id
    if talk.consult is not None and talk.consult.by == leg.channel_id:
        notes += hand_to_consulted(call, talk)
    leave(talk, leg)
    notes += _watched_down(call, talk, leg)
    consult = talk.consult
    if consult is not None and not [left for left in alive(call, talk) if left.channel_id != consult.by]:
        talk.consult = None
        notes.append(("consult_ended", {"by": "caller"}))
    if len(alive(call, talk)) > 1:
        notes.append(("left", {"number": leg.number}))
    return notes


def _watched_down(call: Call, talk: Talk, leg: Leg) -> Notes:
    """The operator whom supervisors followed is gone: who is heard by all stays, the others have nothing to hear."""
    notes: Notes = []
    for watch in [watch for watch in talk.watches if watch.target == leg.channel_id]:
        talk.watches.remove(watch)
        supervisor = call.leg(watch.leg)
        barges = watch.mode is Mode.BARGE and supervisor is not None and supervisor.state is LegState.UP
        if supervisor is not None and barges and alive(call, talk):
            take_part(call, talk, supervisor)
            notes.append(("taken_over", {"number": supervisor.number}))
    return notes


def _join_failed(talk: Talk, leg: Leg, now: datetime) -> Notes:
    join = next((join for join in talk.joining if join.leg == leg.channel_id), None)
    if join is None:
        return []
    talk.joining.remove(join)
    if join.back is not None and len(talk.members) == 1 and not talk.joining and talk.parked is None:
        talk.recall = join.back
    if join.why is Why.RETURN and talk.parked is not None:
        talk.parked.back_at = now + timedelta(seconds=talk.parked.timeout_s)
    return [("join_failed", {"number": leg.number, "why": join.why, "cause": leg.cause})]


# What members do


def watch_of(talk: Talk, channel_id: str) -> Watch | None:
    """The watch whose supervisor has this channel."""
    return next((watch for watch in talk.watches if watch.leg == channel_id), None)


def leave(talk: Talk, leg: Leg) -> None:
    """A member goes; its hold and its silence end with it."""
    talk.members.remove(leg.channel_id)
    leg.held = leg.muted = False
    if leg.channel_id in talk.phone_held:
        talk.phone_held.remove(leg.channel_id)


def take_part(call: Call, talk: Talk, leg: Leg) -> None:
    """A leg that is up becomes a member as any other."""
    talk.members.append(leg.channel_id)
    leg.role = LegRole.CALLEE
    leg.held = leg.muted = False


def hand_to_consulted(call: Call, talk: Talk) -> Notes:
    """Who is asked takes the place of who asks, now or when they answer; the latter leaves."""
    consult = talk.consult
    assert consult is not None
    talk.consult = None
    asks, asked = call.leg(consult.by), call.leg(consult.leg)
    assert asks is not None and asked is not None
    others = [leg for leg in alive(call, talk) if leg is not asks]
    if not others:
        return [("consult_ended", {"by": "caller"})]
    if asked.state is LegState.UP:
        take_part(call, talk, asked)
    else:
        asked.role = LegRole.CALLEE
        talk.joining.append(Join(leg=asked.channel_id, why=Why.TRANSFER, back=desk_of(asks)))
    return [("transferred", {"by": asks.number, "number": asked.number, "attended": True})]


def move_watches(talk: Talk, old: Leg, new: Leg) -> None:
    """Supervisors of ``old`` follow ``new``."""
    for watch in talk.watches:
        if watch.target == old.channel_id:
            watch.target, watch.snoop, watch.ready = new.channel_id, None, False


def park(call: Call, talk: Talk, by: Leg, slot: str, now: datetime, timeout_s: float) -> Notes:
    """``by`` leaves the other one in a slot."""
    leave(talk, by)
    back_at = now + timedelta(seconds=timeout_s)
    talk.parked = Parked(slot=slot, by=desk_of(by), since=now, back_at=back_at, timeout_s=timeout_s)
    return [("parked", {"slot": slot, "by": by.number}), *_watched_down(call, talk, by)]


def retrieved(call: Call, talk: Talk, leg: Leg) -> Notes:
    """A phone that is up already takes the parked call."""
    return _joined(call, talk, leg, Why.RETRIEVE)


def take_over(call: Call, talk: Talk, watch: Watch) -> Notes:
    """The supervisor takes the operator's place."""
    supervisor, operator = call.leg(watch.leg), call.leg(watch.target)
    assert supervisor is not None and operator is not None
    notes: Notes = [("taken_over", {"number": supervisor.number, "from": operator.number})]
    talk.watches.remove(watch)
    if talk.consult is not None and talk.consult.by == operator.channel_id:
        talk.consult = None
        notes.append(("consult_ended", {"by": "supervisor"}))
    take_part(call, talk, supervisor)
    if operator.channel_id in talk.members:
        leave(talk, operator)
    move_watches(talk, operator, supervisor)
    return notes


def ended_by(call: Call, talk: Talk) -> EndedBy:
    """Whose leaving ended the conversation."""
    return EndedBy.CALLER if talk.last == call.caller_leg.channel_id else EndedBy.CALLEE


def consult(call: Call, talk: Talk, by: Leg, asked: Leg, bridge_id: str, to: dict[str, Any]) -> Notes:
    """``by`` steps out to ask somebody, whose phone rings."""
    talk.consult = Consult(by=by.channel_id, leg=asked.channel_id, bridge_id=bridge_id, to=to)
    return [("consult", {"by": by.number, "number": asked.number})]


def hears(call: Call, talk: Talk, leg: Leg) -> list[Leg]:
    """The legs that are with ``leg`` now."""
    asked = talk.consult
    if asked is not None and not asked.swapped and leg.channel_id in (asked.by, asked.leg):
        other = call.leg(asked.leg if leg.channel_id == asked.by else asked.by)
        return [other] if other is not None and is_up(call, other.channel_id) else []
    return [other for other in together(call, talk) if other is not leg]
