"""Routes of reports on campaigns, as JSON or as a file."""

from typing import Any

from aiohttp import web

from api.campaign_reports.compliance import ComplianceService, as_table
from api.campaign_reports.model import (
    CampaignReport,
    CampaignReportQuery,
    CampaignsReportQuery,
    ComplianceQuery,
    ComplianceReport,
)
from api.campaign_reports.service import CampaignReportsService
from api.reports.model import Table
from api.reports.service import as_file
from api.web import sheets
from api.web.route import Request, Route

READ = "campaigns.read"
TAG = "campaign reports"


def routes(service: CampaignReportsService, compliance: ComplianceService) -> list[Route]:
    async def of_campaign(request: Request) -> Any:
        query = request.query
        made = await service.report(query.by, query, request.params["id"], request.language)
        return await _answer(made, made, query.format, request.language, f"campaign-{query.by}")

    async def of_all(request: Request) -> Any:
        query = request.query
        made = await service.report(query.by, query, query.campaign_id, request.language)
        return await _answer(made, made, query.format, request.language, f"campaigns-{query.by}")

    async def comply(request: Request) -> Any:
        made = await compliance.report(request.query)
        table = as_table(made, request.language)
        name = f"compliance-{made.from_:%Y%m%d}-{made.to:%Y%m%d}"
        return await _answer(made, table, request.query.format, request.language, name)

    return [
        Route(
            "GET",
            "/campaigns/{id}/report",
            of_campaign,
            "What came of a campaign: by outcome, hour, day, attempt, list, operator, disposition or answer",
            tag=TAG,
            right=READ,
            query=CampaignReportQuery,
            response=CampaignReport,
            media=sheets.MEDIA,
        ),
        Route(
            "GET",
            "/campaign-report",
            of_all,
            "The same over all campaigns, also by campaign",
            tag=TAG,
            right=READ,
            query=CampaignsReportQuery,
            response=CampaignReport,
            media=sheets.MEDIA,
        ),
        Route(
            "GET",
            "/campaign-compliance",
            comply,
            "How campaigns kept to the rules over the last 30 days",
            tag=TAG,
            right=READ,
            query=ComplianceQuery,
            response=ComplianceReport,
            media=sheets.MEDIA,
        ),
    ]


async def _answer(made: Any, table: Table, kind: str, language: str, name: str) -> Any:
    if kind == "json":
        return made
    media, data = await as_file(table, kind, language)
    return web.Response(body=data, headers=sheets.attachment(media, name))
