"""Sign-in by an LDAP directory: slapd."""

from collections.abc import Iterator

import msgspec
import pytest

from api.directories.ldap import LdapDirectory
from api.directories.model import Ldap
from tests.integration.api.conftest import PASSWORD, Client, serving
from tests.providers import directory as ldap
from tests.providers.directory import Directory

pytestmark = pytest.mark.feature("F-ADM-11")


@pytest.fixture(scope="module")
def directory() -> Iterator[Directory]:
    with ldap.directory() as made:
        yield made


@pytest.fixture
async def api(api_settings):
    async with serving(msgspec.structs.replace(api_settings, directory_timeout=5.0)) as served:
        yield served


@pytest.fixture
async def admin(api):
    return await api.user("admin")


def _settings(directory, **more):
    place = {"host": "localhost", "port": directory.port, "ca_file": directory.ca_file}
    search = {"bind_dn": ldap.SERVICE_DN, "base_dn": ldap.BASE, "group_base_dn": f"ou=groups,{ldap.BASE}"}
    return {"kind": "ldap", **place, **search, **more}


def _data(directory, **more):
    settings = _settings(directory, **more.pop("settings", {}))
    rules = [
        {"group": f"cn=bosses,ou=groups,{ldap.BASE}", "role": "supervisor"},
        {"group": "Agents", "role": "operator"},
    ]
    return {"name": "LDAP", "settings": settings, "secret": ldap.SERVICE_PASSWORD, "role_map": rules, **more}


@pytest.fixture
async def known(admin, directory):
    return (await admin.post("/sign-in-providers", _data(directory)))["id"]


async def _login(api, login, password=ldap.PASSWORD, **more):
    body = {"login": login, "password": password, **more}
    return await api.anonymous.send("POST", "/auth/login", body)


async def test_people_of_the_directory_sign_in_with_the_role_of_their_group(api, admin, known):
    answer = await _login(api, " Anna ")
    assert answer.status == 200, answer.raw
    user = answer.json["user"]
    assert (user["login"], user["name"], user["role"]) == ("anna", "Анна К.", "operator")
    assert user["email"] == "anna@example.org" and not user["has_password"]
    assert (await _login(api, "boris", provider_id=known)).json["user"]["role"] == "supervisor"
    assert (await _login(api, "anna")).json["user"]["id"] == user["id"], "the same user each time"
    trial = await admin.post(f"/sign-in-providers/{known}/test", None, status=200)
    assert trial["ok"], trial


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna", "wrong password"),
        ("nobody", ldap.PASSWORD),
        ("*", ldap.PASSWORD),
        ("anna)(uid=*", ldap.PASSWORD),
        ("an*", ldap.PASSWORD),
        ("twin", ldap.PASSWORD),
        ("jailed", ldap.PASSWORD),
        ("service", ldap.SERVICE_PASSWORD),
    ],
)
async def test_nobody_else_gets_in(api, known, login, password):
    """Wrong words, patterns, a login of two people, somebody without a group, an account that is no person's."""
    answer = await _login(api, login, password)
    assert answer.status == 401 and answer.json["detail"] == "Login or password is wrong", answer.raw


def test_an_empty_password_proves_nothing(directory):
    settings = msgspec.convert(_settings(directory), Ldap)
    found = LdapDirectory(settings, ldap.SERVICE_PASSWORD, 5.0)
    assert found.person("anna", "") is None and found.person("", "x") is None
    assert found.person("anna", ldap.PASSWORD) is not None


async def test_a_user_of_ours_is_not_taken_over_by_one_of_the_directory(api, known):
    user_id = await api.add_user("anna", "admin")
    assert (await _login(api, "anna")).status == 401
    assert (await _login(api, "anna", provider_id=known)).status == 401
    own = await _login(api, "anna", PASSWORD)
    assert own.status == 200 and own.json["user"]["id"] == str(user_id)


async def test_guessing_is_slowed_down_like_everywhere(api, known):
    api.clock.stop()
    statuses = [(await _login(api, "anna", "wrong password")).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": "127.0.0.1"}, "certificate"),
        ({"ca_file": ""}, "certificate"),
        ({"bind_dn": f"cn=service,ou=people,{ldap.BASE}"}, "bind_dn"),
        ({"base_dn": "dc=nowhere"}, "base_dn"),
        ({"port": 1}, "does not answer"),
    ],
    ids=["another-name", "unknown-authority", "bind", "base", "away"],
)
async def test_a_directory_that_can_not_be_trusted_or_used_is_said_to_be(api, admin, directory, change, words):
    made = await admin.post("/sign-in-providers", _data(directory, settings=change))
    trial = await admin.post(f"/sign-in-providers/{made['id']}/test", None, status=200)
    assert not trial["ok"] and words in trial["detail"], trial
    if "base_dn" not in change:
        assert (await _login(api, "anna")).status == 503
    assert (await _login(api, "some-admin", PASSWORD)).status == 200, "our own users are not concerned"


async def test_tls_from_the_first_byte_works_too(api, admin, directory):
    settings = {"security": "tls", "port": directory.tls_port}
    await admin.post("/sign-in-providers", _data(directory, settings=settings))
    assert (await _login(api, "anna")).status == 200


async def test_passwords_do_not_leave_this_machine_in_the_clear(admin, directory):
    data = _data(directory, settings={"security": "none", "host": "ldap.example.org"})
    answer = await admin.send("POST", "/sign-in-providers", data)
    assert answer.status == 422 and answer.json["errors"][0]["path"] == "body.settings.security"


async def test_a_directory_that_goes_away_and_comes_back(api, known, directory):
    assert (await _login(api, "anna")).status == 200
    directory.stop()
    try:
        assert (await _login(api, "anna")).status == 503
    finally:
        directory.start()
    assert (await _login(api, "anna")).status == 200


async def test_a_role_that_requires_a_second_factor_requires_it_of_them_too(api, admin, known):
    await admin.send("PATCH", "/roles/operator", {"totp_required": True})
    tokens = (await _login(api, "anna")).json
    assert tokens["user"]["second_factor_due"] and tokens["user"]["rights"] == []
    client = Client(api.anonymous.session, api.url, tokens["access_token"])
    assert (await client.post("/me/second-factor", {}, status=200))["secret"]


async def test_where_users_are_not_made_an_unknown_one_stays_out(api, admin, directory):
    await admin.post("/sign-in-providers", _data(directory, create_users=False))
    assert (await _login(api, "anna")).status == 401
    assert await api.db.fetchval("select count(*) from users where login = 'anna'") == 0
