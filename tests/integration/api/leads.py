"""What tests of lists of leads share: uploads, imports that are waited for."""

from typing import Any

import aiohttp

from tests.integration.api.conftest import Client, until


async def make_list(admin: Client, name: str = "Должники", **fields: Any) -> Any:
    return await admin.post("/lead-lists", {"name": name, **fields})


async def upload(client: Client, path: str, data: bytes | str, name: str = "leads.csv", **fields: str) -> Any:
    form = aiohttp.FormData(fields)
    form.add_field("file", data if isinstance(data, bytes) else data.encode(), filename=name)
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.post(f"{client.url}/api/v1{path}", data=form, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def over(client: Client, import_id: str) -> Any:
    """The import when it is over."""

    async def ended() -> Any:
        found = await client.get(f"/lead-imports/{import_id}")
        return found if found["state"] in ("done", "failed", "cancelled") else None

    return await until(ended, 40)


async def bring(client: Client, list_id: str, data: bytes | str, **start: Any) -> Any:
    """Upload, start and wait."""
    status, made = await upload(client, f"/lead-lists/{list_id}/imports", data)
    assert status == 201, made
    answer = await client.send("POST", f"/lead-imports/{made['import']['id']}/start", start)
    assert answer.status == 202, answer.raw
    return await over(client, made["import"]["id"])


async def leads(client: Client, list_id: str, **query: Any) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.get(f"/lead-lists/{list_id}/leads", limit=500, **query, **cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}
