"""A live call as screens show it. Pure."""

from typing import Any

from engine.calls.model import Call, Leg
from engine.calls.states import LegState
from engine.calls.talk.rules import is_inside
from engine.calls.talk.state import Talk
from engine.calls.talk.topology import Place, topology


def live_call(call: Call) -> dict[str, Any]:
    """Everything that a softphone or a wallboard needs; ``supervisors`` are for those who may supervise."""
    position = call.position or {}
    talk = call.talk
    places = topology(call, talk) if talk is not None else {}
    return {
        "id": call.id,
        "direction": call.direction,
        "caller": call.caller,
        "caller_name": call.caller_name,
        "called": call.called,
        "state": call.state,
        "language": call.language,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "talk_started_at": call.talk_started_at,
        "operator_id": call.operator_id,
        "queue_id": call.queue_id,
        "partner_id": call.partner_id,
        "portrait": call.portrait,
        "parent_id": call.parent_id,
        "position": {"menu": position["menu"], "step": position["step"]} if "menu" in position else None,
        "legs": [_leg(leg) for leg in call.legs],
        "members": [_member(call, talk, leg, places) for leg in _members(call, talk)] if talk is not None else [],
        "consult": _consult(call, talk),
        "parked": {"slot": talk.parked.slot, "since": talk.parked.since, "back_at": talk.parked.back_at}
        if talk is not None and talk.parked is not None
        else None,
        "on_hold_since": talk.hold_started_at if talk is not None else None,
        "hold_s": call.hold_s,
        "recording": "off" if call.recording is None else "paused" if call.record_paused else "on",
        "supervisors": _supervisors(call, talk),
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "channel_id": leg.channel_id,
        "role": leg.role,
        "number": leg.number,
        "user_id": leg.user_id,
        "state": leg.state,
        "cause": leg.cause,
        "internal": is_inside(leg),
    }


def _members(call: Call, talk: Talk) -> list[Leg]:
    """Who takes part or is called in, in order of coming."""
    names = [*talk.members, *(join.leg for join in talk.joining)]
    legs = (call.leg(name) for name in names)
    return [leg for leg in legs if leg is not None and leg.state is not LegState.DOWN]


def _member(call: Call, talk: Talk, leg: Leg, places: dict[str, Place]) -> dict[str, Any]:
    """``hears``: ``talk``, ``music``, ``ring`` (a ring-back tone), ``silence``; none while the phone rings."""
    place = places.get(leg.channel_id)
    hears = None if place is None else "talk" if place.bridge is not None else place.sound or "silence"
    return {**_leg(leg), "held": leg.held, "muted": leg.muted, "hears": hears}


def _consult(call: Call, talk: Talk | None) -> dict[str, Any] | None:
    if talk is None or talk.consult is None:
        return None
    leg = call.leg(talk.consult.leg)
    if leg is None:
        return None
    return {**_leg(leg), "by": talk.consult.by, "swapped": talk.consult.swapped}


def _supervisors(call: Call, talk: Talk | None) -> list[dict[str, Any]]:
    watches = talk.watches if talk is not None else []
    legs = ((watch, call.leg(watch.leg)) for watch in watches)
    return [{**_leg(leg), "mode": watch.mode, "target": watch.target} for watch, leg in legs if leg is not None]
