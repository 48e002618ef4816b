"""One api for all tests of the service desk. Nothing is emptied between them: each makes clients, people and requests
of its own, under names of its own."""

import secrets
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.core.config import Settings
from tests.conftest import fresh_database
from tests.integration.api.conftest import Api, Client, serving
from tools.stack.stand import Stand


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
            access_token_seconds=7 * 86_400,
        )
        async with serving(settings) as made:
            yield made


@pytest_asyncio.fixture(loop_scope="package")
async def api(served: Api) -> AsyncIterator[Api]:
    """At the present time, until the test moves its clock; afterwards at the present time again."""
    served.clock.ahead = 0.0
    served.clock.stopped = None
    yield served
    served.clock.ahead = 0.0
    served.clock.stopped = None


@pytest_asyncio.fixture(loop_scope="package")
async def admin(api: Api) -> Client:
    return await api.user("admin", f"admin-{uuid.uuid4().hex[:12]}")
