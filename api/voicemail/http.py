"""Routes of voicemail messages."""

from aiohttp import web

from api.voicemail.model import Message, MessagePatch, MessagesQuery
from api.voicemail.service import VoicemailService
from api.web.files import AUDIO_ERRORS, audio
from api.web.route import Page, Request, Route

LISTEN, WRITE = "recordings.read", "calls.control"
_ONE = "/voicemail-messages/{id}"
_TAG = "voicemail messages"


def routes(service: VoicemailService) -> list[Route]:
    async def page(request: Request) -> Page[Message]:
        return await service.page(request.query)

    async def get(request: Request) -> Message:
        return await service.get(request.params["id"])

    async def sound(request: Request) -> web.FileResponse:
        message_id = request.params["id"]
        return audio(await service.sound_path(message_id), f"voicemail-{message_id}.wav")

    async def mark(request: Request) -> Message:
        return await service.mark(request.params["id"], request.body.heard)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    return [
        Route(
            "GET",
            "/voicemail-messages",
            page,
            "Voicemail messages, newest first",
            tag=_TAG,
            right=LISTEN,
            query=MessagesQuery,
            response=Page[Message],
        ),
        Route("GET", _ONE, get, "A message", tag=_TAG, right=LISTEN, response=Message),
        Route(
            "GET",
            _ONE + "/audio",
            sound,
            "A message as WAV; ranges allowed",
            tag=_TAG,
            right=LISTEN,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
        Route(
            "PATCH",
            _ONE,
            mark,
            "Mark a message as heard or new",
            tag=_TAG,
            right=LISTEN,
            body=MessagePatch,
            response=Message,
        ),
        Route("DELETE", _ONE, delete, "Delete a message and its sound", tag=_TAG, right=WRITE, status=204),
    ]
