"""Dialplan versions through the API."""

import pytest

from engine.dialplan.render import default_templates

pytestmark = pytest.mark.feature("F-PBX-25")
NAME = "from-internal.conf.j2"


async def test_a_version_is_checked_compared_activated_and_rolled_back(api, admin):
    assert (await admin.get("/dialplan/active")) == {"version": None}
    text = default_templates()[NAME] + "\nexten => 4321,1,NoOp(new)\n same => n,Hangup()\n"
    saved = await admin.post("/dialplan/versions", {"templates": {NAME: text}, "comment": "new number"})
    assert saved["author"] == "some-admin" and not saved["active"]
    assert "+exten => 4321,1,NoOp(new)" in (await admin.get(f"/dialplan/versions/{saved['id']}/diff"))["diff"]
    assert (await admin.post(f"/dialplan/versions/{saved['id']}/activate", None, 200))["active"]
    assert (await admin.get("/dialplan/active"))["version"]["id"] == saved["id"]
    assert (await admin.get("/dialplan/versions"))["items"][0]["comment"] == "new number"
    assert (await admin.post("/dialplan/rollback", None, 200)) == {"version": None}
    assert (await admin.send("POST", "/dialplan/rollback")).status == 409
    kinds = await api.db.fetch("select kind from changes where key like 'dialplan%' order by id")
    assert [row["kind"] for row in kinds] == ["created", "updated", "updated"]


async def test_a_version_with_errors_is_not_saved(admin):
    broken = {NAME: "[from-internal]\nexten => 1,1,Goto(nowhere,s,1)\n"}
    answer = await admin.send("POST", "/dialplan/versions", {"templates": broken})
    assert answer.status == 422 and answer.json["errors"][0]["path"].startswith(NAME)
    checked = await admin.post("/dialplan/check", {"templates": broken}, 200)
    assert any(problem["severity"] == "error" for problem in checked["problems"])
    assert (await admin.get("/dialplan/versions"))["items"] == []
    assert (await admin.send("GET", "/dialplan/versions/999")).status == 404
