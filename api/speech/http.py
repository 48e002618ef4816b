"""Routes of speech."""

from aiohttp import web

from api.speech.model import SayText, SpeechPicture
from api.speech.service import SpeechService
from api.web.route import Request, Route

READ, SAY = "telephony.read|settings.write", "telephony.write|settings.write"


def routes(service: SpeechService) -> list[Route]:
    async def picture(_request: Request) -> SpeechPicture:
        return await service.picture()

    async def say(request: Request) -> web.Response:
        wav = await service.say(request.user.user_id, request.body)
        return web.Response(body=wav, content_type="audio/wav", headers={"Cache-Control": "private, no-store"})

    return [
        Route(
            "GET",
            "/speech",
            picture,
            "Engines that turn speech into text, voices, and how much more can be heard",
            tag="speech",
            right=READ,
            response=SpeechPicture,
        ),
        Route(
            "POST",
            "/speech/say",
            say,
            "A text as a voice speaks it: WAV",
            tag="speech",
            right=SAY,
            body=SayText,
            media=("audio/wav",),
            errors=(409, 429),
            asks=True,
        ),
    ]
