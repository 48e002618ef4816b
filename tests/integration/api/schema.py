"""Requests made from the served OpenAPI document, right ones and wrong ones, for a part of its paths."""

import asyncio
import sys
from pathlib import Path

from tests.integration.api.conftest import Api, Client

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# A reference to a thing that does not exist is refused (422), which no schema can say.
EXCLUDED = "positive_data_acceptance"
# Two files share the paths out, so that two processes do.
FIRST_HALF = "^/api/v1/[a-l]"
# Routes that would end the test's own session, or make signing in depend on a directory that is not there.
OWN_SESSION = "/auth/logout|/auth/password|/users/|/sessions|/sign-in-providers|/roles/|/me/second-factor"


async def check(api: Api, admin: Client, folder: Path, *, first: bool) -> None:
    """All operations of the ``first`` half of the paths, or of the other: documented answers and no server errors.

    One worker: making requests up is all computing, and a second one takes turns with the first.
    """
    half: tuple[str, ...] = ("--include-path-regex", FIRST_HALF, "--exclude-path-regex", OWN_SESSION)
    if not first:
        half = ("--exclude-path-regex", f"{FIRST_HALF}|{OWN_SESSION}")
    command = [
        *(str(SCHEMATHESIS), "run", f"{api.url}/api/v1/openapi.json", "--url", api.url),
        *("--checks", "all", "--exclude-checks", EXCLUDED),
        *("--header", f"Authorization: Bearer {admin.token}"),
        *half,
        *("--max-examples", "2", "--seed", "20", "--workers", "1", "--request-timeout", "20"),
        *("--phases", "examples,fuzzing", "--no-color", "--generation-database", "none"),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder
    )
    output, _ = await process.communicate()
    text = output.decode(errors="replace")
    assert process.returncode == 0, text[text.find("= FAILURES =") :][:20_000]
    assert "Tested: " in text, text[-2000:]
