"""Sessions and locks, over several processes of the api on one database."""

import asyncio

import pytest

from tests.integration.api.conftest import PASSWORD, Client, serving, until

pytestmark = pytest.mark.feature("F-ADM-11")


@pytest.fixture
async def other(api):
    """A second api on the same database, whose clock stands: it believes what it knows until it is told."""
    async with serving(api.settings) as served:
        served.clock.stop()
        yield served


def _at(api, client):
    """The same session at another api."""
    return Client(api.anonymous.session, api.url, client.token)


async def _refused(client, path="/me"):
    return (await client.send("GET", path)).status == 401


async def test_sessions_are_listed_with_their_place_and_program(api):
    await api.add_user("anna", "operator")
    api.anonymous.headers = {"User-Agent": "Phone/1.0"}
    await api.anonymous.login("anna")
    api.anonymous.headers = {"User-Agent": "Desk/2.0"}
    client = await api.anonymous.login("anna")
    sessions = (await client.get("/me/sessions"))["items"]
    assert [(item["agent"], item["current"]) for item in sessions] == [("Desk/2.0", True), ("Phone/1.0", False)]
    assert all(item["address"] == "127.0.0.1" and item["last_used_at"] for item in sessions)


async def test_an_ended_session_is_refused_at_once_by_every_process(api, other):
    client = await api.user("operator")
    phone = await api.anonymous.login("some-operator")
    assert not await _refused(_at(other, phone))
    ended = next(item["id"] for item in (await client.get("/me/sessions"))["items"] if not item["current"])
    assert (await client.send("DELETE", f"/me/sessions/{ended}")).status == 204
    assert await _refused(phone)
    await until(lambda: _refused(_at(other, phone)))
    assert not await _refused(_at(other, client))


async def test_all_others_end_at_once(api):
    client = await api.user("operator")
    others = [await api.anonymous.login("some-operator") for _ in range(3)]
    assert (await client.send("DELETE", "/me/sessions")).status == 204
    assert all([await _refused(item) for item in others]) and not await _refused(client)


async def test_an_administrator_ends_anybodys_and_nobody_ends_anothers(api, admin, other):
    client = await api.user("operator")
    rival = await api.user("client")
    user_id = (await client.get("/me"))["id"]
    session = (await admin.get("/sessions", user_id=user_id))["items"][0]
    assert session["login"] == "some-operator"
    assert (await rival.send("DELETE", f"/me/sessions/{session['id']}")).status == 404
    assert (await rival.send("DELETE", f"/sessions/{session['id']}")).status == 403
    assert not await _refused(_at(other, client))
    assert (await admin.send("DELETE", f"/sessions/{session['id']}")).status == 204
    await until(lambda: _refused(_at(other, client)))
    why = await api.db.fetchval("select revoked_why from sessions where id = $1", session["id"])
    assert why == "ended by some-admin"


async def test_a_new_right_and_a_block_hold_at_once_in_every_process(api, admin, other):
    client = await api.user("client")
    there = _at(other, client)
    assert (await there.send("GET", "/calls")).status == 403
    await admin.send("PATCH", "/roles/client", {"rights": ["calls.read"]})

    async def granted():
        return (await there.send("GET", "/calls")).status == 200

    await until(granted)
    await admin.send("PATCH", f"/users/{(await client.get('/me'))['id']}", {"blocked": True})
    await until(lambda: _refused(there))


async def test_an_ended_session_ends_its_live_feed_at_once(api, admin):
    client = await api.user("supervisor")
    async with client.session.ws_connect(f"{api.url}/api/v1/live?topics=calls") as socket:
        await socket.send_json({"type": "auth", "token": client.token})
        assert (await socket.receive_json(timeout=20))["type"] == "ready"
        assert (await client.send("POST", "/auth/logout")).status == 204
        message = await socket.receive(timeout=20)
        assert socket.close_code == 4401 or message.data == 4401, message


async def test_a_lock_is_shared_by_processes_outlives_them_and_an_administrator_opens_it(api, other, admin):
    user_id = await api.add_user("anna", "operator")
    wrong = {"login": "anna", "password": "wrong password"}
    right = {"login": "anna", "password": PASSWORD}
    api.clock.stopped = other.clock.stopped
    for served in (api, other) * 5:
        assert (await served.anonymous.send("POST", "/auth/login", wrong)).status == 401
    for served in (api, other):
        locked = await served.anonymous.send("POST", "/auth/login", right)
        assert locked.status == 429 and int(locked.headers["Retry-After"]) >= 1
    # The longer they go on, the longer it takes.
    api.clock.ahead += 2
    assert (await api.anonymous.send("POST", "/auth/login", wrong)).status == 401
    async with serving(api.settings) as restarted:
        restarted.clock.stopped, restarted.clock.ahead = api.clock.stopped, api.clock.ahead
        locked = await restarted.anonymous.send("POST", "/auth/login", right)
        assert locked.status == 429 and int(locked.headers["Retry-After"]) >= 2
    await api.db.execute("update sign_in_failures set until = now() + interval '1 hour' where key = 'login:anna'")
    assert (await admin.get(f"/users/{user_id}"))["locked_until"]
    assert (await admin.send("POST", f"/users/{user_id}/unlock")).status == 204
    assert (await other.anonymous.send("POST", "/auth/login", right)).status == 200


async def test_tries_at_once_count_like_tries_one_after_another(api):
    await api.add_user("anna", "operator")
    api.clock.stop()
    wrong = {"login": "anna", "password": "wrong password"}
    answers = await asyncio.gather(*(api.anonymous.send("POST", "/auth/login", wrong) for _ in range(25)))
    assert sum(answer.status == 401 for answer in answers) == 10
