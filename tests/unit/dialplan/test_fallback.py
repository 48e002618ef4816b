"""What the engine leaves in the Asterisk database for the time it is away."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from engine.dialplan.fallback import FAMILIES, database_changes, database_keys
from engine.routing.model import BlacklistEntry, Number, ToHangup

pytestmark = pytest.mark.feature("F-PBX-06", "F-PBX-18")

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ID = UUID(int=1)


def number(digits: str, language: str = "ru", extension: str | None = None, enabled: bool = True) -> Number:
    return Number(
        id=ID,
        number=digits,
        name="",
        language=language,
        destination=ToHangup(),
        fallback_extension=extension,
        enabled=enabled,
    )


def blocked(pattern: str, kind: str = "exact", until: datetime | None = None) -> BlacklistEntry:
    return BlacklistEntry(id=ID, pattern=pattern, kind=kind, until=until)


def test_numbers_give_their_language_and_fallback_extension() -> None:
    keys = database_keys([number("7495", extension="101"), number("7812", "en"), number("1", enabled=False)], [], NOW)
    assert keys == {"language/7495": "ru", "fallback/7495": "101", "language/7812": "en"}
    assert {key.split("/")[0] for key in keys} <= set(FAMILIES)


def test_blocked_callers_carry_their_kind_and_end() -> None:
    later = NOW + timedelta(hours=1)
    keys = database_keys([], [blocked("79161"), blocked("7900", "prefix", later), blocked("5", until=NOW)], NOW)
    assert keys == {"blacklist/79161": "exact-0", "blacklist/7900": f"prefix-{int(later.timestamp())}"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_prefix_covers_the_exact_number_of_the_same_digits(order: int) -> None:
    entries = [blocked("7900"), blocked("7900", "prefix")][::order]
    assert database_keys([], entries, NOW) == {"blacklist/7900": "prefix-0"}


def test_keys_that_are_no_longer_wanted_are_emptied() -> None:
    assert database_changes({"language/1": "ru"}, ["language/1", "fallback/1"]) == {
        "fallback/1": "",
        "language/1": "ru",
    }
