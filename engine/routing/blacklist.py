"""Is this caller blocked? Exact numbers and prefixes, built once; asking does not slow down as the list grows. Pure."""

from collections.abc import Iterable
from datetime import datetime

from engine.routing.model import BlacklistEntry
from engine.routing.numbering import found


class Blacklist:
    """Blocked callers. An exact entry wins over a prefix, a longer prefix over a shorter one.

    Exact patterns are compared in the form of `numbering.normalise`, so ``89161234567`` blocks ``+79161234567``.
    Prefixes are compared with the normalised caller as they are written: give them in international form.
    """

    def __init__(self, entries: Iterable[BlacklistEntry] = ()) -> None:
        self._exact: dict[str, list[BlacklistEntry]] = {}
        self._prefixes: dict[str, list[BlacklistEntry]] = {}
        self.entries = tuple(entries)
        for entry in self.entries:
            if entry.kind == "exact":
                self._exact.setdefault(entry.pattern, []).append(entry)
            else:
                self._prefixes.setdefault(entry.pattern, []).append(entry)
        self._longest = max(map(len, self._prefixes), default=0)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, caller: str, at: datetime) -> BlacklistEntry | None:
        """The entry that blocks ``caller`` (normalised digits) at ``at``; an entry holds until its ``until``."""
        for entries in found(self._exact, caller):
            if entry := _active(entries, at):
                return entry
        for length in range(min(self._longest, len(caller)), 0, -1):
            if entry := _active(self._prefixes.get(caller[:length], ()), at):
                return entry
        return None


def _active(entries: Iterable[BlacklistEntry], at: datetime) -> BlacklistEntry | None:
    return next((entry for entry in entries if entry.until is None or at < entry.until), None)
