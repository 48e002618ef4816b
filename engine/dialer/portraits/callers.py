"""Who calls in: the customer's own system is asked as an operator's phone is about to ring, beside the call."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import CallState, LegState
from engine.dialer.live.ports import Portraits
from engine.dialer.portraits.model import Who
from engine.routing.numbering import ANONYMOUS, normalise


class Callers:
    """Portraits of callers, kept with their live calls (``Call.portrait``), whose screens show them.

    Nothing waits for a portrait: the phone rings meanwhile, and a call whose portrait does not come goes on without. It
    is asked for again when the next operator is offered the call. A partner's calls are asked about in the partner's
    source, all others in the company's own.
    """

    def __init__(
        self,
        portraits: Portraits,
        keep: Callable[[Call], None],
        later: Callable[[Awaitable[Any]], None],
        most: int,
    ) -> None:
        """``keep`` saves a call; ``later`` runs work of which nobody waits for the end; ``most``: characters of a
        portrait that a live call bears."""
        self._portraits = portraits
        self._keep = keep
        self._later = later
        self._most = most
        self._sources: Mapping[UUID | None, UUID] = {}
        self._asking: set[UUID] = set()

    async def load(self) -> None:
        """Sources as they are from now on."""
        self._sources = await self._portraits.inbound()

    def on_leg(self, call: Call, leg: Leg) -> None:
        """A leg of a call is new or has changed."""
        source_id = self._sources.get(call.partner_id)
        if source_id is not None and call.id not in self._asking and is_offer(call, leg):
            self._asking.add(call.id)
            self._later(self._ask(call, source_id))

    async def _ask(self, call: Call, source_id: UUID) -> None:
        try:
            who = Who(phone=normalise(call.caller), name=call.caller_name)
            found = await self._portraits.of_client(source_id, who)
        finally:
            self._asking.discard(call.id)
        if found and call.state is not CallState.ENDED:
            call.portrait = shortened(found, self._most)
            self._keep(call)


def is_offer(call: Call, leg: Leg) -> bool:
    """Whether ``leg`` is an operator's phone that is about to ring for somebody outside of whom nothing is known."""
    return (
        call.direction is Direction.INBOUND
        and call.dial is None
        and not call.portrait
        and leg.role is LegRole.CALLEE
        and leg.user_id is not None
        and leg.state is LegState.DIALING
        and normalise(call.caller) != ANONYMOUS
    )


def shortened(portrait: Mapping[str, str], most: int) -> dict[str, str]:
    """The fields of ``portrait``, in their order, as far as ``most`` characters of names and values go. Pure."""
    kept: dict[str, str] = {}
    for name, value in portrait.items():
        room = most - len(name)
        if room <= 0:
            break
        kept[name] = value[:room]
        most = room - len(kept[name])
    return kept
