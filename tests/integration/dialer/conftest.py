"""A database and a desk to fill it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.core import db
from engine.core.config import Settings
from tests.integration.dialer.house import Desk


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Any]:
    pool = await db.create_pool(Settings(database_dsn=database, database_pool_min=2))
    yield pool
    await pool.close()


@pytest.fixture
def desk(pool: Any) -> Desk:
    return Desk(pool)
