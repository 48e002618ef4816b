"""Where a call is in a menu, and what the steps may do there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.ivr.model import MenuDefinition, Prompt, StepId
from engine.ivr.port import FlowTools, Line
from engine.ivr.prompts import media_of
from engine.routing.model import Destination

MAX_VARIABLES = 100
MAX_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on in another menu, at ``step`` or its start."""

    menu_id: UUID
    step: StepId | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the menu for a destination."""

    to: Destination


Outcome = StepId | Jump | Leave
"""What a step leads to."""


class LoopStopped(Exception):
    """The flow went through too many steps without waiting for the caller."""


class Guard:
    """Counts what a flow does between two waits for the caller."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0

    def count(self) -> None:
        """One more step. Raises ``LoopStopped`` past the limit."""
        self._count += 1
        if self._count > self._limit:
            raise LoopStopped

    def waited(self) -> None:
        """The flow waited for the caller."""
        self._count = 0


@dataclass
class Place:
    """The menu, the step and the tries that the step has used; handed to each step's action."""

    line: Line
    tools: FlowTools
    guard: Guard
    menu_id: UUID
    menu: MenuDefinition
    step: StepId
    tries: int = 0
    phase: str | None = None
    """A part of the step that an adopted call goes on with (``recording``, ``recorded``)."""

    @property
    def variables(self) -> dict[str, str]:
        return self.line.call.variables

    def set(self, name: str, value: str) -> None:
        """Set a variable of the call; past ``MAX_VARIABLES`` new ones are dropped."""
        if name in self.variables or len(self.variables) < MAX_VARIABLES:
            self.variables[name] = value[:MAX_VALUE]

    def note(self, kind: str, **data: Any) -> None:
        """Note an event of this step."""
        self.line.note(kind, step=self.step, **data)

    def save(self) -> None:
        """Keep this place for an engine that adopts the call."""
        position = {
            "menu": str(self.menu_id),
            "step": self.step,
            "tries": self.tries,
            "language": self.line.call.language,
            "variables": dict(self.variables),
        }
        self.line.save({**position, "phase": self.phase} if self.phase else position)

    async def play(self, prompts: Sequence[Prompt], *, barge_in: bool) -> str | None:
        """Play prompts; the digit that interrupted, None if none did."""
        media = await media_of(prompts, self.line, self.tools, self.step)
        return await self.line.play(media, barge_in=barge_in) if media else None

    async def ask(self, prompts: Sequence[Prompt], *, barge_in: bool, timeout_s: float) -> str | None:
        """Play prompts and wait for a digit; None after ``timeout_s`` of silence."""
        digit = await self.play(prompts, barge_in=barge_in)
        return digit if digit is not None else await self.line.digit(timeout_s)
