"""The log of working time in PostgreSQL: complete, without overlap, counted once, alive after a crash."""

import itertools
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from engine.agents.statuses import Status, Why
from engine.calls.states import LegState
from tests.integration.presence.conftest import LUNCH, Place
from tests.unit.agents.support import World

pytestmark = pytest.mark.feature("F-PBX-09")


async def test_what_an_operator_did_is_in_the_log_once_and_without_gaps(place: Place) -> None:
    node = await place.node()
    user, began = place.users[0], place.clock.now()
    node.presences.set_status(user, Status.READY)
    node.pass_time(60.25)
    node.presences.set_status(user, Status.BREAK, reason_id=LUNCH)
    node.pass_time(30)
    node.presences.set_status(user, Status.READY)
    assert node.presences.reserve(user, uuid4(), until=place.clock.now() + timedelta(seconds=20))
    node.pass_time(20)
    node.pass_time(5)
    node.presences.set_status(user, Status.OFFLINE)
    node.pass_time(100)
    entries = list(node.journal.pending)
    await node.writer.flush()
    node.journal.pending.extend(entries)  # told again, as after a lost answer
    await node.writer.flush()
    rows = await place.pool.fetch(
        "select status, reason_id, lower(during) as starts, upper(during) as ends from presence_intervals "
        "where user_id = $1 order by lower(during)",
        user,
    )
    seconds = [(row["status"], (row["ends"] - row["starts"]).total_seconds()) for row in rows]
    assert seconds == [("ready", 60.25), ("break", 30.0), ("reserved", 20.0), ("ready", 5.0)]
    assert rows[0]["starts"] == began
    assert all(one["ends"] == other["starts"] for one, other in itertools.pairwise(rows))
    assert rows[1]["reason_id"] == LUNCH
    now = await place.pool.fetchrow("select * from presence where user_id = $1", user)
    assert (now["status"], now["reachable"]) == ("offline", True)
    told = await place.pool.fetch("select data from changes where topic = 'operators' and key = $1", str(user))
    assert told[-1]["data"]["status"] == "offline"


async def test_the_database_refuses_times_that_overlap(place: Place) -> None:
    add = "insert into presence_intervals (id, user_id, status, during) values ($1, $2, 'ready', tstzrange($3, $4))"
    now, one, other = place.clock.now(), *place.users[:2]
    await place.pool.execute(add, uuid4(), one, now, now + timedelta(hours=1))
    await place.pool.execute(add, uuid4(), other, now, now + timedelta(hours=1))
    await place.pool.execute(add, uuid4(), one, now + timedelta(hours=1), now + timedelta(hours=2))
    for first, last in ((30, 90), (10, 20), (-10, 300), (59, 61)):
        with pytest.raises(asyncpg.ExclusionViolationError):
            at = now + timedelta(minutes=first)
            await place.pool.execute(add, uuid4(), one, at, now + timedelta(minutes=last))
    with pytest.raises(asyncpg.CheckViolationError):
        await place.pool.execute(add, uuid4(), other, now + timedelta(hours=5), now + timedelta(hours=5))


async def test_after_a_crash_operators_are_what_they_were(place: Place) -> None:
    node = await place.node()
    ready, resting, reserved = place.users
    call_id = uuid4()
    for user in place.users:
        node.presences.set_status(user, Status.READY)
    node.pass_time(10)
    node.presences.set_status(resting, Status.BREAK, reason_id=LUNCH)
    node.presences.reserve(reserved, call_id, until=place.clock.now() + timedelta(seconds=30))
    node.presences.set_status(reserved, Status.AWAY)
    # No word to the database: the next process finds all of it in the journal.
    place.clock.at += timedelta(seconds=5)
    after = await place.node()
    assert after.presences.get(ready).status is Status.READY
    assert after.presences.get(ready).since == place.clock.now() - timedelta(seconds=15)
    assert (after.presences.get(resting).status, after.presences.get(resting).reason_id) == (Status.BREAK, LUNCH)
    presence = after.presences.get(reserved)
    assert (presence.status, presence.call_id) == (Status.RESERVED, call_id)
    assert presence.wanted is not None and (presence.wanted.status, presence.wanted.why) == (Status.AWAY, Why.ASKED)
    after.pass_time(25)
    assert after.presences.get(reserved).status is Status.AWAY  # its reservation was over, nobody had ended it
    after.presences.set_status(ready, Status.OFFLINE)
    await after.writer.flush()
    one = await place.pool.fetchrow("select during from presence_intervals where user_id = $1", ready)
    assert (one["during"].upper - one["during"].lower) == timedelta(seconds=40)


async def test_a_call_that_did_not_outlive_the_crash_holds_nobody(place: Place) -> None:
    node = await place.node()
    user = place.users[0]
    node.presences.set_status(user, Status.READY)
    world = World()
    world.clock, world.presences = place.clock, node.presences
    call = world.call(wrap_s=20)
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    assert node.presences.get(user).status is Status.ON_CALL
    place.clock.at += timedelta(seconds=50)
    after = await place.node()
    assert (after.presences.get(user).status, after.presences.get(user).call_id) == (Status.ON_CALL, call.id)
    await after.roster.on_up()  # no call lives
    assert after.presences.get(user).status is Status.READY
    assert (after.presences.get(user).calls_today, after.presences.get(user).talk_today_s) == (1, 50.0)


async def test_operators_come_and_go_with_their_rows(place: Place) -> None:
    node = await place.node()
    user, other = place.users[:2]
    node.presences.set_status(user, Status.READY)
    node.presences.set_status(other, Status.READY)
    await place.pool.execute("update users set blocked_at = now() where id = $1", user)
    skill, group = uuid4(), uuid4()
    await place.pool.execute("insert into skills (id, name) values ($1, 'English')", skill)
    await place.pool.execute("insert into user_skills (user_id, skill_id, level) values ($1, $2, 7)", other, skill)
    await place.pool.execute("insert into employee_groups (id, name) values ($1, 'Sales')", group)
    await place.pool.execute("insert into employee_group_members (group_id, user_id) values ($1, $2)", group, other)
    await node.roster.follow({"users", "user_skills"})
    assert user not in node.presences.operators
    operator = node.presences.operators[other]
    assert (operator.skills, operator.groups, operator.endpoint) == ({skill: 7}, frozenset({group}), "PJSIP/202")
    assert node.presences.get(other).status is Status.READY
    await node.writer.flush()
    assert await place.pool.fetchval("select status from presence where user_id = $1", user) == "offline"
