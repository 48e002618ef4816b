"""Sign-in by an OpenID provider: a real one (authlib's server) in a process of its own, and a browser's steps."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import aiohttp
import msgspec
import pytest

from engine.core.config import ROOT
from tests.integration.api.conftest import Client, serving

pytestmark = pytest.mark.feature("F-ADM-11")
SECRET = "client secret of the tests"
ANNA = {"preferred_username": "Anna.K", "name": "Анна К.", "email": "anna@example.org", "groups": ["Agents"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    env = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    command = [sys.executable, str(ROOT / "tests" / "providers" / "oidc.py")]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http"), "the provider did not start"
        yield address
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
async def api(api_settings):
    port = _free_port()
    settings = msgspec.structs.replace(api_settings, http_port=port, public_url=f"http://127.0.0.1:{port}")
    async with serving(settings) as served:
        yield served


class Browser:
    """Follows a sign-in as a browser does: with cookies, step by step."""

    def __init__(self, api, session: aiohttp.ClientSession, provider: str) -> None:
        self.api, self.session, self.provider = api, session, provider

    async def start(self, provider_id: str, page: str = "panel") -> str:
        """The provider's address that we were sent to."""
        url = f"{self.api.url}/api/v1/auth/oidc/{provider_id}/start?page={page}"
        async with self.session.get(url, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]

    async def agree(self, url: str, **form: str) -> str:
        """Sign in there; the address that the provider sends us back to."""
        async with self.session.post(url, data=form, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]

    async def come_back(self, url: str) -> str:
        """What our page's address says after ``#``."""
        async with self.session.get(url, allow_redirects=False) as answer:
            assert answer.status == 302
            return answer.headers["Location"].partition("#/")[2]

    async def finish(self, words: str) -> tuple[int, dict]:
        body = {"code": words.removeprefix("sign-in/")}
        async with self.session.post(f"{self.api.url}/api/v1/auth/oidc/finish", json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def sign_in(self, provider_id: str, name: str) -> tuple[str, int, dict]:
        words = await self.come_back(await self.agree(await self.start(provider_id), name=name))
        return words, *(await self.finish(words) if words.startswith("sign-in/") else (0, {}))

    async def put(self, path: str, body: dict) -> None:
        async with self.session.put(self.provider + path, json=body) as answer:
            assert answer.status == 200


def _jar() -> aiohttp.CookieJar:
    return aiohttp.CookieJar(unsafe=True)


@pytest.fixture
async def browser(api, provider):
    async with aiohttp.ClientSession(cookie_jar=_jar()) as session:
        made = Browser(api, session, provider)
        await made.put("/people/anna", ANNA)
        await made.put("/lie", {})
        yield made


@pytest.fixture
async def admin(api):
    return await api.user("admin")


def _data(provider, **more):
    return {
        "name": "Компания",
        "settings": {"kind": "oidc", "issuer": provider, "client_id": "paylater"},
        "secret": SECRET,
        "role_map": [{"group": "bosses", "role": "supervisor"}, {"group": "agents", "role": "operator"}],
        **more,
    }


@pytest.fixture
async def known(admin, provider):
    """Id of the provider as we know it."""
    return (await admin.post("/sign-in-providers", _data(provider)))["id"]


async def test_a_newcomer_gets_an_account_and_the_role_of_the_group(api, admin, browser, known):
    listed = await api.anonymous.get("/auth/providers")
    assert listed["items"] == [{"id": known, "name": "Компания", "kind": "oidc"}]
    words, status, tokens = await browser.sign_in(known, "anna")
    assert status == 200, (words, tokens)
    client = Client(api.anonymous.session, api.url, tokens["access_token"])
    me = await client.get("/me")
    assert (me["login"], me["name"], me["role"]) == ("anna.k", "Анна К.", "operator")
    assert me["email"] == "anna@example.org" and not me["has_password"]
    assert (await client.get("/me/sessions"))["items"][0]["provider"] == "Компания"
    again = await browser.sign_in(known, "anna")
    assert again[2]["user"]["id"] == me["id"]
    told = (await admin.get("/audit", object="users", action="created", object_id=me["id"]))["items"]
    assert told[0]["after"]["provider"] == "Компания"


async def test_the_role_follows_the_group_at_each_sign_in(api, browser, known):
    await browser.sign_in(known, "anna")
    await browser.put("/people/anna", ANNA | {"groups": ["bosses"], "name": "Анна Б."})
    _, _, tokens = await browser.sign_in(known, "anna")
    assert (tokens["user"]["role"], tokens["user"]["name"]) == ("supervisor", "Анна Б.")
    await browser.put("/people/anna", ANNA | {"groups": []})
    assert (await browser.sign_in(known, "anna"))[0] == "sign-in-failed/no_role"


async def test_a_name_of_the_directory_does_not_take_over_an_account_of_ours(api, admin, browser, known):
    user_id = await api.add_user("anna.k", "admin")
    assert (await browser.sign_in(known, "anna"))[0] == "sign-in-failed/login_taken"
    link = {"provider_id": known, "subject": "sub-anna"}
    await admin.post(f"/users/{user_id}/identities", link)
    _, status, tokens = await browser.sign_in(known, "anna")
    assert status == 200 and tokens["user"]["id"] == str(user_id)
    assert (await admin.send("DELETE", f"/users/{user_id}/identities/{known}")).status == 204
    assert (await browser.sign_in(known, "anna"))[0] == "sign-in-failed/login_taken"


async def test_a_blocked_user_does_not_come_in_by_a_provider(api, admin, browser, known):
    _, _, tokens = await browser.sign_in(known, "anna")
    await admin.send("PATCH", f"/users/{tokens['user']['id']}", {"blocked": True})
    words, status, _ = await browser.sign_in(known, "anna")
    assert words.startswith("sign-in/") and status == 401


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another sign-in"},
        {"aud": ["somebody-else"]},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"key": True},
        {"userinfo_sub": "sub-boris"},
    ],
    ids=lambda lie: next(iter(lie)),
)
async def test_an_id_token_that_proves_nothing_is_refused(browser, known, lie):
    await browser.put("/lie", lie)
    assert (await browser.sign_in(known, "anna"))[0] == "sign-in-failed/not_proven"


