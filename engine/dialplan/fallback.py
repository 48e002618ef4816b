"""What the Asterisk database must hold so that the dialplan can serve callers while the engine is away. Pure.

Keys and values, as dialplan/fallback*.conf.j2 read them:
    ``fallback/<number>``    the extension that rings
    ``language/<number>``    language of the prompts; every number of ours has it
    ``blacklist/<caller>``   ``exact-<until>`` or ``prefix-<until>``; until: seconds of the epoch, 0 for good
An empty value counts as none: nothing has to be deleted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

FAMILIES = ("fallback", "language", "blacklist")


class NumberFacts(Protocol):
    """A DID, as in engine/routing/model.py."""

    @property
    def number(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def fallback_extension(self) -> str | None: ...
    @property
    def enabled(self) -> bool: ...


class BlockedFacts(Protocol):
    """A blacklist entry, as in engine/routing/model.py."""

    @property
    def pattern(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def until(self) -> datetime | None: ...


def database_keys(numbers: Iterable[NumberFacts], blacklist: Iterable[BlockedFacts], now: datetime) -> dict[str, str]:
    """The keys and values that the Asterisk database must hold; entries that are over at ``now`` are left out."""
    keys: dict[str, str] = {}
    for number in numbers:
        if not number.enabled:
            continue
        keys[f"language/{number.number}"] = number.language
        if number.fallback_extension:
            keys[f"fallback/{number.number}"] = number.fallback_extension
    for entry in blacklist:
        if entry.until is not None and entry.until <= now:
            continue
        key = f"blacklist/{entry.pattern}"
        if entry.kind == "exact" and keys.get(key, "").startswith("prefix-"):
            continue  # the prefix covers it
        keys[key] = f"{entry.kind}-{0 if entry.until is None else int(entry.until.timestamp())}"
    return keys


def database_changes(wanted: dict[str, str], held: Iterable[str]) -> dict[str, str]:
    """What to write so that ``wanted`` holds: all of it, and nothing ("") for keys ``held`` that are not wanted."""
    return {**{key: "" for key in held if key not in wanted}, **wanted}
