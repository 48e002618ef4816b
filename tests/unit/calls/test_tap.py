"""The recording of a call when sides fail, the engine is replaced, words of Asterisk are lost."""

import asyncio
from array import array
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from engine.ari.errors import AriConflict, AriNotFound
from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import LegState
from engine.calls.tap import Tap
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.media import stereo

pytestmark = pytest.mark.feature("F-PBX-21")


class Asterisk:
    """What ARI does for a tap; ``fails`` names snoop ids that can't be made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fails = ""
        self.live: set[str] = set()
        self.entered: list[str] = []
        self.muted: set[str] = set()

    async def snoop(self, _channel: str, *, snoop_id: str, spy: str, app_args: str) -> None:
        if self.fails and snoop_id.endswith(self.fails):
            raise AriNotFound("no such channel")
        self.entered.append(snoop_id)

    async def record(self, _channel: str, *, name: str) -> None:
        if name in self.live:
            raise AriConflict("in progress")
        self.live.add(name)
        value = 100 if name.endswith("-in") else 200
        (self.folder / f"{name}.wav").write_bytes(stereo.header(0, 1) + array("h", [value] * 8000).tobytes())

    async def get_live(self, name: str) -> None:
        if name not in self.live:
            raise AriNotFound("not live")

    async def mute(self, name: str) -> None:
        self.muted.add(name)

    async def hangup(self, _channel: str) -> None:
        return


class Line:
    """As much of a line as a tap needs."""

    def __init__(self, folder: Path, call: Call | None = None) -> None:
        now = datetime.now(UTC)
        leg = Leg(
            channel_id="c-1",
            role=LegRole.CALLER,
            number="7916",
            endpoint="PJSIP/trunk",
            started_at=now,
            state=LegState.UP,
        )
        self.call = call or Call(
            id=uuid4(), node_id="n", direction=Direction.INBOUND, caller="1", called="2", started_at=now, legs=[leg]
        )
        self.asterisk = Asterisk(folder)
        self.rows: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.tasks: list[asyncio.Task[Any]] = []
        ledger = SimpleNamespace(save=lambda _call: None, recording=self._row)
        ari = SimpleNamespace(channels=self.asterisk, recordings=self.asterisk)
        settings = Settings(var=folder, recording_min_free_bytes=0)
        settings.recordings.mkdir(parents=True, exist_ok=True)
        self.asterisk.folder = settings.recordings
        self.folder = settings.recordings
        self.services = SimpleNamespace(
            clock=SystemClock(), settings=settings, ledger=ledger, ari=ari, link=SimpleNamespace(up=True),
            tasks=SimpleNamespace(spawn=self._spawn), command_later=self._spawn,
        )  # fmt: skip
        self.conversation = SimpleNamespace(goes_on=False)
        self.tap = Tap(self)  # type: ignore[arg-type]

    def _row(self, _call: Call, recording: Any, **columns: Any) -> None:
        self.rows.append({"id": recording.id, **columns})

    def _spawn(self, work: Any, *, name: str = "") -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def note(self, kind: str, /, **_data: Any) -> None:
        self.notes.append(kind)

    def own(self, _channel: str) -> None:
        return

    def pulse(self) -> None:
        return

    async def settle(self, done: Callable[[], bool], seconds: float) -> None:
        await asyncio.sleep(0 if done() else min(seconds, 0.02))

    async def begin(self) -> None:
        await self.tap.start()
        for channel in self.asterisk.entered:
            self.tap.on_snoop(channel)
        await self.idle()

    async def idle(self) -> None:
        while self.tasks:
            await self.tasks.pop()

    def sound(self) -> tuple[set[int], set[int]]:
        """Values that occur left and right in the recording's file."""
        (path,) = self.folder.glob("*.wav")
        samples = array("h", path.read_bytes()[stereo.HEADER :])
        return set(samples[::2]), set(samples[1::2])


async def test_both_sides_become_one_file_when_both_are_closed(tmp_path: Path) -> None:
    line = Line(tmp_path)
    await line.begin()
    recording = line.call.recording
    assert recording is not None and all(side.at for side in recording.sides.values())
    line.tap.on_finished(recording.sides["in"].name)
    assert line.tap.running, "one side goes on"
    line.tap.on_finished(recording.sides["out"].name)
    assert not line.tap.running
    await line.idle()
    assert 100 in line.sound()[0] and 200 in line.sound()[1]
    assert [row["state"] for row in line.rows] == ["recording", "done"]
    assert line.rows[-1]["channels"] == 2
    assert line.call.recorded == []


async def test_a_side_that_can_not_be_made_leaves_the_other(tmp_path: Path) -> None:
    line = Line(tmp_path)
    line.asterisk.fails = "-out"
    await line.begin()
    assert line.call.recording is not None
    line.tap.on_finished(line.call.recording.sides["in"].name)
    await line.idle()
    assert line.sound() == ({100}, {0})
    assert line.rows[-1]["state"] == "done"
    assert line.notes == ["recording_side_failed", "recording_started", "recording_done"]


async def test_a_recording_without_sides_has_failed_and_is_told_why(tmp_path: Path) -> None:
    line = Line(tmp_path)
    line.asterisk.snoop = _refuse  # type: ignore[method-assign]
    await line.begin()
    assert not line.tap.running
    assert (line.rows[-1]["state"], line.rows[-1]["error"]) == ("failed", "no such channel")


async def _refuse(*_words: Any, **_named: Any) -> None:
    raise AriNotFound("no such channel")


async def test_a_successor_goes_on_and_joins_what_was_left(tmp_path: Path) -> None:
    """Killed before one side was recorded; then killed between the end and the joining."""
    first = Line(tmp_path)
    await first.tap.start()
    first.tap.on_snoop(first.asterisk.entered[0])
    await first.idle()
    second = Line(tmp_path, first.call)
    second.asterisk.live = first.asterisk.live
    await second.tap.resync()
    assert len(second.asterisk.live) == 2, "the other side is recorded now"
    recording = second.call.recording
    assert recording is not None
    for side in recording.sides.values():
        side.over = True
    second.call.recording, second.call.recorded = None, [recording]
    third = Line(tmp_path, second.call)
    await third.tap.resync()
    await third.idle()
    assert third.rows[-1]["state"] == "done"
    assert 100 in third.sound()[0] and 200 in third.sound()[1]


async def test_the_end_of_a_call_takes_what_is_there(tmp_path: Path) -> None:
    """No word comes of the files: what Asterisk still writes is waited for, what is lost is not."""
    line = Line(tmp_path)
    await line.begin()
    asyncio.get_running_loop().call_later(0.2, line.asterisk.live.clear)
    await line.tap.finish()
    assert line.rows[-1]["state"] == "done"
    await line.idle()
    assert 100 in line.sound()[0]


async def test_no_room_for_a_file_of_both_keeps_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(tmp_path)
    await line.begin()

    def full(*_words: Any, **_named: Any) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stereo, "join", full)
    line.asterisk.live.clear()
    await line.tap.finish()
    await line.idle()
    assert (line.rows[-1]["state"], line.rows[-1]["channels"]) == ("done", 1)
    assert len(list(line.folder.glob("*.wav"))) == 2
