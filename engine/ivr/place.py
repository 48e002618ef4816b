"""Where a call is in a menu, and what the steps may do there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engine.ivr.model import MenuDefinition, Prompt, StepId
from engine.ivr.port import FlowTools, Line
from engine.ivr.prompts import media_of
from engine.routing.model import Destination
from engine.speech.model import Final, Heard, Listening

MAX_VARIABLES = 100
MAX_VALUE = 2000
NOTHING: Mapping[str, str] = MappingProxyType({})


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
        self.deaf: str | None = None
        """Why the caller could not be heard when it was tried last; None: it went well, or was not tried."""

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
    no_matches: int = 0
    """What was said at this step and fits nothing."""

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
        more = {"phase": self.phase, "no_matches": self.no_matches}
        self.line.save({**position, **{name: value for name, value in more.items() if value}})

    async def play(self, prompts: Sequence[Prompt], *, barge_in: bool, more: Mapping[str, str] = NOTHING) -> str | None:
        """Play prompts (``more``: variables of theirs alone); the digit that interrupted, None if none did."""
        media = await media_of(prompts, self.line, self.tools, self.step, more)
        return await self.line.play(media, barge_in=barge_in) if media else None

    async def ask(
        self, prompts: Sequence[Prompt], *, barge_in: bool, timeout_s: float, more: Mapping[str, str] = NOTHING
    ) -> str | None:
        """Play prompts and wait for a digit; None after ``timeout_s`` of silence."""
        digit = await self.play(prompts, barge_in=barge_in, more=more)
        return digit if digit is not None else await self.line.digit(timeout_s)

    async def hear(
        self,
        prompts: Sequence[Prompt],
        listening: Listening,
        *,
        barge_in: bool,
        timeout_s: float,
        more: Mapping[str, str] = NOTHING,
    ) -> Heard:
        """Play prompts and wait for a digit or for words."""
        media = await media_of(prompts, self.line, self.tools, self.step, more)
        heard = await self.line.hear(media, listening, barge_in=barge_in, timeout_s=timeout_s)
        if heard.digit is None:
            self.guard.deaf = heard.deaf
        return heard

    @property
    def deaf(self) -> str | None:
        """Why the caller could not be heard when it was tried last."""
        return self.guard.deaf

    async def can_play(self, prompts: Sequence[Prompt], *, more: Mapping[str, str] = NOTHING) -> bool:
        """Whether something of the prompts can be played now."""
        return bool(await media_of(prompts, self.line, self.tools, self.step, more))

    async def take_language(self, final: Final, allowed: Sequence[str]) -> None:
        """Go on in the language that was spoken, if it is one of those allowed."""
        language = final.language
        if language in allowed and language != self.line.call.language:
            await self.line.set_language(language)
            self.note("language", language=language, detected=True)
