"""Attempts: operators say what came of them and the client goes where that leads; results are pulled by cursor."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from engine.core import ids
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-DIAL-05", "F-DIAL-17", "F-DIAL-18")


class Floor:
    """A campaign with an operator, and clients who were called."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.campaign, self.list = uuid4(), uuid4()
        self.operator = UUID(int=0)

    async def lay(self) -> "Floor":
        self.operator = await self.api.add_user("op1", "operator")
        await self.api.insert("lead_lists", id=self.list, name="Список")
        await self.api.insert("campaigns", id=self.campaign, name="Весна", settings={"company": "Ромашка"})
        return self

    async def call(self, number: int = 1, *, over: bool = True, **more: Any) -> tuple[UUID, UUID]:
        """A client and the attempt by which the operator talks (or talked) to it."""
        now = datetime.now(UTC)
        lead, attempt = uuid4(), ids.new_id(now)
        await self.api.insert("leads", id=lead, list_id=self.list, name="Иван")
        for position in (1, 2):
            address = f"7916{number:06}{position}"
            await self.api.insert("lead_contacts", lead_id=lead, position=position, list_id=self.list, address=address)
        standing = {"state": "done" if over else "claimed", "result": "talked" if over else None}
        standing |= {"campaign_id": self.campaign, "lead_id": lead, "list_id": self.list, "zone": "Europe/Moscow"}
        await self.api.insert("campaign_leads", attempt_id=attempt, attempts=1 if over else 0, **standing)
        row = {"campaign_id": self.campaign, "lead_id": lead, "list_id": self.list, "node_id": "n", "number": 1}
        row |= {"mode": "preview", "address": f"7916{number:06}1", "claimed_at": now, "dialed_at": now}
        row |= {"answered_at": now, "operator_id": self.operator, "outcome": "talked" if over else None}
        await self.api.insert("dial_attempts", id=attempt, ended_at=now if over else None, **row | more)
        return lead, attempt

    async def lead(self, lead: UUID) -> dict[str, Any]:
        return dict(await self.api.db.fetchrow("select * from campaign_leads where lead_id = $1", lead))


@pytest_asyncio.fixture(loop_scope="package")
async def floor(api: Api) -> Floor:
    return await Floor(api).lay()


async def said(client: Client, attempt: UUID, code: str, **more: Any) -> Any:
    found = (await client.get("/dispositions"))["items"]
    id_ = next(one["id"] for one in found if one["code"] == code)
    return await client.send("POST", f"/attempts/{attempt}/disposition", {"disposition_id": id_} | more)


async def test_what_an_operator_says_is_done_to_the_client(api: Api, floor: Floor) -> None:
    operator = await api.anonymous.login("op1")
    lead, attempt = await floor.call(1)
    at = (datetime.now(UTC) + timedelta(hours=30)).replace(microsecond=0)
    told = (await said(operator, attempt, "callback", note="после обеда", callback_at=at.isoformat(), for_me=True)).json
    assert told["applied"] and told["state"] == "waiting" and datetime.fromisoformat(told["next_at"]) == at
    now = await floor.lead(lead)
    assert (now["state"], now["next_at"], now["user_id"]) == ("waiting", at, floor.operator)

    # A second word corrects the first: the client is done.
    assert (await said(operator, attempt, "success")).json["result"] == "success"
    assert (await floor.lead(lead))["done_at"] is not None

    # Wrong number: the next contact of the client is dialled.
    lead, attempt = await floor.call(2)
    assert (await said(operator, attempt, "wrong_number")).json["state"] == "waiting"
    now = await floor.lead(lead)
    assert (now["contact"], now["dropped"]) == (2, [1])

    # Asks not to be called: listed, and done.
    lead, attempt = await floor.call(3)
    assert (await said(operator, attempt, "do_not_call")).json["result"] == "do_not_call"
    listed = await api.db.fetchrow("select address, source, created_by from do_not_call")
    assert tuple(listed) == ("79160000031", "operator", floor.operator)

    # The detection took a machine for a person: the verdict is corrected, the client is called again as after one.
    lead, attempt = await floor.call(4, verdict="human")
    assert (await said(operator, attempt, "machine")).json["state"] == "waiting"
    row = await operator.get(f"/attempts/{attempt}")
    assert (row["verdict"], row["corrected"], row["disposition_code"]) == ("human", "machine", "machine")


async def test_a_word_during_the_call_stands_when_the_call_ends(api: Api, floor: Floor) -> None:
    operator = await api.anonymous.login("op1")
    lead, attempt = await floor.call(over=False)
    assert (await said(operator, attempt, "refusal")).json["result"] == "refusal"
    now = await floor.lead(lead)
    assert (now["state"], now["result"], now["attempts"]) == ("done", "refusal", 1)
    # Meanwhile another attempt has the client: the word is noted, and the client is left where it is.
    await api.db.execute(
        "update campaign_leads set attempt_id = $2, state = 'claimed' where lead_id = $1", lead, uuid4()
    )
    told = (await said(operator, attempt, "success")).json
    assert told["applied"] is False and told["state"] == "claimed"


