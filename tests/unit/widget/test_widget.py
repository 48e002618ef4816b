"""Runs the browser logic's own tests (node's test runner), one pytest test a file."""

import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.feature("F-PBX-19")
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_logic_of_the_browser(file: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is not installed: apt-get install nodejs")
    done = subprocess.run([node, "--test", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
