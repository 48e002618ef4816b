"""The live WebSocket: sign-in, order, resume after a gap, slow clients."""

import asyncio
import contextlib

import aiohttp
import pytest

from api.live.service import LiveFeed
from api.live.store import LiveStore
from engine.core import db

pytestmark = pytest.mark.feature("F-PBX-19")


@contextlib.asynccontextmanager
async def feed(client, topics="calls,config", since=None, token=None):
    url = f"{client.url}/api/v1/live?topics={topics}" + ("" if since is None else f"&since={since}")
    async with client.session.ws_connect(url) as socket:
        await socket.send_json({"type": "auth", "token": token or client.token})
        yield socket


async def told(api, number, topic="calls"):
    """A change as the engine writes it."""
    await api.db.execute(
        "select add_changes(array[$2], array['updated'], array[$1], array['{}'::jsonb])", str(number), topic
    )


async def keys(socket, count):
    return [(await socket.receive_json(timeout=20))["key"] for _ in range(count)]


async def test_changes_arrive_in_the_order_of_their_commits(api, admin):
    async with feed(admin, "calls") as socket:
        assert (await socket.receive_json(timeout=20))["type"] == "ready"
        for number in range(20):
            await told(api, number)
        assert await keys(socket, 20) == [str(number) for number in range(20)]


async def test_configuration_changes_are_told(admin):
    async with feed(admin, "config") as socket:
        await socket.receive_json(timeout=20)
        box = await admin.post("/voicemail-boxes", {"name": "Новый"})
        message = await socket.receive_json(timeout=20)
        assert (message["type"], message["kind"]) == ("change", "created")
        assert message["key"] == f"voicemail-boxes/{box['id']}"


async def test_after_a_gap_a_client_gets_exactly_what_it_missed(api, admin):
    async with feed(admin, "calls") as socket:
        await socket.receive_json(timeout=20)
        await told(api, "seen")
        cursor = (await socket.receive_json(timeout=20))["cursor"]
    for number in range(2500):
        await told(api, number, "calls" if number % 2 else "config")
    async with feed(admin, "calls", cursor) as socket:
        assert (await socket.receive_json(timeout=20)) == {"type": "ready", "cursor": cursor}
        await told(api, "last")
        assert await keys(socket, 1251) == [str(number) for number in range(2500) if number % 2] + ["last"]


async def test_a_cursor_older_than_what_is_kept_is_reset(api, admin):
    async with feed(admin, "calls") as socket:
        await socket.receive_json(timeout=20)
        for number in range(5):
            await told(api, number)
        await keys(socket, 5)
    newest = await api.db.fetchval("select max(id) from changes")
    await api.db.execute("delete from changes")
    for since in (1, newest + 1000):
        async with feed(admin, "calls", since) as socket:
            assert (await socket.receive_json(timeout=20))["type"] == "reset"
            assert (await socket.receive_json(timeout=20)) == {"type": "ready", "cursor": newest}
            await told(api, f"after {since}")
            assert await keys(socket, 1) == [f"after {since}"]
            newest += 1


async def test_changes_are_forgotten_after_their_time(api):
    for number in range(3):
        await told(api, number)
    await api.db.execute("update changes set at = now() - interval '25 hours' where key = '0'")
    pool = await db.create_pool(api.settings)
    await LiveFeed(LiveStore(pool), api.settings).clean()
    await pool.close()
    assert [row["key"] for row in await api.db.fetch("select key from changes order by id")] == ["1", "2"]


async def test_signing_in_and_rights_are_checked(api, admin):
    operator = await api.user("operator")
    for client, topics, token, code in (
        (admin, "calls", "nonsense", 4401),
        (operator, "config", None, 4403),
        (operator, "calls,voicemail", None, 4403),
    ):
        async with feed(client, topics, token=token) as socket:
            message = await socket.receive(timeout=20)
            assert message.type is aiohttp.WSMsgType.CLOSE and socket.close_code == code
    plain = await admin.send("GET", "/live")
    assert plain.status == 426
    assert (await admin.send("GET", "/live?topics=moon")).status == 422


async def test_a_first_message_that_is_no_sign_in_ends_the_connection(admin):
    async with admin.session.ws_connect(f"{admin.url}/api/v1/live") as socket:
        await socket.send_str("hello")
        assert (await socket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401


async def test_a_session_that_ends_ends_its_feed(api, admin, monkeypatch):
    monkeypatch.setattr("api.live.http.CHECK_SECONDS", 0.3)
    async with feed(admin, "calls") as socket:
        await socket.receive_json(timeout=20)
        await admin.send("POST", "/auth/logout")
        assert (await socket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401


async def test_a_slow_client_is_cut_off_and_others_are_not(api, admin):
    """The slow one reads nothing: its queue and the sockets' buffers fill up."""
    async with feed(admin, "calls") as quick, feed(admin, "calls") as slow:
        await quick.receive_json(timeout=20)
        await slow.receive_json(timeout=20)
        slow._conn.transport.pause_reading()
        big = "x" * 20_000
        statement = "select add_changes(array['calls'], array['updated'], array['k'], array[to_jsonb($1::text)])"
        for _ in range(20):
            await asyncio.gather(*(asyncio.sleep(0) for _ in range(1)))
            async with api.db.transaction():
                for _ in range(100):
                    await api.db.execute(statement, big)
            for _ in range(100):
                assert (await quick.receive_json(timeout=20))["key"] == "k"
        slow._conn.transport.resume_reading()
        while (message := await slow.receive(timeout=20)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type is aiohttp.WSMsgType.CLOSE and slow.close_code == 4429


async def test_the_feed_goes_on_after_its_database_connections_were_cut(api, admin):
    async with feed(admin, "calls") as socket:
        await socket.receive_json(timeout=20)
        await api.db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        await told(api, "in the gap")
        assert await keys(socket, 1) == ["in the gap"]
        await told(api, "later")
        assert await keys(socket, 1) == ["later"]
