"""Presences: the gate, what calls and people make of a status, what frees itself."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.agents.statuses import CHOSEN, TRANSITIONS, IllegalTransition, Status, Why, advance
from engine.calls.model import LegRole
from engine.calls.states import LegState
from engine.core.errors import InvalidInput
from tests.unit.agents.support import LONG, SHORT, World

pytestmark = pytest.mark.feature("F-PBX-09", "F-WID-09")


def test_the_table_names_every_status_and_offline_can_be_reached_from_all_others() -> None:
    assert set(TRANSITIONS) == set(Status)
    for status in set(Status) - {Status.OFFLINE}:
        assert Status.OFFLINE in TRANSITIONS[status]
        assert Status.ON_CALL in TRANSITIONS[status] or status is Status.OFFLINE
    with pytest.raises(IllegalTransition):
        advance(Status.OFFLINE, Status.RESERVED)
    with pytest.raises(IllegalTransition):
        advance(Status.BREAK, Status.WRAP_UP)


def test_an_operator_is_reserved_for_one_call_only() -> None:
    world = World()
    user = world.users[0]
    until = world.clock.now() + timedelta(seconds=25)
    assert not world.presences.reserve(user, uuid4(), until=until)  # offline
    world.presences.set_status(user, Status.READY)
    first, second = uuid4(), uuid4()
    assert world.presences.reserve(user, first, until=until)
    assert not world.presences.reserve(user, second, until=until)
    assert not world.presences.reserve(user, first, until=until)
    world.presences.release(user, second, "missed")  # not its own
    assert world.presences.get(user).status is Status.RESERVED
    world.presences.release(user, first, "cancelled")
    assert world.presences.available(user)


def test_a_reservation_frees_itself_when_nobody_does() -> None:
    world = World()
    user = world.users[0]
    world.presences.set_status(user, Status.READY)
    world.presences.reserve(user, uuid4(), until=world.clock.now() + timedelta(seconds=25))
    world.pass_time(24)
    assert world.presences.get(user).status is Status.RESERVED
    world.pass_time(1)
    assert world.presences.available(user)


def test_a_reservation_whose_leg_ended_waits_a_moment_for_the_reason_then_frees_itself() -> None:
    world = World(presence_missed_limit=1)
    for user, tell in zip(world.users, (True, False), strict=False):
        world.presences.set_status(user, Status.READY)
        call = world.call()
        world.presences.reserve(user, call.id, until=world.clock.now() + timedelta(seconds=60))
        leg = world.ring(call, world.users.index(user))
        world.move(call, leg, LegState.DOWN)
        assert world.presences.get(user).status is Status.RESERVED
        if tell:
            world.presences.release(user, call.id, "missed")
            assert world.presences.get(user).status is Status.AWAY
        else:
            world.pass_time(3)
            assert world.presences.available(user)


def test_the_end_of_a_call_frees_who_is_reserved_for_it() -> None:
    world = World()
    user = world.users[0]
    world.presences.set_status(user, Status.READY)
    call = world.call()
    world.presences.reserve(user, call.id, until=world.clock.now() + timedelta(seconds=60))
    world.presences.on_ended(call)
    assert world.presences.available(user)


def test_a_direct_call_that_rings_keeps_the_queue_away() -> None:
    world = World()
    user = world.users[0]
    world.presences.set_status(user, Status.READY)
    call = world.call()
    leg = world.ring(call, 0)
    assert world.presences.get(user).status is Status.READY
    assert not world.presences.available(user)
    assert not world.presences.reserve(user, uuid4(), until=world.clock.now() + timedelta(seconds=20))
    world.move(call, leg, LegState.DOWN)
    assert world.presences.available(user)


def test_a_call_a_wrap_up_and_ready_again_with_exact_intervals() -> None:
    world = World()
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    world.pass_time(10)
    call = world.call(wrap_s=15)
    presences.reserve(user, call.id, until=world.clock.now() + timedelta(seconds=25))
    leg = world.ring(call, 0)
    world.pass_time(5)
    world.move(call, leg, LegState.UP)
    assert (presences.get(user).status, presences.get(user).call_id) == (Status.ON_CALL, call.id)
    world.pass_time(60)
    world.move(call, leg, LegState.DOWN)
    presence = presences.get(user)
    assert presence.status is Status.WRAP_UP
    assert presence.until == world.clock.now() + timedelta(seconds=15)
    assert (presence.calls_today, presence.talk_today_s, presence.last_call_at) == (1, 60.0, world.clock.now())
    world.pass_time(10)
    presences.extend_wrap_up(user, 20)
    world.pass_time(20)
    assert presences.get(user).status is Status.WRAP_UP
    world.pass_time(5)
    assert presences.available(user)
    found = [(status, (end - begin).total_seconds()) for status, begin, end in world.journal.intervals(user)]
    assert found == [("ready", 10), ("reserved", 5), ("on_call", 60), ("wrap_up", 35)]


def test_ready_ends_a_wrap_up_early_and_no_extension_passes_the_limit() -> None:
    world = World(presence_wrap_up_max_s=60)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    call = world.call(wrap_s=30)
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    world.move(call, leg, LegState.DOWN)
    started = world.clock.now()
    presences.extend_wrap_up(user, 3600)
    assert presences.get(user).until == started + timedelta(seconds=60)
    presences.set_status(user, Status.READY)
    assert presences.available(user)
    with pytest.raises(InvalidInput):
        presences.extend_wrap_up(user, 10)


def test_a_break_wanted_during_a_call_comes_after_its_wrap_up() -> None:
    world = World()
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    call = world.call(wrap_s=5)
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    presences.set_status(user, Status.BREAK, reason_id=SHORT)
    wanted = presences.get(user).wanted
    assert wanted is not None and wanted.status is Status.BREAK
    assert presences.get(user).status is Status.ON_CALL
    world.move(call, leg, LegState.DOWN)
    assert presences.get(user).status is Status.WRAP_UP
    world.pass_time(5)
    assert (presences.get(user).status, presences.get(user).reason_id) == (Status.BREAK, SHORT)
    assert presences.get(user).until == world.clock.now() + timedelta(minutes=15)


def test_a_call_in_a_break_leads_back_into_the_break() -> None:
    world = World()
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    presences.set_status(user, Status.BREAK, reason_id=SHORT)
    world.pass_time(5 * 60)
    call = world.dials(0)
    assert presences.get(user).status is Status.ON_CALL
    world.pass_time(30)
    world.move(call, call.legs[0], LegState.DOWN)
    assert (presences.get(user).status, presences.get(user).reason_id) == (Status.BREAK, SHORT)
    assert presences.get(user).until == world.clock.now() + timedelta(minutes=10)  # the call took nothing of it


def test_a_consultation_gives_no_wrap_up_and_several_calls_are_one_time() -> None:
    world = World()
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    other = world.call(wrap_s=20)
    consult = world.ring(other, 0, LegRole.CONSULT)
    world.move(other, consult, LegState.UP)
    world.move(other, consult, LegState.DOWN)
    assert presences.get(user).status is Status.READY
    one, two = world.call(wrap_s=7), world.call()
    leg_one, leg_two = world.ring(one, 0), world.ring(two, 0)
    world.move(one, leg_one, LegState.UP)
    world.move(two, leg_two, LegState.UP)
    world.move(one, leg_one, LegState.DOWN)
    assert (presences.get(user).status, presences.get(user).call_id) == (Status.ON_CALL, two.id)
    world.move(two, leg_two, LegState.DOWN)
    assert presences.get(user).status is Status.WRAP_UP  # owed for the first of them


def test_missed_calls_in_a_row_make_an_operator_away_until_it_says_ready() -> None:
    world = World(presence_missed_limit=2)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    for expected in (Status.READY, Status.AWAY):
        call_id = uuid4()
        assert presences.reserve(user, call_id, until=world.clock.now() + timedelta(seconds=25))
        presences.release(user, call_id, "missed")
        assert presences.get(user).status is expected
    assert presences.get(user).why is Why.MISSED
    presences.active(user)
    assert presences.get(user).status is Status.AWAY
    presences.set_status(user, Status.READY)
    call_id = uuid4()
    presences.reserve(user, call_id, until=world.clock.now() + timedelta(seconds=25))
    presences.release(user, call_id, "missed", missed_limit=1)  # the queue's own limit
    assert presences.get(user).status is Status.AWAY


def test_an_answered_call_forgets_the_missed_ones() -> None:
    world = World(presence_missed_limit=2)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    missed = uuid4()
    presences.reserve(user, missed, until=world.clock.now() + timedelta(seconds=25))
    presences.release(user, missed, "missed")
    assert presences.get(user).missed_in_row == 1
    call = world.call()
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    assert presences.get(user).missed_in_row == 0


def test_a_lost_phone_makes_away_after_the_grace_and_its_return_ready() -> None:
    world = World(presence_phone_grace_s=8)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    presences.on_phone("201", False)
    assert not presences.available(user)
    world.pass_time(7)
    assert presences.get(user).status is Status.READY
    world.pass_time(1)
    assert (presences.get(user).status, presences.get(user).why) == (Status.AWAY, Why.PHONE)
    presences.set_status(user, Status.READY)
    assert presences.get(user).status is Status.AWAY  # there is still no phone
    presences.on_phone("201", True)
    assert presences.available(user)


def test_a_phone_lost_in_a_call_is_told_at_once_and_counts_after_it() -> None:
    world = World(presence_phone_grace_s=8)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    call = world.call()
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    told = len(world.journal.feed)
    presences.on_phone("201", False)
    assert len(world.journal.feed) == told + 1
    assert (presences.get(user).status, presences.get(user).reachable) == (Status.ON_CALL, False)
    world.pass_time(60)
    assert presences.get(user).status is Status.ON_CALL
    world.move(call, leg, LegState.DOWN)
    presences.tick()
    assert (presences.get(user).status, presences.get(user).why) == (Status.AWAY, Why.PHONE)


def test_who_gives_no_sign_of_life_is_away_and_comes_back_with_the_next() -> None:
    world = World(presence_idle_s=600)
    user, silent = world.users[:2]
    presences = world.presences
    presences.set_status(user, Status.READY)
    presences.set_status(silent, Status.BREAK)
    world.pass_time(599)
    presences.active(user)
    world.pass_time(599)
    assert presences.get(user).status is Status.READY
    world.pass_time(1)
    assert (presences.get(user).status, presences.get(user).why) == (Status.AWAY, Why.IDLE)
    assert presences.get(silent).status is Status.BREAK
    presences.active(user)
    assert presences.get(user).status is Status.READY
    presences.set_status(user, Status.AWAY, why=Why.IDLE)  # a locked screen, told by the page
    presences.active(user)
    assert presences.get(user).status is Status.READY


def test_a_call_is_a_sign_of_life() -> None:
    world = World(presence_idle_s=600)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    presences.active(user)
    call = world.call()
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    world.pass_time(3000)
    world.move(call, leg, LegState.DOWN)
    world.pass_time(599)
    assert presences.get(user).status is Status.READY
    world.pass_time(1)
    assert presences.get(user).status is Status.AWAY


def test_a_desk_phone_whose_owner_never_reports_is_not_idle() -> None:
    world = World(presence_idle_s=600)
    world.presences.set_status(world.users[0], Status.READY)
    world.pass_time(7000)
    assert world.presences.get(world.users[0]).status is Status.READY


def test_who_signs_on_has_the_grace_to_bring_up_a_phone() -> None:
    world = World(presence_phone_grace_s=8)
    user, presences = world.users[0], world.presences
    presences.on_phone("201", False)
    world.pass_time(3600)
    presences.set_status(user, Status.READY)
    assert presences.get(user).status is Status.READY
    assert not presences.available(user)
    world.pass_time(7)
    presences.on_phone("201", True)
    assert presences.available(user)
    assert [status for status, *_ in world.journal.intervals(user)] == []


def test_who_forgot_a_break_is_signed_off_long_after_its_end() -> None:
    world = World(presence_away_limit_s=3600)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.BREAK, reason_id=SHORT)
    world.pass_time(15 * 60 + 3599)
    assert presences.get(user).status is Status.BREAK
    world.pass_time(1)
    assert presences.get(user).status is Status.OFFLINE
    presences.set_status(user, Status.BREAK, reason_id=LONG)
    world.pass_time(100_000)
    assert presences.get(user).status is Status.BREAK


def test_who_follows_hears_of_a_phone_that_is_busy_and_free_again() -> None:
    world = World()
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.READY)
    heard: list[bool] = []
    presences.on_change.append(lambda user_id: heard.append(presences.available(user_id)))
    call = world.call()
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.DOWN)
    assert heard == [False, True]


def test_who_is_away_for_very_long_is_signed_off() -> None:
    world = World(presence_away_limit_s=3600)
    user, presences = world.users[0], world.presences
    presences.set_status(user, Status.AWAY)
    world.pass_time(3600)
    assert presences.get(user).status is Status.OFFLINE


def test_statuses_of_calls_cant_be_chosen_and_reasons_must_exist() -> None:
    world = World()
    for status in set(Status) - CHOSEN:
        with pytest.raises(InvalidInput):
            world.presences.set_status(world.users[0], status)
    with pytest.raises(InvalidInput):
        world.presences.set_status(world.users[0], Status.BREAK, reason_id=uuid4())
    world.presences.set_status(world.users[0], Status.BREAK, reason_id=SHORT)
    assert world.presences.get(world.users[0]).until == world.clock.now() + timedelta(minutes=15)


def test_who_is_signed_off_takes_direct_calls_without_working_time() -> None:
    world = World()
    user = world.users[0]
    call = world.call(wrap_s=10)
    leg = world.ring(call, 0)
    world.move(call, leg, LegState.UP)
    assert world.presences.get(user).status is Status.OFFLINE
    world.presences.set_status(user, Status.READY)
    assert world.presences.get(user).status is Status.ON_CALL
    world.pass_time(5)
    world.move(call, leg, LegState.DOWN)
    assert world.journal.intervals(user)[-1][0] == "on_call"


def test_after_a_connect_who_was_in_a_lost_call_is_in_none() -> None:
    world = World()
    presences = world.presences
    reserved = world.users[0]
    for user in world.users:
        presences.set_status(user, Status.READY)
    call, lost = world.call(), world.call()
    presences.reserve(reserved, lost.id, until=world.clock.now() + timedelta(seconds=60))
    world.move(lost, world.ring(lost, 1), LegState.UP)
    leg = world.ring(call, 2)
    world.move(call, leg, LegState.UP)
    presences.sync([call])
    statuses = [presences.get(user).status for user in world.users]
    assert statuses == [Status.READY, Status.READY, Status.ON_CALL]


def test_who_loses_its_extension_is_signed_off_and_its_time_is_kept() -> None:
    world = World()
    user = world.users[0]
    world.presences.set_status(user, Status.READY)
    world.pass_time(60)
    world.presences.load([world.presences.operators[world.users[1]]], {})
    assert world.journal.rows(user)[-1].status == "offline"
    assert [(status, (end - begin).seconds) for status, begin, end in world.journal.intervals(user)] == [("ready", 60)]
    assert not world.presences.available(user)
