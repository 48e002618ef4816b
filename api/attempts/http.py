"""Routes of attempts, results, dispositions and of an operator's preview."""

from typing import Any

from api.attempts.model import (
    Attempt,
    AttemptsExport,
    AttemptsQuery,
    CampaignAttemptsQuery,
    CampaignLead,
    DispositionsQuery,
    LeadNow,
    LeadsQuery,
    Preview,
    Results,
    ResultsQuery,
    Said,
)
from api.attempts.saying import Saying
from api.attempts.service import AttemptsService, DispositionsService
from api.attempts.store import DISPOSITIONS, OWN, READ
from api.telephony.http import resource_routes
from api.web import sheets
from api.web.route import Handler, Page, Request, Route

TAG = "attempts"
SEE = f"{READ}|{OWN}"


def routes(service: AttemptsService, saying: Saying, dispositions: DispositionsService) -> list[Route]:
    return [*_reading(service), *_results(service), *_preview(service), _say(saying), *_dispositions(dispositions)]


def _reading(service: AttemptsService) -> list[Route]:
    async def of_campaign(request: Request) -> Page[Attempt]:
        return await service.page(request.query, request.params["id"], request.user)

    async def all_(request: Request) -> Page[Attempt]:
        return await service.page(request.query, request.query.campaign_id, request.user)

    async def get(request: Request) -> Attempt:
        return await service.get(request.params["id"], request.user)

    page = Page[Attempt]
    return [
        Route(
            "GET",
            "/campaigns/{id}/attempts",
            of_campaign,
            "Attempts of a campaign, newest first; operators see their own",
            tag=TAG,
            right=SEE,
            query=CampaignAttemptsQuery,
            response=page,
        ),
        Route(
            "GET",
            "/attempts",
            all_,
            "Attempts of all campaigns, newest first; operators see their own",
            tag=TAG,
            right=SEE,
            query=AttemptsQuery,
            response=page,
        ),
        Route(
            "GET",
            "/campaigns/{id}/attempts/export",
            service.export,
            "Attempts of a campaign as CSV or XLSX; operators get their own",
            tag=TAG,
            right=SEE,
            query=AttemptsExport,
            media=sheets.MEDIA,
        ),
        Route("GET", "/attempts/{id}", get, "One attempt", tag=TAG, right=SEE, response=Attempt),
    ]


def _results(service: AttemptsService) -> list[Route]:
    async def results(request: Request) -> Results:
        return await service.results(request.query)

    async def leads(request: Request) -> Page[CampaignLead]:
        return await service.leads(request.params["id"], request.query)

    return [
        Route(
            "GET",
            "/campaign-results",
            results,
            "Results by cursor, none ever passed over: for systems that pull instead of being sent webhooks",
            tag=TAG,
            right=READ,
            query=ResultsQuery,
            response=Results,
        ),
        Route(
            "GET",
            "/campaigns/{id}/leads",
            leads,
            "Clients of a campaign and how they stand in it",
            tag="campaigns",
            right=READ,
            query=LeadsQuery,
            response=Page[CampaignLead],
        ),
    ]


def _preview(service: AttemptsService) -> list[Route]:
    async def preview(request: Request) -> Preview:
        return await service.preview(request.user)

    def decider(do: str) -> Handler:
        async def decide(request: Request) -> None:
            await service.decide(request.user, request.params["id"], do)

        return decide

    shown = Route(
        "GET", "/me/preview", preview, "The client whom I am shown now", tag="me", right=OWN, response=Preview
    )
    words = {"start": "Call the client whom I am shown", "skip": "Pass by the client whom I am shown"}
    return [
        shown,
        *(
            Route(
                "POST",
                f"/me/preview/{{id}}/{do}",
                decider(do),
                summary,
                tag="me",
                right=OWN,
                status=204,
                errors=(409,),
            )
            for do, summary in words.items()
        ),
    ]


def _say(saying: Saying) -> Route:
    async def say(request: Request) -> LeadNow:
        return await saying.say(request.params["id"], request.body, request.user)

    return Route(
        "POST",
        "/attempts/{id}/disposition",
        say,
        "Say what came of a call, during it or after; the client is brought where that leads",
        tag=TAG,
        right=f"{OWN}|campaigns.write|campaigns.control",
        body=Said,
        response=LeadNow,
        errors=(409,),
    )


def _dispositions(service: DispositionsService) -> list[Route]:
    async def list_(request: Request) -> Page[Any]:
        return await service.dispositions(request.query)

    made = [route for route in resource_routes(DISPOSITIONS, service) if (route.method, route.path) != _LIST]
    page: Any = Page[DISPOSITIONS.stored]  # type: ignore[name-defined]
    return [
        Route(
            *_LIST,
            list_,
            "What operators may say of calls, in its order",
            tag="dispositions",
            right=SEE,
            query=DispositionsQuery,
            response=page,
        ),
        *made,
    ]


_LIST = ("GET", "/dispositions")
