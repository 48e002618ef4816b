"""Leads in a real database: claimed once, looked at again, settled by the journal, taken up after a kill."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.dialer.attempts import LeadState
from engine.dialer.outcomes import Outcome
from engine.history.records import DialRow
from tests.integration.dialer.house import Desk, House, an_id, settings

pytestmark = pytest.mark.feature("F-DIAL-04", "F-DIAL-13", "F-DIAL-20")
O = Outcome  # noqa: E741
CHEAP = {"pacing": {"calls_per_s": 5}}


async def attempts(pool: Any, campaign_id: UUID) -> dict[str | None, int]:
    rows = await pool.fetch(
        "select outcome, count(*) from dial_attempts where campaign_id = $1 group by outcome", campaign_id
    )
    return dict(rows)


@pytest.mark.feature("F-DIAL-05")
async def test_two_nodes_share_a_campaign_and_no_lead_is_taken_twice_or_forgotten(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    campaign = await desk.campaign([await desk.leads(240)])
    houses = [await House(pool, tmp_path / node, node).start(campaign) for node in ("one", "two", "three")]
    await houses[0].leads.fill()
    dialed: Counter[UUID] = Counter()
    by_node: Counter[str] = Counter()

    async def dial(house: House) -> None:
        while (claim := await house.next(campaign)) is not None:
            assert await house.leads.begin(claim) is None
            dialed[claim.lead_id] += 1
            by_node[house.settings.node_id] += 1
            house.end(claim, O.TALKED)
            if sum(dialed.values()) % 50 == 0:
                await house.flush()

    await asyncio.gather(*(dial(house) for house in houses))
    for house in houses:
        await house.flush()
    assert len(dialed) == 240 and set(dialed.values()) == {1}
    assert len(by_node) == 3, "each node has its share"
    assert await desk.states(campaign.id) == {"done": 240}
    assert await attempts(pool, campaign.id) == {"talked": 240}


async def test_a_killed_process_has_called_nobody_twice_and_forgotten_nobody(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    rule = [{"outcome": "interrupted", "interval_s": 0, "attempts": 5}]
    campaign = await desk.campaign([await desk.leads(40)], settings(**CHEAP, retries=rule))
    first = await (await House(pool, tmp_path).start(campaign)).filled()
    talked = await first.next(campaign)
    dialled, shown = await first.next(campaign), await first.next(campaign)
    alive = await first.next(campaign)
    assert talked and dialled and shown and alive
    for claim in (talked, dialled, alive):
        assert await first.leads.begin(claim) is None
    first.end(talked, O.TALKED)  # in the journal's file alone
    # Nothing of the process outlives this: some are claimed ahead, one is shown to an operator, two are being dialled.
    second = House(pool, tmp_path)
    await second.writer.recover()
    await second.leads.follow([campaign])
    await second.leads.restore({alive.attempt_id})
    await second.flush()
    rows = {row["id"]: row for row in await pool.fetch("select * from dial_attempts")}
    assert rows[talked.attempt_id]["outcome"] == "talked"
    assert rows[dialled.attempt_id]["outcome"] == "interrupted"
    assert rows[alive.attempt_id]["ended_at"] is None, "its call lives, and is settled by whoever serves it"
    assert set(rows) == {talked.attempt_id, dialled.attempt_id, alive.attempt_id}, "the others never began"
    assert await desk.states(campaign.id) == {"waiting": 38, "claimed": 1, "done": 1}
    row = second.end(alive, O.NO_ANSWER)
    assert row is not None and row.attempts == 1
    # Everybody is reached in the end, and each attempt has one call.
    seen: Counter[UUID] = Counter()
    while (claim := await second.next(campaign)) is not None:
        assert await second.leads.begin(claim) is None
        seen[claim.attempt_id] += 1
        second.end(claim, O.TALKED)
        await second.flush()
    assert set(seen.values()) == {1}
    assert (await attempts(pool, campaign.id))["talked"] == 39


async def test_a_pause_gives_back_what_was_claimed_ahead(pool: Any, desk: Desk, tmp_path: Path) -> None:
    campaign = await desk.campaign([await desk.leads(30)], settings(**CHEAP))
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    claim = await house.next(campaign)
    assert claim and (await desk.states(campaign.id))["claimed"] > 1
    await pool.execute("update campaigns set state = 'paused' where id = $1", campaign.id)
    refusal = await house.leads.begin(claim)
    assert refusal is not None and refusal.reason == "stopped"
    await house.leads.follow([])
    await house.leads.give_back(claim)
    await house.flush()
    assert await desk.states(campaign.id) == {"waiting": 30}
    assert house.leads.take(campaign.id) is None
    await pool.execute("update campaigns set state = 'running' where id = $1", campaign.id)
    await house.leads.follow([await desk.read(campaign.id)])
    assert await house.next(campaign) is not None


@pytest.mark.parametrize(
    ("statement", "reason", "state", "result"),
    [
        ("insert into do_not_call (id, address) values ($1, $2)", "do_not_call", "waiting", None),
        ("insert into do_not_call (id, address, source) values ($1, $2, 'opt_out')", "person", "done", "do_not_call"),
        ("update leads set enabled = $1::uuid is null and $2::text is null", "disabled", "done", "disabled"),
        ("update lead_contacts set enabled = $1::uuid is null where address = $2", "contact", "waiting", None),
    ],
)
async def test_what_changes_between_claim_and_dial_is_respected(
    pool: Any, desk: Desk, tmp_path: Path, statement: str, reason: str, state: str, result: str | None
) -> None:
    campaign = await desk.campaign([await desk.leads(1, contacts=2)])
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    claim = await house.next(campaign)
    assert claim is not None
    await pool.execute(statement, an_id(), claim.address)
    refusal = await house.leads.begin(claim)
    assert refusal is not None and refusal.reason == reason
    row = house.leads.settle(claim, DialRow(id=claim.attempt_id, outcome=O.BLOCKED))
    await house.flush()
    assert row is not None and (row.state, row.result, row.attempts) == (state, result, 0)
    after = await house.next(campaign)
    assert (after is not None) == (state == "waiting")
    if after is not None:
        assert after.address != claim.address and after.contact == 2
        assert await house.leads.begin(after) is None


async def test_who_is_on_the_list_when_claimed_never_reaches_the_dialler(pool: Any, desk: Desk, tmp_path: Path) -> None:
    campaign = await desk.campaign([await desk.leads(20)], settings(**CHEAP))
    await pool.execute(
        "insert into do_not_call (id, address) select gen_random_uuid(), address from lead_contacts where position = 1"
        " order by address limit 15"
    )
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    found = []
    while (claim := await house.next(campaign)) is not None:
        found.append(claim)
        house.end(claim, O.TALKED)
    await house.flush()
    assert len(found) == 5
    assert await attempts(pool, campaign.id) == {"talked": 5, "blocked": 15}


async def test_the_hours_of_the_law_are_looked_at_before_and_in_the_moment(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    lists = [await desk.leads(2, zone="Europe/Moscow"), await desk.leads(2, first=10, zone="Asia/Kamchatka")]
    campaign = await desk.campaign(lists)
    house = House(pool, tmp_path)
    noon = house.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    house.clock.ahead = noon - house.clock.now()  # 12:00 in Moscow, 21:00 in Kamchatka
    await pool.execute(
        "update calling_hours set enabled = true, prefix = '79', weekly = $1",
        [{"day": day, "start": "08:00:00", "end": "20:00:00"} for day in range(1, 8)],
    )
    await (await house.start(campaign)).filled()
    taken = [house.leads.take(campaign.id) for _ in range(3)]
    assert [claim.zone if claim else None for claim in taken] == ["Europe/Moscow", "Europe/Moscow", None]
    claim = taken[0]
    assert claim is not None
    house.clock.forward(hours=9)
    refusal = await house.leads.begin(claim)
    assert refusal is not None and refusal.reason == "hours"
    row = house.leads.settle(claim, DialRow(id=claim.attempt_id, outcome=O.BLOCKED))
    assert row is not None and row.state == LeadState.WAITING
    assert row.next_at == noon.replace(hour=5) + timedelta(days=1)


async def test_a_number_is_dialled_by_one_campaign_at_a_time_and_so_often_a_day(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    one = await desk.campaign([await desk.leads(1)])
    two = await desk.campaign([await desk.leads(1)])  # the same number on another list
    house = await (await House(pool, tmp_path, dial_number_day=2).start(one, two)).filled()
    first, second = await house.next(one), await house.next(two)
    assert first and second and first.address == second.address
    answers = await asyncio.gather(house.leads.begin(first), house.leads.begin(second))
    assert sorted(str(one and one.reason) for one in answers) == ["None", "in_progress"]
    mine, other = (first, second) if answers[0] is None else (second, first)
    house.end(mine, O.NO_ANSWER)
    await house.leads.give_back(other)
    await house.flush()
    await pool.execute(
        "insert into dial_attempts (id, campaign_id, lead_id, list_id, node_id, mode, address, number, claimed_at,"
        " taken_at, dialed_at, ended_at, outcome)"
        " values ($1, $2, $3, $4, 'x', 'robocall', $5, 1, $6, $6, $6, $6, 'busy')",
        *(an_id(), one.id, first.lead_id, first.list_id, first.address, house.clock.now()),
    )
    await pool.execute("update campaign_leads set next_at = '-infinity' where state = 'waiting'")
    third = await house.next(one if mine is second else two)
    assert third is not None
    refusal = await house.leads.begin(third)
    assert refusal is not None and refusal.reason == "day_full" and refusal.next_at is not None
    assert timedelta() < refusal.next_at - house.clock.now() <= timedelta(days=1)


async def test_claims_of_a_silent_node_are_taken_over_and_its_late_word_counts(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    campaign = await desk.campaign([await desk.leads(5)], settings(**CHEAP))
    gone = await (await House(pool, tmp_path / "gone", "gone").start(campaign)).filled()
    claim = await gone.next(campaign)
    assert claim is not None and await gone.leads.begin(claim) is None
    other = await House(pool, tmp_path / "other", "other").start(campaign)
    await other.leads.tidy()
    assert (await desk.states(campaign.id))["claimed"] == 5, "it lives"
    await pool.execute("update engine_nodes set heartbeat_at = now() - interval '10 minutes' where id = 'gone'")
    await other.leads.tidy()
    await other.flush()
    assert await desk.states(campaign.id) == {"waiting": 5}
    assert await attempts(pool, campaign.id) == {"interrupted": 1}
    other_claim = gone.leads.take(campaign.id)
    assert other_claim is not None
    refusal = await gone.leads.begin(other_claim)
    assert refusal is not None and refusal.reason == "lost", "what it claimed ahead is not its any more"
    gone.end(claim, O.TALKED)
    await gone.flush()
    assert await desk.states(campaign.id) == {"waiting": 4, "done": 1}
    assert await attempts(pool, campaign.id) == {"talked": 1}


async def test_leads_added_changed_and_removed_later(pool: Any, desk: Desk, tmp_path: Path) -> None:
    list_id = await desk.leads(10)
    campaign = await desk.campaign([list_id])
    house = await (await House(pool, tmp_path, dial_seed_chunk=4).start(campaign)).filled()
    await house.leads.follow([])
    await desk.add(list_id, 5, first=100, zone="Asia/Omsk")
    await pool.execute("update leads set enabled = false, updated_at = now() where external_id = 'c1'")
    await pool.execute("update leads set timezone = 'Asia/Tokyo', updated_at = now() where external_id = 'c2'")
    house = await (await House(pool, tmp_path / "next").start(campaign)).filled()
    await house.leads.follow([])
    zones = await pool.fetch("select zone, state, count(*) from campaign_leads group by 1, 2 order by 1, 2")
    assert [tuple(row) for row in zones] == [
        *(("Asia/Omsk", "waiting", 5), ("Asia/Tokyo", "waiting", 1)),
        *(("Europe/Moscow", "done", 1), ("Europe/Moscow", "waiting", 8)),
    ]
    await house.leads.follow([campaign])
    await house.leads.fill()
    await pool.execute("update leads set enabled = true, updated_at = now() where external_id = 'c1'")
    await house.leads.fill()
    assert (await desk.states(campaign.id)).keys() <= {"waiting", "claimed"}, "of use again"
    await pool.execute("delete from campaign_lists where campaign_id = $1", campaign.id)
    await house.leads.follow([await desk.read(campaign.id)])
    await house.leads.fill()
    assert (await desk.states(campaign.id)).get("waiting", 0) == 0


async def test_promised_calls_and_people_who_were_left_come_first(pool: Any, desk: Desk, tmp_path: Path) -> None:
    campaign = await desk.campaign([await desk.leads(30)], settings(**CHEAP))
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    left, kept = await house.next(campaign), await house.next(campaign)
    assert left and kept
    house.end(left, O.ABANDONED, abandoned=True, answered_at=house.clock.now())
    operator = an_id()
    await pool.execute(
        "update campaign_leads set user_id = $1, next_at = now() where lead_id = $2", operator, kept.lead_id
    )
    await house.leads.give_back(kept)
    await house.flush()
    await pool.execute("update campaign_leads set next_at = now() where lead_id = $1", left.lead_id)
    while house.leads.take(campaign.id) is not None:
        continue
    house.leads._buffers[campaign.id].resting.clear()
    await house.leads.look()
    owed = house.leads.take(campaign.id, live_only=True)
    assert owed is not None and owed.lead_id == left.lead_id and owed.live_only
    claims = [house.leads.take(campaign.id, users=()) for _ in range(10)]
    assert kept.lead_id not in {claim.lead_id for claim in claims if claim}
    promised = house.leads.take(campaign.id, users=(operator,))
    assert promised is not None and (promised.lead_id, promised.user_id) == (kept.lead_id, operator)
    assert await house.leads.abandonment(campaign.id, house.clock.now()) == ((1, 1), (1, 1))
    assert await house.leads.abandoned_caller(left.address) is None, "the campaign has no queue"
    await pool.execute("insert into queues (id, name) values ($1, 'q')", operator)
    await pool.execute("update campaigns set queue_id = $1", operator)
    found = await house.leads.abandoned_caller(left.address)
    assert found is not None and (found.campaign_id, found.queue_id) == (campaign.id, operator)


async def test_an_operators_word_during_the_call_is_not_undone_by_its_end(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    campaign = await desk.campaign([await desk.leads(1)])
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    claim = await house.next(campaign)
    assert claim is not None and await house.leads.begin(claim) is None
    # As the api writes a disposition while the two talk.
    await pool.execute("update campaign_leads set state = 'done', result = 'refusal', done_at = now()")
    second = House(pool, tmp_path)
    await second.writer.recover()
    await second.leads.follow([campaign])
    await second.leads.restore({claim.attempt_id})
    assert await pool.fetchval("select ended_at from dial_attempts") is None, "they still talk"
    second.end(claim, O.TALKED)
    await second.flush()
    await second.leads.look()
    row = await pool.fetchrow("select l.result, a.outcome from campaign_leads l, dial_attempts a")
    assert tuple(row) == ("refusal", "talked")


async def test_lists_come_by_their_priority_and_retries_by_their_age(pool: Any, desk: Desk, tmp_path: Path) -> None:
    low, high = await desk.leads(3), await desk.leads(3, first=10, zone="Asia/Omsk")
    campaign = await desk.campaign([low, high])
    await pool.execute("update campaign_lists set priority = 5 where list_id = $1", high)
    house = await (await House(pool, tmp_path).start(await desk.read(campaign.id))).filled()
    taken = [house.leads.take(campaign.id) for _ in range(6)]
    assert [claim.list_id for claim in taken if claim] == [high] * 3 + [low] * 3
    await pool.execute("update campaign_lists set priority = 9 where list_id = $1", low)
    for claim in taken:
        assert claim is not None
        await house.leads.give_back(claim)
    await house.leads.follow([await desk.read(campaign.id)])
    await house.leads.fill()
    await pool.execute(
        "update campaign_leads set next_at = now() - make_interval(mins => substr(l.external_id, 2)::int) from leads l"
        " where l.id = lead_id"
    )
    await house.leads.look()
    claims = [house.leads.take(campaign.id) for _ in range(6)]
    assert [claim.external_id for claim in claims if claim] == ["c3", "c2", "c1", "c12", "c11", "c10"]
