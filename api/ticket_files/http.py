"""Routes of files: uploads of staff and of clients, downloads that a browser saves and does not run."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from aiohttp import web

from api.ticket_files.kinds import INLINE
from api.ticket_files.model import FileQuery, FileUpload, StoredFile
from api.ticket_files.service import FilesService
from api.tickets.model import Actor
from api.tickets.states import Who
from api.web import uploads
from api.web.files import AUDIO_ERRORS
from api.web.problems import invalid
from api.web.route import Request, Route
from engine.core.errors import Forbidden

TAG = "ticket-files"
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_PARAMS = {"id": UUID, "file_id": UUID}


class _Fields(msgspec.Struct, forbid_unknown_fields=True):
    """What may stand in the form beside the file."""

    id: UUID | None = None


def routes(service: FilesService) -> list[Route]:
    return [*_uploads(service), *_downloads(service)]


def _uploads(service: FilesService) -> list[Route]:
    async def keep(request: Request, by: Actor) -> StoredFile:
        async with uploads.receive(request.raw, service.upload_path(), service.max_bytes) as form:
            try:
                fields = msgspec.convert(form.fields, _Fields, strict=False)
            except msgspec.ValidationError as exc:
                raise invalid("body", exc) from None
            kept = await service.keep(form.name, form.file, by, file_id=fields.id)
        return _shown(kept)

    async def by_staff(request: Request) -> StoredFile:
        return await keep(request, Actor(Who.STAFF, request.user.login, request.user.user_id))

    async def by_client(request: Request) -> StoredFile:
        user = request.user
        if user.client is None:
            raise Forbidden("This is for clients", right="tickets.own")
        return await keep(request, Actor(Who.CLIENT, user.login, user.user_id, user.client.account_id))

    made: list[tuple[str, Any, str]] = [
        ("/ticket-files", by_staff, "tickets.write"),
        ("/portal/files", by_client, "tickets.own"),
    ]
    return [
        Route(
            "POST",
            path,
            handler,
            "Upload a file, to be named by its id in a request or a word on one within a day",
            tag=TAG,
            right=right,
            form=FileUpload,
            response=StoredFile,
            status=201,
            errors=(409, 503),
        )
        for path, handler, right in made
    ]


def _downloads(service: FilesService) -> list[Route]:
    async def get(request: Request) -> web.FileResponse:
        found, path = await service.to_send(request.params["id"], request.params["file_id"])
        shown = request.query.inline and found.media_type in INLINE
        return web.FileResponse(path, headers=headers(found.name, found.media_type, shown))

    made = [("/tickets/{id}/files/{file_id}", "tickets.read"), ("/portal/tickets/{id}/files/{file_id}", "tickets.own")]
    return [
        Route(
            "GET",
            path,
            get,
            "A file of a request, to be saved; inline=true shows pictures",
            tag=TAG,
            right=right,
            params=_PARAMS,
            query=FileQuery,
            media=("application/octet-stream",),
            errors=AUDIO_ERRORS,
        )
        for path, right in made
    ]


def headers(name: str, media_type: str, shown: bool) -> dict[str, str]:
    """So that a browser takes the file for nothing else, runs nothing of it, and saves it unless ``shown``."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    how = "inline" if shown else "attachment"
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Download-Options": "noopen",
        "Cache-Control": "private, no-cache",
    }


def _shown(kept: StoredFile) -> StoredFile:
    return StoredFile(**{name: getattr(kept, name) for name in StoredFile.__struct_fields__})
