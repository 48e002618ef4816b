"""May this extension call that number outside, and which of our numbers is shown? Pure.

``calls`` are the facts that limits count: calls outside of today and in progress, read from the history and from what
lives; nothing is counted beside them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.routing.model import CallerIdRule, OutboundRule, Scope, ToExternal, Trunk
from engine.routing.numbering import normalise
from engine.routing.schedule import is_open
from engine.routing.table import RoutingTable

ALWAYS = frozenset({"101", "102", "103", "104", "112"})
"""Fire brigade, police, ambulance, gas, emergency: no rule keeps anybody from them."""
REASONS = {
    "denied": "is not allowed",
    "hours": "is not allowed at this time",
    "calls": "is not possible now: too many such calls go on",
    "minutes": "is not allowed any more today: the minutes of the day are used up",
    "caller_id": "is not possible with the number to show: it is not one of yours",
    "trunk": "is not possible: there is no enabled trunk",
    "lines": "is not possible now: all lines of the trunk are in use",
}


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """A call outside, in progress (``live``) or ended today: in whose name, number in digits, seconds talked today."""

    extension: str
    number: str
    seconds: float
    live: bool


@dataclass(frozen=True, slots=True)
class Permission:
    """The call may be made by ``trunk``, showing ``caller_id`` (None: the trunk's own doing).

    ``rule`` allowed it, if any did; ``shown_by`` tells why that number is shown.
    """

    trunk: Trunk
    caller_id: str | None
    shown_by: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The call may not be made: ``reason`` is a key of REASONS, ``rule`` the name of the rule that says so."""

    reason: str
    rule: str
    number: str

    @property
    def text(self) -> str:
        """The refusal in English."""
        if self.reason == "caller_id":
            return f"{self.number} can't be shown: it is not one of your numbers"
        rule = f' (rule "{self.rule}")' if self.rule else ""
        return f"Calling {self.number} {REASONS[self.reason]}{rule}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A call outside that somebody wants to make. ``extension``: in whose name; None: the company's own (a menu).

    ``caller_id``: the number to show, if it was chosen for this call. ``trunk_calls``: calls that the trunk has now.
    """

    number: str
    extension: str | None = None
    caller_id: str | None = None
    trunk: Trunk | None = None
    trunk_calls: int = 0


def wish_of(table: RoutingTable, to: ToExternal, calls_of: Callable[[str], int] = lambda trunk: 0) -> Wish:
    """The call that a destination asks for, by its trunk; ``calls_of`` tells how many calls a trunk has now."""
    trunk = table.find_trunk(to.trunk_id)
    return Wish(to.number, to.extension, to.caller_id, trunk, calls_of(trunk.name) if trunk else 0)


def decide(table: RoutingTable, wish: Wish, at: datetime, calls: Iterable[OutsideCall] = ()) -> Permission | Refusal:
    """The decision on ``wish`` at ``at``, with the reason where it is no."""
    number = normalise(wish.number)
    if wish.trunk is None:
        return Refusal("trunk", "", number)
    rule = None
    if wish.extension is not None and number not in ALWAYS:
        rule = rule_for(table, wish.extension, number)
        if rule is not None and (reason := _broken(table, rule, wish.extension, at, calls)):
            return Refusal(reason, rule.name, number)
    if wish.trunk.max_channels is not None and wish.trunk_calls >= wish.trunk.max_channels:
        return Refusal("lines", wish.trunk.name, number)
    shown = _shown(table, wish, number)
    if isinstance(shown, Refusal):
        return shown
    return Permission(wish.trunk, *shown, rule.name if rule else "")


def rule_for(table: RoutingTable, extension: str, number: str) -> OutboundRule | None:
    """The first rule that concerns ``extension`` and ``number`` (normalised)."""
    return next((rule for rule in table.outbound_rules if concerns(table, rule, extension, number)), None)


def concerns(table: RoutingTable, scope: Scope, extension: str | None, number: str) -> bool:
    """Whether a rule is about this extension (None: nobody's) and number."""
    if scope.prefixes and not number.startswith(scope.prefixes):
        return False
    if not (scope.users or scope.groups or scope.extensions):
        return True
    if extension is None:
        return False
    person = table.people.get(extension)
    return extension in scope.extensions or (
        person is not None and (person.user_id in scope.users or not scope.groups.isdisjoint(person.groups))
    )


def _broken(
    table: RoutingTable, rule: OutboundRule, extension: str, at: datetime, calls: Iterable[OutsideCall]
) -> str | None:
    """Why the rule forbids the call; None when it does not."""
    if not rule.allow:
        return "denied"
    if rule.schedule_id is not None:
        schedule = table.schedules.get(rule.schedule_id)
        if schedule is None or not is_open(schedule, at).open:
            return "hours"
    if rule.max_calls is None and rule.max_minutes_day is None:
        return None
    counted = [
        call
        for call in calls
        if (rule.together or call.extension == extension) and concerns(table, rule, call.extension, call.number)
    ]
    if rule.max_calls is not None and sum(call.live for call in counted) >= rule.max_calls:
        return "calls"
    if rule.max_minutes_day is not None and sum(call.seconds for call in counted) >= rule.max_minutes_day * 60:
        return "minutes"
    return None


def _shown(table: RoutingTable, wish: Wish, number: str) -> tuple[str | None, str] | Refusal:
    """The number to show and why. One chosen for the call must be ours; of the configured ones the first that is."""
    if wish.caller_id is not None:
        ours = _owned(table, wish.caller_id)
        return (ours, "chosen for the call") if ours else Refusal("caller_id", "", normalise(wish.caller_id))
    extension = table.extensions.get(wish.extension) if wish.extension is not None else None
    candidates = [(extension.caller_id, f"extension {extension.number}")] if extension and extension.caller_id else []
    rules: Iterable[CallerIdRule] = table.caller_id_rules
    candidates += [
        (rule.caller_id, f'rule "{rule.name}"') for rule in rules if concerns(table, rule, wish.extension, number)
    ]
    if wish.trunk is not None and wish.trunk.caller_id is not None:
        candidates.append((wish.trunk.caller_id, f"trunk {wish.trunk.name}"))
    for given, why in candidates:
        if ours := _owned(table, given):
            return ours, why
    return Refusal("caller_id", candidates[0][1], candidates[0][0] or "") if candidates else (None, "")


def _owned(table: RoutingTable, given: str | None) -> str | None:
    """The number as it is shown, when it is one of ours."""
    found = table.find_number(given) if given else None
    return found.number if found is not None else None
