"""Routes of what the desk is set up with."""

from uuid import UUID

import msgspec

from api.ready_answers import catalog
from api.ready_answers.service import Filled, ReadyAnswersService
from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.web.route import Request, Route


class RenderData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """For which ticket."""

    ticket_id: UUID


def routes(service: ReadyAnswersService, rows: TelephonyService) -> list[Route]:
    made = [route for resource in catalog.ALL for route in resource_routes(resource, rows)]

    async def render(request: Request) -> Filled:
        return await service.render(request.user, request.params["id"], request.body.ticket_id)

    return [
        *made,
        Route(
            "POST",
            "/ready-answers/{id}/render",
            render,
            "A ready answer, filled in for a request, in its language",
            tag="ready-answers",
            right="tickets.write",
            body=RenderData,
            response=Filled,
            asks=True,
        ),
    ]
