"""A line and tools for the tests of flows: fakes of our own ports, nothing patched."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from engine.calls.model import DialResult, HungUp
from engine.core.config import Settings
from engine.ivr.dryrun.speech import understood
from engine.ivr.flows.queue import wait_in_queue
from engine.ivr.model import MenuDefinition, parse_menu
from engine.ivr.port import FlowTools, Message, Take, WebAnswer, WebFailed
from engine.routing.model import Extension, Number, Prompt, RingGroup, ToHangup, Trunk, VoicemailBox
from engine.routing.outbound import decide, wish_of
from engine.routing.table import RoutingTable
from engine.speech.model import Final, Heard, Listening

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOX = VoicemailBox(id=UUID(int=1), name="sales")
SMALL_BOX = VoicemailBox(id=UUID(int=2), name="full", max_messages=1)
MENU = UUID(int=10)
OTHER_MENU = UUID(int=11)
GROUP = UUID(int=20)
PROMPT = UUID(int=30)
OURS = Number(id=UUID(int=50), number="74950000000", name="Main", language="ru", destination=ToHangup())
TRUNK = Trunk(id=UUID(int=40), name="city", caller_id="74950000000")


class FakeCall:
    def __init__(self) -> None:
        self.id = uuid4()
        self.caller = "79161234567"
        self.called = "74951234567"
        self.language = "ru"
        self.variables: dict[str, str] = {}
        self.number_id = None
        self.started_at = NOW


class FakeLine:
    """A caller who presses ``digits`` (``,`` a silence), then is silent; hangs up at await number ``hangs_up_at``.

    Where a step listens, the caller says the next of ``says`` first (``,`` a silence); ``deaf``: nobody hears it.
    """

    def __init__(
        self,
        digits: str = "",
        hangs_up_at: int = 500,
        dials: Sequence[str] = (),
        says: Sequence[str | Final] = (),
        deaf: str | None = None,
    ) -> None:
        self.says = deque(says)
        self.deaf = deaf
        self.listenings: list[Listening] = []
        self.ear_open = False
        self.call = FakeCall()
        self.pressed = deque(digits)
        self.left = hangs_up_at
        self.dials = deque(dials)
        self.answered = False
        self.played: list[str] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.saved: list[dict[str, Any]] = []
        self.dialled: list[list[str]] = []
        self.onward: dict[str, Any] | None = None
        self.caller_ids: list[str | None] = []
        self.ring_times: list[float] = []
        self.recorded: list[UUID] = []
        self.files: list[str] = []
        self.callbacks: list[str] = []
        self.cause: int | None = None
        self.awaits = 0

    async def _await(self) -> None:
        self.awaits += 1
        self.left -= 1
        if self.left < 0:
            raise HungUp

    async def answer(self) -> None:
        await self._await()
        self.answered = True

    async def play(self, media: Sequence[str], *, barge_in: bool) -> str | None:
        await self._await()
        assert media and all(":" in item for item in media)
        self.played.extend(media)
        if barge_in and self.pressed and self.pressed[0] != ",":
            return self.pressed.popleft()
        return None

    async def digit(self, timeout_s: float) -> str | None:
        await self._await()
        digit = self.pressed.popleft() if self.pressed else None
        return None if digit == "," else digit

    async def hear(self, media: Sequence[str], listening: Listening, *, barge_in: bool, timeout_s: float) -> Heard:
        self.listenings.append(listening)
        self.ear_open = True
        digit = await self.play(media, barge_in=barge_in) if media else None
        said = self.says.popleft() if self.says and digit is None and self.deaf is None else ","
        if isinstance(said, Final):
            return Heard(final=said)
        if said != ",":
            return Heard(final=understood(said, listening))
        digit = digit or await self.digit(timeout_s)
        return Heard(digit=digit, deaf=None if digit else self.deaf)

    async def deafen(self) -> None:
        self.ear_open = False

    async def record_file(self, name: str, max_seconds: int) -> float:
        await self._await()
        self.files.append(name)
        return 3.0

    async def set_language(self, language: str) -> None:
        await self._await()
        self.call.language = language

    def note(self, kind: str, /, **data: Any) -> None:
        self.notes.append((kind, data))

    def save(self, position: dict[str, Any]) -> None:
        self.saved.append(position)

    async def guard(self, work: Any) -> Any:
        task = asyncio.ensure_future(work)
        try:
            await self._await()
        except HungUp:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        return await task

    async def record_message(self, *, box: VoicemailBox, max_seconds: int) -> float | None:
        await self._await()
        self.recorded.append(box.id)
        return 4.0

    in_progress: str | None = None

    async def music(self, on: bool) -> None:
        await self._await()

    async def dial(
        self,
        targets: Sequence[Any],
        *,
        timeout_s: float,
        caller_id: str | None,
        quiet: bool = False,
        on_answer: Any = None,
    ) -> DialResult:
        await self._await()
        self.dialled.append([target.endpoint for target in targets])
        self.caller_ids.append(caller_id)
        self.ring_times.append(timeout_s)
        reason = self.dials.popleft() if self.dials else "no_answer"
        onward = self.onward if reason == "transferred" else None
        return DialResult(answered=reason in ("answered", "transferred"), reason=reason, next=onward)

    async def hang_up(self, cause: int = 16) -> None:
        self.cause = cause
        raise HungUp

    def request_callback(self, number: str) -> None:
        self.callbacks.append(number)

    @property
    def path(self) -> list[str]:
        """Steps of menus in the order they were taken."""
        return [data["step"] for kind, data in self.notes if kind == "menu"]

    def noted(self, kind: str) -> list[dict[str, Any]]:
        return [data for name, data in self.notes if name == kind]


class FakeWeb:
    def __init__(self, values: dict[str, str] | None) -> None:
        self.values = values

    async def ask(self, step: Any, variables: Any) -> WebAnswer:
        if self.values is None:
            raise WebFailed("down")
        return WebAnswer(200, {name: self.values.get(name, "") for name in step.mapping})


class FakePorts:
    def __init__(self) -> None:
        self.boxes: dict[UUID, list[Message]] = {SMALL_BOX.id: [Message(uuid4(), "sound:m0", "7", True)]}
        self.heard: list[UUID] = []
        self.forwards: dict[tuple[str, str], str] = {}
        self.kept: list[Take] = []
        self.dropped: list[Take] = []

    async def count(self, box_id: UUID) -> int:
        return len(self.boxes.get(box_id, []))

    async def messages(self, box_id: UUID) -> list[Message]:
        return list(self.boxes.get(box_id, []))

    async def mark_heard(self, message_id: UUID) -> None:
        self.heard.append(message_id)

    async def delete(self, message_id: UUID) -> None:
        for box, kept in self.boxes.items():
            self.boxes[box] = [message for message in kept if message.id != message_id]

    async def forward_on(self, extension: str, when: str, number: str) -> None:
        self.forwards[extension, when] = number

    async def forward_off(self, extension: str, when: str) -> None:
        self.forwards.pop((extension, when), None)

    async def record(self, line: Any, prompt_id: UUID) -> Take:
        await line._await()
        return Take(f"take{len(self.kept) + len(self.dropped)}", "sound:take", 3.0)

    async def keep(self, prompt_id: UUID, take: Take) -> None:
        self.kept.append(take)

    async def drop(self, take: Take) -> None:
        self.dropped.append(take)


class FakeClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def menu_of(steps: dict[str, Any], entry: str = "main", **more: Any) -> MenuDefinition:
    return parse_menu({"entry": entry, "steps": steps, **more})


def table_of(*menus: MenuDefinition, **more: Any) -> RoutingTable:
    """A table with two boxes, three extensions (101 has a box), a group of them, a trunk and a prompt."""
    extensions = {
        "101": Extension(id=UUID(int=101), number="101", name="Anna", voicemail_box_id=BOX.id),
        "102": Extension(id=UUID(int=102), number="102", name="Boris"),
        "103": Extension(id=UUID(int=103), number="103", name="Vera"),
    }
    group = RingGroup(id=GROUP, name="sales", strategy="ring_all", members=("102", "103"), ring_s=20)
    values: dict[str, Any] = {
        "menus": {UUID(int=10 + index): menu for index, menu in enumerate(menus)},
        "menu_names": {UUID(int=10 + index): f"menu{index}" for index in range(len(menus))},
        "extensions": extensions,
        "groups": {GROUP: group},
        "boxes": {BOX.id: BOX, SMALL_BOX.id: SMALL_BOX},
        "trunks": {TRUNK.id: TRUNK},
        "numbers": {OURS.number: OURS},
        "prompts": {PROMPT: Prompt(id=PROMPT, name="hello", language="ru", file="hello")},
    }
    return RoutingTable(**{**values, **more})


async def spoken(text: str, language: str, _voice: str) -> str | None:
    """A voice whose media are the words."""
    return f"text:{language}:{text}"


def tools_of(
    table: RoutingTable, ports: FakePorts | None = None, web: dict[str, str] | None = None, **more: Any
) -> FlowTools:
    ports = ports or FakePorts()
    return FlowTools(
        table=lambda: table,
        web=FakeWeb(web),
        synthesizer=more.pop("synthesizer", None),
        clock=FakeClock(),
        settings=Settings(),
        voicemail=ports,
        forwards=ports,
        recorder=ports,
        pick_up=lambda line, extension: None,
        permit=lambda to: decide(table, wish_of(table, to), NOW),
        in_queue=wait_in_queue,
        **more,
    )
