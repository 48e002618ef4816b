"""Health and metrics, at the root, without a token."""

from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.health.model import Alive, Ready
from api.web.route import Request, Route
from engine.core import db, migrate
from engine.core.errors import ConfigError, Unavailable


def routes(pool: Any) -> list[Route]:
    migrations = migrate.available()

    async def live(_request: Request) -> Alive:
        return Alive()

    async def ready(_request: Request) -> Ready:
        try:
            async with pool.acquire(timeout=3) as connection:
                missing = await migrate.check(connection, migrations)
        except ConfigError as exc:
            raise Unavailable(exc.detail) from exc
        except Exception as exc:
            raise db.fault_of(exc) or exc from exc
        if missing:
            raise Unavailable(f"The database lacks {missing[0].name}: run python -m engine.core.migrate")
        return Ready(schema_version=migrations[-1].version)

    async def metrics(_request: Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        Route("GET", "/health/live", live, "The process runs", tag="health", right=None, response=Alive, root=True),
        Route(
            "GET", "/health/ready", ready, "Requests can be served", tag="health", right=None, response=Ready, root=True
        ),
        Route(
            "GET",
            "/metrics",
            metrics,
            "Figures for Prometheus",
            tag="health",
            right=None,
            media=("text/plain",),
            root=True,
        ),
    ]
