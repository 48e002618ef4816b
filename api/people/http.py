"""Routes of partners, groups of employees and skills."""

from api.people import catalog
from api.people.catalog import READ, WRITE
from api.people.model import Member, Members
from api.people.service import PeopleService
from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.web.route import Page, Request, Route

_MEMBERS = "/employee-groups/{id}/members"
_TAG = "employee-groups"


def routes(service: PeopleService, things: TelephonyService) -> list[Route]:
    async def members(request: Request) -> Page[Member]:
        return Page(await service.members(request.params["id"]))

    async def set_members(request: Request) -> Page[Member]:
        return Page(await service.set_members(request.params["id"], request.body.user_ids))

    return [
        *(route for resource in catalog.ALL for route in resource_routes(resource, things)),
        Route("GET", _MEMBERS, members, "Who is in a group", tag=_TAG, right=READ, response=Page[Member]),
        Route(
            "PUT",
            _MEMBERS,
            set_members,
            "Replace a group's members",
            tag=_TAG,
            right=WRITE,
            body=Members,
            response=Page[Member],
        ),
    ]
