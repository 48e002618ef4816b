"""For how long a phone may be gone and a person silent before its operator is away. Facts in, times out."""

from datetime import datetime, timedelta
from uuid import UUID

from engine.agents.model import Presence
from engine.agents.statuses import Status


class Patience:
    """``phone_grace`` and ``idle_after`` in seconds; 0 for the latter: silence means nothing."""

    def __init__(self, phone_grace: float, idle_after: float) -> None:
        self._grace = timedelta(seconds=phone_grace)
        self._idle_after = timedelta(seconds=idle_after)
        self._lost_at: dict[UUID, datetime] = {}
        self._active_at: dict[UUID, datetime] = {}

    def phone(self, user_id: UUID, there: bool, now: datetime) -> None:
        """The phone is registered, or not."""
        if there:
            self._lost_at.pop(user_id, None)
        else:
            self._lost_at.setdefault(user_id, now)

    def begin(self, user_id: UUID, now: datetime) -> None:
        """Someone signs on: the phone may follow."""
        if user_id in self._lost_at:
            self._lost_at[user_id] = now

    def active(self, user_id: UUID, now: datetime, *, told: bool) -> None:
        """A sign of life; only who has ``told`` of it can be idle later."""
        if told or user_id in self._active_at:
            self._active_at[user_id] = now

    def forget(self, user_id: UUID) -> None:
        """Someone has signed off."""
        self._active_at.pop(user_id, None)

    def phone_gone_at(self, presence: Presence) -> datetime | None:
        """When the grace for its phone is (or was) over; None: the phone is there."""
        lost_at = self._lost_at.get(presence.user_id)
        return None if lost_at is None else lost_at + self._grace

    def idle_at(self, presence: Presence) -> datetime | None:
        """When silence means being away. A status that has just begun (a call's end) is a sign of life."""
        active_at = self._active_at.get(presence.user_id)
        if active_at is None or not self._idle_after:
            return None
        return max(active_at, presence.since) + self._idle_after

    def dues(self, presence: Presence) -> list[datetime]:
        """When who waits for calls will be away."""
        if presence.status is not Status.READY:
            return []
        return [at for at in (self.phone_gone_at(presence), self.idle_at(presence)) if at is not None]
