"""Nothing that was written is lost when the api dies or the database goes away for a while."""

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from api.app import serve
from engine.core.errors import ConfigError
from tests.integration.api.conftest import Client

pytestmark = pytest.mark.feature("F-ADM-02")


@asynccontextmanager
async def process(settings, port=0):
    """The api as a process of its own; gives it and its address."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PAYLATER_")},
        "PAYLATER_VAR": str(settings.var),
        "PAYLATER_HTTP_PORT": str(port or settings.http_port),
        "PAYLATER_DATABASE_DSN": settings.database_dsn,
        "PAYLATER_TOKEN_SECRET": settings.token_secret,
        "PAYLATER_CONTROL_TOKEN": settings.control_token,
        "PAYLATER_PORT_BASE": "26500",
    }
    started = await asyncio.create_subprocess_exec(sys.executable, "-m", "api", env=env, stderr=asyncio.subprocess.PIPE)
    try:
        line = ""
        while "serving" not in line:
            line = (await asyncio.wait_for(started.stderr.readline(), 60)).decode()
            assert line, "the api ended before it served"
        yield started, re.search(r"http://[0-9.:]+", line)[0]
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def test_what_was_acknowledged_survives_a_kill(api):
    """Writers run while the process is killed: each acknowledged thing is there afterwards, its change told once."""
    await api.add_user("writer", "admin")
    acknowledged: list[str] = []

    async def write(client, worker):
        for number in range(1000):
            answer = await client.send("POST", "/speed-dials", _speed_dial(worker, number))
            assert answer.status == 201, answer.raw
            acknowledged.append(answer.json["id"])

    async with process(api.settings) as (running, url), aiohttp.ClientSession() as session:
        client = await Client(session, url).login("writer")
        writers = [asyncio.create_task(write(client, worker)) for worker in range(4)]
        await asyncio.sleep(1.0)
        running.kill()
        ended = await asyncio.gather(*writers, return_exceptions=True)
        assert all(isinstance(item, aiohttp.ClientError) for item in ended), ended
    stored = {str(row["id"]) for row in await api.db.fetch("select id from speed_dials")}
    told = [row["key"] for row in await api.db.fetch("select key from changes where key like 'speed-dials/%'")]
    assert acknowledged and set(acknowledged) <= stored
    assert sorted(told) == sorted(f"speed-dials/{item}" for item in stored)


def _speed_dial(worker, number):
    return {"code": f"{worker}{number:04}", "name": "x", "destination": {"kind": "hangup", "how": "normal"}}


async def test_the_process_stops_in_good_order(api):
    async with process(api.settings) as (running, url), aiohttp.ClientSession() as session:
        async with session.get(url + "/health/ready") as answer:
            assert answer.status == 200
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 10) == 0


async def test_while_the_database_is_away_the_answer_is_503_and_then_it_goes_on(api, admin, postgres):
    box = await admin.post("/voicemail-boxes", {"name": "до остановки"})
    url = f"{api.url}/api/v1/live?topics=config"
    async with admin.session.ws_connect(url) as socket:
        await socket.send_json({"type": "auth", "token": admin.token})
        await socket.receive_json(timeout=20)
        await asyncio.to_thread(postgres.stop, "postgres")
        try:
            for path in ("/calls", "/numbers"):
                answer = await admin.send("GET", path)
                assert answer.status == 503 and answer.json["code"] == "unavailable", answer.raw
            api.anonymous.prefix = ""
            assert (await api.anonymous.send("GET", "/health/ready")).status == 503
            assert (await api.anonymous.send("GET", "/health/live")).status == 200
        finally:
            await asyncio.to_thread(postgres.start, "postgres")
            await asyncio.to_thread(postgres.wait_ready, "postgres")
        assert (await api.anonymous.send("GET", "/health/ready")).status == 200
        assert (await admin.get(f"/voicemail-boxes/{box['id']}"))["name"] == "до остановки"
        later = await admin.post("/voicemail-boxes", {"name": "после"})
        while (await socket.receive_json(timeout=15))["key"] != f"voicemail-boxes/{later['id']}":
            continue  # the first box may be told as late as this


async def test_the_api_refuses_a_database_newer_than_its_code(api):
    await api.db.execute("insert into schema_migrations (version, name, checksum) values (9999, 'future', 'x')")
    with pytest.raises(ConfigError, match="newer than this code"):
        async with serve(api.settings):
            pass
    api.anonymous.prefix = ""
    answer = await api.anonymous.send("GET", "/health/ready")
    assert answer.status == 503 and "newer" in answer.json["detail"]
