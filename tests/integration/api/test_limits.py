"""Limits of what needs no sign-in, what a browser may do by itself, and whose word about addresses is taken."""

import msgspec
import pytest

from tests.integration.api.conftest import PASSWORD, serving
from tests.integration.api.test_every_route import fill

pytestmark = pytest.mark.feature("F-ADM-11")


@pytest.fixture
async def narrow(api_settings):
    """An api with small limits, behind a proxy on this machine."""
    settings = msgspec.structs.replace(
        api_settings,
        limit_public_per_minute=4,
        limit_sign_in_per_minute=3,
        limit_form_per_minute=2,
        trusted_proxies="127.0.0.0/8",
    )
    async with serving(settings) as api:
        api.clock.stop()
        yield api


def _from(address):
    return {"X-Forwarded-For": address}


async def test_every_public_route_has_its_limit(narrow):
    sizes = {"public": 4, "sign_in": 3, "form": 2}
    routes = [route for route in narrow.routes if route.right is None]
    assert len(routes) > 12
    for number, route in enumerate(routes):
        narrow.anonymous.prefix = ""
        address = f"198.51.{number}.1"
        statuses = []
        for _ in range(sizes[route.limit] + 1):
            answer = await narrow.anonymous.send(
                route.method, fill(route.full_path), headers=_from(address), allow_redirects=False
            )
            statuses.append(answer.status)
        assert 429 not in statuses[:-1] and statuses[-1] == 429, (route.path, statuses)
        assert int(answer.headers["Retry-After"]) >= 1 and answer.json["retry_after"] >= 1


async def test_one_address_does_not_use_up_anothers_and_time_gives_back(narrow):
    await narrow.add_user("anna", "operator")
    body = {"login": "anna", "password": PASSWORD}

    async def sign_in(address):
        return (await narrow.anonymous.send("POST", "/auth/login", body, headers=_from(address))).status

    assert [await sign_in("203.0.113.1") for _ in range(4)] == [200, 200, 200, 429]
    assert await sign_in("203.0.113.2") == 200
    narrow.clock.ahead += 20
    assert [await sign_in("203.0.113.1") for _ in range(2)] == [200, 429]


async def test_signed_in_requests_have_no_such_limit(narrow):
    client = await narrow.user("operator")
    assert {(await client.send("GET", "/me")).status for _ in range(20)} == {200}


async def test_the_address_of_a_session_is_the_clients_behind_a_trusted_proxy(narrow):
    narrow.anonymous.headers = _from("203.0.113.9")
    client = await narrow.user("operator")
    assert (await client.get("/me/sessions"))["items"][0]["address"] == "203.0.113.9"


async def test_without_trusted_proxies_a_client_can_not_choose_its_address(api):
    api.anonymous.headers = _from("203.0.113.9")
    client = await api.user("operator")
    assert (await client.get("/me/sessions"))["items"][0]["address"] == "127.0.0.1"


async def test_another_site_can_not_act_for_a_user(api, admin):
    """No cookie signs anybody in; a token alone does, which no other site's page has and no browser adds by itself.
    A form can't send JSON, and no answer lets a page of another origin read it."""
    token = admin.token
    admin.token = None
    evil = {"Origin": "https://evil.example", "Cookie": f"access_token={token}; session={token}; Authorization={token}"}
    for method, path in (("GET", "/users"), ("POST", "/skills"), ("DELETE", "/me/sessions")):
        answer = await admin.send(method, path, {"name": "x"} if method == "POST" else None, headers=evil)
        assert answer.status == 401
        assert "Access-Control-Allow-Origin" not in answer.headers and "Set-Cookie" not in answer.headers
    admin.token = token
    form = {"Content-Type": "text/plain", "Origin": "https://evil.example"}
    for path in ("/skills", "/auth/login", "/auth/refresh"):
        answer = await admin.send("POST", path, {"name": "x"}, headers=form)
        assert answer.status == 415, path
    asked = await admin.send("OPTIONS", "/skills", headers={"Origin": "https://evil.example"})
    assert asked.status == 405 and "Access-Control-Allow-Origin" not in asked.headers
