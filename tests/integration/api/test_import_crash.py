"""An import whose process dies is finished by another one; nothing is doubled, nothing is missing."""

import aiohttp
import asyncpg
import msgspec
import pytest

from tests.integration.api.conftest import HASH, Client, until
from tests.integration.api.leads import make_list, over, upload
from tests.integration.api.test_restart import process

pytestmark = pytest.mark.feature("F-DIAL-07")
ROWS = 4000


@pytest.fixture
def small_chunks(api_settings):
    """What both processes read: small chunks, and little patience with the dead."""
    path = api_settings.run / "settings.json"
    path.parent.mkdir(parents=True)
    words = {"lead_import_chunk": 250, "lead_import_stale_s": 1.5, "lead_import_poll_s": 0.2}
    path.write_bytes(msgspec.json.encode(words))
    return api_settings


@pytest.fixture
async def db(small_chunks):
    connection = await asyncpg.connect(small_chunks.database_dsn)
    yield connection
    await connection.close()


async def test_a_killed_import_goes_on_after_the_last_chunk(small_chunks, db):
    columns = "id, login, name, password_hash, role"
    await db.execute(f"insert into users ({columns}) values (gen_random_uuid(), 'a', 'a', $1, 'admin')", HASH)
    rows = "id,phone\n" + "\n".join(f"{n % (ROWS - 50)},{89160000000 + n % (ROWS - 50)}" for n in range(ROWS))
    async with process(small_chunks) as (running, url), aiohttp.ClientSession() as session:
        admin = await Client(session, url).login("a")
        made = await make_list(admin)
        _, up = await upload(admin, f"/lead-lists/{made['id']}/imports", rows)
        await admin.send("POST", f"/lead-imports/{up['import']['id']}/start", {"on_duplicate": "skip"})

        async def some():
            return await db.fetchval("select read from lead_imports where read > 0")

        before = await until(some, 40)
        running.kill()
    assert before < ROWS
    async with process(small_chunks) as (_, url), aiohttp.ClientSession() as session:
        done = await over(await Client(session, url).login("a"), up["import"]["id"])
    assert done["state"] == "done", done
    assert (done["read"], done["added"], done["duplicates"], done["errors"]) == (ROWS, ROWS - 50, 50, 0)
    assert await db.fetchval("select count(*) from leads") == ROWS - 50
    assert await db.fetchval("select count(distinct address) from lead_contacts") == ROWS - 50
    told = await db.fetch("select data from changes where topic = 'campaigns' order by id")
    read = [msgspec.json.decode(row["data"])["read"] for row in told]
    assert read == sorted(read) and read[-1] == ROWS
