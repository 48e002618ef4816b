"""Lists that are read from sources by hand and by rule; portraits; what may not be asked."""

from urllib.parse import urlsplit

import msgspec
import pytest
from aiohttp import web

from tests.integration.api.conftest import serving, until
from tests.integration.api.leads import leads, make_list, over

pytestmark = pytest.mark.feature("F-DIAL-07", "F-DIAL-03")
SECRET = "hush-hush"


class Crm:
    """A customer's system."""

    def __init__(self):
        self.rows = [
            {"id": n, "phone": f"+7916000000{n}", "person": {"name": f"Клиент {n}", "debt": n * 100}} for n in range(5)
        ]
        self.asked = []

    async def page(self, request):
        self.asked.append(request)
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response({"error": "no"}, status=401)
        start = int(request.query["page"]) * 2
        return web.json_response({"data": {"items": self.rows[start : start + 2]}})

    async def portrait(self, request):
        self.asked.append(request)
        if request.query["phone"] != "79160000001":
            return web.json_response({}, status=404)
        return web.json_response({"client": {"tier": "gold", "orders": [1, 2]}})


@pytest.fixture
async def crm():
    system = Crm()
    app = web.Application()
    app.router.add_get("/clients", system.page)
    app.router.add_get("/client", system.portrait)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    system.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield system
    await runner.cleanup()


@pytest.fixture
async def api(api_settings):
    async with serving(msgspec.structs.replace(api_settings, lead_import_poll_s=0.1)) as served:
        yield served


def http_source(crm, **settings):
    headers = {"Authorization": "Bearer {secret}"}
    whole = {"kind": "http", "url": f"{crm.url}/clients", "headers": headers, "rows": "/data/items"}
    whole |= {"paging": "page", "first": 0} | settings
    return {"name": "CRM", "settings": whole, "secret": SECRET}


async def _refreshed(admin, path):
    answer = await admin.send("POST", f"{path}/refresh")
    assert answer.status == 202, answer.raw
    return await over(admin, answer.json["id"])


async def test_a_list_follows_its_source_by_hand_and_by_rule(api, admin, crm):
    source = await admin.post("/lead-sources", http_source(crm))
    assert source["has_secret"] and SECRET not in str(source)
    trial = await admin.post(f"/lead-sources/{source['id']}/test", {}, 200)
    assert trial["ok"] and trial["mapping"]["person.debt"] == {"field": "data", "variable": "person_debt"}, trial
    mapping = trial["mapping"] | {"person.name": {"field": "name"}}
    made = await make_list(admin, source_id=source["id"], mapping=mapping)
    path = f"/lead-lists/{made['id']}"
    done = await _refreshed(admin, path)
    assert (done["state"], done["source"], done["added"]) == ("done", "http", 5), done
    first = (await leads(admin, made["id"]))[0]
    assert (first["external_id"], first["name"], first["data"]) == ("0", "Клиент 0", {"person_debt": "0"})
    crm.rows[0]["person"]["debt"] = 7
    crm.rows.append({"id": 9, "phone": "не номер", "person": {}})
    rule = {"kind": "every", "minutes": 5}
    planned = (await admin.send("PATCH", path, {"refresh": rule})).json
    assert planned["refresh_next_at"] and planned["refresh_error"] is None
    api.clock.ahead += 301

    async def by_rule():
        found = (await admin.get(f"{path}/imports"))["items"]
        return len(found) == 2 and found[0]["state"] == "done" and found[0]

    done = await until(by_rule, 30)
    assert (done["added"], done["updated"], done["duplicates"], done["errors"]) == (0, 1, 4, 1), done
    assert (await leads(admin, made["id"]))[0]["data"] == {"person_debt": "7"}
    assert (await admin.get(path))["refresh_next_at"] > planned["refresh_next_at"]
    assert not list(api.settings.imports.iterdir())
    used = await admin.send("DELETE", f"/lead-sources/{source['id']}")
    assert used.status == 409 and used.json["used_by"][0]["name"] == "Должники"
    for table in ("audit_log", "lead_sources", "changes", "lead_imports"):
        assert SECRET not in str(await api.db.fetch(f"select * from {table}")), table


