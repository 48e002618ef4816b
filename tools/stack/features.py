"""Prints every feature row with the tests that prove it and how each ended last (``tools/features``)."""

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.core.config import ROOT

LIST = Path(__file__).with_name("features.tsv")
RESULTS = ROOT / "var" / "test-results.json"
TESTS = ROOT / "tests"


def rows(path: Path = LIST) -> dict[str, str]:
    """Feature ids and titles, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line)


def proofs(folder: Path) -> Iterator[tuple[str, str]]:
    """Each (feature id, test) that a ``feature`` marker ties together; a test reads ``tests/unit/x.py::test_y``."""
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        yield from _in_body(tree.body, name, _module_marks(tree.body))


def _in_body(body: list[ast.stmt], prefix: str, inherited: list[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _in_body(node.body, f"{prefix}::{node.name}", inherited + _marks(node.decorator_list))
        elif isinstance(node, ast.ClassDef):
            continue
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            for feature in dict.fromkeys(inherited + _marks(node.decorator_list)):
                yield feature, f"{prefix}::{node.name}"


def _module_marks(body: list[ast.stmt]) -> list[str]:
    for node in body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            return _marks(node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value])
    return []


def _marks(nodes: list[ast.expr]) -> list[str]:
    """Feature ids in ``@pytest.mark.feature("F-...")``."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "feature":
            found += [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return found


def last_results(path: Path = RESULTS) -> dict[str, str]:
    """Outcome of each test in its last run; of a test with parameters the worst one."""
    stored: dict[str, dict[str, Any]] = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
    worst = {"failed": 0, "skipped": 1, "passed": 2}
    outcomes: dict[str, str] = {}
    for test, entry in stored.items():
        name = test.split("[", 1)[0]
        outcomes[name] = min(outcomes.get(name, "passed"), entry["outcome"], key=lambda o: worst.get(o, 0))
    return outcomes


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/features", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    options = parser.parse_args(words)
    titles, outcomes = rows(), last_results()
    proven: dict[str, list[str]] = {feature: [] for feature in titles}
    unknown = []
    for feature, test in proofs(TESTS):
        if feature in proven:
            proven[feature].append(test)
        else:
            unknown.append(f"{test} names {feature}, which is not in {LIST.name}")
    if options.json:
        table = {
            feature: {"title": titles[feature], "tests": {t: outcomes.get(t, "not run") for t in tests}}
            for feature, tests in proven.items()
        }
        print(msgspec.json.format(msgspec.json.encode(table), indent=1).decode())
    else:
        _print_lines(titles, proven, outcomes)
    print("\n".join(unknown), file=sys.stderr, end="\n" if unknown else "")
    return 1 if unknown else 0


def _print_lines(titles: dict[str, str], proven: dict[str, list[str]], outcomes: dict[str, str]) -> None:
    for feature, title in titles.items():
        tests = proven[feature]
        states = [outcomes.get(test, "not run") for test in tests]
        print(f"{feature:12} {_summary(states):14} {title}")
        for test, state in zip(tests, states, strict=True):
            print(f"{'':14}{state:8} {test}")
    count = sum(bool(tests) for tests in proven.values())
    print(f"\n{count} of {len(titles)} features have tests")


def _summary(states: list[str]) -> str:
    if not states:
        return "no tests"
    for state in ("failed", "not run", "skipped"):
        if state in states:
            return state
    return "passed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
