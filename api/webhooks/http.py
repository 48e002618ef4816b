"""Routes of webhooks and their deliveries."""

from typing import Annotated

from msgspec import Meta

from api.telephony.http import resource_routes
from api.web.route import Page, Request, Route
from api.webhooks.model import DeliveriesQuery, Delivery, Resent, Secret, Trial, WebhookData
from api.webhooks.service import WebhooksService
from api.webhooks.store import WEBHOOKS, WRITE

TAG = "webhooks"
DeliveryId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


def routes(service: WebhooksService) -> list[Route]:
    made = [route for route in resource_routes(WEBHOOKS, service) if route.method != "POST"]
    return [*made, *_secrets(service), *_deliveries(service)]


def _secrets(service: WebhooksService) -> list[Route]:
    async def add(request: Request) -> Secret:
        return await service.add(request.body)

    async def rotate(request: Request) -> Secret:
        return await service.rotate(request.params["id"])

    async def test(request: Request) -> Trial:
        return await service.test(request.params["id"])

    return [
        Route(
            "POST",
            "/webhooks",
            add,
            "Create a webhook; the secret that signs its deliveries is told this once",
            tag=TAG,
            right=WRITE,
            body=WebhookData,
            response=Secret,
            status=201,
            errors=(409,),
        ),
        Route(
            "POST",
            "/webhooks/{id}/rotate",
            rotate,
            "Another secret, told this once; the one before signs beside it for a day",
            tag=TAG,
            right=WRITE,
            response=Secret,
        ),
        Route(
            "POST",
            "/webhooks/{id}/test",
            test,
            "Send a trial event now and tell how it was answered",
            tag=TAG,
            right=WRITE,
            response=Trial,
        ),
    ]


def _deliveries(service: WebhooksService) -> list[Route]:
    async def page(request: Request) -> Page[Delivery]:
        return await service.deliveries(request.params["id"], request.query)

    async def resend(request: Request) -> None:
        await service.resend(request.params["id"])

    async def resend_dead(request: Request) -> Resent:
        return await service.resend_dead(request.params["id"])

    return [
        Route(
            "GET",
            "/webhooks/{id}/deliveries",
            page,
            "Deliveries of a webhook, newest first",
            tag=TAG,
            right=WRITE,
            query=DeliveriesQuery,
            response=Page[Delivery],
        ),
        Route(
            "POST",
            "/webhooks/{id}/resend",
            resend_dead,
            "Send all dead deliveries of a webhook again",
            tag=TAG,
            right=WRITE,
            response=Resent,
        ),
        Route(
            "POST",
            "/deliveries/{id}/resend",
            resend,
            "Send one delivery again that is dead or was delivered; its event id stays the same",
            tag=TAG,
            right=WRITE,
            params={"id": DeliveryId},
            status=204,
            errors=(409,),
        ),
    ]
