"""Routes of requests from calls."""

from uuid import UUID

from aiohttp import web

from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.ticket_calls.model import CALL_RULES, CallOrder, OfCall
from api.ticket_calls.service import FromCallService
from api.transcripts.model import Transcript
from api.web.files import AUDIO_ERRORS, audio
from api.web.route import Request, Route

TAG = "tickets"
HEAR = "recordings.read|calls.own"


def routes(service: FromCallService, rows: TelephonyService) -> list[Route]:
    async def open_(request: Request) -> OfCall:
        return await service.open(request.user, request.params["call_id"], request.body, request.language)

    return [
        *resource_routes(CALL_RULES, rows),
        *_sounds(service),
        Route(
            "POST",
            "/tickets/from-call/{call_id}",
            open_,
            "Open a request from a call that one may see; a call that has a request gives that",
            tag=TAG,
            right="tickets.write",
            params={"call_id": UUID},
            body=CallOrder,
            response=OfCall,
            status=201,
            errors=(409,),
        ),
    ]


def _sounds(service: FromCallService) -> list[Route]:
    async def recording(request: Request) -> web.FileResponse:
        return audio(await service.listen(request), f"request-{request.params['id']}.wav")

    async def transcript(request: Request) -> Transcript:
        return await service.transcript(request)

    return [
        Route(
            "GET",
            "/tickets/{id}/recording",
            recording,
            "The recording of the call that a request came from, as WAV; needs tickets.read too; each play is noted",
            tag=TAG,
            right=HEAR,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
        Route(
            "GET",
            "/tickets/{id}/transcript",
            transcript,
            "What was said in the call that a request came from; needs tickets.read too",
            tag=TAG,
            right=HEAR,
            response=Transcript,
        ),
    ]
