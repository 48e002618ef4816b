"""Routes of the queue of transcription."""

from api.transcription.model import Batch, BatchPatch, Job, JobsQuery, Order
from api.transcription.service import TranscriptionService
from api.web.route import Page, Request, Route

READ, WRITE = "recordings.read", "calls.control|settings.write"
_TAG = "transcription"
_BATCH = "/transcription-batches/{id}"


def routes(service: TranscriptionService) -> list[Route]:
    return [*_jobs(service), *_batches(service)]


def _jobs(service: TranscriptionService) -> list[Route]:
    async def page(request: Request) -> Page[Job]:
        return await service.page(request.query)

    async def order(request: Request) -> Batch:
        return await service.order(request.user, request.body)

    async def cancel(request: Request) -> None:
        await service.cancel(request.params["id"])

    return [
        Route(
            "GET",
            "/transcription-jobs",
            page,
            "Recordings and messages on their way to text, the latest ordered first",
            tag=_TAG,
            right=READ,
            query=JobsQuery,
            response=Page[Job],
        ),
        Route(
            "POST",
            "/transcription-jobs",
            order,
            "Order texts of recordings: of these, or of a time. Gives the batch; one without jobs is not kept",
            tag=_TAG,
            right=WRITE,
            body=Order,
            response=Batch,
            status=201,
        ),
        Route(
            "DELETE",
            "/transcription-jobs/{id}",
            cancel,
            "Leave a job undone",
            tag=_TAG,
            right=WRITE,
            status=204,
            errors=(409,),
        ),
    ]


def _batches(service: TranscriptionService) -> list[Route]:
    async def get(request: Request) -> Batch:
        return await service.batch(request.params["id"])

    async def pause(request: Request) -> Batch:
        return await service.pause(request.params["id"], request.body.paused)

    async def cancel(request: Request) -> None:
        await service.cancel_batch(request.params["id"])

    return [
        Route("GET", _BATCH, get, "How far an order is", tag=_TAG, right=READ, response=Batch),
        Route(
            "PATCH",
            _BATCH,
            pause,
            "Hold an order back, or let it go on",
            tag=_TAG,
            right=WRITE,
            body=BatchPatch,
            response=Batch,
        ),
        Route(
            "DELETE", _BATCH, cancel, "Leave undone what is not done yet of an order", tag=_TAG, right=WRITE, status=204
        ),
    ]
