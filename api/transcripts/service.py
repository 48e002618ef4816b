"""Who may read what was said."""

from uuid import UUID

from api.transcripts.model import Alert, AlertsQuery, Transcript, TranscriptQuery
from api.transcripts.store import Found, TranscriptsStore
from api.web import paging
from api.web.route import Identity, Page
from engine.core.clock import Clock
from engine.core.errors import Forbidden, NotFound

LISTEN, OWN = "recordings.read", "calls.own"


class TranscriptsService:
    """Transcripts go with recordings: who may listen to all may read all, others read those of their own calls."""

    def __init__(self, store: TranscriptsStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_call(self, identity: Identity, call_id: UUID, query: TranscriptQuery) -> Transcript:
        """Raises NotFound where there is none; Forbidden for a call that others took part in."""
        found = await self._store.of_call(call_id, query.source)
        if found is None:
            raise NotFound("There is no transcript of this call")
        if not identity.may(LISTEN):
            began = found.call_started_at
            if began is None or not await self._store.took_part(call_id, began, identity.user_id):
                raise Forbidden("Your role lets you read your own calls only", right=LISTEN)
        return await self._whole(found, alerts=identity.may(LISTEN))

    async def of_message(self, message_id: UUID) -> Transcript:
        """Raises NotFound where there is none."""
        found = await self._store.of_message(message_id)
        if found is None:
            raise NotFound("There is no transcript of this message")
        return await self._whole(found, alerts=True)

    async def alerts(self, query: AlertsQuery) -> Page[Alert]:
        items = await self._store.alerts(query, paging.decode(query.cursor, tuple[paging.Time, UUID]))
        return paging.page(items, query.limit, lambda alert: (alert.created_at, alert.id))

    async def see(self, identity: Identity, alert_id: UUID) -> Alert:
        """Note that the user has seen the alert; the first who did is kept."""
        if await self._store.alert(alert_id) is not None:
            await self._store.mark_seen(alert_id, identity.user_id, self._clock.now())
        alert = await self._store.alert(alert_id)
        if alert is None:
            raise NotFound("There is no such alert")
        return alert

    async def _whole(self, found: Found, *, alerts: bool) -> Transcript:
        transcript = found.transcript
        transcript.segments = await self._store.segments(transcript.id)
        if alerts:
            transcript.alerts = await self._store.alerts_of(transcript.id)
        return transcript
