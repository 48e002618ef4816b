"""The served OpenAPI document, and requests made from it: right ones and wrong ones."""

import asyncio
import sys
from pathlib import Path

import pytest

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# A reference to a thing that does not exist is refused (422), which no schema can say.
EXCLUDED = "positive_data_acceptance"
# Routes that would end the test's own session, or make signing in depend on a directory that is not there.
OWN_SESSION = "/auth/logout|/auth/password|/users/|/sessions|/sign-in-providers|/roles/|/me/second-factor"


@pytest.mark.timeout(240)
@pytest.mark.feature("F-ADM-02", "F-PBX-24")
async def test_requests_made_from_the_document_get_documented_answers_and_no_server_errors(
    api, admin, engine, tmp_path
):
    command = [
        *(str(SCHEMATHESIS), "run", f"{api.url}/api/v1/openapi.json", "--url", api.url),
        *("--checks", "all", "--exclude-checks", EXCLUDED),
        *("--header", f"Authorization: Bearer {admin.token}"),
        *("--exclude-path-regex", OWN_SESSION),
        *("--max-examples", "4", "--seed", "20", "--workers", "2", "--request-timeout", "10"),
        *("--phases", "examples,fuzzing", "--no-color", "--generation-database", "none"),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path
    )
    output, _ = await process.communicate()
    text = output.decode(errors="replace")
    assert process.returncode == 0, text[text.find("= FAILURES =") :][:20_000]
