"""Campaigns: which may start, what may be changed, when they will be done, why they dial as they do."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from api.campaign_reports import formulas
from api.campaign_reports.formulas import Tally
from api.campaigns.checks import Readiness, Standing, broken_rules, forbidden_changes, hindrances
from api.campaigns.model import CampaignData
from api.campaigns.monitor import eta_s, joined_lines, pace
from api.campaigns.words import sentences
from engine.dialer.campaign import CampaignSettings
from engine.dialer.outcomes import MOVES, CampaignState, Mode

pytestmark = pytest.mark.feature("F-DIAL-02", "F-DIAL-05", "F-DIAL-06")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
READY = Readiness(lists=1, leads=True, left=True, queue_enabled=True, operators=2)


def test_every_state_can_be_left_but_templates_never_enter_one() -> None:
    assert all(MOVES[state] for state in CampaignState)
    assert not hindrances(Mode.PREDICTIVE, READY)
    nobody = msgspec.structs.replace(READY, operators=0, queue_enabled=True)
    assert [one.code for one in hindrances(Mode.PREDICTIVE, nobody)] == ["no_operators"]
    assert not hindrances(Mode.ROBOCALL, msgspec.structs.replace(nobody, queue_enabled=False))
    empty = msgspec.structs.replace(READY, leads=False, left=False)
    assert [one.code for one in hindrances(Mode.PREVIEW, empty)] == ["no_leads"]
    assert not hindrances(Mode.PREVIEW, empty, leads_later=True)


def test_the_usual_settings_break_no_rule() -> None:
    data = CampaignData(name="x", template=True, settings=CampaignSettings())
    assert broken_rules(data) == []
    text = msgspec.json.encode(CampaignSettings())
    assert msgspec.json.decode(text, type=CampaignSettings) == CampaignSettings()


def test_what_runs_is_tuned_and_not_turned_over() -> None:
    before = Standing(state=CampaignState.RUNNING, template=False, mode=Mode.PREDICTIVE, partner_id=None)
    fine = CampaignData(name="y", mode=Mode.PREVIEW, priority=9)
    assert forbidden_changes(before, fine) == []
    paths = [error["path"] for error in forbidden_changes(before, CampaignData(name="y", mode=Mode.ROBOCALL))]
    assert paths == ["body.mode"]


def test_the_end_is_reckoned_from_the_pace() -> None:
    assert pace(0, None, NOW) is None
    per_hour = pace(50, NOW - timedelta(minutes=30), NOW)
    assert per_hour == pytest.approx(100) and eta_s(250, per_hour) == pytest.approx(2.5 * 3600)
    assert eta_s(0, None) == 0 and eta_s(5, None) is None


def test_lines_of_engines_add_up_under_names_that_people_know() -> None:
    boards = [{"lines": {"ringing": 2, "human": 1, "connected": 3}}, {"lines": {"ringing": 1, "shown": 1}}]
    assert joined_lines(boards, Mode.PREDICTIVE) == {"ringing": 3, "waiting": 1, "talking": 3, "shown": 1}
    assert joined_lines(boards, Mode.ROBOCALL) == {"ringing": 3, "menu": 4, "shown": 1}


def test_a_decision_is_told_in_words() -> None:
    why = {"mode_reason": "enough_operators", "limit": "risk", "risk": 0.041, "threshold": 0.03, "agents": 20,
           "ready": 3, "ringing": 7, "freeing": 1.4, "answer_rate": 0.35}  # fmt: skip
    english = sentences(why, Mode.PREDICTIVE, "en")
    assert "4.1 % now, threshold 3.0 %" in english[0] and "7, 35.0 % answer" in english[2]
    assert sentences(why, Mode.PREDICTIVE, "ru")[-1].startswith("Режим предиктивный")
    assert sentences({"limit": "unheard_of", "ringing": 1}, Mode.PREVIEW, "en") == []
    assert sentences({"agents": 0}, Mode.PREVIEW, "en") == ["No agent is on line"]


def test_ratios_without_a_base_are_nothing() -> None:
    empty = formulas.figures(Tally())
    assert all(empty[name] is None for name in ("connect_rate", "abandon_rate", "success_rate", "aht_s"))
    full = formulas.figures(Tally(dialed=10, humans=4, connected=3, abandoned=1, talk_s=60, wrap_s=30, success=1))
    assert (full["connect_rate"], full["abandon_rate"], full["aht_s"]) == (0.3, 0.25, 30)
