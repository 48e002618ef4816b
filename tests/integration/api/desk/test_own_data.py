"""One's own data: taken away as a file, and erased."""

import io
import zipfile
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from api.client_data.places import Places
from api.client_data.store import DataStore
from api.web import scope
from engine.core.errors import TooMany
from tests.integration.api.conftest import Api, Client, until
from tests.integration.api.desk.clients import company, word

pytestmark = pytest.mark.feature("F-TKT-04", "F-PBX-02")


async def _file(api: Api, user_login: str, ticket_id: str) -> str:
    """A file of a request, as the part of files writes it."""
    file_id, path = uuid4(), f"{word()}.bin"
    api.settings.files.mkdir(parents=True, exist_ok=True)
    (api.settings.files / path).write_bytes(b"content of the file")
    user = await api.db.fetchval("select id from users where login = $1", user_login)
    values = {"name": "счёт.pdf", "media_type": "application/pdf", "size_bytes": 19, "sha256": "", "path": path}
    await api.insert("ticket_files", id=file_id, ticket_id=UUID(ticket_id), uploaded_by=user, **values)
    return path


async def test_one_s_own_data_as_a_file(api: Api, admin: Client):
    firm = await company(api, admin, "A", "B")
    person = await firm.child("A")
    own = await firm.ask(person, "A", "Моя заявка")
    other = await firm.ask(firm.parent, "A", "Заявка владельца")
    await person.client.post(f"/portal/tickets/{own['id']}/messages", {"body": "Когда приедете?"})
    await _note(api, own["id"], "Внутренняя кухня")
    await _file(api, person.login, own["id"])
    texts = {}
    for name, answer in {
        "person": await person.client.send("GET", "/portal/export"),
        "parent": await firm.parent.client.send("GET", "/portal/export"),
        "staff": await admin.send("POST", f"/clients/{firm.id}/export"),
    }.items():
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.raw))
        assert archive.testzip() is None
        tickets = msgspec.json.decode(archive.read("tickets.json"))
        texts[name] = {one["subject"] for one in tickets}
        [mine] = [one for one in tickets if one["id"] == own["id"]]
        assert [said["body"] for said in mine["messages"]] == ["Когда приедете?"]
        assert archive.read(mine["files"][0]["file"]) == b"content of the file"
        assert b"path" not in archive.read("tickets.json")
    assert texts == {
        "person": {own["subject"]},
        "parent": {own["subject"], other["subject"]},
        "staff": {own["subject"], other["subject"]},
    }


async def test_exports_of_an_account_are_counted_over_all_processes(api: Api, admin: Client) -> None:
    """The api that serves, and another process over the same database."""
    firm, other = await company(api, admin, "A"), await company(api, admin, "A")
    settings = msgspec.structs.replace(api.settings, client_exports_of_process=3, client_export_lease_s=6.0)
    pool = await scope.create_pool(settings)
    places, id_, export = Places(DataStore(pool), settings), UUID(firm.id), firm.parent.client
    try:
        async with places.one(id_):
            assert (await export.send("GET", "/portal/export")).status == 200, "two of an account may run at once"
            async with places.one(id_):
                for client, method, path in (
                    (export, "GET", "/portal/export"),
                    (admin, "POST", f"/clients/{firm.id}/export"),
                ):
                    refused = await client.send(method, path)
                    assert refused.status == 429 and refused.headers["Retry-After"] == "60", refused.raw
                    assert "is being exported 2 times; wait" in refused.json["detail"]
                since = await api.db.fetchval("select max(alive_at) from client_exports")
                alive = "select bool_and(alive_at > $2) from client_exports where account_id = $1"
                await until(lambda: api.db.fetchval(alive, id_, since + timedelta(seconds=1)), 30)
                assert (await other.parent.client.send("GET", "/portal/export")).status == 200
                async with places.one(UUID(other.id)):
                    with pytest.raises(TooMany, match="This server makes 3 exports"):
                        async with places.one(UUID(other.id)):
                            pass
            assert (await export.send("GET", "/portal/export")).status == 200
        # Of a process that died nothing is left when the lease is over.
        await api.db.execute(
            "insert into client_exports (id, account_id, alive_at) "
            "select gen_random_uuid(), $1, now() - interval '61 s' from generate_series(1, 2)",
            id_,
        )
        assert (await export.send("GET", "/portal/export")).status == 200
        assert await api.db.fetchval("select count(*) from client_exports where account_id = $1", id_) == 0
    finally:
        await pool.close()


