"""Attempts from the claim to the result: operators kept and freed, outcomes, what the pacing and people are told."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import msgspec
import pytest

from engine.agents.statuses import Status
from engine.calls.model import EndedBy
from engine.calls.states import LegState
from engine.core.errors import Conflict, Forbidden
from engine.dialer.live.dial import Stage
from engine.dialer.live.dials import OWED
from engine.dialer.live.operators import Doing
from engine.dialer.live.results import outcome_of_cause
from engine.dialer.outcomes import CampaignState, Mode, Outcome
from engine.history.records import DialRow, OptOutRow
from tests.unit.dialer.live.support import Hall, campaign_of, claim_of
from tests.unit.queues.support import operator

pytestmark = pytest.mark.feature("F-DIAL-10a", "F-DIAL-10b", "F-DIAL-10c")
UP, RINGING, DOWN = LegState.UP, LegState.RINGING, LegState.DOWN


def status(hall: Hall, number: int = 1) -> Status:
    return hall.room.presences.get(operator(number)).status


def test_progressive_keeps_an_operator_from_the_ringing_on() -> None:
    hall = Hall()
    dial = hall.begin()
    assert status(hall) is Status.READY and dial.dialed_at == hall.clock.now()
    hall.leg(dial, RINGING)
    assert status(hall) is Status.RESERVED and dial.user_id == operator(1)
    hall.leg(dial, UP)
    assert hall.dials.verdict(dial, None, None, None, "off")
    place = hall.dials.queue_place(dial)
    assert [asked.user_id for asked in place.asked] == [operator(1)] and place.client == dial.claim.address
    hall.join(dial, 1)
    hall.room.presences.set(operator(1), Status.ON_CALL)
    row = hall.end(dial, talked=30.0)
    assert (row.outcome, row.operator_id, row.talk_s, row.abandoned) == (Outcome.TALKED, operator(1), 30.0, False)
    assert not hall.dials.live and not hall.run.dials


def test_an_operator_kept_for_a_client_who_does_not_answer_is_free_again() -> None:
    hall = Hall()
    dial = hall.begin()
    hall.leg(dial, RINGING)
    hall.clock.step(20.0)
    hall.leg(dial, DOWN, cause=19)
    assert status(hall) is Status.READY
    assert hall.end(dial, finished=True).outcome is Outcome.NO_ANSWER
    assert not hall.room.queues.distributor.waiters


def test_predictive_keeps_nobody_until_the_client_answers() -> None:
    hall = Hall()
    dial = hall.begin(Mode.PREDICTIVE)
    hall.leg(dial, RINGING)
    hall.leg(dial, UP)
    assert status(hall) is Status.READY and not hall.dials.queue_place(dial).asked


def test_a_client_who_was_left_before_is_called_with_an_operator_at_hand_alone() -> None:
    hall = Hall(operators=1)
    hall.room.presences.set(operator(1), Status.ON_CALL)
    dial = hall.begin(Mode.PREDICTIVE, live_only=True)
    assert not hall.calls and dial.stage is Stage.WAITING
    hall.room.presences.set(operator(1), Status.READY)
    hall.room.queues.decide()
    assert dial.id in hall.calls and dial.user_id == operator(1) and not dial.operator_first


def test_nobody_in_time_is_an_abandoned_person_who_is_served_first_later() -> None:
    hall = Hall(campaign_of(Mode.PREDICTIVE))
    dial = hall.begin()
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    hall.clock.step(2.0)
    hall.dials.abandon(dial)
    hall.dials.opt_out(dial)
    row = hall.end(dial)
    assert (row.outcome, row.abandoned, row.answers) == (Outcome.ABANDONED, True, {"opt_out": "1"})
    assert [one.address for one in hall.journal.rows if isinstance(one, OptOutRow)] == [dial.claim.address]
    assert hall.dials.priority_of(dial.claim.address) == OWED
    assert (hall.run.counts.humans, hall.run.counts.abandoned) == (1, 1)
    hall.clock.step(timedelta(hours=73).total_seconds())
    assert hall.dials.priority_of(dial.claim.address) == 0


def test_an_operator_who_comes_too_late_talks_but_the_person_counts_as_abandoned() -> None:
    hall = Hall(campaign_of(Mode.PREDICTIVE, auto_answer=False))
    dial = hall.begin()
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    hall.clock.step(5.0)
    hall.join(dial, 1)
    row = hall.end(dial, talked=10.0)
    assert (row.outcome, row.abandoned) == (Outcome.TALKED, True)


def test_who_hangs_up_after_the_time_is_over_was_abandoned() -> None:
    hall = Hall(campaign_of(Mode.PREDICTIVE, auto_answer=False))
    dial = hall.begin()
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    hall.dials.late(dial)
    row = hall.end(dial)
    assert (row.outcome, row.abandoned) == (Outcome.ABANDONED, True)


def test_who_finds_no_operator_for_long_goes_back() -> None:
    hall = Hall()
    hall.room.presences.set(operator(1), Status.ON_CALL)
    dial = hall.begin(live_only=True)
    hall.clock.step(20.0)
    hall.dials.give_back_idle()
    assert dial.id in hall.dials.live
    hall.clock.step(20.0)
    hall.dials.give_back_idle()
    assert [claim.attempt_id for claim in hall.leads.back] == [dial.id] and not hall.run.dials


def test_a_listed_number_is_blocked_in_the_last_moment_other_refusals_never_were() -> None:
    hall = Hall()
    hall.leads.refusals = {"1": SimpleNamespace(reason="do_not_call"), "2": SimpleNamespace(reason="hours")}
    assert hall.result(hall.begin(address="1")).outcome is Outcome.BLOCKED
    late = hall.begin(address="2")
    assert [claim.attempt_id for claim in hall.leads.back] == [late.id] and not hall.calls


def test_the_portrait_is_asked_for_before_anything_else() -> None:
    hall = Hall(campaign_of(portrait_source_id=uuid4()))
    dial = hall.begin(data={"debt": "100"})
    assert hall.calls[dial.id].variables["asked"] == dial.claim.address
    assert dial.claim.data == {"debt": "100", "asked": dial.claim.address}


def test_the_wrap_up_is_the_attempts() -> None:
    hall = Hall(campaign_of(Mode.PREDICTIVE))
    dial = hall.begin()
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    hall.join(dial, 1)
    hall.end(dial, talked=10.0)
    began = hall.clock.now()
    hall.clock.step(12.0)
    hall.dials.wrapped_up(operator(1), began)
    assert [row.wrap_s for row in hall.journal.rows if isinstance(row, DialRow)][-1] == 12.0


def test_who_hangs_up_before_the_time_is_over_was_not_abandoned() -> None:
    hall = Hall(campaign_of(Mode.PREDICTIVE))
    dial = hall.begin()
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    row = hall.end(dial)
    assert (row.outcome, row.abandoned) == (Outcome.HUNG_UP, False)


@pytest.mark.parametrize(
    ("kind", "outcome"), [("machine", Outcome.MACHINE), ("fax", Outcome.FAX)], ids=["machine", "fax"]
)
def test_a_machine_takes_nobodys_time(kind: str, outcome: Outcome) -> None:
    hall = Hall()
    dial = hall.begin()
    hall.leg(dial, RINGING)
    hall.leg(dial, UP)
    assert not hall.dials.verdict(dial, kind, 0.9, 1.2, "own")
    assert status(hall) is Status.READY
    row = hall.end(dial, by=EndedBy.SYSTEM, finished=True)
    assert (row.outcome, row.verdict, row.verdict_s) == (outcome, kind, 1.2)


def test_a_preview_is_shown_and_started() -> None:
    hall = Hall(campaign_of(Mode.PREVIEW))
    with_loop(lambda: _start_preview(hall))


def _start_preview(hall: Hall) -> None:
    dial = hall.begin()
    assert dial.stage is Stage.SHOWN and not hall.calls
    assert hall.told("preview")[0]["address"] == dial.claim.address
    hall.dials.previews.start(operator(1), dial.id)
    hall.leg(dial, UP, of="201")
    hall.dials.reached(dial)
    assert dial.operator_id == operator(1) and dial.dialed_at is None
    hall.end(dial, by=EndedBy.SYSTEM)
    assert hall.told("preview_over")[0]["why"] == "started"


def test_a_preview_that_is_skipped_or_forgotten_calls_nobody() -> None:
    hall = Hall(campaign_of(Mode.PREVIEW))

    def play() -> None:
        first = hall.begin()
        hall.dials.previews.skip(operator(1))
        assert hall.result(first).outcome is Outcome.SKIPPED
        second = hall.begin()
        hall.dials.settle(second, Outcome.OPERATOR_MISSED)
        assert (operator(1), "missed") in hall.room.presences.released

    with_loop(play)
    assert not hall.calls


def test_an_operators_phone_that_is_not_picked_up_calls_nobody() -> None:
    hall = Hall(campaign_of(Mode.PREVIEW))

    def play() -> None:
        dial = hall.begin()
        hall.dials.previews.start(operator(1))
        hall.leg(dial, DOWN, cause=19, of="201")
        row = hall.end(dial, finished=True)
        assert (row.outcome, row.dialed_at) == (Outcome.OPERATOR_MISSED, None)

    with_loop(play)
    assert (operator(1), "missed") in hall.room.presences.released


def test_a_pause_gives_back_what_has_not_begun_and_leaves_calls_alone() -> None:
    hall = Hall(campaign_of(Mode.PREVIEW))

    def play() -> None:
        shown = hall.begin()
        waiting = hall.begin(address="79990000002")
        calling = hall.begin(Mode.ROBOCALL, address="79990000003")
        hall.dials.stop(hall.campaign.id)
        assert {claim.attempt_id for claim in hall.leads.back} == {shown.id, waiting.id}
        assert set(hall.dials.live) == {calling.id} and status(hall) is Status.READY

    with_loop(play)
    assert hall.told("preview_over")[0]["why"] == "withdrawn"


def test_a_call_that_can_not_be_opened_goes_back_or_has_failed() -> None:
    hall = Hall()
    hall.refuse = Conflict("full")
    dial = hall.begin()
    assert [claim.attempt_id for claim in hall.leads.back] == [dial.id] and not hall.leads.settled
    hall.refuse = Forbidden("no")
    assert hall.result(hall.begin()).outcome is Outcome.FAILED


def test_while_the_trunk_is_away_the_list_is_not_burnt() -> None:
    hall = Hall(operators=3)
    hall.run.staff({operator(number): Doing.READY for number in (1, 2, 3)})
    hall.leads.waiting = [claim_of(hall.campaign, address=f"7999000000{n}") for n in range(9)]
    rests = []
    for _ in range(3):
        hall.run.look()
        for dial in list(hall.dials.live.values()):
            hall.leg(dial, DOWN, cause=38)
            hall.end(dial, finished=True)
        before = hall.clock.now().timestamp()
        rests.append(hall.run.look() - before)
        hall.clock.step(rests[-1])
    assert rests == [6, 12, 15]
    assert {row.outcome for _, row in hall.leads.settled} == {Outcome.FAILED}


def test_attempts_without_their_calls_were_interrupted() -> None:
    hall = Hall(operators=2)
    lost, lives = hall.begin(), hall.begin(address="79990000002")
    hall.dials.settle_lost({lives.id})
    assert hall.result(lost).outcome is Outcome.INTERRUPTED
    assert set(hall.dials.live) == {lives.id}


@pytest.mark.parametrize(("cause", "outcome"), [(16, Outcome.INTERRUPTED), (17, Outcome.BUSY)], ids=["16", "17"])
def test_of_a_call_that_nobody_watched_to_its_end_only_certain_causes_tell(cause: int, outcome: Outcome) -> None:
    hall = Hall()
    dial = hall.begin()
    hall.leg(dial, DOWN, cause=cause)
    assert hall.end(dial).outcome is outcome


def test_another_process_goes_on_with_an_attempt_from_its_call() -> None:
    hall = Hall()
    dial = hall.begin()
    hall.leg(dial, RINGING)
    call = hall.calls[dial.id]
    other = Hall(hall.campaign)
    other.room.presences.set(operator(1), Status.RESERVED)
    other.calls[call.id] = call
    other.legs.on_leg(call, call.caller_leg)
    again = other.dials.live[dial.id]
    assert again.user_id == operator(1) and again.ringing_at == dial.ringing_at
    other.leg(again, UP)
    other.dials.verdict(again, None, None, None, "off")
    assert [one.user_id for one in other.dials.queue_place(again).asked] == [operator(1)]


def test_a_robocalls_answers_are_what_the_menu_learnt() -> None:
    hall = Hall(campaign_of(Mode.ROBOCALL))
    dial = hall.begin(data={"debt": "100"})
    hall.leg(dial, UP)
    hall.dials.verdict(dial, None, None, None, "off")
    hall.calls[dial.id].variables |= {"choice": "1", "debt": "100"}
    row = hall.end(dial, by=EndedBy.SYSTEM, finished=True)
    assert (row.outcome, row.answers) == (Outcome.TALKED, {"choice": "1"})
    quick = hall.begin(address="79990000002")
    hall.leg(quick, UP)
    assert hall.end(quick).outcome is Outcome.HUNG_UP


def test_only_campaigns_that_run_begin_what_waits() -> None:
    hall = Hall(operators=1)
    hall.room.presences.set(operator(1), Status.ON_CALL)
    dial = hall.begin(live_only=True)
    hall.run.campaign = msgspec.structs.replace(hall.campaign, state=CampaignState.PAUSED)
    hall.room.presences.set(operator(1), Status.READY)
    hall.room.queues.decide()
    assert [claim.attempt_id for claim in hall.leads.back] == [dial.id] and not hall.calls


@pytest.mark.parametrize(
    ("cause", "rang", "outcome"),
    [
        (17, True, Outcome.BUSY),
        (19, True, Outcome.NO_ANSWER),
        (19, False, Outcome.UNAVAILABLE),
        (1, False, Outcome.BAD_NUMBER),
        (21, True, Outcome.REJECTED),
        (20, False, Outcome.UNAVAILABLE),
        (34, False, Outcome.FAILED),
        (3, False, Outcome.FAILED),
        (None, True, Outcome.NO_ANSWER),
    ],
)
def test_what_the_network_says_as_an_outcome(cause: int | None, rang: bool, outcome: Outcome) -> None:
    assert outcome_of_cause(cause, rang=rang) is outcome


def with_loop(play: Callable[[], None]) -> None:
    """Run what needs a loop's timers."""

    async def inside() -> None:
        play()

    asyncio.run(inside())