async def test_state_and_code_work_once_and_in_the_browser_that_began(api, browser, known, provider):
    back = await browser.agree(await browser.start(known), name="anna")
    async with aiohttp.ClientSession(cookie_jar=_jar()) as session:
        stranger = Browser(api, session, provider)
        await stranger.start(known)
        # Somebody's link with the own code would sign a victim in as another (login CSRF).
        assert await stranger.come_back(back) == "sign-in-failed/expired"
        words = await browser.come_back(back)
        assert words.startswith("sign-in/")
        assert (await stranger.finish(words))[0] == 401
    assert (await browser.finish(words))[0] == 200
    assert (await browser.finish(words))[0] == 401
    assert await browser.come_back(back) == "sign-in-failed/expired"


async def test_the_cookie_is_closed_to_scripts_and_other_sites_and_signs_nobody_in(api, browser, known):
    url = f"{api.url}/api/v1/auth/oidc/{known}/start"
    async with browser.session.get(url, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/api/v1/auth/oidc" in cookie
    async with browser.session.get(f"{api.url}/api/v1/me") as answer:
        assert answer.status == 401


async def test_the_request_carries_pkce_state_and_nonce_fresh_each_time(browser, known):
    asked = [parse_qs(urlsplit(await browser.start(known)).query) for _ in range(2)]
    for query in asked:
        assert query["code_challenge_method"] == ["S256"] and query["response_type"] == ["code"]
        assert query["redirect_uri"] == [f"{browser.api.url}/api/v1/auth/oidc/callback"]
        assert "openid" in query["scope"][0].split()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


async def test_somebody_who_refuses_there_is_told_so_here(browser, known):
    back = await browser.agree(await browser.start(known, "widget"), deny="1")
    async with browser.session.get(back, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/embed#/sign-in-failed/refused"


async def test_what_takes_too_long_has_to_begin_again(api, browser, known):
    back = await browser.agree(await browser.start(known), name="anna")
    api.clock.ahead = 601
    assert await browser.come_back(back) == "sign-in-failed/expired"
    api.clock.ahead = 0
    words = await browser.come_back(await browser.agree(await browser.start(known), name="anna"))
    api.clock.ahead = 61
    assert (await browser.finish(words))[0] == 401


async def test_a_provider_off_or_removed_lets_nobody_in_and_ends_its_sessions(api, admin, browser, known, provider):
    _, _, tokens = await browser.sign_in(known, "anna")
    client = Client(api.anonymous.session, api.url, tokens["access_token"])
    off = _data(provider, enabled=False)
    off.pop("secret")
    assert (await admin.send("PUT", f"/sign-in-providers/{known}", off)).status == 200
    assert (await client.send("GET", "/me")).status == 401
    assert (await api.anonymous.get("/auth/providers"))["items"] == []
    answer = await api.anonymous.send("GET", f"/auth/oidc/{known}/start", allow_redirects=False)
    assert answer.status == 404
    assert (await admin.send("DELETE", f"/sign-in-providers/{known}")).status == 204


async def test_the_secret_is_written_and_never_read(api, admin, known, provider):
    shown = await admin.get(f"/sign-in-providers/{known}")
    assert shown["has_secret"] and SECRET not in str(shown)
    stored = await api.db.fetchval("select string_agg(p::text, ' ') from sign_in_providers p")
    logged = await api.db.fetchval("select string_agg(a::text, ' ') from audit_log a")
    assert SECRET not in stored + logged
    elsewhere = _data("http://localhost:1")
    elsewhere.pop("secret")
    moved = await admin.send("PUT", f"/sign-in-providers/{known}", elsewhere)
    assert moved.status == 422 and moved.json["errors"][0]["path"] == "body.secret"
    trial = await admin.post(f"/sign-in-providers/{known}/test", None, status=200)
    assert trial["ok"], trial


async def test_settings_that_can_not_be_right_are_refused(api, admin, provider):
    plain = _data("http://idp.example.org")
    assert (await admin.send("POST", "/sign-in-providers", plain)).status == 422
    nobody = _data(provider, default_role="kings")
    assert (await admin.send("POST", "/sign-in-providers", nobody)).status == 422
    rights = ["accounts.read", "accounts.write"]
    await api.insert("roles", name="chief", title="x", rights=rights)
    chief = await api.user("chief")
    greedy = _data(provider, role_map=[{"group": "me", "role": "admin"}])
    assert (await chief.send("POST", "/sign-in-providers", greedy)).status == 403


async def test_a_provider_that_is_away_is_said_to_be(admin, browser):
    away = await admin.post("/sign-in-providers", _data(f"http://127.0.0.1:{_free_port()}"))
    url = f"{browser.api.url}/api/v1/auth/oidc/{away['id']}/start"
    async with browser.session.get(url, allow_redirects=False) as answer:
        assert answer.status == 503
    trial = await admin.post(f"/sign-in-providers/{away['id']}/test", None, status=200)
    assert not trial["ok"] and "does not answer" in trial["detail"]
