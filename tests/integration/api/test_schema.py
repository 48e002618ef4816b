"""The first half of the served OpenAPI document: requests made from it get documented answers."""

from pathlib import Path

import pytest

from tests.integration.api import schema
from tests.integration.api.conftest import Api, Client


@pytest.mark.timeout(240)
@pytest.mark.feature("F-ADM-02", "F-PBX-24")
async def test_requests_made_from_the_document_get_documented_answers_and_no_server_errors(
    api: Api, admin: Client, engine: object, tmp_path: Path
) -> None:
    await schema.check(api, admin, tmp_path, first=True)
