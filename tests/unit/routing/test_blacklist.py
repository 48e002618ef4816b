"""Blocked callers, by exact number and prefix; and against a plain search through the list."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.routing.blacklist import Blacklist
from engine.routing.model import BlacklistEntry
from engine.routing.numbering import normalise

pytestmark = pytest.mark.feature("F-PBX-18")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def entry(pattern: str, kind: str = "exact", until: datetime | None = None) -> BlacklistEntry:
    return BlacklistEntry(id=uuid4(), pattern=pattern, kind=kind, until=until)


def test_an_exact_number_is_found_in_any_writing() -> None:
    blocked = Blacklist([entry("89161234567")])
    assert blocked.find(normalise("+7 916 123-45-67"), NOW)
    assert blocked.find("79161234568", NOW) is None


def test_an_entry_ends_at_its_time() -> None:
    blocked = Blacklist([entry("7916", "prefix", until=NOW)])
    assert blocked.find("79161234567", NOW - timedelta(seconds=1))
    assert blocked.find("79161234567", NOW) is None


def test_asking_does_not_slow_down_with_the_list() -> None:
    blocked = Blacklist(entry(str(70000000000 + n), "prefix" if n % 2 else "exact") for n in range(20_000))
    started = time.perf_counter()
    for n in range(2000):
        blocked.find(str(79990000000 + n), NOW)
    assert time.perf_counter() - started < 0.2
    assert len(blocked) == 20_000


def naive(entries: list[BlacklistEntry], caller: str, at: datetime) -> UUID | None:
    active = [e for e in entries if e.until is None or at < e.until]
    for candidate in active:
        if candidate.kind == "exact" and normalise(candidate.pattern) == caller:
            return candidate.id
    prefixes = [e for e in active if e.kind == "prefix" and caller.startswith(e.pattern)]
    longest = max((len(e.pattern) for e in prefixes), default=0)
    return next((e.id for e in prefixes if len(e.pattern) == longest), None)


digits = st.text("12", min_size=1, max_size=4)
entries = st.builds(
    entry, digits, st.sampled_from(["exact", "prefix"]), st.sampled_from([None, NOW, NOW + timedelta(days=1)])
)


@given(st.lists(entries, max_size=8), digits)
def test_agrees_with_a_plain_search(listed: list[BlacklistEntry], caller: str) -> None:
    found = Blacklist(listed).find(caller, NOW)
    assert (found.id if found else None) == naive(listed, caller, NOW)
