"""Benchmarks that load the machine run and print what they must; their figures mean nothing here."""

import shutil

import pytest

from tests.bench.figures import bench, check


@pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed: apt-get install sip-tester")
@pytest.mark.parametrize("name", ["calls", "events", "overload"])
def test_load_benchmarks_print_their_figures(name: str) -> None:
    check(name, bench(name))
