"""Feature codes that a phone dials: ``*97`` and the like. Pure; one table."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from engine.routing.numbering import normalise


@dataclass(frozen=True, slots=True)
class OwnVoicemail:
    """``*97``: hear the messages of the extension's own box."""

    kind: ClassVar[str] = "own_voicemail"
    extension: str


@dataclass(frozen=True, slots=True)
class ForwardOn:
    """``*72<number>`` and the like: send calls of the extension to ``number``; ``when`` as in a forwarding rule."""

    kind: ClassVar[str] = "forward_on"
    extension: str
    number: str
    when: str = "always"


@dataclass(frozen=True, slots=True)
class ForwardOff:
    """``*73`` and the like: take such calls again."""

    kind: ClassVar[str] = "forward_off"
    extension: str
    when: str = "always"


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


FORWARD_ON = {"*72": "always", "*90": "busy", "*92": "no_answer", "*94": "unavailable"}
FORWARD_OFF = {"*73": "always", "*91": "busy", "*93": "no_answer", "*95": "unavailable"}


class Code(NamedTuple):
    """A code as people read it: ``dial`` with its argument in angle brackets, what it does in Russian and English."""

    dial: str
    feature: str
    ru: str
    en: str


CODES = (
    Code("*72<number>", "forward_on", "Переадресовать все звонки", "Forward every call"),
    Code("*73", "forward_off", "Отменить переадресацию всех звонков", "Stop forwarding every call"),
    Code("*90<number>", "forward_on", "Переадресовать, когда занято", "Forward calls when busy"),
    Code("*91", "forward_off", "Отменить переадресацию по занятости", "Stop forwarding when busy"),
    Code("*92<number>", "forward_on", "Переадресовать, если нет ответа", "Forward calls that are not answered"),
    Code("*93", "forward_off", "Отменить переадресацию без ответа", "Stop forwarding calls that are not answered"),
    Code("*94<number>", "forward_on", "Переадресовать, если телефон недоступен", "Forward calls when not reachable"),
    Code("*95", "forward_off", "Отменить переадресацию при недоступности", "Stop forwarding when not reachable"),
    Code("*97", "own_voicemail", "Прослушать свои сообщения", "Hear your messages"),
    Code("*8<extension>", "pick_up", "Ответить на звонок коллеги", "Answer the call that rings at a colleague's"),
    Code("*5<slot>", "retrieve", "Забрать припаркованный звонок", "Take a parked call"),
)
"""Every code, for people."""


def parse(extension: str, dialled: str) -> Feature | None:
    """The feature that ``extension`` asked for by dialling ``dialled``; none when it is no known code."""
    if dialled == "*97":
        return OwnVoicemail(extension)
    if dialled in FORWARD_OFF:
        return ForwardOff(extension, FORWARD_OFF[dialled])
    code, rest = dialled[:3], dialled[3:]
    if code in FORWARD_ON and rest.isdigit() and 2 <= len(rest) <= 15:
        return ForwardOn(extension, normalise(rest), FORWARD_ON[code])
    if dialled.startswith("*8") and dialled[2:].isdigit() and 2 <= len(dialled[2:]) <= 8:
        return PickUp(extension, dialled[2:])
    if dialled.startswith("*5") and dialled[2:].isdigit() and 2 <= len(dialled[2:]) <= 6:
        return Retrieve(extension, dialled[2:])
    return None
