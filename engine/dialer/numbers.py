"""Which of our numbers does a client see? Pure. Only numbers that are ours are ever shown."""

import hashlib
from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

from engine.dialer.campaign import CampaignSettings
from engine.routing.table import RoutingTable


def shown_number(table: RoutingTable, settings: CampaignSettings, lead_id: UUID, address: str, turn: int) -> str:
    """The number to show to ``address``; empty: the campaign names none that is ours, so the trunk's is shown.

    ``rotate``: the next one by ``turn`` (calls of the campaign so far); ``sticky``: the same one for a lead, also when
    others come or go; ``region``: the one that has most leading digits in common, of several the lead's own.
    """
    owned = [found.number for given in settings.caller_ids if (found := table.find_number(given)) is not None]
    if not owned:
        return ""
    if settings.caller_id_rule == "rotate":
        return owned[turn % len(owned)]
    if settings.caller_id_rule == "region":
        best = max(_common(number, address) for number in owned)
        owned = [number for number in owned if _common(number, address) == best]
    return _own(owned, lead_id)


def _common(number: str, address: str) -> int:
    """How many leading digits are the same."""
    pairs = zip(number, address, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _own(numbers: Sequence[str], lead_id: UUID) -> str:
    """The number whose hash with the lead is greatest: a number that goes changes the choice of its own leads alone."""
    return max(numbers, key=lambda number: hashlib.blake2b(lead_id.bytes + number.encode(), digest_size=8).digest())
