"""How tests share the machine: files side by side in a few processes, and alone those that measure sound and time."""

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LATE = ("tests/acceptance/", "tests/browser/", "tests/panel/", "tests/bench/")
"""Whole products with phones and browsers: they wait more than they compute, and come after all that computes."""
SOUND = (
    *("tests/acceptance/test_voice_menus.py", "tests/acceptance/test_live_transcript.py"),
    *("tests/acceptance/test_hearing.py", "tests/acceptance/test_speaking.py", "tests/acceptance/test_spoken.py"),
    *("tests/acceptance/test_ears.py", "tests/acceptance/test_detection.py", "tests/browser/"),
)
"""Tests that measure sound and time: each runs alone, those first to which it matters most."""
FAULTS = ("tests/acceptance/test_faults.py",)
"""They wait more than they compute."""
LOAD = (
    *("tests/acceptance/test_contact_centre.py", "tests/acceptance/test_recordings.py"),
    *("tests/acceptance/test_campaign_modes.py", "tests/acceptance/test_campaign.py"),
    *("tests/acceptance/test_hangups.py", "tests/bench/test_bench.py"),
)
"""Real calls in numbers."""
GATE, ROOM = Path(__file__), Path(__file__).with_name("conftest.py")
"""Files to lock: who goes next, and who is in."""
LANES = (FAULTS, LOAD, SOUND)
"""Each in one process: faults and load side by side with what comes late, sound at the very end."""


def lane(path: str) -> int:
    """Which of LANES a file belongs to, from 1; 0: to none, it may run beside anything."""
    return next((number for number, paths in enumerate(LANES, 1) if path.startswith(paths)), 0)


class FilesThenLanes(LoadScopeScheduling):  # type: ignore[misc]
    """A file is a process's piece of work; so are all files of a lane together."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return f"lane {lane(path)}" if lane(path) else path


def _turn(item: pytest.Item) -> tuple[int, int]:
    """After the others the lanes of faults and load, then what comes late, then sound; a lane in its order of files."""
    path = item.nodeid.split("::", 1)[0]
    number = lane(path)
    if not number:
        return (len(LANES) if path.startswith(LATE) else 0), 0
    place = next(place for place, start in enumerate(LANES[number - 1]) if path.startswith(start))
    return (number if number < len(LANES) else number + 1), place


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits more than it computes comes after the others, what must be alone comes last."""
    items.sort(key=_turn)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test of sound waits until the others that run have ended, and they wait for it; no test's time limit counts
    that. The locks are on two files that are there anyway."""
    with GATE.open() as gate, ROOM.open() as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if item.nodeid.startswith(SOUND) else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(room, fcntl.LOCK_UN)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> FilesThenLanes:
    """Told by pytest-xdist when tests run in several processes."""
    config.option.loadscopereorder = False
    return FilesThenLanes(config, log)
