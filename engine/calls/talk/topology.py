"""Who hears whom: where each channel of a conversation belongs. Pure: the state comes in, places go out."""

from dataclasses import dataclass

from engine.calls.model import Call, Leg
from engine.calls.states import LegState
from engine.calls.talk.state import Mode, Talk, Why


@dataclass(frozen=True, slots=True)
class Place:
    """Where a channel is: in a bridge, or alone with music (``music``), a ring-back tone (``ring``) or silence."""

    bridge: str | None = None
    sound: str = ""
    muted: bool = False


def is_up(call: Call, channel_id: str) -> bool:
    leg = call.leg(channel_id)
    return leg is not None and leg.state is LegState.UP


def alive(call: Call, talk: Talk) -> list[Leg]:
    """Members who have not hung up."""
    legs = (call.leg(channel_id) for channel_id in talk.members)
    return [leg for leg in legs if leg is not None and leg.state is not LegState.DOWN]


def stepped_out(talk: Talk, leg: Leg) -> bool:
    """Whether a member has left the others for a while: put them on hold, or asks somebody else."""
    asks = talk.consult is not None and talk.consult.by == leg.channel_id and not talk.consult.swapped
    return asks or (leg.held and leg.channel_id not in talk.phone_held)


def together(call: Call, talk: Talk) -> list[Leg]:
    """Members who are with each other now."""
    return [leg for leg in alive(call, talk) if not stepped_out(talk, leg)]


def barging(call: Call, talk: Talk) -> list[str]:
    """Supervisors whom everybody hears."""
    return [watch.leg for watch in talk.watches if watch.mode is Mode.BARGE and is_up(call, watch.leg)]


def topology(call: Call, talk: Talk) -> dict[str, Place]:
    """The place of each channel that is up; legs that still ring have none."""
    places: dict[str, Place] = {}
    group = together(call, talk)
    loud = barging(call, talk)
    for leg in group:
        if len(group) + len(loud) > 1:
            places[leg.channel_id] = Place(call.bridge_id, muted=leg.muted)
        else:
            places[leg.channel_id] = Place(sound=_alone(call, talk), muted=leg.muted)
    for channel_id in loud:
        places[channel_id] = Place(call.bridge_id if group else None, "" if group else "music")
    for leg in alive(call, talk):
        places.setdefault(leg.channel_id, Place(muted=leg.muted))
    _consult(call, talk, places)
    _watches(call, talk, places)
    return places


def _alone(call: Call, talk: Talk) -> str:
    """What the only member on the line hears."""
    if talk.parked is not None or len(alive(call, talk)) > 1:
        return "music"
    returning = any(join.why is Why.RETURN for join in talk.joining) or talk.recall is not None
    return "music" if returning else "ring"


def _consult(call: Call, talk: Talk, places: dict[str, Place]) -> None:
    consult = talk.consult
    if consult is None:
        return
    asked, asks = call.leg(consult.leg), call.leg(consult.by)
    muted = asks is not None and asks.muted
    if asked is None or asked.state is not LegState.UP:
        if not consult.swapped:
            places[consult.by] = Place(sound="ring", muted=muted)
    elif consult.swapped:
        places[consult.leg] = Place(sound="music", muted=asked.muted)
    else:
        places[consult.by] = Place(consult.bridge_id, muted=muted)
        places[consult.leg] = Place(consult.bridge_id, muted=asked.muted)


def _watches(call: Call, talk: Talk, places: dict[str, Place]) -> None:
    for watch in talk.watches:
        if not is_up(call, watch.leg):
            continue
        if watch.mode is not Mode.BARGE:
            places[watch.leg] = Place(watch.bridge_id, muted=watch.mode is Mode.LISTEN)
        if watch.snoop is not None and watch.ready:
            places[watch.snoop] = Place(watch.bridge_id)


def holding(call: Call, talk: Talk) -> bool:
    """Whether a member waits for another one."""
    alone = topology(call, talk)
    waits = any(alone[leg.channel_id].sound == "music" for leg in alive(call, talk))
    return waits or any(is_up(call, channel_id) for channel_id in talk.phone_held)
