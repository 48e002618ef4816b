"""Users, roles, groups, skills: who may do what with them."""

from uuid import uuid4

import pytest

from tests.integration.api.conftest import PASSWORD

pytestmark = pytest.mark.feature("F-ADM-03", "F-ADM-05", "F-ADM-06")
NEW = {"login": "olga", "name": "Ольга", "password": PASSWORD, "role": "operator"}


async def _chief(api):
    """Somebody who may manage accounts and nothing else."""
    rights = ["accounts.read", "accounts.write", "presence.self", "calls.own"]
    await api.insert("roles", name="chief", title="Кадры", rights=rights)
    return await api.user("chief")


async def test_an_operator_is_a_user_with_an_extension_groups_and_skills(api, admin):
    await admin.post("/extensions", {"number": "101", "name": "Ольга"})
    group = await admin.post("/employee-groups", {"name": "Продажи"})
    skill = await admin.post("/skills", {"name": "Английский"})
    place = {"extension": "101", "groups": [group["id"]], "skills": [{"skill_id": skill["id"], "level": 7}]}
    user = await admin.post("/users", NEW | place | {"email": "olga@example.org"})
    assert {name: user[name] for name in place} == place and user["version"] == 1
    members = await admin.get(f"/employee-groups/{group['id']}/members")
    assert [member["login"] for member in members["items"]] == ["olga"]
    found = await admin.get("/users", group_id=group["id"])
    assert [item["id"] for item in found["items"]] == [user["id"]]
    path = f"/users/{user['id']}"
    changed = (await admin.send("PATCH", path, {"skills": [], "extension": None, "email": None})).json
    assert (changed["skills"], changed["extension"], changed["email"]) == ([], None, None)
    assert changed["groups"] == [group["id"]] and changed["version"] == 2
    stale = await admin.send("PATCH", path, {"name": "Оля"}, headers={"If-Match": '"1"'})
    assert stale.status == 409
    empty = await admin.send("PUT", f"/employee-groups/{group['id']}/members", {"user_ids": []})
    assert empty.json["items"] == [] and (await admin.get(path))["groups"] == []


async def test_what_a_user_names_must_exist(api, admin):
    nothing = str(uuid4())
    wrong = {"extension": "999", "partner_id": nothing, "groups": [nothing]}
    wrong["skills"] = [{"skill_id": nothing, "level": 5}]
    answer = await admin.send("POST", "/users", NEW | wrong)
    assert answer.status == 422
    assert {error["path"] for error in answer.json["errors"]} == {f"body.{name}" for name in wrong}


async def test_two_users_can_not_share_an_address_or_an_extension(api, admin):
    await admin.post("/extensions", {"number": "101", "name": "x"})
    await admin.post("/users", NEW | {"extension": "101", "email": "Olga@example.org"})
    for field in ({"extension": "101"}, {"email": "olga@example.org"}):
        assert (await admin.send("POST", "/users", NEW | {"login": "vera"} | field)).status == 409


async def test_nobody_gives_rights_that_he_has_not_got(api, admin):
    chief = await _chief(api)
    admin_id = (await admin.get("/me"))["id"]
    role = {"name": "spies", "title": "Шпионы", "rights": ["calls.own", "calls.supervise"]}
    for method, path, body in (
        ("POST", "/roles", role),
        ("PATCH", "/roles/operator", {"rights": ["calls.own"]}),
        ("PATCH", "/roles/chief", {"rights": ["accounts.write", "*"]}),
        ("DELETE", "/roles/supervisor", None),
        ("POST", "/users", NEW | {"role": "admin"}),
        ("PATCH", f"/users/{admin_id}", {"password": "taken over by chief"}),
        ("PATCH", f"/users/{admin_id}", {"blocked": True}),
        ("POST", f"/users/{admin_id}/link", None),
        ("DELETE", f"/users/{admin_id}/second-factor", None),
        ("PATCH", f"/users/{(await chief.get('/me'))['id']}", {"role": "admin"}),
    ):
        answer = await chief.send(method, path, body)
        assert answer.status == 403, (method, path, answer.raw)
    assert (await chief.send("POST", "/roles", role | {"rights": ["calls.own"]})).status == 201


async def test_roles_are_made_changed_and_deleted(api, admin):
    role = {"name": "trainees", "title": "Стажёры", "rights": ["presence.self"]}
    made = await admin.post("/roles", role)
    assert made["users"] == 0 and not made["built_in"]
    user = await admin.post("/users", NEW | {"role": "trainees"})
    olga = await api.anonymous.login("olga")
    assert (await olga.send("GET", "/calls")).status == 403
    changed = await admin.send("PATCH", "/roles/trainees", {"rights": ["calls.read"]})
    assert changed.status == 200, changed.raw
    assert (await olga.send("GET", "/calls")).status == 200, "a right holds at once"
    assert (await olga.get("/me"))["rights"] == ["calls.read"]
    assert (await admin.send("DELETE", "/roles/trainees")).status == 409
    await admin.send("PATCH", f"/users/{user['id']}", {"role": "client"})
    assert (await olga.send("GET", "/calls")).status == 403, "and is gone at once"
    assert (await admin.send("DELETE", "/roles/trainees")).status == 204


async def test_the_admin_role_can_not_be_emptied_and_built_in_roles_stay(api, admin):
    assert (await admin.send("PATCH", "/roles/admin", {"rights": ["calls.read"]})).status == 409
    assert (await admin.send("DELETE", "/roles/operator")).status == 409
    unknown = await admin.send("PATCH", "/roles/client", {"rights": ["calls.everything"]})
    assert unknown.status == 422 and "calls.everything" in unknown.json["errors"][0]["message"]
    listed = {right["name"]: right for right in (await admin.get("/rights"))["items"]}
    assert listed["calls.supervise"]["title"] and listed["calls.supervise"]["title_en"]


async def test_a_partner_in_use_can_not_be_deleted(api, admin):
    partner = await admin.post("/partners", {"name": "Ромашка"})
    await admin.post("/users", NEW | {"role": "partner", "partner_id": partner["id"]})
    assert (await admin.send("DELETE", f"/partners/{partner['id']}")).status == 409


async def test_a_user_changes_the_own_language(api):
    operator = await api.user("operator")
    assert (await operator.send("PATCH", "/me", {"language": "en"})).json["language"] == "en"
    assert (await operator.send("PATCH", "/me", {"role": "admin"})).status == 422
