"""The list of features and the tests that prove them."""

import json
import re
from pathlib import Path

from tools.stack import features

TEST = """
import pytest

pytestmark = [pytest.mark.feature("F-ADM-02"), pytest.mark.timeout(5)]


@pytest.mark.feature("F-PBX-05", "F-PBX-06")
async def test_menu() -> None: ...


class TestQueue:
    @pytest.mark.parametrize("x", [1])
    @pytest.mark.feature("F-PBX-11")
    def test_place(self) -> None: ...


def helper() -> None: ...
"""


def test_every_row_has_an_id_of_its_own_and_a_title() -> None:
    rows = features.rows()
    assert len(rows) == 120
    assert all(re.fullmatch(r"F-(PBX|DIAL|SCR|KB|WID|CHAT|TKT|ADM)-\d\d[abc]?", feature) for feature in rows)
    assert all(title.strip() for title in rows.values())
    assert len(features.LIST.read_text(encoding="utf-8").splitlines()) == len(rows)


def test_markers_of_functions_classes_and_modules_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(TEST)
    assert sorted(features.proofs(folder)) == [
        ("F-ADM-02", "tests/test_x.py::TestQueue::test_place"),
        ("F-ADM-02", "tests/test_x.py::test_menu"),
        ("F-PBX-05", "tests/test_x.py::test_menu"),
        ("F-PBX-06", "tests/test_x.py::test_menu"),
        ("F-PBX-11", "tests/test_x.py::TestQueue::test_place"),
    ]


def test_a_test_with_parameters_counts_by_its_worst_run(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(
        json.dumps(
            {
                "tests/a.py::test_x[1]": {"features": [], "outcome": "passed"},
                "tests/a.py::test_x[2]": {"features": [], "outcome": "failed"},
                "tests/a.py::test_y": {"features": [], "outcome": "skipped"},
            }
        )
    )
    assert features.last_results(path) == {"tests/a.py::test_x": "failed", "tests/a.py::test_y": "skipped"}
    assert features.last_results(tmp_path / "none.json") == {}
