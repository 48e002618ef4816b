"""Whose a phone number or an e-mail address is: calls, letters and links ask it."""

from typing import Literal

from api.clients.store import ClientStore, Known
from api.contacts import numbers


class AccountLookup:
    """Addresses that staff wrote down, and those that people proved to be theirs by a letter's link."""

    def __init__(self, store: ClientStore) -> None:
        self._store = store

    async def by_address(self, kind: Literal["phone", "email"], address: str) -> Known | None:
        """The active account that is known by a number (however it is written) or an address."""
        key = numbers.key(address) if kind == "phone" else address.strip().lower()
        return await self._store.by_address(kind, key) if key else None
