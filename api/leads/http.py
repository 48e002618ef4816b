"""Routes of leads."""

from api.leads.model import (
    Lead,
    LeadData,
    LeadPatch,
    LeadsBulk,
    LeadsQuery,
    LeadStory,
    Merged,
    Removal,
    Removed,
    Selected,
    Selection,
)
from api.leads.service import LeadsService
from api.web.route import Page, Request, Route

READ, WRITE = "leads.read", "leads.write"
_OF_LIST, _ONE, _TAG = "/lead-lists/{id}/leads", "/leads/{id}", "leads"


def routes(service: LeadsService) -> list[Route]:
    return [*_reading(service), *_one(service), *_many(service)]


def _reading(service: LeadsService) -> list[Route]:
    async def page(request: Request) -> Page[Lead]:
        return await service.page(request.params["id"], request.query)

    async def get(request: Request) -> LeadStory:
        return await service.get(request.params["id"])

    return [
        Route(
            "GET",
            _OF_LIST,
            page,
            "Leads of a list; search by name, external id or phone",
            tag=_TAG,
            right=READ,
            query=LeadsQuery,
            response=Page[Lead],
        ),
        Route("GET", _ONE, get, "A lead and where it stands in campaigns", tag=_TAG, right=READ, response=LeadStory),
    ]


def _one(service: LeadsService) -> list[Route]:
    async def create(request: Request) -> LeadStory:
        return await service.create(request.params["id"], request.body)

    async def change(request: Request) -> LeadStory:
        return await service.change(request.params["id"], request.body)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    return [
        Route(
            "POST",
            _OF_LIST,
            create,
            "Add a lead; refused (409, with lead_id) where the list's rule finds it there already",
            tag=_TAG,
            right=WRITE,
            body=LeadData,
            response=LeadStory,
            status=201,
            errors=(409,),
        ),
        Route(
            "PATCH",
            _ONE,
            change,
            "Change fields of a lead; campaigns take it up as it is from then on",
            tag=_TAG,
            right=WRITE,
            body=LeadPatch,
            response=LeadStory,
            errors=(409,),
        ),
        Route("DELETE", _ONE, delete, "Delete a lead", tag=_TAG, right=WRITE, status=204),
    ]


def _many(service: LeadsService) -> list[Route]:
    async def create(request: Request) -> Merged:
        return await service.create_many(request.params["id"], request.body)

    async def delete(request: Request) -> Removed:
        return await service.delete_many(request.params["id"], request.body.filter)

    async def select(request: Request) -> Selected:
        return await service.select(request.user, request.params["id"], request.body)

    return [
        Route(
            "POST",
            _OF_LIST + "/bulk",
            create,
            "Add or change up to 1,000 leads; broken ones are told and left out",
            tag=_TAG,
            right=WRITE,
            body=LeadsBulk,
            response=Merged,
        ),
        Route(
            "POST",
            _OF_LIST + "/delete",
            delete,
            "Delete the leads that fit",
            tag=_TAG,
            right=WRITE,
            body=Removal,
            response=Removed,
        ),
        Route(
            "POST",
            _OF_LIST + "/select",
            select,
            "Choose clients of other lists, or contacts, into this list: by ids, columns, results of a campaign",
            tag=_TAG,
            right=WRITE,
            body=Selection,
            response=Selected,
        ),
    ]
