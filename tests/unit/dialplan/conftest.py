"""The shipped templates and the values that they use."""

from pathlib import Path
from typing import Any

import pytest

from engine.core.config import Settings
from engine.dialplan.render import context_of, default_templates


@pytest.fixture(scope="session")
def context() -> dict[str, Any]:
    return context_of(Settings(var=Path("/srv/paylater"), agi_port=20073))


@pytest.fixture
def templates() -> dict[str, str]:
    return default_templates()
