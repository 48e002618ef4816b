"""What campaigns that run need of their leads; see ``engine.dialer.leads``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from engine.dialer.campaign import Campaign, Claim
from engine.dialer.portraits import Who
from engine.history.records import DialRow


class Refusal(Protocol):
    """Why a claim must not be dialled."""

    @property
    def reason(self) -> str: ...


class Leads(Protocol):
    """Claims of leads, a few ahead for each campaign that runs."""

    async def follow(self, campaigns: Sequence[Campaign]) -> None:
        """These campaigns run from now on, no others: what was claimed ahead for others goes back."""

    async def restore(self, live: Collection[UUID]) -> None:
        """Settle attempts that an earlier process of this node left, but for those whose calls live."""

    def has(self, campaign_id: UUID) -> bool:
        """Whether there is a lead to dial now."""

    def take(
        self, campaign_id: UUID, *, live_only: bool = False, users: Collection[UUID] | None = None
    ) -> Claim | None:
        """A lead to dial at once, none that somebody else than ``users`` has promised to call; None: there is none."""

    async def begin(self, claim: Claim) -> Refusal | None:
        """In the moment of dialling: may it be? None: yes, and it is written down."""

    async def give_back(self, claim: Claim) -> None:
        """It was not dialled: it waits again as if it had never been taken."""

    def settle(self, claim: Claim, facts: DialRow) -> Any:
        """The attempt is over: its row and where its lead stands go to the journal."""

    async def run(self) -> None:
        """Claim ahead, until cancelled."""

    async def close(self) -> None:
        """Claims that were not handed out go back."""

    async def abandonment(self, campaign_id: UUID, at: datetime) -> tuple[tuple[int, int], tuple[int, int]]:
        """(Answered by people, abandoned) of the 24 hours and of the 30 days before ``at``, of all nodes."""


class Portraits(Protocol):
    """See ``engine.dialer.portraits``."""

    async def of_lead(self, source_id: UUID, lead_id: UUID, who: Who) -> dict[str, str]:
        """What the customer's own system tells of a client; empty where it does not in time."""

    async def of_client(self, source_id: UUID, who: Who) -> dict[str, str]:
        """The same of whoever calls in."""

    async def inbound(self) -> Mapping[UUID | None, UUID]:
        """Partner (none: the company itself) -> the source that is asked who calls in."""
