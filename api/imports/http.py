"""Routes of imports."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from api.imports.model import (
    ErrorsQuery,
    ImportForm,
    ImportsQuery,
    ImportStart,
    LeadImport,
    LineError,
    PreviewQuery,
    Uploaded,
)
from api.imports.service import ImportsService
from api.imports.table import Preview
from api.web import sheets, uploads
from api.web.problems import invalid
from api.web.route import Page, Request, Route

READ, WRITE = "leads.read", "leads.write"
_OF_LIST, _ALL, _ONE, _TAG = "/lead-lists/{id}/imports", "/lead-imports", "/lead-imports/{id}", "lead imports"
_TITLES = ("line", "field", "value", "message")


def routes(service: ImportsService, max_bytes: int) -> list[Route]:
    """``max_bytes``: of an uploaded file."""
    return [*_reading(service), *_errors(service), _upload(service, max_bytes), *_orders(service)]


def _reading(service: ImportsService) -> list[Route]:
    async def page(request: Request) -> Page[LeadImport]:
        return await service.page(None, request.query)

    async def of_list(request: Request) -> Page[LeadImport]:
        return await service.page(request.params["id"], request.query)

    async def get(request: Request) -> LeadImport:
        return await service.get(request.params["id"])

    async def preview(request: Request) -> Preview:
        return await service.preview(request.params["id"], request.query)

    return [
        Route(
            "GET",
            _ALL,
            page,
            "Imports of all lists, newest first",
            tag=_TAG,
            right=READ,
            query=ImportsQuery,
            response=Page[LeadImport],
        ),
        Route(
            "GET",
            _OF_LIST,
            of_list,
            "Imports of a list, newest first",
            tag=_TAG,
            right=READ,
            query=ImportsQuery,
            response=Page[LeadImport],
        ),
        Route("GET", _ONE, get, "An import and how far it is", tag=_TAG, right=READ, response=LeadImport),
        Route(
            "GET",
            _ONE + "/preview",
            preview,
            "The beginning of the uploaded file, read as the query says",
            tag=_TAG,
            right=READ,
            query=PreviewQuery,
            response=Preview,
            errors=(409,),
        ),
    ]


def _errors(service: ImportsService) -> list[Route]:
    async def errors(request: Request) -> Page[LineError]:
        return await service.errors(request.params["id"], request.query)

    async def table(request: Request) -> web.StreamResponse:
        import_id = request.params["id"]
        await service.get(import_id)
        name = f"errors-{import_id}"
        return await sheets.stream_csv(request.raw, name, _TITLES, _rows(service, import_id), ZoneInfo("UTC"))

    return [
        Route(
            "GET",
            _ONE + "/errors",
            errors,
            "Broken lines, in the order of the file",
            tag=_TAG,
            right=READ,
            query=ErrorsQuery,
            response=Page[LineError],
        ),
        Route(
            "GET",
            _ONE + "/errors.csv",
            table,
            "The same as a table for spreadsheets",
            tag=_TAG,
            right=READ,
            media=(sheets.CSV,),
        ),
    ]


async def _rows(service: ImportsService, import_id: Any) -> AsyncIterator[list[Sequence[Any]]]:
    async for rows in service.all_errors(import_id):
        yield rows


def _upload(service: ImportsService, max_bytes: int) -> Route:
    async def upload(request: Request) -> Uploaded:
        place = await service.place(request.params["id"])
        async with uploads.receive(request.raw, service.upload_path(), max_bytes) as form:
            if form.fields:
                raise invalid("body", f"Unknown field {min(form.fields)}")
            return await service.take_up(request.user, place, form.file)

    return Route(
        "POST",
        _OF_LIST,
        upload,
        "Upload a CSV or XLSX file; its beginning comes back, and nothing is imported until it is started",
        tag=_TAG,
        right=WRITE,
        form=ImportForm,
        response=Uploaded,
        status=201,
    )


def _orders(service: ImportsService) -> list[Route]:
    async def start(request: Request) -> LeadImport:
        return await service.start(request.params["id"], request.body)

    async def cancel(request: Request) -> LeadImport:
        return await service.cancel(request.params["id"])

    async def refresh(request: Request) -> LeadImport:
        return await service.refresh(request.user, request.params["id"])

    return [
        Route(
            "POST",
            _ONE + "/start",
            start,
            "Import the uploaded file by this mapping; it goes on in the background",
            tag=_TAG,
            right=WRITE,
            body=ImportStart,
            response=LeadImport,
            status=202,
            errors=(409,),
        ),
        Route(
            "POST",
            _ONE + "/cancel",
            cancel,
            "Stop an import; leads that it has brought stay",
            tag=_TAG,
            right=WRITE,
            response=LeadImport,
            errors=(409,),
        ),
        Route(
            "POST",
            "/lead-lists/{id}/refresh",
            refresh,
            "Read the list's source now, in the background",
            tag=_TAG,
            right=WRITE,
            response=LeadImport,
            status=202,
            errors=(409,),
        ),
    ]
