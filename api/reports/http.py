"""Routes of reports: one a name, as JSON or as a file."""

from typing import Any

from aiohttp import web

from api.reports.model import Report, ReportName, ReportQuery
from api.reports.service import ReportsService, as_file
from api.web import sheets
from api.web.route import Request, Route

READ = "reports.read"


def routes(service: ReportsService) -> list[Route]:
    async def report(request: Request) -> Any:
        name, query, language = request.params["name"], request.query, request.language
        made = await service.report(name, query, language)
        if query.format == "json":
            return made
        kind, data = await as_file(made, query.format, language)
        return web.Response(body=data, headers=sheets.attachment(kind, f"{name}-{made.from_:%Y%m%d}-{made.to:%Y%m%d}"))

    return [
        Route(
            "GET",
            "/reports/{name}",
            report,
            "A report counted from facts, as JSON, CSV or XLSX; headings by Accept-Language",
            tag="reports",
            right=READ,
            params={"name": ReportName},
            query=ReportQuery,
            response=Report,
            media=sheets.MEDIA,
        )
    ]
