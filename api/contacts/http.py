"""Routes of contacts and favourites."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from uuid import UUID

from api.contacts.favourites import FavouritesService
from api.contacts.model import (
    ByPhoneQuery,
    Card,
    Contact,
    ContactData,
    ContactPatch,
    ContactsQuery,
    Favourite,
    FavouriteData,
    FavouriteOrder,
    Imported,
    ImportForm,
    ScopeName,
)
from api.contacts.service import ContactsService
from api.web import uploads
from api.web.problems import invalid
from api.web.route import Page, Request, Route

READ, WRITE = "contacts.read", "contacts.write"
_ONE, _TAG = "/contacts/{id}", "contacts"


def routes(service: ContactsService, favourites: FavouritesService, import_max_bytes: int) -> list[Route]:
    return [*_reading(service), *_writing(service), _import(service, import_max_bytes), *_favourites(favourites)]


def _reading(service: ContactsService) -> list[Route]:
    async def page(request: Request) -> Page[Contact]:
        return await service.page(request.user, request.query)

    async def get(request: Request) -> Contact:
        return await service.get(request.user, request.params["id"])

    async def by_phone(request: Request) -> Card:
        return await service.by_phone(request.user, request.query.number)

    return [
        Route(
            "GET",
            "/contacts",
            page,
            "Contacts by name; search by beginnings of words, or digits a number begins or ends with",
            tag=_TAG,
            right=READ,
            query=ContactsQuery,
            response=Page[Contact],
        ),
        Route(
            "GET",
            "/contacts/by-phone",
            by_phone,
            "Who a number is: contacts, colleague, earlier calls",
            tag=_TAG,
            right=READ,
            query=ByPhoneQuery,
            response=Card,
        ),
        Route("GET", _ONE, get, "A contact", tag=_TAG, right=READ, response=Contact),
    ]


def _writing(service: ContactsService) -> list[Route]:
    async def create(request: Request) -> Contact:
        return await service.create(request.user, request.body)

    async def change(request: Request) -> Contact:
        return await service.change(request.user, request.params["id"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete(request.user, request.params["id"], request.expected_version)

    return [
        Route(
            "POST",
            "/contacts",
            create,
            "Add a contact for oneself, a group or the company",
            tag=_TAG,
            right=WRITE,
            body=ContactData,
            response=Contact,
            status=201,
            noted=True,
        ),
        Route(
            "PATCH",
            _ONE,
            change,
            "Change fields of a contact",
            tag=_TAG,
            right=WRITE,
            body=ContactPatch,
            response=Contact,
            errors=(409,),
            versioned=True,
            noted=True,
        ),
        Route(
            "DELETE",
            _ONE,
            delete,
            "Delete a contact",
            tag=_TAG,
            right=WRITE,
            status=204,
            errors=(409,),
            versioned=True,
            noted=True,
        ),
    ]


def _import(service: ContactsService, max_bytes: int) -> Route:
    async def take_in(request: Request) -> Imported:
        with TemporaryDirectory(prefix="plx-") as folder:
            async with uploads.receive(request.raw, Path(folder, "contacts.csv"), max_bytes) as form:
                scope, group_id = _place(form.fields)
                return await service.take_in(request.user, form.file, scope, group_id)

    return Route(
        "POST",
        "/contacts/import",
        take_in,
        "Add contacts of a CSV file; those that are there already are skipped",
        tag=_TAG,
        right=WRITE,
        form=ImportForm,
        response=Imported,
    )


def _place(fields: dict[str, str]) -> tuple[ScopeName, UUID | None]:
    unknown = fields.keys() - {"scope", "group_id"}
    if unknown:
        raise invalid("body", f"Unknown field {min(unknown)}")
    scope = fields.get("scope") or "company"
    for name in get_args(ScopeName):
        if scope == name:
            try:
                return name, UUID(fields["group_id"]) if fields.get("group_id") else None
            except ValueError:
                raise invalid("body.group_id", "Not an id") from None
    raise invalid("body.scope", "One of own, group, company")


def _favourites(service: FavouritesService) -> list[Route]:
    async def list_(request: Request) -> Page[Favourite]:
        return Page(await service.list_(request.user))

    async def add(request: Request) -> Page[Favourite]:
        await service.add(request.user, request.body)
        return Page(await service.list_(request.user))

    async def order(request: Request) -> Page[Favourite]:
        await service.order(request.user, request.body.ids)
        return Page(await service.list_(request.user))

    async def drop(request: Request) -> None:
        await service.drop(request.user, request.params["id"])

    path, tag, page = "/favourites", "favourites", Page[Favourite]
    return [
        Route("GET", path, list_, "One's favourites, in one's order", tag=tag, right=READ, response=page),
        Route("POST", path, add, "Add a favourite", tag=tag, right=READ, body=FavouriteData, response=page),
        Route("PUT", path, order, "Order one's favourites", tag=tag, right=READ, body=FavouriteOrder, response=page),
        Route("DELETE", path + "/{id}", drop, "Drop a favourite", tag=tag, right=READ, status=204),
    ]
