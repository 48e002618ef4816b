"""Routes of the history and of recordings."""

from aiohttp import web

from api.history.model import (
    Call,
    CallDetail,
    CallsQuery,
    ExportQuery,
    Play,
    PlaysQuery,
    Recording,
    RecordingsQuery,
)
from api.history.service import LISTEN, HistoryService
from api.history.sight import ALL, OWN
from api.web.files import AUDIO_ERRORS, audio
from api.web.route import Page, Request, Route
from api.web.sheets import MEDIA
from engine.media.peaks import Peaks

READ = f"{ALL}|{OWN}"
HEAR = f"{LISTEN}|{OWN}"


def routes(service: HistoryService) -> list[Route]:
    return [*_calls(service), *_recordings(service), *_sounds(service)]


def _calls(service: HistoryService) -> list[Route]:
    async def page(request: Request) -> Page[Call]:
        return await service.page(request.user, request.query, request.language)

    async def get(request: Request) -> CallDetail:
        return await service.get(request.user, request.params["id"], request.language)

    return [
        Route(
            "GET",
            "/calls",
            page,
            "Call history, newest first: everybody's, the team's or one's own",
            tag="calls",
            right=READ,
            query=CallsQuery,
            response=Page[Call],
        ),
        Route(
            "GET",
            "/calls/export",
            service.export,
            "The filtered history as CSV or XLSX; headings by Accept-Language",
            tag="calls",
            right=READ,
            query=ExportQuery,
            media=MEDIA,
        ),
        Route(
            "GET",
            "/calls/{id}",
            get,
            "A call with legs, visits to queues, events and recordings; causes in words by Accept-Language",
            tag="calls",
            right=READ,
            response=CallDetail,
        ),
    ]


def _recordings(service: HistoryService) -> list[Route]:
    async def list_(request: Request) -> Page[Recording]:
        return await service.recordings(request.query)

    async def plays(request: Request) -> Page[Play]:
        return await service.plays(request.query)

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
            "/recording-plays",
            plays,
            "Who listened to which recording, newest first",
            tag="recordings",
            right="audit.read",
            query=PlaysQuery,
            response=Page[Play],
        ),
    ]


def _sounds(service: HistoryService) -> list[Route]:
    async def of_call(request: Request) -> web.FileResponse:
        return audio(await service.listen(request, of_call=True), f"call-{request.params['id']}.wav")

    async def one(request: Request) -> web.FileResponse:
        return audio(await service.listen(request, of_call=False), f"recording-{request.params['id']}.wav")

    async def peaks(request: Request) -> Peaks:
        return await service.peaks(request.user, request.params["id"])

    return [
        Route(
            "GET",
            "/recordings/{id}/audio",
            one,
            "A recording as WAV; ranges allowed; each play is noted",
            tag="recordings",
            right=HEAR,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
        Route(
            "GET",
            "/recordings/{id}/peaks",
            peaks,
            "The loudness of a recording's channels, for players to draw: the client's first",
            tag="recordings",
            right=HEAR,
            response=Peaks,
        ),
        Route(
            "GET",
            "/calls/{id}/recording",
            of_call,
            "The recording of a call as WAV; ranges allowed; each play is noted",
            tag="recordings",
            right=HEAR,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
    ]
