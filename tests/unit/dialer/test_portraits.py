"""Portraits: fresh ones from memory, others in time or not at all; a source that fails is left alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiohttp import web

from engine.core.config import Settings
from engine.core.outside import open_session
from engine.core.seal import Seal
from engine.dialer.portraits import Portrait, Portraits, Who
from engine.dialer.portraits.model import broken
from engine.dialer.portraits.store import Kept, Source

pytestmark = pytest.mark.feature("F-DIAL-03")
SETTINGS = Settings(token_secret="x" * 32, portrait_deadline_s=1.0, portrait_failures=2, portrait_pause_s=30)
ANNA = Who(phone="79160000001", external_id="c/1 & x", name='Анна "А"')


class Clock:
    def __init__(self):
        self.ahead = 0.0

    def now(self):
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.ahead)

    def monotonic(self):
        return self.ahead


class Store:
    """What the database holds."""

    def __init__(self, source):
        self.rows = {source.id: source}
        self.leads = {}

    async def source(self, source_id):
        return self.rows.get(source_id)

    async def kept(self, lead_id):
        return self.leads.get(lead_id, Kept(None, None))

    async def keep(self, lead_id, portrait, at):
        self.leads[lead_id] = Kept(portrait, at)


class Crm:
    """A customer's system: what it was asked, what it answers, after how long."""

    def __init__(self):
        self.asked, self.answer, self.wait, self.status = [], {"who": {"tier": "gold", "sum": 5}}, 0.0, 200

    async def serve(self, request):
        self.asked.append((request, await request.text()))
        await asyncio.sleep(self.wait)
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def crm():
    system = Crm()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", system.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    system.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield system
    await runner.cleanup()


@pytest.fixture
async def made(crm):
    settings = Portrait(
        url=crm.url + "/c/{external_id}?p={phone}", method="POST", headers={"X-Key": "k {secret}"},
        body='{"n": "{name}"}', mapping={"tier": "/who/tier", "sum": "/who/sum", "none": "/x"},
        cache_s=60, deadline_s=0.4,
    )  # fmt: skip
    source = Source(uuid4(), settings, Seal(SETTINGS).close("hush"))
    store, clock = Store(source), Clock()
    async with open_session() as session:
        yield Portraits(store, session, Seal(SETTINGS), SETTINGS, clock), source.id, store, clock


async def test_a_portrait_is_asked_for_with_what_the_source_needs_and_kept(crm, made):
    portraits, source, store, clock = made
    lead = uuid4()
    assert await portraits.of_lead(source, lead, ANNA) == {"tier": "gold", "sum": "5"}
    request, body = crm.asked[0]
    assert request.raw_path == "/c/c%2F1%20%26%20x?p=79160000001"
    assert (request.headers["X-Key"], body) == ("k hush", '{"n": "Анна \\"А\\""}')
    crm.answer = {"who": {"tier": "new"}}
    assert await portraits.of_lead(source, lead, ANNA) == {"tier": "gold", "sum": "5"}
    assert await portraits.of_client(source, ANNA) == {"tier": "gold", "sum": "5"} and len(crm.asked) == 1
    clock.ahead += 61
    assert await portraits.of_lead(source, lead, ANNA) == {"tier": "new"}
    assert store.leads[lead].portrait == {"tier": "new"}


async def test_a_slow_or_broken_source_never_holds_a_call_up(crm, made):
    portraits, source, store, clock = made
    lead = uuid4()
    store.leads[lead] = Kept({"tier": "old"}, datetime(2026, 1, 1, tzinfo=UTC))
    crm.wait = 5.0
    began = asyncio.get_running_loop().time()
    assert await portraits.of_lead(source, lead, ANNA) == {"tier": "old"}
    assert await portraits.of_client(source, ANNA) == {}
    assert asyncio.get_running_loop().time() - began < 3
    crm.wait = 0.0
    asked = len(crm.asked)
    assert await portraits.of_lead(source, lead, ANNA) == {"tier": "old"} and len(crm.asked) == asked
    clock.ahead += 31
    assert (await portraits.of_lead(source, lead, ANNA))["tier"] == "gold"
    assert await portraits.of_client(uuid4(), ANNA) == {}


@pytest.mark.parametrize(
    ("status", "answer", "found"), [(404, {}, {}), (500, {}, None), (200, [], {}), (302, {}, None)]
)
async def test_answers_that_hold_nothing(crm, made, status, answer, found):
    portraits, source, store, _ = made
    lead = uuid4()
    crm.status, crm.answer = status, answer
    assert await portraits.of_lead(source, lead, ANNA) == {}
    assert store.leads.get(lead, Kept(None, None)).portrait == found


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/{phone}", "http://[::ffff:169.254.1.1]/{phone}", "http://{phone}.example/", "https://x.example/",
     "http://u:p@x.example/{phone}", "https://x.example/{phone}{secret}"],
)  # fmt: skip
def test_addresses_that_are_not_asked(url):
    assert broken(Portrait(url=url, mapping={"a": "/a"}))
    assert not broken(Portrait(url="https://crm.example/{phone}", mapping={"a": "/a"}))