async def test_a_source_that_fails_says_why_and_harms_nothing(admin, crm):
    source = await admin.post("/lead-sources", {**http_source(crm), "secret": "wrong"})
    path = f"/lead-sources/{source['id']}"
    made = await make_list(admin, source_id=source["id"])
    done = await _refreshed(admin, f"/lead-lists/{made['id']}")
    assert done["state"] == "failed" and "401" in done["error"]
    assert "401" in (await admin.get(f"/lead-lists/{made['id']}"))["refresh_error"]
    for settings, word in (
        ({"rows": "/nothing"}, "/nothing"), ({"rows": "/data"}, "list of objects"), ({"url": f"{crm.url}/none"}, "404"),
        ({"url": "http://127.0.0.1:9/x"}, "failed"),
    ):  # fmt: skip
        changed = await admin.send("PUT", path, http_source(crm, **settings))
        assert changed.status == 200, changed.raw
        trial = await admin.post(f"{path}/test", {}, 200)
        assert not trial["ok"] and word in trial["detail"], trial
    kept = {**http_source(crm, url="http://other.example/x")}
    del kept["secret"]
    moved = await admin.send("PUT", path, kept)
    assert moved.status == 422 and moved.json["errors"][0]["path"] == "body.secret"
    for url in (
        "http://169.254.169.254/x",
        "http://[fe80::1]/",
        "http://u:p@host.example/",
        "http://host.example/{secret}",
    ):
        refused = await admin.send("PUT", path, http_source(crm, url=url))
        assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.settings.url", url


async def test_a_database_is_a_source_unless_it_is_our_own(api, admin, postgres):
    parts = urlsplit(postgres.settings.database_dsn)
    query = "select 'c' || n as id, 79160000000 + n as phone, now() as seen, null as note from generate_series(1, 3) n"
    place = {"kind": "sql", "host": parts.hostname, "port": parts.port, "user": parts.username, "database": "postgres"}
    body = {"name": "DB", "settings": {**place, "query": query}, "secret": parts.password}
    source = await admin.post("/lead-sources", body)
    made = await make_list(admin, source_id=source["id"])
    done = await _refreshed(admin, f"/lead-lists/{made['id']}")
    assert (done["state"], done["added"], done["source"]) == ("done", 3, "sql"), done
    assert (await leads(admin, made["id"]))[0]["external_id"] == "c1"
    own = urlsplit(api.settings.database_dsn).path.strip("/")
    path = f"/lead-sources/{source['id']}"
    for settings, word in (
        ({"database": own}, "own database"),
        ({"query": "create table x (a int)"}, "failed"),
        ({"query": "delete from pg_class returning 1"}, "read-only"),
        ({"query": "select 1; select 2"}, "multiple commands"),
    ):
        whole = {**body, "settings": {**place, "query": query} | settings}
        assert (await admin.send("PUT", path, whole)).status == 200
        trial = await admin.post(f"{path}/test", {}, 200)
        assert not trial["ok"] and word in trial["detail"], trial


async def test_a_portrait_is_tried_by_phone(admin, crm):
    url = f"{crm.url}/client?phone={{phone}}"
    mapping = {"tier": "/client/tier", "orders": "/client/orders", "x": "/x"}
    settings = {"kind": "portrait", "url": url, "mapping": mapping}
    source = await admin.post("/lead-sources", {"name": "Портреты", "settings": settings})
    path = f"/lead-sources/{source['id']}"
    told = await admin.post(f"{path}/test", {"phone": "8 916 000-00-01"}, 200)
    assert told["ok"] and told["portrait"] == {"tier": "gold", "orders": "[1,2]"} and "x" in told["detail"], told
    told = await admin.post(f"{path}/test", {"phone": "8 916 000-00-02"}, 200)
    assert told["ok"] and not told["portrait"] and "no such client" in told["detail"]
    assert (await admin.send("POST", f"{path}/test", {})).status == 422
    refused = await admin.send("POST", "/lead-lists", {"name": "x", "source_id": source["id"]})
    assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.source_id"
    marked = {"name": "Кто звонит", "settings": settings | {"inbound": True}}
    first = await admin.post("/lead-sources", marked)
    assert first["settings"]["inbound"]
    for method, where, name in (("POST", "/lead-sources", "Другой"), ("PUT", path, "Портреты")):
        refused = await admin.send(method, where, marked | {"name": name})
        assert refused.status == 422 and "Кто звонит" in refused.json["errors"][0]["message"], refused.json
    assert (await admin.send("PUT", f"/lead-sources/{first['id']}", marked | {"enabled": False})).status == 200
    assert (await admin.send("PUT", path, marked | {"name": "Портреты"})).status == 200
    urls = "https://x.example/", "https://x.example/{phone}/{secret}"
    for wrong in ({"url": urls[0]}, {"url": urls[1]}, {"mapping": {"A b": "/x"}}):
        assert (await admin.send("PUT", path, {"name": "П", "settings": settings | wrong})).status == 422, wrong
