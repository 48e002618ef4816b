"""Writes var/test-results.json: which tests prove which feature rows, and how each ended last."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[1] / "var" / "test-results.json"


class Results:
    """Collects the outcome of each test that names feature rows."""

    def __init__(self) -> None:
        self._features: dict[str, list[str]] = {}
        self._outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        features = dict(report.user_properties).get("features")
        if not isinstance(features, list):
            return
        self._features[report.nodeid] = features
        known = self._outcomes.get(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            self._outcomes[report.nodeid] = "failed" if "failed" in (known, report.outcome) else report.outcome

    def pytest_sessionfinish(self) -> None:
        if not self._outcomes:
            return
        stored: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
        stored = {test: entry for test, entry in stored.items() if (FILE.parents[1] / test.split("::")[0]).is_file()}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for test, outcome in self._outcomes.items():
            stored[test] = {"features": self._features[test], "outcome": outcome, "at": now}
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps(stored, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each report tells the rows that its test proves."""
    for item in items:
        ids = [str(name) for mark in item.iter_markers("feature") for name in mark.args]
        if ids:
            item.user_properties.append(("features", sorted(set(ids))))


def pytest_configure(config: pytest.Config) -> None:
    # Workers tell their reports to the process that started them; it alone writes.
    if not config.option.collectonly and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(), "feature-results")
