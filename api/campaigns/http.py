"""Routes of campaigns: configured, brought from state to state, cloned."""

from typing import Any

from api.campaigns.model import CampaignsQuery, Clone, Hindrance, Schedule
from api.campaigns.monitor import MonitorService
from api.campaigns.monitor_model import Monitor, PacingQuery, Sample
from api.campaigns.service import CampaignsService
from api.campaigns.store import CAMPAIGNS, CONTROL, READ, WRITE
from api.telephony.http import resource_routes
from api.web.route import Handler, Page, Request, Route
from engine.dialer.outcomes import CampaignState

TAG = "campaigns"
_MOVES = {
    "start": (CampaignState.RUNNING, "Start dialling; refused with reasons where something is missing"),
    "pause": (CampaignState.PAUSED, "Dial nobody more; calls in progress go on, no lead is lost"),
    "resume": (CampaignState.RUNNING, "Go on dialling"),
    "finish": (CampaignState.FINISHED, "End the campaign; leads that are left stay as they are"),
}


def routes(service: CampaignsService, monitor: MonitorService) -> list[Route]:
    made = [route for route in resource_routes(CAMPAIGNS, service) if (route.method, route.path) != _LIST]
    return [_list(service, monitor), *made, *_moves(service), *_others(service), *_watching(monitor)]


_LIST = ("GET", "/campaigns")


def _list(service: CampaignsService, monitor: MonitorService) -> Route:
    async def list_(request: Request) -> Page[Any]:
        page = await service.campaigns(request.query)
        if request.query.template:
            return page
        for id_, (leads, rates) in (await monitor.progress([item.id for item in page.items])).items():
            item = next(item for item in page.items if item.id == id_)
            item.total, item.done = (leads.total, leads.done) if leads else (None, None)
            item.connect_rate, item.abandon_rate = rates.connect_rate, rates.abandon_rate
        return page

    page: Any = Page[CAMPAIGNS.stored]  # type: ignore[name-defined]
    return Route(
        *_LIST, list_, "List campaigns, or templates", tag=TAG, right=READ, query=CampaignsQuery, response=page
    )


def _moves(service: CampaignsService) -> list[Route]:
    def mover(to: CampaignState) -> Handler:
        async def move(request: Request) -> Any:
            return await service.move(request.params["id"], to)

        return move

    return [
        Route(
            "POST",
            f"/campaigns/{{id}}/{name}",
            mover(to),
            summary,
            tag=TAG,
            right=CONTROL,
            response=CAMPAIGNS.stored,
            errors=(409,),
        )
        for name, (to, summary) in _MOVES.items()
    ]


def _others(service: CampaignsService) -> list[Route]:
    async def schedule(request: Request) -> Any:
        return await service.schedule(request.params["id"], request.body)

    async def clone(request: Request) -> Any:
        return await service.clone(request.params["id"], request.body)

    async def readiness(request: Request) -> Page[Hindrance]:
        return Page(await service.readiness(request.params["id"]))

    return [
        Route(
            "POST",
            "/campaigns/{id}/schedule",
            schedule,
            "Let the clock start (and end) the campaign; starts_at null: a draft again",
            tag=TAG,
            right=CONTROL,
            body=Schedule,
            response=CAMPAIGNS.stored,
            errors=(409,),
        ),
        Route(
            "POST",
            "/campaigns/{id}/clone",
            clone,
            "A new draft (or template) with the settings, dispositions and lists of a campaign or template",
            tag=TAG,
            right=WRITE,
            body=Clone,
            response=CAMPAIGNS.stored,
            status=201,
            errors=(409,),
        ),
        Route(
            "GET",
            "/campaigns/{id}/readiness",
            readiness,
            "What keeps the campaign from starting; nothing: it can",
            tag=TAG,
            right=READ,
            response=Page[Hindrance],
        ),
    ]


def _watching(monitor: MonitorService) -> list[Route]:
    async def now(request: Request) -> Monitor:
        return await monitor.monitor(request.params["id"], request.language)

    async def pacing(request: Request) -> Page[Sample]:
        return await monitor.pacing(request.params["id"], request.query, request.language)

    return [
        Route(
            "GET",
            "/campaigns/{id}/monitor",
            now,
            "The campaign now: lines, operators, clients, rates, when it will be done, why it dials as it does",
            tag=TAG,
            right=READ,
            response=Monitor,
        ),
        Route(
            "GET",
            "/campaigns/{id}/pacing",
            pacing,
            "How the campaign went, with the explanation of each decision: what charts draw",
            tag=TAG,
            right=READ,
            query=PacingQuery,
            response=Page[Sample],
        ),
    ]
