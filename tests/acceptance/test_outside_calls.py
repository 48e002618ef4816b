"""By real phones: forwarding of every kind, calls outside that rules forbid, and the number that is shown."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tools.soaks.check import caller, eventually, extension, server, trunk_reached
from tools.softphone import CallFailed, Phone, RegistrationFailed
from tools.stack import demo_rows
from tools.stack.stand import Api, ApiError, Stack

pytestmark = pytest.mark.timeout(150)
MAIN = demo_rows.MENU_RU
MOBILE, ABROAD = "79165550202", "442071234567"
INSIDE = "7391"


@contextlib.asynccontextmanager
async def network(stack: Stack) -> AsyncIterator[Phone]:
    """The phone network behind the demo's trunk: takes calls to numbers outside."""
    port = stack.settings.port_base + demo_rows.NETWORK_PORT_OFFSET
    async with Phone(server(stack), "network", port=port) as phone:
        assert await trunk_reached(stack)
        yield phone


@contextlib.asynccontextmanager
async def line_of(stack: Stack, api: Api, number: str, **fields: Any) -> AsyncIterator[str]:
    """Extension 101's fields as given while the body runs, and a number of ours that leads to it."""
    extensions = (await api.get("/extensions", params={"q": number}))["items"]
    found = next(item for item in extensions if item["number"] == number)
    await api.patch(f"/extensions/{found['id']}", json=fields)
    did = await api.post(
        "/numbers",
        json={"number": "74957770101", "name": "Direct", "destination": {"kind": "extension", "number": number}},
    )
    try:
        yield did["number"]
    finally:
        await api.patch(f"/extensions/{found['id']}", json={"forwards": [], "caller_id": None})
        await api.delete(f"/numbers/{did['id']}")


@contextlib.asynccontextmanager
async def own_extension(stack: Stack, api: Api) -> AsyncIterator[Phone]:
    """A phone of this test's own, signed in."""
    made = await api.post("/extensions", json={"number": INSIDE, "name": "Inside", "password": "inside-phone-1"})
    try:
        async with Phone(server(stack), INSIDE, "inside-phone-1") as phone:
            assert await eventually(lambda: _signed_in(phone), 20)
            yield phone
    finally:
        await api.delete(f"/extensions/{made['id']}")


async def _signed_in(phone: Phone) -> bool:
    try:
        await phone.register()
    except RegistrationFailed:
        return False
    return True


async def story(api: Api, number: str) -> dict[str, Any]:
    """The last call from ``number`` once it has ended."""

    async def found() -> dict[str, Any] | None:
        items = (await api.get("/calls", params={"limit": "50", "caller": number}))["items"]
        return items[0] if items and items[0]["ended_at"] else None

    row = await eventually(found, 20)
    assert row, f"no ended call from {number}"
    return dict(await api.get(f"/calls/{row['id']}"))


def events(call: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in call["events"] if event["kind"] == kind]


async def in_force(api: Api, caller: str, called: str, words: str) -> None:
    """Wait until the engine's dry run of a call says ``words``: it has heard of a change of configuration then."""
    inside = caller if len(caller) < 6 else None

    async def told() -> bool:
        body = {"caller": caller, "called": called, "internal_from": inside}
        steps = (await api.post("/trace", json=body))["steps"]
        return any(words in step["text"] for step in steps)

    assert await eventually(told, 15), words


def forward(when: str, number: str, **more: Any) -> dict[str, Any]:
    kind = "external" if len(number) > 5 else "extension"
    return {"when": when, "to": {"kind": kind, "number": number}, **more}


