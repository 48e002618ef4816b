"""One api for all tests of campaigns and webhooks; each begins with empty tables and the clock at now."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiohttp import web

from engine.core.config import Settings
from tests.conftest import fresh_database
from tests.integration.api.conftest import Api, Client, serving
from tests.integration.api.fake_engine import FakeEngine
from tools.stack.stand import Stand

TABLES = """users, partners, queues, menus, numbers, lead_lists, leads, campaigns, dial_attempts, campaign_results,
    do_not_call, webhooks, webhook_deliveries, engine_nodes, changes, audit_log, live_calls"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one loop."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def served(postgres: Stand, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    with fresh_database(postgres) as dsn:
        settings = Settings(
            var=tmp_path_factory.mktemp("var"),
            http_port=0,
            database_dsn=dsn,
            database_pool_min=1,
            token_secret=secrets.token_hex(32),
            control_token=secrets.token_hex(16),
            engine_timeout=2.0,
            webhook_networks="127.0.0.0/8",
            webhook_timeout_s=0.4,
            webhook_refusals=3,
        )
        async with serving(settings) as made:
            kept = "select id, code, title, title_en, meaning, place from dispositions"
            dispositions = [dict(row) for row in await made.db.fetch(kept)]
            made.dispositions = dispositions  # type: ignore[attr-defined]
            yield made


async def empty(served: Api) -> None:
    """Workers of the api read many of these tables all the time, in an order of their own: the victim of a deadlock
    tries again."""
    for _ in range(20):
        try:
            await served.db.execute(f"truncate {TABLES} cascade")
            return
        except asyncpg.DeadlockDetectedError:
            await asyncio.sleep(0.05)
    raise AssertionError("The tables could not be emptied")


@pytest_asyncio.fixture(loop_scope="package")
async def api(served: Api) -> Api:
    served.clock.ahead = 0.0
    await empty(served)
    for row in served.dispositions:  # type: ignore[attr-defined]
        await served.insert("dispositions", **row)
    return served


@pytest_asyncio.fixture(loop_scope="package")
async def admin(api: Api) -> Client:
    return await api.user("admin")


@pytest_asyncio.fixture(loop_scope="package")
async def engine(api: Api) -> AsyncIterator[FakeEngine]:
    """An engine that the database lists as alive."""
    fake = FakeEngine(api.settings.control_token)
    runner = web.AppRunner(fake.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    node: dict[str, Any] = {"id": "node1", "control_url": f"http://{host}:{port}"}
    await api.db.execute(
        "insert into engine_nodes (id, control_url, started_at, heartbeat_at) values ($1, $2, now(), now() + '1h')",
        *node.values(),
    )
    yield fake
    await runner.cleanup()
