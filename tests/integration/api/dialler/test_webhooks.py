"""Results leave: none lost while the receiver is away for an hour or a process dies, in order for each client."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from engine.core import ids
from engine.core.config import Settings
from tests.integration.api.conftest import Api, Client, until
from tests.integration.api.dialler.receiver import Receiver

pytestmark = pytest.mark.feature("F-DIAL-17")
ROOT = Path(__file__).parents[4]


@pytest_asyncio.fixture(loop_scope="package")
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    await made.start()
    yield made
    await made.stop()


class Facts:
    """Attempts as the engine writes them; the database makes events of them."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.campaign, self.list = new_id(), new_id()

    async def lay(self) -> "Facts":
        await self.api.insert("lead_lists", id=self.list, name="Список")
        await self.api.insert("campaigns", id=self.campaign, name="Весна", settings={})
        return self

    async def client(self, external_id: str) -> UUID:
        lead = new_id()
        await self.api.insert("leads", id=lead, list_id=self.list, external_id=external_id, name=external_id)
        standing = {"campaign_id": self.campaign, "lead_id": lead, "list_id": self.list, "zone": "Europe/Moscow"}
        await self.api.insert("campaign_leads", **standing)
        return lead

    async def attempt(self, lead: UUID, number: int, outcome: str = "busy") -> UUID:
        """An attempt is claimed and ends."""
        id_ = new_id()
        row = {"campaign_id": self.campaign, "lead_id": lead, "list_id": self.list, "node_id": "n", "number": number}
        now = datetime.now(UTC)
        await self.api.insert("dial_attempts", id=id_, mode="progressive", address="79160000000", claimed_at=now, **row)
        await self.api.db.execute(
            "update dial_attempts set ended_at = $2, outcome = $3 where id = $1", id_, now, outcome
        )
        return id_

    async def done(self, lead: UUID, result: str) -> None:
        await self.api.db.execute(
            "update campaign_leads set state = 'done', result = $2, done_at = now() where lead_id = $1", lead, result
        )

    async def events(self) -> dict[str, list[str]]:
        """Event ids by client, in the order in which they came about."""
        found = defaultdict(list)
        for row in await self.api.db.fetch("select key, event_id from webhook_deliveries order by id"):
            found[row["key"]].append(row["event_id"])
        return found


def new_id() -> UUID:
    return ids.new_id(datetime.now(UTC))


async def hook(admin: Client, receiver: Receiver, **more: Any) -> str:
    made = await admin.post("/webhooks", {"name": "CRM", "url": receiver.url} | more)
    receiver.secret = made["secret"]
    return str(made["id"])


async def pass_time(api: Api, seconds: float) -> None:
    """Put the clock forward while nothing is on its way: a try lasts no longer for it (than by one such step)."""
    await until(lambda: nothing_is_sent(api))
    api.clock.ahead += seconds
    await api.db.execute("select pg_notify('webhooks', '')")


async def nothing_is_sent(api: Api) -> bool:
    return not (await states(api))["sending"]


async def states(api: Api) -> Counter[str]:
    rows = await api.db.fetch("select state, count(*) as n from webhook_deliveries group by 1")
    return Counter({row["state"]: row["n"] for row in rows})


async def all_delivered(api: Api) -> bool:
    """Whether nothing waits; time passes as it is asked."""
    await pass_time(api, 2)
    return set(await states(api)) <= {"delivered"}


def check_order(receiver: Receiver, events: dict[str, list[str]]) -> None:
    """Each client's events came in their order; what came again came at once again."""
    came = defaultdict(list)
    for took in receiver.took:
        if came[took.key][-1:] != [took.id]:
            came[took.key].append(took.id)
    assert came == events