async def test_operators_see_and_speak_of_their_own_attempts(api: Api, admin: Client, floor: Floor) -> None:
    await api.add_user("op2", "operator")
    first, second = await api.anonymous.login("op1"), await api.anonymous.login("op2")
    _, attempt = await floor.call()
    path = f"/campaigns/{floor.campaign}/attempts"
    assert [one["id"] for one in (await first.get(path))["items"]] == [str(attempt)]
    assert (await second.get(path))["items"] == [] == (await second.get("/attempts"))["items"]
    assert (await second.send("GET", f"/attempts/{attempt}")).status == 404
    assert (await said(second, attempt, "success")).status == 403
    assert (await said(admin, attempt, "success")).status == 200
    for query, count in ({"outcome": "talked"}, 1), ({"outcome": "busy"}, 0), ({"q": "Ива"}, 1), ({"open": "true"}, 0):
        assert len((await admin.get(path, **query))["items"]) == count, query
    for client, lines in ((admin, 2), (second, 1)):
        file = await client.send("GET", f"{path}/export", params={"outcome": "talked"})
        assert len(file.raw.decode("utf-8-sig").splitlines()) == lines
    book = await admin.send("GET", f"{path}/export", params={"format": "xlsx"}, headers={"Accept-Language": "en"})
    assert book.raw.startswith(b"PK")
    past = await said(first, attempt, "callback", callback_at="2020-01-01T00:00:00Z")
    assert past.status == 422 and past.json["errors"][0]["path"] == "body.callback_at"
    assert (await said(first, uuid4(), "success")).status == 404
    used = next(one for one in (await admin.get("/dispositions"))["items"] if one["code"] == "success")
    assert (await admin.send("DELETE", f"/dispositions/{used['id']}")).status == 409
    own = {"code": "later", "title": "Позже", "meaning": "retry", "retry_s": 600, "campaign_id": str(floor.campaign)}
    await admin.post("/dispositions", own)
    assert "later" in [one["code"] for one in (await first.get("/dispositions", campaign_id=floor.campaign))["items"]]
    assert "later" not in [one["code"] for one in (await first.get("/dispositions", campaign_id=uuid4()))["items"]]


async def test_results_are_pulled_by_cursor_and_none_is_passed_over(api: Api, admin: Client, floor: Floor) -> None:
    """Also one whose transaction began before, and ends after, that of another."""
    _, first = await floor.call(1, over=False)
    _, second = await floor.call(2, over=False)
    end = "update dial_attempts set ended_at = now(), outcome = 'talked' where id = $1"
    slow = await app_connection(api)
    async with slow.transaction():
        await slow.execute(end, first)
        await api.db.execute(end, second)
        seen = await admin.get("/campaign-results")
        assert [one["id"] for one in seen["items"]] == [str(second)] and seen["next"] is None
    await slow.close()
    later = await admin.get("/campaign-results", cursor=seen["cursor"])
    assert [one["id"] for one in later["items"]] == [str(first)]
    assert (await admin.get("/campaign-results", cursor=later["cursor"]))["items"] == []
    # What is said of a result later brings it again.
    assert (await said(admin, second, "success")).status == 200
    again = await admin.get("/campaign-results", cursor=later["cursor"])
    assert [(one["id"], one["disposition_code"]) for one in again["items"]] == [(str(second), "success")]
    whole = await admin.get("/campaign-results", limit=1)
    assert whole["next"] == whole["cursor"] and len(whole["items"]) == 1


async def app_connection(api: Api) -> Any:
    return await asyncpg.connect(api.settings.database_dsn)


async def test_an_operator_is_shown_a_client_and_decides(api: Api, floor: Floor, engine: Any) -> None:
    operator = await api.anonymous.login("op1")
    assert await operator.get("/me/preview") == {"preview": None, "card": None}
    _, attempt = await floor.call(over=False)
    engine.previews[str(floor.operator)] = {"attempt_id": str(attempt), "name": "Иван"}
    assert (await operator.get("/me/preview"))["preview"]["name"] == "Иван"
    assert (await operator.send("POST", f"/me/preview/{uuid4()}/start")).status == 404
    await operator.post(f"/me/preview/{attempt}/start", None, status=204)
    assert engine.orders == [(f"/preview/{floor.operator}", {"do": "start", "attempt_id": str(attempt)})]
    assert (await operator.send("POST", f"/me/preview/{attempt}/skip")).status == 404


async def test_the_feed_tells_operators_of_their_own_clients_alone(api: Api, admin: Client, floor: Floor) -> None:
    operator, other = await api.anonymous.login("op1"), str(uuid4())
    mine = str(floor.operator)
    told = [
        ("state", str(floor.campaign), {"campaign_id": str(floor.campaign)}),
        ("preview", other, {"user_id": other}),
        ("card", "c1", {"user_id": other}),
        ("attempt", "a1", {"operator_id": other}),
        ("preview", mine, {"user_id": mine}),
        ("attempt", "a2", {"operator_id": mine}),
    ]
    for client, expected in ((operator, told[4:]), (admin, told)):
        async with client.session.ws_connect(f"{api.url}/api/v1/live?topics=campaigns") as socket:
            await socket.send_json({"type": "auth", "token": client.token})
            assert (await socket.receive_json(timeout=20))["type"] == "ready"
            for kind, key, data in told:
                await api.db.execute(
                    "select add_changes(array['campaigns'], array[$1::text], array[$2::text], array[$3::jsonb])",
                    kind, key, data,
                )  # fmt: skip
            came = [await socket.receive_json(timeout=20) for _ in expected]
            assert [(one["kind"], one["key"]) for one in came] == [(kind, key) for kind, key, _ in expected]