@pytest.mark.feature("F-PBX-17")
async def test_forwarding_when_away_busy_or_silent_and_a_chain_that_comes_back(ready_stack: Stack) -> None:
    async with (
        ready_stack.api() as api,
        network(ready_stack) as outside,
        extension(ready_stack, "102") as second,
        line_of(
            ready_stack,
            api,
            "103",
            forwards=[forward("unavailable", MOBILE), forward("busy", "102"), forward("no_answer", "102", after_s=5)],
        ) as direct,
    ):
        await in_force(api, "79160000000", direct, "Rings 103 for 5 s")
        async with caller(ready_stack) as phone:  # nobody is signed in as 103: outside, showing the trunk's number
            call = await phone.dial(direct)
            away = await outside.wait_call(15)
            assert away.caller == MAIN
            away.answer()
            await call.wait_answered(20)
            call.hang_up()
            told = await story(api, phone.user)
            assert events(told, "forwarded") == [{"extension": "103", "when": "unavailable"}]
            assert events(told, "caller_id")[0]["number"] == MAIN
        await second.register()
        async with extension(ready_stack, "103") as first:
            await first.register()
            for when in ("busy", "no_answer"):
                async with caller(ready_stack) as phone:
                    call = await phone.dial(direct)
                    rung = await first.wait_call(15)
                    if when == "busy":
                        rung.reject(486)
                    answered = await second.wait_call(20)
                    answered.answer()
                    await call.wait_answered(20)
                    call.hang_up()
                    assert events(await story(api, phone.user), "forwarded") == [{"extension": "103", "when": when}]
            back = (await api.get("/extensions", params={"q": "102"}))["items"][0]
            await api.patch(f"/extensions/{back['id']}", json={"forwards": [forward("busy", "103")]})
            try:
                await asyncio.sleep(0.5)  # the dry run has no busy phones to show the change by
                async with caller(ready_stack) as phone:
                    call = await phone.dial(direct)
                    (await first.wait_call(15)).reject(486)
                    (await second.wait_call(15)).reject(486)
                    with pytest.raises(CallFailed):
                        await call.wait_answered(15)
                    told = await story(api, phone.user)
                    assert [step["extension"] for step in events(told, "forwarded")] == ["103", "102"]
                    assert events(told, "route_loop") == [{"what": "extension", "name": "103"}]
            finally:
                await api.patch(f"/extensions/{back['id']}", json={"forwards": []})


@pytest.mark.feature("F-PBX-16", "F-PBX-13")
async def test_calls_outside_obey_rules_and_say_why_not(ready_stack: Stack) -> None:
    async with (
        ready_stack.api() as api,
        network(ready_stack) as outside,
        own_extension(ready_stack, api) as phone,
    ):
        made = [
            await api.post(
                "/outbound-rules", json={"name": "abroad", "prefixes": ["44"], "allow": False, "position": 1}
            ),
            await api.post("/outbound-rules", json={"name": "one at once", "extensions": [INSIDE], "max_calls": 1}),
        ]
        shown = await api.post(
            "/caller-id-rules", json={"name": "mobiles", "prefixes": ["79"], "caller_id": demo_rows.OFFICE}
        )
        try:
            await in_force(api, INSIDE, ABROAD, 'rule "abroad"')
            with pytest.raises(CallFailed) as refused:
                await phone.call(ABROAD)
            assert refused.value.status == 403
            told = await story(api, INSIDE)
            assert events(told, "refused") == [
                {"reason": "denied", "rule": "abroad", "number": ABROAD, "extension": INSIDE}
            ]
            click = {"from_extension": INSIDE, "to": ABROAD}
            with pytest.raises(ApiError) as problem:
                await api.post("/calls", json=click)
            assert problem.value.status == 403
            assert problem.value.problem["code"] == "outbound_refused"
            assert (problem.value.problem["reason"], problem.value.problem["rule"]) == ("denied", "abroad")
            with pytest.raises(ApiError) as problem:
                await api.post("/calls", json={"from_extension": INSIDE, "to": MOBILE, "caller_id": "79990001122"})
            assert problem.value.problem["reason"] == "caller_id"

            call = await phone.dial(MOBILE)
            away = await outside.wait_call(15)
            assert away.caller == demo_rows.OFFICE
            away.answer()
            await call.wait_answered(20)
            with pytest.raises(CallFailed) as refused:  # the second at once
                await phone.call(MOBILE)
            assert refused.value.status == 403
            call.hang_up()
            await away.wait_ended(20)
            assert await eventually(lambda: _free(api), 20)
            call = await phone.dial(MOBILE)
            (await outside.wait_call(15)).reject(486)
            with pytest.raises(CallFailed):
                await call.wait_answered(20)
        finally:
            for rule in made:
                await api.delete(f"/outbound-rules/{rule['id']}")
            await api.delete(f"/caller-id-rules/{shown['id']}")


async def _free(api: Api) -> bool:
    return (await api.get("/live-calls"))["items"] == []
