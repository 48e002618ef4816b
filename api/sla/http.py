"""Routes of calendars, plans and promises."""

from api.sla.model import Promises
from api.sla.service import CALENDARS, PLANS, SlaService
from api.telephony.http import resource_routes
from api.web.route import Request, Route


def routes(service: SlaService) -> list[Route]:
    async def why(request: Request) -> Promises:
        return await service.why(request.params["id"], request.language)

    return [
        *resource_routes(CALENDARS, service),
        *resource_routes(PLANS, service),
        Route(
            "GET",
            "/tickets/{id}/promises",
            why,
            "Why a request's deadline is what it is: plan, calendar, stretches that count, pauses",
            tag="tickets",
            right="tickets.read",
            response=Promises,
        ),
    ]
