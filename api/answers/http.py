"""Routes of answers."""

from uuid import UUID

from aiohttp import web

from api.answers.model import Answers
from api.answers.service import LISTEN, AnswerService
from api.web.files import AUDIO_ERRORS, audio
from api.web.route import Request, Route

HEAR = f"{LISTEN}|calls.own"


def routes(service: AnswerService) -> list[Route]:
    async def of_call(request: Request) -> Answers:
        return await service.of_call(request.user, request.params["id"])

    async def sound(request: Request) -> web.FileResponse:
        answer_id = request.params["answer_id"]
        return audio(await service.sound(request.user, request.params["id"], answer_id), f"answer-{answer_id}.wav")

    return [
        Route(
            "GET",
            "/calls/{id}/answers",
            of_call,
            "What the caller answered to the questions of menus",
            tag="calls",
            right=HEAR,
            response=Answers,
        ),
        Route(
            "GET",
            "/calls/{id}/answers/{answer_id}/audio",
            sound,
            "An answer as WAV; ranges allowed",
            tag="calls",
            right=HEAR,
            params={"id": UUID, "answer_id": UUID},
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
    ]
