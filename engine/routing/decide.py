"""Where does a call go? Pure: table, numbers and moment come in, a destination and its reasons go out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from engine.routing import features
from engine.routing.features import Feature
from engine.routing.forwarding import active_forward
from engine.routing.model import (
    BlacklistEntry,
    Destination,
    Extension,
    Number,
    ToCallback,
    ToExtension,
    ToExternal,
    ToGroup,
    ToHangup,
    ToMenu,
    ToMessage,
    ToQueue,
    ToSchedule,
    ToVoicemail,
)
from engine.routing.numbering import dialled, normalise
from engine.routing.schedule import is_open
from engine.routing.steps import (
    Blacklisted,
    FeatureDialled,
    Forwarded,
    LoopFound,
    Missing,
    NumberFound,
    NumberRefused,
    RouteStep,
    ScheduleChecked,
    SpeedDialled,
)
from engine.routing.table import RoutingTable

NOT_IN_SERVICE = ToMessage(sound="ss-noservice")
UNKNOWN = ToHangup(how="unknown")
"""Numbers that are not ours are refused unanswered: a scanner must not get a call, and its media ports, for each."""
BUSY = ToHangup(how="busy")
DEFAULT_LANGUAGE = "ru"
Steps = tuple[RouteStep, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The decision on a call: ``target`` is never a schedule nor an extension that is forwarded.

    ``caller`` and ``called`` are normalised; ``number`` is the DID, ``extension`` the internal caller.
    """

    caller: str
    called: str
    target: Destination | Feature
    steps: Steps
    number: Number | None = None
    extension: Extension | None = None
    language: str = DEFAULT_LANGUAGE
    record: bool = False


def route_inbound(table: RoutingTable, caller: str, called: str, at: datetime, *, live_calls: int = 0) -> Route:
    """Route a call from the phone network: number, blacklist, then the number's destination at ``at``.

    ``live_calls``: calls that the number has now, this one not counted; checked against its ``max_calls``.
    """
    caller = normalise(caller)
    number = table.find_number(called)
    if number is None:
        refused = NumberRefused(normalise(called), "unknown")
        return Route(caller, normalise(called), UNKNOWN, (refused,))
    steps: Steps = (NumberFound(number.number, number.name),)
    if not number.enabled:
        target: Destination = NOT_IN_SERVICE
        steps += (NumberRefused(number.number, "disabled"),)
    elif entry := table.blacklist.find(caller, at):
        target = _blocked(entry)
        steps += (Blacklisted(entry.pattern, entry.kind, entry.reason, entry.action.kind),)
    elif number.max_calls is not None and live_calls >= number.max_calls:
        target = BUSY
        steps += (NumberRefused(number.number, "full"),)
    else:
        target, more = resolve(table, number.destination, at)
        steps += more
    return Route(caller, number.number, target, steps, number, language=number.language, record=number.record)


def route_internal(table: RoutingTable, from_extension: str, dialled_text: str, at: datetime) -> Route:
    """Route what the phone of ``from_extension`` dialled.

    The order: speed dial, feature code, extension, own number (DID), else the phone network.
    """
    code = dialled(dialled_text)
    extension = table.extensions.get(from_extension)
    number = None
    steps: Steps = ()
    target: Destination | Feature = NOT_IN_SERVICE
    if speed_dial := table.speed_dials.get(code):
        target, more = resolve(table, in_name_of(from_extension, speed_dial.destination), at)
        steps = (SpeedDialled(code, speed_dial.name), *more)
    elif feature := features.parse(from_extension, code):
        target = feature
        steps = (FeatureDialled(code, feature.kind),)
    elif code in table.extensions:
        target, steps = resolve(table, ToExtension(number=code), at)
    elif number := table.find_number(dialled_text):
        steps = (NumberFound(number.number, number.name),)
        if number.enabled:
            target, more = resolve(table, number.destination, at)
            steps += more
        else:
            steps += (NumberRefused(number.number, "disabled"),)
    elif code.isdigit() and 3 <= len(code) <= 15:
        wanted = ToExternal(number=normalise(dialled_text), extension=from_extension)
        target, steps = resolve(table, wanted, at)
    else:
        steps = (Missing("short number", code or dialled_text),)
    language = number.language if number else DEFAULT_LANGUAGE
    return Route(from_extension, code, target, steps, number, extension, language, bool(number and number.record))


