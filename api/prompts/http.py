"""Routes of prompts' sounds; names and languages change by the routes that all configured things have."""

from typing import Any

import msgspec
from aiohttp import web

from api.prompts.model import AudioUpload, PromptByPhone, PromptData, PromptUpload, RecordByPhone, Ringing
from api.prompts.service import PromptsService
from api.telephony.catalog import PROMPTS
from api.web import uploads
from api.web.files import AUDIO_ERRORS, audio
from api.web.problems import invalid
from api.web.route import Request, Route

READ, WRITE = "telephony.read", "telephony.write"


def routes(service: PromptsService, max_bytes: int) -> list[Route]:
    return [*_upload_routes(service, max_bytes), *_sound_routes(service), *_phone_routes(service)]


def _upload_routes(service: PromptsService, max_bytes: int) -> list[Route]:
    async def create(request: Request) -> Any:
        async with uploads.receive(request.raw, service.upload_path(), max_bytes) as form:
            try:
                data = msgspec.convert(form.fields, PromptData)
            except msgspec.ValidationError as exc:
                raise invalid("body", exc) from None
            return await service.create(data, form.file)

    async def replace(request: Request) -> Any:
        async with uploads.receive(request.raw, service.upload_path(), max_bytes) as form:
            if form.fields:
                raise invalid("body", f"Unknown field {next(iter(form.fields))}")
            return await service.replace_sound(request.params["id"], form.file)

    return [
        Route(
            "POST",
            "/prompts",
            create,
            "Upload a prompt in any common sound format",
            tag="prompts",
            right=WRITE,
            form=PromptUpload,
            response=PROMPTS.stored,
            status=201,
            errors=(409,),
        ),
        Route(
            "PUT",
            "/prompts/{id}/audio",
            replace,
            "Replace the sound of a prompt",
            tag="prompts",
            right=WRITE,
            form=AudioUpload,
            response=PROMPTS.stored,
        ),
    ]


def _sound_routes(service: PromptsService) -> list[Route]:
    async def sound(request: Request) -> web.FileResponse:
        prompt_id = request.params["id"]
        return audio(await service.sound_path(prompt_id), f"prompt-{prompt_id}.wav")

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"], request.expected_version)

    return [
        Route(
            "GET",
            "/prompts/{id}/audio",
            sound,
            "The sound as WAV; ranges allowed",
            tag="prompts",
            right=READ,
            media=("audio/wav",),
            errors=AUDIO_ERRORS,
        ),
        Route(
            "DELETE",
            "/prompts/{id}",
            delete,
            "Delete a prompt; refused while others refer to it",
            tag="prompts",
            right=WRITE,
            status=204,
            errors=(409,),
            versioned=True,
        ),
    ]


def _phone_routes(service: PromptsService) -> list[Route]:
    async def create_by_phone(request: Request) -> Ringing:
        body = request.body
        prompt_id, call_id = await service.create_by_phone(
            PromptData(name=body.name, language=body.language), body.extension
        )
        return Ringing(prompt_id=prompt_id, call_id=call_id)

    async def record(request: Request) -> Ringing:
        prompt_id = request.params["id"]
        call_id = await service.record_by_phone(prompt_id, request.body.extension)
        return Ringing(prompt_id=prompt_id, call_id=call_id)

    return [
        Route(
            "POST",
            "/prompts-by-phone",
            create_by_phone,
            "Make a prompt and record it at a phone, which rings at once",
            tag="prompts",
            right=WRITE,
            body=PromptByPhone,
            response=Ringing,
            status=202,
            errors=(404, 409),
        ),
        Route(
            "POST",
            "/prompts/{id}/record-by-phone",
            record,
            "Record a prompt anew at a phone, which rings at once",
            tag="prompts",
            right=WRITE,
            body=RecordByPhone,
            response=Ringing,
            status=202,
            errors=(409,),
        ),
    ]
