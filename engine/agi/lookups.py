"""What the dialplan may ask while the engine's event loop is not asked: each look-up gives channel variables. Pure.

Arguments are ``AGI(agi://host/<look-up>,<number called>,<caller>)``. Values are digits and words alone.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.routing.decide import resolve, route_internal
from engine.routing.features import Feature
from engine.routing.model import ToExtension, ToExternal, ToVoicemail
from engine.routing.numbering import normalise
from engine.routing.steps import ScheduleChecked
from engine.routing.table import RoutingTable

Variables = dict[str, str]


def blacklist(table: RoutingTable, _called: str, caller: str, at: datetime) -> Variables:
    """``PL_BLACKLISTED``: 1 or 0; ``PL_BLACKLIST_ACTION``: reject, message or voicemail."""
    entry = table.blacklist.find(normalise(caller), at)
    return {"PL_BLACKLISTED": "1" if entry else "0", "PL_BLACKLIST_ACTION": entry.action.kind if entry else ""}


def schedule(table: RoutingTable, called: str, _caller: str, at: datetime) -> Variables:
    """``PL_OPEN``: 1 or 0, what the first schedule of the number says now; a number without one is open."""
    number = table.find_number(called)
    steps = resolve(table, number.destination, at)[1] if number else ()
    checked = next((step for step in steps if isinstance(step, ScheduleChecked)), None)
    return {"PL_OPEN": "0" if checked is not None and not checked.open else "1"}


def short(table: RoutingTable, called: str, caller: str, at: datetime) -> Variables:
    """What a phone's short number stands for: ``PL_SHORT_KIND`` and ``PL_SHORT_TARGET``.

    The kind is a destination's or a feature's; the target is its number, else empty. ``PL_TARGET`` is the extension
    to ring, empty when it is anything else.
    """
    target = route_internal(table, caller, called, at).target
    if isinstance(target, Feature):
        return {"PL_SHORT_KIND": target.kind, "PL_SHORT_TARGET": "", "PL_TARGET": ""}
    kind = str(target.__struct_config__.tag)
    number = target.number if isinstance(target, ToExtension | ToExternal) else ""
    extension = number if isinstance(target, ToExtension) else ""
    return {"PL_SHORT_KIND": kind, "PL_SHORT_TARGET": number, "PL_TARGET": extension}


def fallback(table: RoutingTable, called: str, caller: str, at: datetime) -> Variables:
    """Who takes the number's calls while the engine is away.

    ``PL_FALLBACK_KIND`` is ``extension`` (``PL_FALLBACK_TARGET`` and ``PL_TARGET``: its number) or ``voicemail``
    (``PL_FALLBACK_TARGET``: the box that the number leads to now, if it leads to one). With them ``PL_BLACKLISTED``
    and ``PL_LANGUAGE``, so that one question is enough.
    """
    number = table.find_number(called)
    kind, target, extension = "voicemail", "", ""
    if number is not None:
        destination = resolve(table, number.destination, at)[0]
        named = number.fallback_extension or (destination.number if isinstance(destination, ToExtension) else "")
        if named in table.extensions and table.extensions[named].enabled:
            kind, target, extension = "extension", named, named
        elif isinstance(destination, ToVoicemail):
            target = str(destination.box_id)
    return {
        "PL_FALLBACK_KIND": kind,
        "PL_FALLBACK_TARGET": target,
        "PL_TARGET": extension,
        "PL_LANGUAGE": number.language if number else "",
        "PL_BLACKLISTED": blacklist(table, called, caller, at)["PL_BLACKLISTED"],
    }


LOOKUPS: Mapping[str, Callable[[RoutingTable, str, str, datetime], Variables]] = {
    "blacklist": blacklist,
    "schedule": schedule,
    "short": short,
    "fallback": fallback,
}