def resolve(
    table: RoutingTable, destination: Destination, at: datetime, followed: Collection[str] = ()
) -> tuple[Destination, Steps]:
    """Follow schedules and forwardings from ``destination`` to what serves the call at ``at``.

    Each schedule and extension is followed once; extensions in ``followed`` were before. A forwarding that comes back
    to an extension rings that extension; a loop of schedules alone ends in "not in service".
    """
    steps: list[RouteStep] = []
    seen: set[UUID | str] = set(followed)
    last_extension: str | None = None
    while True:
        if isinstance(destination, ToSchedule):
            schedule = table.schedules.get(destination.id)
            if schedule is None:
                steps.append(Missing("schedule", str(destination.id)))
                return NOT_IN_SERVICE, tuple(steps)
            if schedule.id in seen:
                steps.append(LoopFound("schedule", schedule.name))
                ring: Destination = ToExtension(number=last_extension) if last_extension else NOT_IN_SERVICE
                return ring, tuple(steps)
            seen.add(schedule.id)
            decision = is_open(schedule, at)
            steps.append(ScheduleChecked(schedule.name, decision.open, decision.rule))
            destination = decision.destination
            continue
        if isinstance(destination, ToExtension) and (extension := table.extensions.get(destination.number)):
            if extension.number in seen:
                steps.append(LoopFound("extension", extension.number))
                return _existing(table, destination, steps), tuple(steps)
            seen.add(extension.number)
            last_extension = extension.number
            if (forward := active_forward(table, extension, at)) is not None:
                steps.append(Forwarded(extension.number, forward[0]))
                destination = in_name_of(extension.number, forward[1])
                continue
        return _existing(table, destination, steps), tuple(steps)


def in_name_of(extension: str, destination: Destination) -> Destination:
    """``destination``; a number outside is called in the name of ``extension`` unless another one is named."""
    if isinstance(destination, ToExternal) and destination.extension is None:
        return msgspec.structs.replace(destination, extension=extension)
    return destination


def _blocked(entry: BlacklistEntry) -> Destination:
    action = entry.action
    if action.kind == "message":
        return ToMessage(
            prompt_id=action.prompt_id, sound=action.sound or (None if action.prompt_id else "ss-noservice")
        )
    if action.kind == "voicemail" and action.box_id is not None:
        return ToVoicemail(box_id=action.box_id)
    return ToHangup(how="reject")


def _existing(table: RoutingTable, destination: Destination, steps: list[RouteStep]) -> Destination:
    """``destination``, or "not in service" where it names nothing; a disabled extension gives its box."""
    what, name, found = "", "", True
    if isinstance(destination, ToMenu):
        what, name, found = "menu", str(destination.id), destination.id in table.menus
    elif isinstance(destination, ToGroup):
        what, name, found = "group", str(destination.id), destination.id in table.groups
    elif isinstance(destination, ToVoicemail):
        what, name, found = "voicemail box", str(destination.box_id), destination.box_id in table.boxes
    elif isinstance(destination, ToQueue):
        what, name, found = "queue", str(destination.id), destination.id in table.queues
    elif isinstance(destination, ToCallback):
        what, name, found = "queue", str(destination.queue_id), destination.queue_id in table.queues
    elif isinstance(destination, ToExternal):
        what, name = "trunk", str(destination.trunk_id or "")
        found = table.find_trunk(destination.trunk_id) is not None
    elif isinstance(destination, ToExtension):
        extension = table.extensions.get(destination.number)
        what, name, found = "extension", destination.number, extension is not None and extension.enabled
        box = table.boxes.get(extension.voicemail_box_id) if extension and extension.voicemail_box_id else None
        if not found and box is not None:
            steps.append(Missing("enabled extension", destination.number))
            return ToVoicemail(box_id=box.id)
    if found:
        return destination
    steps.append(Missing(what, name))
    return NOT_IN_SERVICE
