"""Sign-in: tokens, rotation, limits; every route asks for its right."""

import asyncio
import time

import pytest

from api.auth.passwords import hash_password
from tests.integration.api.conftest import PASSWORD, Client

pytestmark = pytest.mark.feature("F-ADM-11")
METHODS = ("get", "post", "put", "patch", "delete")


async def _sign_in(api, login):
    return (await api.anonymous.send("POST", "/auth/login", {"login": login, "password": PASSWORD})).json


async def _refresh(api, token):
    return await api.anonymous.send("POST", "/auth/refresh", {"refresh_token": token})


async def test_sign_in_gives_tokens_and_the_user(api):
    await api.add_user("anna", "engineer")
    answer = await _sign_in(api, "  ANNA ")
    assert answer["expires_in"] == 900 and answer["user"]["role"] == "engineer"
    me = await Client(api.anonymous.session, api.url, answer["access_token"]).get("/auth/me")
    assert me["login"] == "anna" and "telephony.write" in me["rights"]


async def test_wrong_password_unknown_login_and_blocked_user_get_the_same_answer(api):
    await api.add_user("anna", "engineer")
    await api.add_user("boris", "engineer")
    await api.db.execute("update users set blocked_at = now() where login = 'boris'")
    answers = [
        await api.anonymous.send("POST", "/auth/login", {"login": login, "password": password})
        for login, password in (("anna", "wrong password"), ("nobody", PASSWORD), ("boris", PASSWORD))
    ]
    assert [answer.status for answer in answers] == [401, 401, 401]
    assert len({answer.json["detail"] for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


async def test_an_unknown_login_takes_as_long_as_a_wrong_password(api):
    await api.add_user("anna", "engineer", password_hash=hash_password(PASSWORD))
    spent = {"anna": [], "nobody": []}
    for _ in range(4):
        for login, times in spent.items():
            started = time.perf_counter()
            await api.anonymous.send("POST", "/auth/login", {"login": login, "password": "wrong password"})
            times.append(time.perf_counter() - started)
    assert min(spent["nobody"]) > min(spent["anna"]) / 3


async def test_failed_sign_ins_are_slowed_down(api):
    await api.add_user("anna", "engineer")
    api.clock.stop()
    wrong = {"login": "anna", "password": "wrong password"}
    statuses = [(await api.anonymous.send("POST", "/auth/login", wrong)).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    answer = await api.anonymous.send("POST", "/auth/login", {"login": "anna", "password": PASSWORD})
    assert answer.status == 429 and int(answer.headers["Retry-After"]) >= 1
    api.clock.ahead += 1.1
    assert (await api.anonymous.send("POST", "/auth/login", {"login": "anna", "password": PASSWORD})).status == 200


async def test_a_refresh_token_works_once_and_its_second_use_ends_the_session(api):
    await api.add_user("anna", "engineer")
    first = await _sign_in(api, "anna")
    second = (await _refresh(api, first["refresh_token"])).json
    assert second["refresh_token"] != first["refresh_token"]
    assert (await _refresh(api, first["refresh_token"])).status == 401
    assert (await _refresh(api, second["refresh_token"])).status == 401
    client = Client(api.anonymous.session, api.url, second["access_token"])
    assert (await client.send("GET", "/auth/me")).status == 401
    assert await api.db.fetchval("select revoked_why from sessions") == "refresh token used twice"


async def test_of_two_refreshes_at_once_one_wins(api):
    await api.add_user("anna", "engineer")
    token = (await _sign_in(api, "anna"))["refresh_token"]
    answers = await asyncio.gather(_refresh(api, token), _refresh(api, token))
    assert sorted(answer.status for answer in answers) == [200, 401]


async def test_signing_out_ends_the_access_token_too(api):
    client = await api.user("operator")
    assert (await client.send("POST", "/auth/logout")).status == 204
    assert (await client.send("GET", "/auth/me")).status == 401


async def test_a_new_password_ends_the_other_sessions(api):
    client = await api.user("operator")
    other = await api.anonymous.login("some-operator")
    wrong = await client.send("POST", "/auth/password", {"current": "no", "new": "quite another one"})
    assert wrong.status == 422 and wrong.json["errors"][0]["path"] == "body.current"
    change = {"current": PASSWORD, "new": "quite another one"}
    assert (await client.send("POST", "/auth/password", change)).status == 204
    assert (await other.send("GET", "/auth/me")).status == 401
    assert (await client.send("GET", "/auth/me")).status == 200
    await api.anonymous.login("some-operator", "quite another one")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_tokens_that_are_not_ours_are_refused(api, token):
    assert (await Client(api.anonymous.session, api.url, token).send("GET", "/calls")).status == 401


async def test_no_secret_is_stored_or_told(api, admin):
    assert await api.db.fetchval("select count(*) from users where password_hash not like '$argon2id$%'") == 0
    await admin.post("/extensions", {"number": "101", "name": "A", "password": "phone-secret-1"})
    trunk = {
        "name": "t1",
        "kind": "registering",
        "host": "sip.example.org",
        "username": "u",
        "password": "trunk-secret",
    }
    await admin.post("/trunks", trunk)
    for path in ("/extensions", "/trunks", "/users"):
        assert b"secret" not in (await admin.send("GET", path)).raw


async def test_only_public_routes_need_no_sign_in(api):
    document = await api.anonymous.get("/openapi.json")
    public = {
        path
        for path, item in document["paths"].items()
        for name in METHODS
        if name in item and "security" not in item[name]
    }
    assert public == {
        "/api/v1/auth/link",
        "/api/v1/auth/link/use",
        "/api/v1/auth/login",
        "/api/v1/auth/lost-password",
        "/api/v1/auth/oidc/callback",
        "/api/v1/auth/oidc/finish",
        "/api/v1/auth/oidc/{id}/start",
        "/api/v1/auth/providers",
        "/api/v1/auth/refresh",
        "/api/v1/auth/token",
        "/api/v1/desk-links/{id}/events",
        "/api/v1/docs",
        "/api/v1/live",
        "/api/v1/openapi.json",
        "/api/v1/phone/ws",
        "/api/v1/public/callbacks",
        "/api/v1/registrations",
        "/api/v1/survey-answers",
        "/api/v1/survey-questions",
        "/health/live",
        "/health/ready",
        "/metrics",
    }


async def test_users_are_created_changed_and_blocked(api, admin):
    user = await admin.post("/users", {"login": "olga", "name": "Ольга", "password": PASSWORD, "role": "operator"})
    olga = await api.anonymous.login("olga")
    assert (await olga.send("GET", "/users")).status == 403
    assert (await admin.send("PATCH", f"/users/{user['id']}", {"blocked": True})).json["blocked_at"]
    assert (await olga.send("GET", "/auth/me")).status == 401
    again = await admin.send("POST", "/users", {"login": "olga", "name": "x", "password": PASSWORD, "role": "operator"})
    assert again.status == 409
    missing = await admin.send("PATCH", f"/users/{user['id']}", {"role": "king"})
    assert missing.status == 422 and missing.json["errors"][0]["path"] == "body.role"


async def test_the_last_admin_can_not_lock_everybody_out(api, admin):
    me = await admin.get("/auth/me")
    await api.db.execute("update users set blocked_at = now() where login <> $1", me["login"])
    for change in ({"blocked": True}, {"role": "operator"}):
        assert (await admin.send("PATCH", f"/users/{me['id']}", change)).status == 409
