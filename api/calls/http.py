"""Routes of calls."""

from aiohttp import web

from api.calls.model import (
    Call,
    CallbackRequest,
    CallbacksQuery,
    CallDetail,
    CallsQuery,
    LiveCall,
    Originate,
    Recording,
    RecordingsQuery,
    Started,
)
from api.calls.service import CallsService
from api.web.files import AUDIO_ERRORS, audio
from api.web.route import Page, Request, Route

READ, CONTROL, LISTEN = "calls.read", "calls.control", "recordings.read"


def routes(service: CallsService) -> list[Route]:
    return [*_history(service), *_recordings(service), *_live(service)]


def _history(service: CallsService) -> list[Route]:
    async def history(request: Request) -> Page[Call]:
        return await service.history(request.query, request.language)

    async def get(request: Request) -> CallDetail:
        return await service.get(request.params["id"], request.language)

    async def callbacks(request: Request) -> Page[CallbackRequest]:
        query = request.query
        return await service.callbacks(query.limit, query.cursor, query.open)

    return [
        Route(
            "GET",
            "/calls",
            history,
            "Call history, newest first",
            tag="calls",
            right=READ,
            query=CallsQuery,
            response=Page[Call],
        ),
        Route(
            "GET",
            "/calls/{id}",
            get,
            "A call with legs, events and recordings; causes in words by Accept-Language",
            tag="calls",
            right=READ,
            response=CallDetail,
        ),
        Route(
            "GET",
            "/callback-requests",
            callbacks,
            "Callers who asked to be called back",
            tag="calls",
            right=READ,
            query=CallbacksQuery,
            response=Page[CallbackRequest],
        ),
    ]


def _recordings(service: CallsService) -> list[Route]:
    async def list_(request: Request) -> Page[Recording]:
        return await service.recordings(request.query)

    async def of_call(request: Request) -> web.FileResponse:
        call_id = request.params["id"]
        return audio(await service.call_recording_path(call_id), f"call-{call_id}.wav")

    async def one(request: Request) -> web.FileResponse:
        recording_id = request.params["id"]
        return audio(await service.recording_path(recording_id), f"recording-{recording_id}.wav")

    return [
        Route(
            "GET",
            "/recordings",
            list_,
            "Recordings, newest first",
            tag="recordings",
            right=LISTEN,
            query=RecordingsQuery,
            response=Page[Recording],
        ),
        Route(
            "GET",
            "/recordings/{id}/audio",
            one,
            "A recording as WAV; ranges allowed",
            tag="recordings",
            right=LISTEN,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
        Route(
            "GET",
            "/calls/{id}/recording",
            of_call,
            "The recording of a call as WAV; ranges allowed",
            tag="recordings",
            right=LISTEN,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
    ]


def _live(service: CallsService) -> list[Route]:
    async def live(_request: Request) -> Page[LiveCall]:
        return await service.live()

    async def hang_up(request: Request) -> None:
        await service.hang_up(request.params["id"])

    async def originate(request: Request) -> Started:
        return Started(await service.originate(request.body))

    return [
        Route(
            "GET",
            "/live-calls",
            live,
            "Calls in progress, oldest first",
            tag="live calls",
            right=READ,
            response=Page[LiveCall],
        ),
        Route(
            "DELETE",
            "/live-calls/{id}",
            hang_up,
            "End a call in progress",
            tag="live calls",
            right=CONTROL,
            status=204,
            errors=(409,),
        ),
        Route(
            "POST",
            "/calls",
            originate,
            "Click-to-call: ring an extension, then the number",
            tag="live calls",
            right=CONTROL,
            body=Originate,
            response=Started,
            status=202,
            errors=(404, 409),
        ),
    ]
