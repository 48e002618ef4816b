"""The other arm of ``api``: the same statements behind bare aiohttp handlers, with nothing else.

``python -m tools.benchmarks.bare PORT DSN USER_ID`` serves until it is killed.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from aiohttp import web

from api.contacts.model import ContactsQuery
from api.contacts.store import ADD_PHONES, CREATE, GET, Asker, page_statement
from engine.core import ids

_ACTOR = "select set_config('paylater.actor', $1, false)"
_JSON = "application/json"


def application(pool: Any, user: UUID) -> web.Application:
    """Three handlers: one contact, fifty contacts, a new contact."""
    page, arguments = page_statement(Asker(user, None), ContactsQuery(limit=50), "", "", None)
    operation = ids.new_id(datetime.now(UTC))
    actor = msgspec.json.encode({"operation": operation, "request": "POST", "address": "127.0.0.1"}).decode()

    def answer(value: Any, status: int = 200) -> web.Response:
        return web.Response(body=msgspec.json.encode(value), status=status, content_type=_JSON)

    def shown(row: Any) -> dict[str, Any]:
        return {**row, "phones": msgspec.json.decode(row["phones"])}

    async def get(request: web.Request) -> web.Response:
        row = await pool.fetchrow(GET, user, None, UUID(request.match_info["id"]))
        return answer(shown(row)) if row else web.Response(status=404)

    async def list_(_request: web.Request) -> web.Response:
        return answer({"items": [shown(row) for row in (await pool.fetch(page, *arguments))[:50]]})

    async def create(request: web.Request) -> web.Response:
        data = msgspec.json.decode(await request.read())
        contact_id = ids.new_id(datetime.now(UTC))
        phones = data["phones"]
        async with pool.acquire() as connection:
            await connection.execute(_ACTOR, actor)
            async with connection.transaction():
                row = await connection.fetchrow(
                    CREATE, user, None, contact_id, None, None, data["name"], data["company"], "", "", ""
                )
                numbers = [phone["number"] for phone in phones]
                await connection.execute(ADD_PHONES, contact_id, numbers, ["" for _ in phones])
        return answer({"id": contact_id, **data, **row}, 201)

    app = web.Application()
    app.router.add_get("/contacts", list_)
    app.router.add_get("/contacts/{id}", get)
    app.router.add_post("/contacts", create)
    return app


async def serve(port: int, dsn: str, user: UUID) -> None:
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=10)
    runner = web.AppRunner(application(pool, user), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], UUID(sys.argv[3])))
