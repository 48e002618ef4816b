"""Says at the end why tests were run again: what passes at the second try hides a fault, its own or of ours."""

import re

import pytest

LINES = 25
"""Of the end of each failure."""
_PLACE = re.compile(r"(tests|tools|engine|api)/\S+:\d+: ")
"""A line that tells where in our own code it was."""


class Reruns:
    """Collects the failures after which a test was run again."""

    def __init__(self) -> None:
        self._failures: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "rerun":
            self._failures.append((report.nodeid, report.longreprtext))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._failures:
            terminalreporter.section("run again, because")
        for test, text in self._failures:
            lines = text.splitlines()
            places = [line for line in lines[:-LINES] if _PLACE.match(line)]
            terminalreporter.write_line("\n".join([test, *places, *lines[-LINES:]]))


def pytest_configure(config: pytest.Config) -> None:
    # Workers tell their reports to the process that started them.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reruns(), "reruns")