async def _note(api: Api, ticket_id: str, body: str) -> None:
    said = {"author": "staff", "public": False, "channel": "desk", "body": body, "at": api.clock.now()}
    await api.insert("ticket_messages", id=uuid4(), ticket_id=UUID(ticket_id), **said)


async def test_erased_data_is_nowhere_and_requests_stay_as_facts(api: Api, admin: Client):
    firm = await company(api, admin, "A")
    person = await firm.child("A")
    secret = f"тайна{word()}"
    made = await firm.ask(person, "A", f"Тема {secret}", description=secret)
    await person.client.post(f"/portal/tickets/{made['id']}/messages", {"body": f"слово {secret}"})
    await person.client.send("POST", f"/portal/tickets/{made['id']}/watch")
    path = await _file(api, person.login, made["id"])
    known = await admin.get(f"/clients/{person.id}")
    name, email = known["name"], known["email"]
    returned = {"recipient": email, "reason": f"<{email}>: no"}
    for kind, data in (("bounced", returned), ("unverified", {"sender": email})):
        about = {"ticket_id": UUID(made["id"]), "at": api.clock.now(), "actor": "system"}
        await api.insert("ticket_events", kind=kind, data=data, **about)
    # First a person: the company keeps its requests.
    wrong = await admin.send("POST", f"/clients/{person.id}/erase", {"name": firm.name})
    assert wrong.status == 422 and wrong.json["errors"][0]["path"] == "body.name"
    assert (await firm.parent.client.send("DELETE", f"/portal/children/{person.id}")).status == 204
    assert (await person.client.send("GET", "/portal/me")).status == 401
    kept = await firm.parent.client.get(f"/portal/tickets/{made['id']}")
    assert kept["subject"] == f"Тема {secret}" and kept["author_name"] == ""
    assert email and await _where(api, name, person.login, email) == []
    assert (await firm.parent.client.get("/portal/children"))["items"] == []
    # Then the company.
    contact = (await admin.get(f"/clients/{firm.id}"))["contact"]
    assert (await admin.send("POST", f"/clients/{firm.id}/erase", {"name": firm.name})).status == 204
    assert await _where(api, firm.name, firm.parent.login, contact, secret) == []
    assert not (api.settings.files / path).exists()
    fact = await api.db.fetchrow("select * from tickets where id = $1", UUID(made["id"]))
    assert (fact["number"], str(fact["account_id"]), str(fact["outlet_id"])) == (
        made["number"],
        firm.id,
        firm.outlets["A"],
    )
    assert await api.db.fetchval("select count(*) from ticket_events where ticket_id = $1", UUID(made["id"])) >= 2
    assert (await admin.get(f"/clients/{firm.id}"))["state"] == "closed"
    for path in ("erase", "block", "invite"):
        again = await admin.send("POST", f"/clients/{firm.id}/{path}", {"name": "—"} if path == "erase" else None)
        assert again.status in (409, 422), path


async def _where(api: Api, *words: str) -> list[str]:
    """Tables that hold one of the words in any column; the feed of changes is forgotten by itself."""
    tables = await api.db.fetch(
        "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' "
        "and c.relname not in ('changes', 'ticket_terms')"
    )
    patterns = [f"%{one}%" for one in words]
    found = []
    for table in tables:
        text = f"select count(*) from {table['name']} t where t::text like any ($1)"
        if await api.db.fetchval(text, patterns):
            found.append(table["name"])
    return found
