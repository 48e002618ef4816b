"""Preview: an operator looks at a client before anybody is called, then starts or passes by."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.core.clock import Clock
from engine.core.errors import Conflict, NotFound
from engine.dialer.campaign import Campaign
from engine.dialer.live.dial import Dial, Stage
from engine.dialer.outcomes import Outcome
from engine.history.records import FeedRow
from engine.queues.ports import Journal

TOPIC = "campaigns"
Tell = Callable[[Dial], dict[str, Any]]
"""What an operator sees of a client."""


class Previews:
    """Clients that are being shown, one to an operator. ``place`` starts the call, ``over`` ends the attempt."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        card: Tell,
        place: Callable[[Dial], None],
        over: Callable[[Dial, Outcome], None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._card = card
        self._place = place
        self._over = over
        self._shown: dict[UUID, tuple[Dial, Campaign, asyncio.TimerHandle]] = {}

    @property
    def shown(self) -> Mapping[UUID, Dial]:
        """Operator -> the client shown."""
        return {user_id: dial for user_id, (dial, _campaign, _timer) in self._shown.items()}

    def show(self, dial: Dial, campaign: Campaign) -> None:
        """The operator who is kept sees the client from now on."""
        assert dial.user_id is not None
        dial.stage = Stage.SHOWN
        seconds = campaign.settings.preview_s
        dial.until = self._clock.now() + timedelta(seconds=seconds)
        timer = asyncio.get_running_loop().call_later(seconds, self._expire, dial.user_id, dial.id)
        self._shown[dial.user_id] = dial, campaign, timer
        self._journal.append(
            FeedRow(topic=TOPIC, kind="preview", key=str(dial.user_id), data=self.picture(dial.user_id))
        )

    def picture(self, user_id: UUID) -> dict[str, Any] | None:
        """What the operator is shown now; None: nobody."""
        found = self._shown.get(user_id)
        if found is None:
            return None
        dial, campaign, _ = found
        more = {"user_id": user_id, "until": dial.until, "may_skip": campaign.settings.preview_skip}
        return self._card(dial) | more

    def start(self, user_id: UUID, attempt_id: UUID | None = None) -> None:
        """The operator wants to talk to the client shown.

        Raises:
            NotFound: nobody is shown (any more).
        """
        dial, _ = self._take(user_id, attempt_id, "started")
        self._place(dial)

    def skip(self, user_id: UUID, attempt_id: UUID | None = None) -> None:
        """The operator passes the client by.

        Raises:
            NotFound: nobody is shown (any more). Conflict: the campaign does not allow it.
        """
        found = self._shown.get(user_id)
        if found is not None and not found[1].settings.preview_skip:
            raise Conflict("This campaign lets no client be passed by")
        dial, _ = self._take(user_id, attempt_id, "skipped")
        self._over(dial, Outcome.SKIPPED)

    def drop(self, dial: Dial, why: str) -> bool:
        """The client is shown no more (the campaign pauses, the operator is gone); whether it was shown."""
        for user_id, (shown, _campaign, _timer) in list(self._shown.items()):
            if shown.id == dial.id:
                self._take(user_id, dial.id, why)
                return True
        return False

    def _expire(self, user_id: UUID, attempt_id: UUID) -> None:
        found = self._shown.get(user_id)
        if found is not None and found[0].id == attempt_id:
            dial, _ = self._take(user_id, attempt_id, "expired")
            self._over(dial, Outcome.OPERATOR_MISSED)

    def _take(self, user_id: UUID, attempt_id: UUID | None, why: str) -> tuple[Dial, Campaign]:
        found = self._shown.get(user_id)
        if found is None or attempt_id not in (None, found[0].id):
            raise NotFound("This client is not shown to you any more")
        del self._shown[user_id]
        found[2].cancel()
        data = {"user_id": user_id, "attempt_id": found[0].id, "campaign_id": found[0].campaign_id, "why": why}
        self._journal.append(FeedRow(topic=TOPIC, kind="preview_over", key=str(user_id), data=data))
        return found[0], found[1]
