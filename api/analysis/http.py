"""Routes of the analysis: a client's own, and staff's look at a client's."""

from typing import Any

from aiohttp import web

from api.analysis.model import Analysis, AnalysisQuery, MailOrder, MailOrderPatch, MailOrders, NewMailOrder
from api.analysis.orders import OrdersService
from api.analysis.service import PDF, TYPES, AnalysisService
from api.web import sheets
from api.web.route import Request, Route

OWN, STAFF = "tickets.own", "clients.read"
_TAG = "portal"


def routes(service: AnalysisService, orders: OrdersService) -> list[Route]:
    return [*_figures(service), *_mailed(orders)]


def _figures(service: AnalysisService) -> list[Route]:
    async def own(request: Request) -> Any:
        return await _answer(service, request, request.client.account_id)

    async def of_client(request: Request) -> Any:
        return await _answer(service, request, request.params["id"])

    media = (sheets.XLSX, PDF)
    about = "counted, in the client's time zone; as JSON, XLSX or PDF"
    return [
        Route(
            "GET",
            "/portal/analysis",
            own,
            f"One's own requests {about}",
            tag=_TAG,
            right=OWN,
            query=AnalysisQuery,
            response=Analysis,
            media=media,
        ),
        Route(
            "GET",
            "/clients/{id}/analysis",
            of_client,
            f"A client's requests {about}",
            tag="clients",
            right=STAFF,
            query=AnalysisQuery,
            response=Analysis,
            media=media,
        ),
    ]


def _mailed(orders: OrdersService) -> list[Route]:
    async def list_(request: Request) -> MailOrders:
        return MailOrders(await orders.all(request.client))

    async def add(request: Request) -> MailOrder:
        return await orders.add(request.client, request.body)

    async def change(request: Request) -> MailOrder:
        return await orders.change(request.client, request.params["id"], request.body)

    async def delete(request: Request) -> None:
        await orders.delete(request.client, request.params["id"])

    mails = "/portal/analysis-mails"
    order = "An analysis that goes out by e-mail on a schedule"
    return [
        Route("GET", mails, list_, "Analyses that go out by e-mail", tag=_TAG, right=OWN, response=MailOrders),
        Route(
            "POST",
            mails,
            add,
            order,
            tag=_TAG,
            right=OWN,
            body=NewMailOrder,
            response=MailOrder,
            status=201,
            errors=(409,),
        ),
        Route(
            "PATCH",
            mails + "/{id}",
            change,
            f"Change: {order.lower()}",
            tag=_TAG,
            right=OWN,
            body=MailOrderPatch,
            response=MailOrder,
        ),
        Route("DELETE", mails + "/{id}", delete, f"Delete: {order.lower()}", tag=_TAG, right=OWN, status=204),
    ]


async def _answer(service: AnalysisService, request: Request, account_id: Any) -> Any:
    query: AnalysisQuery = request.query
    analysis = await service.analysis(account_id, query.outlet_id)
    if query.format == "json":
        return analysis
    data = await service.file(analysis, query.format, request.language)
    name = f"requests-{analysis.at:%Y%m%d}.{query.format}"
    headers = {"Content-Type": TYPES[query.format], "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, headers=headers)
