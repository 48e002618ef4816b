"""Authenticators: enrolling, signing in, losing one."""

from datetime import timedelta

import pytest

from api.auth import totp
from tests.integration.api.conftest import PASSWORD

pytestmark = pytest.mark.feature("F-ADM-11")


async def _login(api, code=None, login="some-operator", password=PASSWORD):
    body = {"login": login, "password": password} | ({"code": code} if code else {})
    return await api.anonymous.send("POST", "/auth/login", body)


def _code(api, secret, periods=0):
    return totp.code_at(secret, totp.step_of(api.clock.now() + timedelta(seconds=totp.PERIOD * periods)))


async def _enrol(api, client):
    """Its secret and recovery codes."""
    enrolment = await client.post("/me/second-factor", {"password": PASSWORD}, status=200)
    assert enrolment["secret"] in enrolment["uri"]
    code = {"code": _code(api, enrolment["secret"])}
    codes = await client.post("/me/second-factor/confirm", code, status=200)
    return enrolment["secret"], codes["recovery_codes"]


async def test_sign_in_asks_for_a_code_that_counts_once(api):
    client = await api.user("operator")
    secret, _ = await _enrol(api, client)
    asked = await _login(api)
    assert asked.status == 401 and asked.json["code"] == "second_factor_required"
    used = _code(api, secret)
    assert (await _login(api, used)).status == 401, "the code of the enrolment is used up"
    api.clock.ahead += 2 * totp.PERIOD
    fresh = _code(api, secret)
    assert (await _login(api, fresh)).status == 200
    assert (await _login(api, fresh)).status == 401, "and so is this one now"
    assert (await _login(api, used)).status == 401
    wrong = await _login(api, "000000" if fresh != "000000" else "111111")
    assert wrong.status == 401 and wrong.json["code"] == "unauthorized"


async def test_a_wrong_password_does_not_ask_for_a_code(api):
    await _enrol(api, await api.user("operator"))
    assert (await _login(api, password="wrong password")).json["code"] == "unauthorized"


async def test_a_recovery_code_works_once(api):
    client = await api.user("operator")
    _, codes = await _enrol(api, client)
    assert (await _login(api, codes[3].upper())).status == 200
    assert (await _login(api, codes[3])).status == 401
    assert (await client.get("/me/second-factor")) == {
        "enrolled": True,
        "required": False,
        "recovery_codes_left": 9,
    }
    fresh = await client.post("/me/second-factor/recovery-codes", {"password": PASSWORD}, status=200)
    assert (await _login(api, codes[4])).status == 401
    assert (await _login(api, fresh["recovery_codes"][0])).status == 200


async def test_enrolling_ends_the_other_sessions_and_needs_the_password(api):
    client = await api.user("operator")
    other = await api.anonymous.login("some-operator")
    assert (await client.send("POST", "/me/second-factor", {})).status == 422
    assert (await client.send("POST", "/me/second-factor", {"password": "not the one"})).status == 422
    assert (await client.send("POST", "/me/second-factor/confirm", {"code": "123456"})).status == 409
    await _enrol(api, client)
    assert (await other.send("GET", "/me")).status == 401
    assert (await client.send("GET", "/me")).status == 200
    assert (await client.send("POST", "/me/second-factor", {"password": PASSWORD})).status == 409


async def test_a_role_that_requires_it_gives_nothing_before(api, admin):
    await admin.send("PATCH", "/roles/supervisor", {"totp_required": True})
    client = await api.user("supervisor")
    me = await client.get("/me")
    assert me["second_factor_due"] and me["rights"] == []
    assert (await client.send("GET", "/calls")).status == 403
    await _enrol(api, client)
    assert (await client.send("GET", "/calls")).status == 200
    assert (await client.send("POST", "/me/second-factor/drop", {"password": PASSWORD})).status == 409


async def test_an_administrator_drops_a_lost_one(api, admin):
    client = await api.user("operator")
    await _enrol(api, client)
    user_id = (await client.get("/me"))["id"]
    assert (await admin.get(f"/users/{user_id}"))["second_factor"]
    assert (await admin.send("DELETE", f"/users/{user_id}/second-factor")).status == 204
    assert (await client.send("GET", "/me")).status == 401
    assert (await _login(api)).status == 200


async def test_one_drops_the_own_with_the_password(api):
    client = await api.user("operator")
    await _enrol(api, client)
    assert (await client.send("POST", "/me/second-factor/drop", {})).status == 422
    assert (await client.send("POST", "/me/second-factor/drop", {"password": PASSWORD})).status == 204
    assert (await _login(api)).status == 200


async def test_guessed_codes_lock_the_login(api):
    await _enrol(api, await api.user("operator"))
    api.clock.stop()
    statuses = [(await _login(api, f"{n:06}")).status for n in range(11)]
    assert statuses[-1] == 429 and set(statuses[:-1]) == {401}


async def test_the_secret_is_sealed_in_the_database(api):
    secret, codes = await _enrol(api, await api.user("operator"))
    row = await api.db.fetchval("select u::text from users u where login = 'some-operator'")
    stored = await api.db.fetchval("select string_agg(r::text, ' ') from recovery_codes r")
    assert secret not in row and not any(code in stored for code in codes)
