"""What people do with the queue of transcription."""

from uuid import UUID

from api.transcription.model import Batch, Job, JobsQuery, Order
from api.transcription.store import TranscriptionStore
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, NotFound


class TranscriptionService:
    """Orders, progress, cancellation. The engine of the node that has the file does the work."""

    def __init__(self, store: TranscriptionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, query: JobsQuery) -> Page[Job]:
        found = await self._store.page(query, paging.decode(query.cursor, tuple[paging.Time, UUID]))
        return paging.page(found, query.limit, lambda job: (job.created_at, job.id))

    async def order(self, identity: Identity, order: Order) -> Batch:
        """Queue an order; one that finds nothing is an empty batch that is not kept.

        Raises:
            InvalidInput: it names nothing, or both ids and a time.
        """
        by_ids = bool(order.recording_ids or order.message_ids)
        if by_ids == (order.from_ is not None or order.to is not None):
            raise invalid("body", "Name recording_ids or message_ids, or a time by from and to")
        if not by_ids and (order.from_ is None or order.to is None or order.from_ >= order.to):
            raise invalid("body.to", "Name both from and to; to comes after from")
        now = self._clock.now()
        batch_id = ids.new_id(now)
        total = await self._store.order(batch_id, order, identity.user_id, now)
        return Batch(
            id=batch_id,
            created_at=now,
            created_by=identity.user_id,
            paused=False,
            total=total,
            queued=total,
            running=0,
            done=0,
            failed=0,
            cancelled=0,
            progress=0.0 if total else 1.0,
        )

    async def batch(self, batch_id: UUID) -> Batch:
        batch = await self._store.batch(batch_id)
        if batch is None:
            raise NotFound("There is no such batch")
        return batch

    async def pause(self, batch_id: UUID, paused: bool) -> Batch:
        await self._store.pause(batch_id, paused)
        return await self.batch(batch_id)

    async def cancel_batch(self, batch_id: UUID) -> None:
        """What is not done yet is left undone."""
        await self.batch(batch_id)
        await self._store.cancel_batch(batch_id, self._clock.now())

    async def cancel(self, job_id: UUID) -> None:
        """Raises NotFound; Conflict for a job that is over."""
        if await self._store.cancel(job_id, self._clock.now()):
            return
        job = await self._store.job(job_id)
        if job is None:
            raise NotFound("There is no such job")
        raise Conflict("The job is over already", state=job.state)
