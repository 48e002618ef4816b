"""The whole routing configuration as one immutable value: read at once, replaced at once, shared between threads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from engine.routing.blacklist import Blacklist
from engine.routing.model import (
    CallerIdRule,
    Extension,
    Number,
    OutboundRule,
    Person,
    Prompt,
    RingGroup,
    Schedule,
    SpeedDial,
    Trunk,
    VoicemailBox,
)
from engine.routing.numbering import dialled, found, normalise

K = TypeVar("K")
V = TypeVar("V")


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True)
class RoutingTable:
    """Everything that decides where a call goes.

    ``numbers``, ``extensions``, ``speed_dials`` and ``people`` are keyed by digits, the rest by id; rules of calls
    outside stand in their order. ``menus`` holds
    `engine.ivr.model.MenuDefinition`, ``queues`` the enabled `engine.queues.model.Queue`; those types lie a layer
    above, so they are not named here. ``skipped`` names rows that could not be read, as ``table/id: why``.
    """

    numbers: Mapping[str, Number] = field(default_factory=_empty)
    extensions: Mapping[str, Extension] = field(default_factory=_empty)
    groups: Mapping[UUID, RingGroup] = field(default_factory=_empty)
    schedules: Mapping[UUID, Schedule] = field(default_factory=_empty)
    menus: Mapping[UUID, Any] = field(default_factory=_empty)
    menu_names: Mapping[UUID, str] = field(default_factory=_empty)
    prompts: Mapping[UUID, Prompt] = field(default_factory=_empty)
    boxes: Mapping[UUID, VoicemailBox] = field(default_factory=_empty)
    trunks: Mapping[UUID, Trunk] = field(default_factory=_empty)
    speed_dials: Mapping[str, SpeedDial] = field(default_factory=_empty)
    queues: Mapping[UUID, Any] = field(default_factory=_empty)
    people: Mapping[str, Person] = field(default_factory=_empty)
    outbound_rules: tuple[OutboundRule, ...] = ()
    caller_id_rules: tuple[CallerIdRule, ...] = ()
    blacklist: Blacklist = field(default_factory=Blacklist)
    skipped: tuple[str, ...] = ()

    def find_number(self, called: str) -> Number | None:
        """The number (DID) that was dialled, in whatever form the trunk writes it."""
        return self.numbers.get(dialled(called)) or next(found(self.numbers, normalise(called)), None)

    def find_trunk(self, trunk_id: UUID | None) -> Trunk | None:
        """The enabled trunk named, or the first enabled one by name when none is named."""
        if trunk_id is not None:
            trunk = self.trunks.get(trunk_id)
            return trunk if trunk and trunk.enabled else None
        enabled = sorted((t for t in self.trunks.values() if t.enabled), key=lambda t: t.name)
        return enabled[0] if enabled else None
