"""Routes of the log of changes."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from api.audit.model import AuditEntry, AuditFilter
from api.audit.service import AuditService
from api.web import sheets
from api.web.route import Page, Request, Route

READ = "audit.read"
_HEADER = ("at", "login", "address", "action", "object", "object_id", "label", "request", "before", "after")


def routes(service: AuditService) -> list[Route]:
    async def page(request: Request) -> Page[AuditEntry]:
        return await service.page(request.query)

    async def export(request: Request) -> web.StreamResponse:
        return await sheets.stream_csv(request.raw, "changes", _HEADER, _rows(service, request.query), ZoneInfo("UTC"))

    return [
        Route(
            "GET",
            "/audit",
            page,
            "Who changed what, newest first",
            tag="audit",
            right=READ,
            query=AuditFilter,
            response=Page[AuditEntry],
        ),
        Route(
            "GET",
            "/audit.csv",
            export,
            "The same as a table for spreadsheets; limit and cursor are not used",
            tag="audit",
            right=READ,
            query=AuditFilter,
            media=(sheets.CSV,),
        ),
    ]


async def _rows(service: AuditService, query: AuditFilter) -> AsyncIterator[list[Sequence[Any]]]:
    async for entries in service.batches(query):
        yield [[_cell(getattr(entry, name)) for name in _HEADER] for entry in entries]


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value
