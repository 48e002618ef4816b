"""The shortest way through: sign in, configure, read the history."""

import pytest


@pytest.mark.feature("F-ADM-02", "F-PBX-24")
async def test_an_admin_configures_a_number_and_reads_it_back(api, admin):
    extension = await admin.post("/extensions", {"number": "101", "name": "Анна"})
    number = await admin.post(
        "/numbers",
        {"number": "74950001122", "name": "Главный", "destination": {"kind": "extension", "number": "101"}},
    )
    assert number["version"] == 1
    assert (await admin.get(f"/numbers/{number['id']}"))["destination"] == {"kind": "extension", "number": "101"}
    assert "password" not in extension
    answer = await admin.send("DELETE", f"/extensions/{extension['id']}")
    assert answer.status == 409
    assert answer.json["used_by"][0]["name"] == "74950001122"
    assert (await admin.get("/calls", limit=200)) == {"items": [], "next": None}


async def test_health_and_metrics_answer_without_a_token(api):
    api.anonymous.prefix = ""
    assert (await api.anonymous.get("/health/ready"))["schema_version"] >= 4
    assert (await api.anonymous.get("/health/live")) == {"status": "ok"}
    metrics = await api.anonymous.send("GET", "/metrics")
    assert b"paylater_api_requests_total" in metrics.raw
