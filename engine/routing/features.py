"""Feature codes that a phone dials: ``*97`` and the like. Pure; one table."""

from dataclasses import dataclass
from typing import ClassVar

from engine.routing.numbering import normalise


@dataclass(frozen=True, slots=True)
class OwnVoicemail:
    """``*97``: hear the messages of the extension's own box."""

    kind: ClassVar[str] = "own_voicemail"
    extension: str


@dataclass(frozen=True, slots=True)
class ForwardOn:
    """``*72<number>``: send every call of the extension to ``number``."""

    kind: ClassVar[str] = "forward_on"
    extension: str
    number: str


@dataclass(frozen=True, slots=True)
class ForwardOff:
    """``*73``: take calls again."""

    kind: ClassVar[str] = "forward_off"
    extension: str


@dataclass(frozen=True, slots=True)
class PickUp:
    """``*8<extension>``: answer the call that rings at another extension."""

    kind: ClassVar[str] = "pick_up"
    extension: str
    ringing: str


@dataclass(frozen=True, slots=True)
class Retrieve:
    """``*5<slot>``: take the call that is parked there."""

    kind: ClassVar[str] = "retrieve"
    extension: str
    slot: str


Feature = OwnVoicemail | ForwardOn | ForwardOff | PickUp | Retrieve


def parse(extension: str, dialled: str) -> Feature | None:
    """The feature that ``extension`` asked for by dialling ``dialled``; none when it is no known code."""
    if dialled == "*97":
        return OwnVoicemail(extension)
    if dialled == "*73":
        return ForwardOff(extension)
    code, rest = dialled[:3], dialled[3:]
    if code == "*72" and rest.isdigit() and 2 <= len(rest) <= 15:
        return ForwardOn(extension, normalise(rest))
    if dialled.startswith("*8") and dialled[2:].isdigit() and 2 <= len(dialled[2:]) <= 8:
        return PickUp(extension, dialled[2:])
    if dialled.startswith("*5") and dialled[2:].isdigit() and 2 <= len(dialled[2:]) <= 6:
        return Retrieve(extension, dialled[2:])
    return None
