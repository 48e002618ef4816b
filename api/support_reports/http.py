"""The route of reports on support, as JSON or as a file."""

from typing import Any

from aiohttp import web

from api.reports.service import as_file
from api.support_reports.model import SupportReport, SupportReportQuery
from api.support_reports.service import SupportReportsService
from api.web import sheets
from api.web.route import Request, Route
from engine.core.errors import Forbidden

READ, TICKETS = "reports.read", "tickets.read"


def routes(service: SupportReportsService) -> list[Route]:
    async def report(request: Request) -> Any:
        user, query = request.user, request.query
        if not user.may(TICKETS):
            raise Forbidden("Your role does not give this right", right=TICKETS)
        made = await service.report(query, user.partner_id, request.language)
        if query.format == "json":
            return made
        kind, data = await as_file(made, query.format, request.language)
        name = f"support-{query.by}-{made.from_:%Y%m%d}-{made.to:%Y%m%d}"
        return web.Response(body=data, headers=sheets.attachment(kind, name))

    return [
        Route(
            "GET",
            "/support-report",
            report,
            "How support worked in a period, by line (shares solved against targets), category, operator or client",
            tag="reports",
            right=READ,
            query=SupportReportQuery,
            response=SupportReport,
            media=sheets.MEDIA,
        )
    ]
