"""How tests share the machine: files side by side in a few processes, then those that need it quiet, one by one."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LATE = ("tests/acceptance/", "tests/browser/", "tests/panel/", "tests/bench/")
"""Whole products with phones and browsers: they wait more than they compute, and come after all that computes."""
QUIET = (
    *("tests/acceptance/test_contact_centre.py", "tests/acceptance/test_faults.py", "tests/acceptance/test_hangups.py"),
    *("tests/acceptance/test_ears.py", "tests/acceptance/test_hearing.py", "tests/browser/"),
    *("tests/acceptance/test_live_transcript.py", "tests/acceptance/test_voice_menus.py"),
    *("tests/acceptance/test_spoken.py", "tests/acceptance/test_speaking.py"),
    *("tests/acceptance/test_recordings.py", "tests/bench/test_bench.py"),
)
"""Tests that measure sound, time or load: they come last, in one process."""


def is_quiet(path: str) -> bool:
    """Whether the tests of a file need a quiet machine."""
    return path.startswith(QUIET)


class FilesThenQuiet(LoadScopeScheduling):  # type: ignore[misc]
    """A file is a process's piece of work; all quiet files together are one."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return "quiet" if is_quiet(path) else path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Late tests come after the others, quiet ones last."""
    items.sort(key=lambda item: (is_quiet(item.nodeid), item.nodeid.startswith(LATE)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> FilesThenQuiet:
    """Told by pytest-xdist when tests run in several processes."""
    config.option.loadscopereorder = False
    return FilesThenQuiet(config, log)
