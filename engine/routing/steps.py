"""What routing did with a call, step by step: noted in the call's history and printed by the dry run. Pure."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class RouteStep(ABC):
    """One thing that routing found or did; ``kind`` is the event's name in the call's history."""

    kind: ClassVar[str] = ""

    @property
    def data(self) -> dict[str, Any]:
        """The step's facts, for the history (JSON-able)."""
        return asdict(self)

    @abstractmethod
    def text(self) -> str:
        """The step in words."""


@dataclass(frozen=True, slots=True)
class NumberFound(RouteStep):
    kind: ClassVar[str] = "number"
    number: str
    name: str

    def text(self) -> str:
        return f'Number {self.number} "{self.name}"'


@dataclass(frozen=True, slots=True)
class NumberRefused(RouteStep):
    """The number takes no call: ``unknown``, ``disabled`` or ``full``."""

    kind: ClassVar[str] = "number_refused"
    number: str
    reason: str

    def text(self) -> str:
        words = {"unknown": "is not ours", "disabled": "is disabled", "full": "has all its calls in use"}
        return f"Number {self.number} {words.get(self.reason, self.reason)}"


@dataclass(frozen=True, slots=True)
class Blacklisted(RouteStep):
    kind: ClassVar[str] = "blacklisted"
    pattern: str
    match: str
    reason: str
    action: str

    def text(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return f"Caller is on the blacklist: {self.match} {self.pattern}{why}; action: {self.action}"


@dataclass(frozen=True, slots=True)
class ScheduleChecked(RouteStep):
    kind: ClassVar[str] = "schedule"
    name: str
    open: bool
    rule: str

    def text(self) -> str:
        return f'Schedule "{self.name}" is {"open" if self.open else "closed"}: {self.rule}'


@dataclass(frozen=True, slots=True)
class Forwarded(RouteStep):
    kind: ClassVar[str] = "forwarded"
    extension: str
    when: str

    def text(self) -> str:
        return f"Extension {self.extension} is forwarded ({self.when.replace('_', ' ')})"


@dataclass(frozen=True, slots=True)
class LoopFound(RouteStep):
    """A chain of schedules or forwardings came back to where it was."""

    kind: ClassVar[str] = "route_loop"
    what: str
    name: str

    def text(self) -> str:
        return f"The chain comes back to {self.what} {self.name}; it is not followed further"


@dataclass(frozen=True, slots=True)
class Missing(RouteStep):
    """A destination names something that is not there (any more) or is disabled."""

    kind: ClassVar[str] = "route_missing"
    what: str
    name: str

    def text(self) -> str:
        return f"There is no {self.what} {self.name}"


@dataclass(frozen=True, slots=True)
class SpeedDialled(RouteStep):
    kind: ClassVar[str] = "speed_dial"
    code: str
    name: str

    def text(self) -> str:
        return f'Speed dial {self.code} "{self.name}"'


@dataclass(frozen=True, slots=True)
class FeatureDialled(RouteStep):
    kind: ClassVar[str] = "feature"
    code: str
    feature: str

    def text(self) -> str:
        return f"Feature code {self.code}: {self.feature.replace('_', ' ')}"
