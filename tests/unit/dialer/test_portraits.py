"""Portraits: fresh ones from memory, others in time or not at all; a source that fails is left alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import CallState, LegState
from engine.core.config import Settings
from engine.core.outside import open_session
from engine.core.seal import Seal
from engine.dialer.portraits import Portrait, Portraits, Who
from engine.dialer.portraits.callers import Callers, is_offer, shortened
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
        self.callers = {}

    async def inbound(self):
        return self.callers

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


OPERATOR = UUID(int=7)


def call_of(caller="79160000001", leg=None, **values):
    """A call with a leg on its way to an operator."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    usual = {"role": LegRole.CALLEE, "user_id": OPERATOR, "state": LegState.DIALING}
    leg = Leg(channel_id="c-1", number="101", endpoint="PJSIP/101", started_at=now, **{**usual, **(leg or {})})
    usual = {"id": uuid4(), "direction": Direction.INBOUND, "called": "74951000001", "node_id": "n", "started_at": now}
    return Call(caller=caller, legs=[leg], **{**usual, **values}), leg


class Desk:
    """Callers with a group of tasks; what was kept."""

    def __init__(self, portraits, group, most=1000):
        self.kept = []
        self.callers = Callers(portraits, lambda call: self.kept.append(call.portrait), group.create_task, most)


async def test_who_calls_in_is_asked_beside_the_call_once_for_all_phones_that_ring(crm, made):
    portraits, source, store, _ = made
    store.callers = {None: source}
    crm.wait = 0.1
    async with asyncio.TaskGroup() as group:
        desk = Desk(portraits, group)
        await desk.callers.load()
        call, leg = call_of("8 (916) 000-00-01")
        desk.callers.on_leg(call, leg)
        desk.callers.on_leg(call, leg)
        assert call.portrait == {} and desk.kept == []
    assert call.portrait == {"tier": "gold", "sum": "5"} and desk.kept == [call.portrait]
    assert [request.query["p"] for request, _ in crm.asked] == ["79160000001"]
    async with asyncio.TaskGroup() as group:
        desk = Desk(portraits, group, most=12)
        await desk.callers.load()
        desk.callers.on_leg(call, leg)
        again, leg = call_of()
        desk.callers.on_leg(again, leg)
        ended, leg = call_of(state=CallState.ENDED)
        desk.callers.on_leg(ended, leg)
        others, leg = call_of(partner_id=uuid4())
        desk.callers.on_leg(others, leg)
    assert again.portrait == {"tier": "gold", "sum": "5"} and desk.kept == [again.portrait] and len(crm.asked) == 1
    assert ended.portrait == {} == others.portrait


async def test_a_caller_whose_portrait_failed_is_asked_for_again_with_the_next_operator(crm, made):
    portraits, source, store, _ = made
    store.callers = {None: source}
    call, leg = call_of()
    for status in (500, 200):
        crm.status = status
        async with asyncio.TaskGroup() as group:
            desk = Desk(portraits, group)
            await desk.callers.load()
            desk.callers.on_leg(call, leg)
        assert bool(call.portrait) == (status == 200) == bool(desk.kept)


@pytest.mark.parametrize(
    ("leg", "values"),
    [
        ({"role": LegRole.CALLER}, {}),
        ({"role": LegRole.SUPERVISOR}, {}),
        ({"user_id": None}, {}),
        ({"state": LegState.UP}, {}),
        ({}, {"direction": Direction.INTERNAL}),
        ({}, {"dial": {}}),
        ({}, {"portrait": {"a": "b"}}),
        ({}, {"caller": "anonymous"}),
    ],
)
def test_nobody_is_asked_for(leg, values):
    assert is_offer(*call_of())
    assert not is_offer(*call_of(leg=leg, **values))


def test_a_portrait_too_long_for_a_live_call_is_cut():
    assert shortened({"a": "12345", "bb": "678", "c": "9"}, 9) == {"a": "12345", "bb": "6"}
    assert shortened({"a": "12345"}, 6) == {"a": "12345"}


def test_callers_are_known_by_their_number_alone():
    fields = {"mapping": {"a": "/a"}, "inbound": True}
    assert broken(Portrait(url="https://crm.example/{external_id}", **fields))[0]["path"] == "body.settings.url"
    assert not broken(Portrait(url="https://crm.example/{phone}", **fields))


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/{phone}", "http://[::ffff:169.254.1.1]/{phone}", "http://{phone}.example/", "https://x.example/",
     "http://u:p@x.example/{phone}", "https://x.example/{phone}{secret}"],
)  # fmt: skip
def test_addresses_that_are_not_asked(url):
    assert broken(Portrait(url=url, mapping={"a": "/a"}))
    assert not broken(Portrait(url="https://crm.example/{phone}", mapping={"a": "/a"}))
