"""Accounts of clients: from the form to the portal, people and outlets, block, transfer."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from api.clients.lookup import AccountLookup
from api.clients.store import ClientStore
from api.web.scope import ScopedPool
from engine.core import db
from tests.integration.api.conftest import PASSWORD, Api, Client, until
from tests.integration.api.desk.clients import company, enter, letters, token_of, word

pytestmark = pytest.mark.feature("F-TKT-04", "F-PBX-02")


def form(**fields: Any) -> dict[str, Any]:
    return {"company": f"ООО {word()}", "name": "Анна", "email": f"{word()}@form.example", **fields}


async def test_from_the_form_to_the_first_request(api: Api, admin: Client):
    asked = form(outlets="Две точки", timezone="Asia/Omsk", phone="+7 916 000-00-01")
    await api.anonymous.post("/registrations", asked, 202)
    [arrived] = await letters(api, asked["email"])
    assert asked["company"] in arrived
    [seen] = (await admin.get("/registrations", q=asked["company"], state="new"))["items"]
    assert (seen["timezone"], seen["known"], seen["outlets"]) == ("Asia/Omsk", False, "Две точки")
    decided = await admin.post(f"/registrations/{seen['id']}/confirm", {"outlets": [{"name": "Мира, 1"}]}, 200)
    assert decided["state"] == "confirmed" and decided["account_id"]
    again = await admin.send("POST", f"/registrations/{seen['id']}/confirm", {"outlets": [{"name": "Другая"}]})
    assert again.status == 409
    token = await token_of(api, asked["email"])
    whose = await api.anonymous.post("/auth/link", {"token": token}, 200)
    await api.anonymous.post("/auth/link/use", {"token": token, "password": PASSWORD}, 204)
    client = await api.anonymous.login(whose["login"])
    assert (await client.get("/me"))["start_page"] == "cabinet"
    await api.anonymous.post("/auth/lost-password", {"login": asked["email"]}, 202)
    assert await token_of(api, asked["email"]) != token
    me = await client.get("/portal/me")
    assert me["account"]["is_parent"] and me["account"]["timezone"] == "Asia/Omsk" and me["parent"] is None
    assert [one["name"] for one in me["outlets"]] == ["Мира, 1"]
    new = {"id": str(uuid4()), "subject": "Не печатает", "outlet_id": me["outlets"][0]["id"]}
    made = await client.post("/portal/tickets", new)
    assert (await client.post("/portal/tickets", new))["number"] == made["number"]
    [listed] = (await client.get("/portal/tickets", status="accepted"))["items"]
    assert (listed["number"], listed["subject"], listed["status"]) == (made["number"], "Не печатает", "accepted")


async def test_the_form_answers_everybody_the_same(api: Api, admin: Client):
    known = await company(api, admin, "A")
    first = form()
    answers = [
        await api.anonymous.send("POST", "/registrations", body)
        for body in (first, {**first, "company": "Другая"}, form(email=known.parent.login), form(website="http://x"))
    ]
    assert {(answer.status, answer.raw) for answer in answers} == {(202, b"")}
    assert len(await letters(api, first["email"])) == 1
    rows = await api.db.fetch("select company from registrations where email = $1", first["email"])
    assert [row["company"] for row in rows] == [first["company"]]
    [of_known] = (await admin.get("/registrations", q=known.parent.login))["items"]
    assert of_known["known"]
    refused = await admin.send("POST", f"/registrations/{of_known['id']}/confirm", {"outlets": [{"name": "A"}]})
    assert refused.status == 409 and refused.json["detail"] == "There is a user with this e-mail address already"
    api.clock.ahead += 60


async def test_a_registration_that_is_rejected_says_why(api: Api, admin: Client):
    asked = form()
    await api.anonymous.post("/registrations", asked, 202)
    [seen] = (await admin.get("/registrations", q=asked["company"]))["items"]
    assert (await admin.send("POST", f"/registrations/{seen['id']}/reject", {"reason": " "})).status == 422
    await admin.post(f"/registrations/{seen['id']}/reject", {"reason": "Не обслуживаем этот город"}, 200)
    assert "Не обслуживаем этот город" in (await letters(api, asked["email"]))[-1]
    assert not await api.db.fetchval("select count(*) from users where login = $1", asked["email"])


async def test_a_parent_picks_what_its_people_see(api: Api, admin: Client):
    firm, other = await company(api, admin, "A", "B"), await company(api, admin, "C")
    person = await firm.child("A")
    assert [one["id"] for one in (await person.client.get("/portal/me"))["outlets"]] == [firm.outlets["A"]]
    seen = await firm.ask(firm.parent, "A")
    hidden = await firm.ask(firm.parent, "B")
    assert [one["id"] for one in (await person.client.get("/portal/tickets"))["items"]] == [seen["id"]]
    assert (await person.client.send("GET", f"/portal/tickets/{hidden['id']}")).status == 404
    for outlet in (firm.outlets["B"], other.outlets["C"], str(uuid4())):
        refused = await person.client.send("POST", "/portal/tickets", {"subject": "x", "outlet_id": outlet})
        assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.outlet_id"
    path = f"/portal/children/{person.id}"
    changed = await firm.parent.client.send("PATCH", path, {"outlets": [firm.outlets["B"]]})
    assert changed.status == 200 and changed.json["outlets"] == [firm.outlets["B"]]
    assert [one["id"] for one in (await person.client.get("/portal/tickets"))["items"]] == [hidden["id"]]
    alien = await firm.parent.client.send("PATCH", path, {"outlets": [other.outlets["C"]]})
    assert alien.status == 422 and alien.json["errors"][0]["path"] == "body.outlets.0"
    assert (await other.parent.client.send("PATCH", path, {"outlets": []})).status == 404
    assert (await person.client.send("GET", "/portal/children")).status == 403
    assert (await person.client.send("GET", "/portal/me")).status == 200


async def test_adding_people_tells_nothing_of_who_is_known(api: Api, admin: Client):
    firm, other = await company(api, admin, "A"), await company(api, admin, "C")
    answers = []
    for email in (other.parent.login, f"{word()}@new.example"):
        new = {"name": "Новый", "email": email, "outlets": []}
        made = await firm.parent.client.post("/portal/children", new)
        answers.append({**made, "id": "", "email": "", "created_at": ""})
        again = await firm.parent.client.send("POST", f"/portal/children/{made['id']}/invite")
        assert again.status == 204
    assert answers[0] == answers[1]
    told = (await letters(api, other.parent.login))[-1]
    assert firm.name in told and "/link/" not in told
    # Who did not prove to own an address is not known by it.
    lookup = await _lookup(api)
    found = await lookup.by_address("email", other.parent.login.upper())
    assert found and str(found.account_id) == other.id
    many = [await firm.parent.client.send("POST", f"/portal/children/{made['id']}/invite") for _ in range(6)]
    assert many[-1].status == 429 and int(many[-1].headers["Retry-After"]) >= 1


async def _lookup(api: Api) -> AccountLookup:
    pool = await db.create_pool(msgspec.structs.replace(api.settings, database_pool_min=0, database_pool_max=1))
    return AccountLookup(ClientStore(ScopedPool(pool, {})))


async def test_who_calls_or_writes_is_known_by_addresses(api: Api, admin: Client):
    firm, other = await company(api, admin, "A"), await company(api, admin, "C")
    number = f"7916{UUID(firm.id).int % 10**7:07d}"
    items = [{"kind": "phone", "address": f"+{number}", "outlet_id": firm.outlets["A"]}]
    items.append({"kind": "email", "address": f"Shop@{word()}.example"})
    done = await admin.send("PUT", f"/clients/{firm.id}/addresses", {"items": items})
    assert done.status == 200 and {one["address"] for one in done.json["items"]} >= {number}
    lookup = await _lookup(api)
    found = await lookup.by_address("phone", f"8 ({number[1:4]}) {number[4:]}")
    assert found and (str(found.account_id), str(found.outlet_id)) == (firm.id, firm.outlets["A"])
    assert found.name.startswith("Анна")
    taken = await admin.send("PUT", f"/clients/{other.id}/addresses", {"items": [{**items[0], "outlet_id": None}]})
    assert taken.status == 422 and taken.json["errors"][0]["path"] == "body.items.0.address"
    wrong = await admin.send("PUT", f"/clients/{other.id}/addresses", {"items": [{"kind": "email", "address": "no"}]})
    assert wrong.status == 422
    await admin.post(f"/clients/{firm.id}/block", None, 200)
    assert await lookup.by_address("phone", number) is None


async def test_blocking_ends_sessions_of_a_company_and_its_people(api: Api, admin: Client):
    firm = await company(api, admin, "A")
    person, banned = await firm.child("A"), await firm.child("A")
    path = f"/portal/children/{banned.id}"
    assert (await firm.parent.client.send("PATCH", path, {"blocked": True})).json["state"] == "blocked"
    assert (await banned.client.send("GET", "/portal/me")).status == 401
    assert (await person.client.send("GET", "/portal/me")).status == 200
    await admin.post(f"/clients/{firm.id}/block", None, 200)
    for one in (firm.parent, person, banned):
        assert (await one.client.send("GET", "/portal/tickets")).status == 401
        refused = await api.anonymous.send("POST", "/auth/login", {"login": one.login, "password": PASSWORD})
        assert refused.status == 401
    await admin.post(f"/clients/{firm.id}/unblock", None, 200)
    # What ended stays ended; who was blocked alone still is.
    assert (await person.client.send("GET", "/portal/tickets")).status == 401
    back = await api.anonymous.login(person.login)
    assert (await back.get("/portal/me"))["account"]["state"] == "active"
    refused = await api.anonymous.send("POST", "/auth/login", {"login": banned.login, "password": PASSWORD})
    assert refused.status == 401


async def test_an_account_changes_hands(api: Api, admin: Client):
    firm = await company(api, admin, "A", "B")
    heir, third = await firm.child("A"), await firm.child("B")
    before = await firm.ask(firm.parent, "A", "От владельца")
    of_heir = await firm.ask(heir, "A", "От наследника")
    assert (await third.client.send("POST", "/portal/transfer", {"child_id": heir.id})).status == 403
    gone = {"child_id": heir.id, "outlets": [firm.outlets["B"]]}
    assert (await firm.parent.client.send("POST", "/portal/transfer", gone)).status == 204

    async def owner() -> bool:
        return bool((await heir.client.get("/portal/me"))["account"]["is_parent"])

    await until(owner)
    me = await heir.client.get("/portal/me")
    assert me["account"]["id"] == firm.id and me["account"]["name"] == firm.name and len(me["outlets"]) == 2
    mine = await heir.client.get(f"/portal/tickets/{of_heir['id']}")
    assert mine["author_account_id"] == firm.id
    former = await firm.parent.client.get("/portal/me")
    assert not former["account"]["is_parent"] and former["parent"]["name"] == firm.name
    assert [one["id"] for one in former["outlets"]] == [firm.outlets["B"]]
    assert (await firm.parent.client.send("GET", f"/portal/tickets/{before['id']}")).status == 404
    assert (await firm.parent.client.send("GET", "/portal/children")).status == 403
    told = await heir.client.get(f"/portal/tickets/{before['id']}")
    assert told["author_account_id"] == former["account"]["id"]
    # And back, by support.
    await admin.post(f"/clients/{firm.id}/transfer", {"child_id": former["account"]["id"]}, 200)
    await until(lambda: _is_parent(firm.parent.client))
    kept = await heir.client.get("/portal/me")
    assert not kept["account"]["is_parent"] and len(kept["outlets"]) == 2


async def _is_parent(client: Client) -> bool:
    return bool((await client.get("/portal/me"))["account"]["is_parent"])


async def test_outlets_are_changed_turned_off_and_deleted(api: Api, admin: Client):
    firm, other = await company(api, admin, "A", "B"), await company(api, admin, "C")
    await firm.ask(firm.parent, "A")
    path = f"/clients/{firm.id}/outlets"
    assert (await admin.send("DELETE", f"{path}/{firm.outlets['A']}")).status == 409
    assert (await admin.send("DELETE", f"{path}/{other.outlets['C']}")).status == 404
    assert (await admin.send("DELETE", f"{path}/{firm.outlets['B']}")).status == 204
    twice = {"id": str(uuid4()), "name": "Новая"}
    for _ in range(2):
        assert (await admin.post(path, twice))["id"] == twice["id"]
    one = f"{path}/{firm.outlets['A']}"
    stale = await admin.send("PATCH", one, {"name": "Иная"}, headers={"If-Match": '"7"'})
    assert stale.status == 409
    assert (await admin.send("PATCH", one, {"enabled": False})).json["enabled"] is False
    refused = await firm.parent.client.send("POST", "/portal/tickets", {"subject": "x", "outlet_id": firm.outlets["A"]})
    assert refused.status == 422
    assert len((await firm.parent.client.get("/portal/tickets"))["items"]) == 1


async def test_a_partner_s_staff_reads_its_clients_and_changes_nothing(api: Api, admin: Client):
    partner, role = uuid4(), f"partner-{word()}"
    await api.insert("partners", id=partner, name=f"Партнёр {word()}")
    rights = ["clients.read", "clients.write", "tickets.read"]
    await api.insert("roles", name=role, title="Партнёр", rights=rights, start_page="panel")
    theirs, other = await company(api, admin, "A"), await company(api, admin, "B")
    assert (await admin.send("PATCH", f"/clients/{theirs.id}", {"partner_id": str(partner)})).status == 200
    staff = await api.user(role, f"p-{word()}", partner_id=partner)
    assert [one["id"] for one in (await staff.get("/clients"))["items"]] == [theirs.id]
    assert len((await staff.get(f"/clients/{theirs.id}/outlets"))["items"]) == 1
    assert (await staff.send("GET", f"/clients/{other.id}")).status == 404
    for path in ("block", "invite"):
        assert (await staff.send("POST", f"/clients/{theirs.id}/{path}")).status == 403
    refused = await staff.send("POST", f"/clients/{theirs.id}/erase", {"name": theirs.name})
    assert refused.status == 403


async def test_a_client_confirms_reopens_and_closes(api: Api, admin: Client):
    firm = await company(api, admin, "A")
    made = await firm.ask(firm.parent, "A")
    path = f"/portal/tickets/{made['id']}"
    early = await firm.parent.client.send("POST", path + "/confirm", {})
    assert early.status == 409
    await admin.post(f"/tickets/{made['id']}/state", {"state": "solved"}, 200)
    waiting = await firm.parent.client.get(path)
    assert waiting["state"] == "solved" and waiting["confirm_until"]
    again = await firm.parent.client.post(path + "/reopen", {"reason": "Опять не печатает"}, 200)
    assert again["state"] == "reopened"
    said = (await firm.parent.client.get(path + "/messages"))["items"]
    assert [one["body"] for one in said] == ["Опять не печатает"] and said[0]["author"] == "client"
    await admin.post(f"/tickets/{made['id']}/state", {"state": "solved"}, 200)
    done = await firm.parent.client.post(path + "/confirm", {}, 200)
    assert (done["state"], done["status"]) == ("closed", "closed")
    assert [one["id"] for one in (await firm.parent.client.get("/portal/tickets", status="closed"))["items"]] == [
        made["id"]
    ]
    other = await firm.ask(firm.parent, "A")
    assert (await firm.parent.client.post(f"/portal/tickets/{other['id']}/close", {}, 200))["status"] == "closed"


async def test_an_invitation_can_be_used_once_and_the_next_makes_it_useless(api: Api, admin: Client):
    firm = await company(api, admin, "A")
    email = f"{word()}@child.example"
    made = await firm.parent.client.post("/portal/children", {"name": "Пётр", "email": email, "outlets": []})
    first = await token_of(api, email)
    await firm.parent.client.post(f"/portal/children/{made['id']}/invite", None, 204)
    second = await token_of(api, email)
    assert first != second
    assert (await api.anonymous.send("POST", "/auth/link", {"token": first})).status == 404
    used = {"token": second, "password": PASSWORD}
    await api.anonymous.post("/auth/link/use", used, 204)
    assert (await api.anonymous.send("POST", "/auth/link/use", used)).status == 404
    entered = await enter(api, made["id"], email)
    new = {"subject": "Без точки"}
    # Who has no outlet asks without one, and nobody but the company sees it.
    asked = await entered.client.post("/portal/tickets", new)
    assert asked["outlet_id"] is None
    assert (await firm.parent.client.send("GET", f"/portal/tickets/{asked['id']}")).status == 200
