"""Operators command their own calls over the API, and nobody else's; supervisors do what they may."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.talkers import Scene, hears, scene
from tools.soaks.check import eventually
from tools.stack.stand import Api, Stack

PASSWORD = "an operator's pass-phrase 9"


@contextlib.asynccontextmanager
async def signed_in(stack: Stack, number: str, role: str = "operator") -> AsyncIterator[Api]:
    """A user with that extension, as the API."""
    login = f"{role}-{uuid4().hex[:8]}"
    body = {"login": login, "name": f"Person {number}", "role": role, "password": PASSWORD, "extension": number}
    async with stack.api() as admin:
        user = await admin.post("/users", json=body)
        try:
            async with stack.api(login, PASSWORD) as api:
                yield api
        finally:
            await admin.patch(f"/users/{user['id']}", json={"extension": None, "blocked": True})


async def refused(api: Api, status: int, method: str, path: str, **options: Any) -> str:
    """The request must be refused with ``status``; gives the reason."""
    got, problem = await api.request(method, path, **options)
    assert got == status, f"{method} {path}: {got} {problem}"
    return str(problem["detail"])


@pytest.mark.feature("F-PBX-22", "F-PBX-23", "F-WID-05")
async def test_an_operator_commands_own_calls_only(ready_stack: Stack) -> None:
    async with (
        signed_in(ready_stack, "104") as mine,
        signed_in(ready_stack, "102") as other,
        signed_in(ready_stack, "101", "supervisor") as chief,
        scene(ready_stack) as stage,
    ):
        client, operator, call_id = await stage.talking()
        own = (await mine.get("/me/calls"))["items"]
        assert [call["id"] for call in own] == [call_id]
        assert (await other.get("/me/calls"))["items"] == []
        assert "no part" in await refused(other, 403, "POST", f"/calls/{call_id}/hold")
        assert "no part" in await refused(other, 403, "POST", f"/calls/{call_id}/hang-up")
        await refused(other, 403, "POST", f"/calls/{call_id}/supervise", json={"mode": "listen"})
        await refused(mine, 403, "POST", f"/calls/{call_id}/take-over")
        await refused(mine, 403, "DELETE", f"/live-calls/{call_id}")
        assert "consult nobody" in await refused(mine, 409, "POST", f"/calls/{call_id}/consult/complete")
        assert "no number" in await refused(mine, 404, "POST", f"/calls/{call_id}/transfer", json={"to": "7"})
        await refused(mine, 404, "DELETE", f"/calls/{call_id}/members/nobody")
        await refused(mine, 404, "POST", f"/calls/{call_id[:-4]}0000/hold")
        await mine.post(f"/calls/{call_id}/hold")
        assert (await mine.get("/me/calls"))["items"][0]["on_hold_since"]
        await mine.post(f"/calls/{call_id}/unhold")
        await mine.post(f"/calls/{call_id}/digits", json={"digits": "42#"})

        async def arrived() -> bool:
            return "".join(client.line.media.digits) == "42#"

        assert await eventually(arrived, 20), client.line.media.digits
        boss = await stage.desk("101")
        await chief.post(f"/calls/{call_id}/supervise", json={"mode": "listen"})
        await boss.answer()
        await hears(boss, (client, operator))
        assert (await mine.get("/me/calls"))["items"][0]["supervisors"] == []
        [seen] = [call for call in (await chief.get("/live-calls"))["items"] if call["id"] == call_id]
        assert [one["mode"] for one in seen["supervisors"]] == ["listen"]
        await chief.delete(f"/calls/{call_id}/supervise")
        await boss.line.wait_ended(20)
        await mine.post(f"/calls/{call_id}/hang-up")
        await client.line.wait_ended(20)


@pytest.mark.feature("F-PBX-01", "F-PBX-24")
async def test_a_click_rings_the_own_phone_first_and_tells_how_it_goes(ready_stack: Stack) -> None:
    async with signed_in(ready_stack, "102") as api, Scene(ready_stack) as stage:
        await refused(api, 403, "POST", "/calls", json={"to": "103", "from_extension": "101"})
        mine, busy = await stage.desk("102"), await stage.desk("103")
        started = await api.post("/calls", json={"to": "tel:103"})
        await mine.answer()
        ringing = await busy.phone.wait_call(20)
        [call] = (await api.get("/me/calls"))["items"]
        assert (call["id"], call["called"]) == (started["call_id"], "103")
        assert (call["legs"][0]["number"], call["legs"][0]["state"]) == ("102", "up")

        async def told(*kinds: str) -> list[dict[str, Any]]:
            select = "select data from changes where key = $1 and kind = any($2) order by id"
            async with ready_stack.db() as db:
                return [row["data"] for row in await db.fetch(select, started["call_id"], kinds)]

        async def rings() -> bool:
            changes = await told("started", "updated")
            return any(leg["state"] == "ringing" for data in changes for leg in data["legs"][1:])

        assert await eventually(rings, 20), await told("started", "updated")
        ringing.reject(486)
        await mine.line.wait_ended(20)
        row = await stage.row(started["call_id"])
        assert (row["outcome"], row["cause"]) == ("busy", 17)
        assert [(data["outcome"], data["cause"]) for data in await told("ended")] == [("busy", 17)]