async def test_an_hour_without_the_receiver_loses_nothing_and_keeps_the_order(
    api: Api, admin: Client, receiver: Receiver
) -> None:
    """Refused, then hanging, then answering 500, then back with a connection that dies now and then."""
    await hook(admin, receiver)
    facts = await Facts(api).lay()
    clients = {name: await facts.client(name) for name in (f"client-{n}" for n in range(20))}
    await receiver.stop()

    async def quiet() -> bool:
        """The worker has found out once more that nobody is there."""
        return bool(
            await api.db.fetchval(
                "select not exists (select from webhook_deliveries where state = 'sending') "
                "and exists (select from webhook_health where down_until > $1)",
                api.clock.now(),
            )
        )

    for lead in clients.values():
        await facts.attempt(lead, 1)
    for minute in range(60):
        if minute == 20:
            await receiver.start()
        receiver.mode = "hang" if minute < 40 else "fail"
        lead = list(clients.values())[minute % 20]
        await facts.attempt(lead, 2 + minute // 20)
        await pass_time(api, 60)
        await until(quiet)
    for lead in clients.values():
        await facts.done(lead, "busy")
    assert set(await states(api)) == {"waiting"} and not receiver.took
    assert receiver.requests < 40, "a receiver that is down is asked now and then, by one delivery"

    receiver.mode, receiver.cut_every = "ok", 17
    await until(lambda: all_delivered(api))
    events = await facts.events()
    assert sum(map(len, events.values())) == 20 + 60 + 20
    counts = Counter(took.id for took in receiver.took)
    assert set(counts) == {event for listed in events.values() for event in listed}
    assert counts == Counter(dict.fromkeys(counts, 1)) + receiver.cut, "twice only where the connection died"
    assert receiver.cut and not receiver.forged
    check_order(receiver, events)
    assert await api.db.fetchval("select failures from webhook_health") == 0


async def test_a_process_killed_in_the_middle_harms_no_result(api: Api, admin: Client, receiver: Receiver) -> None:
    """Two processes share the outbox; one is killed (kill -9) with deliveries in its hands."""
    await hook(admin, receiver, events=["attempt.ended"])
    facts = await Facts(api).lay()
    receiver.delay_s = 0.04
    async with other_process(api.settings) as process:
        clients = [await facts.client(f"client-{n}") for n in range(40)]
        async with api.db.transaction():
            for number in range(1, 9):
                for lead in clients:
                    await facts.attempt(lead, number)
        await until(lambda: len(receiver.took) >= 100)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        held = "select event_id from webhook_deliveries where state = 'sending'"
        await until(lambda: settled(api, receiver))
        lost = {row["event_id"] for row in await api.db.fetch(held)}
        assert lost, "the process that was killed had some in its hands"
    api.clock.ahead += 60
    await api.db.execute("select pg_notify('webhooks', '')")
    await until(lambda: all_delivered(api))
    events = await facts.events()
    counts = Counter(took.id for took in receiver.took)
    assert len(counts) == 320 == sum(map(len, events.values()))
    assert {event for event, count in counts.items() if count > 1} <= lost and max(counts.values()) <= 2
    check_order(receiver, events)


async def settled(api: Api, receiver: Receiver) -> bool:
    """All that this process can send is sent: what waits stands behind what the other held."""
    before = len(receiver.took)
    await asyncio.sleep(0.15)
    return len(receiver.took) == before


@contextlib.asynccontextmanager
async def other_process(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second process of the api over the same database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ("database_dsn", "token_secret", "control_token", "webhook_networks", "webhook_timeout_s")
    env = os.environ | {f"PAYLATER_{name.upper()}": str(getattr(settings, name)) for name in names}
    env |= {"PAYLATER_VAR": str(settings.var), "PAYLATER_HTTP_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api", cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
    )

    async def listens() -> bool:
        assert process.returncode is None
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    try:
        await until(listens, 60)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_what_is_refused_dies_alone_and_is_sent_again_on_demand(
    api: Api, admin: Client, receiver: Receiver
) -> None:
    id_ = await hook(admin, receiver)
    facts = await Facts(api).lay()
    bad, good = await facts.client("bad"), await facts.client("good")
    receiver.refuse = {"bad"}
    for lead in (bad, good):
        await facts.attempt(lead, 1)
        await facts.attempt(lead, 2)

    async def dead(count: int) -> bool:
        await pass_time(api, 2)
        return (await states(api))["dead"] == count

    await until(lambda: dead(2))
    assert [took.key for took in receiver.took] == ["good", "good"]
    deliveries = (await admin.get(f"/webhooks/{id_}/deliveries", state="dead"))["items"]
    assert [item["status"] for item in deliveries] == [422, 422] and "no such client" in deliveries[0]["error"]
    assert deliveries[0]["attempts"] == 3 and deliveries[0]["body"]["lead"]["external_id"] == "bad"
    shown = await admin.get(f"/webhooks/{id_}")
    assert (shown["dead"], shown["waiting"], shown["failures"]) == (2, 0, 0) and "secret" not in shown

    receiver.refuse = set()
    await admin.post(f"/deliveries/{deliveries[1]['id']}/resend", None, status=204)
    await until(lambda: len(receiver.took) == 3)
    assert (await admin.post(f"/webhooks/{id_}/resend", None, status=200))["count"] == 1
    await until(lambda: all_delivered(api))
    assert [took.id for took in receiver.took[2:]] == (await facts.events())["bad"]
    # Delivered ones may be asked for once more: the same event id, so that the receiver can tell.
    await admin.post(f"/deliveries/{deliveries[1]['id']}/resend", None, status=204)
    await until(lambda: len(receiver.took) == 5)
    assert receiver.took[4].id == deliveries[1]["event_id"]
    assert (await admin.send("POST", "/deliveries/999999/resend")).status == 404


async def test_days_without_the_receiver_end_in_dead_letters(api: Api, admin: Client, receiver: Receiver) -> None:
    id_ = await hook(admin, receiver)
    facts = await Facts(api).lay()
    await receiver.stop()
    await facts.attempt(await facts.client("a"), 1)

    async def tried(times: int) -> bool:
        await pass_time(api, 600)
        return bool(await api.db.fetchval("select max(attempts) >= $1 from webhook_deliveries", times))

    await until(lambda: tried(12))
    assert not (await states(api))["dead"], "however often: within the hours nothing is given up"
    await pass_time(api, timedelta(hours=72).total_seconds())

    async def over() -> bool:
        await pass_time(api, 600)
        return set(await states(api)) == {"dead"}

    await until(over)
    await receiver.start()
    chief = await api.anonymous.login("some-admin")
    await chief.post(f"/webhooks/{id_}/resend", None, status=200)
    await until(lambda: all_delivered(api))
    assert len(receiver.took) == 1


async def test_a_webhook_is_tried_out_its_secret_replaced_and_kept(api: Api, admin: Client, receiver: Receiver) -> None:
    id_ = await hook(admin, receiver)
    trial = await admin.post(f"/webhooks/{id_}/test", None, status=200)
    assert trial["ok"] and trial["status"] == 204 and receiver.took[0].event == "ping"
    rotated = await admin.post(f"/webhooks/{id_}/rotate", None, status=200)
    assert rotated["secret"] != receiver.secret
    await admin.post(f"/webhooks/{id_}/test", None, status=200)
    receiver.secret = rotated["secret"]
    await admin.post(f"/webhooks/{id_}/test", None, status=200)
    assert len(receiver.took) == 3 and not receiver.forged, "both secrets sign for a while"
    receiver.secret = "whsec_other"
    assert (await admin.post(f"/webhooks/{id_}/test", None, status=200))["status"] == 401
    stored = await api.db.fetchval("select secret || secret_before from webhooks")
    assert rotated["secret"] not in stored
    log = await api.db.fetch("select after::text as line from audit_log where object = 'webhooks'")
    assert log and not any("whsec_" in row["line"] or stored[:20] in row["line"] for row in log)
    operator = await api.user("supervisor")
    assert (await operator.send("GET", "/webhooks")).status == 403


async def test_only_public_addresses_are_sent_to_unless_a_setting_says_so(api: Api, admin: Client) -> None:
    for url, word in (
        ("http://10.0.0.1/hook", "public"),
        ("http://169.254.169.254/latest", "public"),
        ("http://[::1]/hook", "public"),
        ("http://[::ffff:10.0.0.1]/hook", "public"),
        ("http://user:secret@example.com/hook", "password"),
    ):
        answer = await admin.send("POST", "/webhooks", {"name": "x", "url": url})
        assert answer.status == 422 and answer.json["errors"][0]["path"] == "body.url", answer.raw
        assert word in answer.json["errors"][0]["message"]
    # A name is looked at when it is resolved: this one leads to ::1 or 127.0.0.1, of which the setting allows one.
    made = await admin.post("/webhooks", {"name": "x", "url": "http://ip6-localhost:1/hook"})
    trial = await admin.post(f"/webhooks/{made['id']}/test", None, status=200)
    assert not trial["ok"] and trial["status"] is None
