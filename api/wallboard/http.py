"""The wallboard's route."""

from api.wallboard.model import Wallboard, WallboardQuery
from api.wallboard.service import WallboardService
from api.web.route import Request, Route


def routes(service: WallboardService) -> list[Route]:
    async def wallboard(request: Request) -> Wallboard:
        return await service.wallboard(request.user, request.query)

    return [
        Route(
            "GET",
            "/wallboard",
            wallboard,
            "Queues, operators and calls of now, the day's figures and its chart; follow the live feed from cursor",
            tag="wallboard",
            right="queues.read",
            query=WallboardQuery,
            response=Wallboard,
        )
    ]
