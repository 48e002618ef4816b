"""Routes of sources."""

from api.sources.model import Source, SourceWrite, Trial, TrialOrder
from api.sources.service import SourcesService
from api.web.paging import SearchQuery
from api.web.route import Page, Request, Route

READ, WRITE = "leads.read", "leads.write"
_ALL, _ONE, _TAG = "/lead-sources", "/lead-sources/{id}", "lead sources"


def routes(service: SourcesService) -> list[Route]:
    return [*_reading(service), *_writing(service)]


def _reading(service: SourcesService) -> list[Route]:
    async def page(request: Request) -> Page[Source]:
        return await service.page(request.query)

    async def get(request: Request) -> Source:
        return await service.get(request.params["id"])

    async def trial(request: Request) -> Trial:
        return await service.trial(request.params["id"], request.body)

    return [
        Route(
            "GET",
            _ALL,
            page,
            "Sources of lists and portraits, by name",
            tag=_TAG,
            right=READ,
            query=SearchQuery,
            response=Page[Source],
        ),
        Route("GET", _ONE, get, "A source", tag=_TAG, right=READ, response=Source),
        Route(
            "POST",
            _ONE + "/test",
            trial,
            "Ask the source now: its first rows and what their columns seem to be, or a client's portrait",
            tag=_TAG,
            right=WRITE,
            body=TrialOrder,
            response=Trial,
            asks=True,
        ),
    ]


def _writing(service: SourcesService) -> list[Route]:
    async def create(request: Request) -> Source:
        return await service.create(request.body)

    async def replace(request: Request) -> Source:
        return await service.replace(request.params["id"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    return [
        Route(
            "POST",
            _ALL,
            create,
            "Add a source: http or sql for lists, portrait for one client at the moment of a call",
            tag=_TAG,
            right=WRITE,
            body=SourceWrite,
            response=Source,
            status=201,
            errors=(409,),
        ),
        Route(
            "PUT",
            _ONE,
            replace,
            "Replace a source's settings; a secret left out stays",
            tag=_TAG,
            right=WRITE,
            body=SourceWrite,
            response=Source,
            errors=(409,),
            versioned=True,
        ),
        Route(
            "DELETE",
            _ONE,
            delete,
            "Remove a source; refused while lists or campaigns use it",
            tag=_TAG,
            right=WRITE,
            status=204,
            errors=(409,),
        ),
    ]
