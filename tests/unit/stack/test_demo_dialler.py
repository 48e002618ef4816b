"""The example's campaigns: they can run, and what the finished one has behind it hangs together."""

from collections import Counter
from datetime import UTC, datetime

import msgspec

from engine.dialer.campaign import CampaignSettings
from engine.dialer.outcomes import HUMAN, Mode, Outcome
from tools.soaks.campaigns.behaviours import kind_of
from tools.stack import demo_dialled, demo_dialler, demo_rows

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ROWS = demo_dialler.rows(demo_rows.id_of("trunk"))


def test_campaigns_have_settings_that_can_be_read_and_clients_who_answer() -> None:
    campaigns = {row["name"]: row for table, row in ROWS if table == "campaigns"}
    for row in campaigns.values():
        settings = msgspec.convert(row["settings"], CampaignSettings)
        assert (settings.menu_id is not None) == (row["mode"] is Mode.ROBOCALL) == (row["queue_id"] is None)
    numbers = [row["address"] for table, _, row in demo_dialler.links() if table == "lead_contacts"]
    assert len(set(numbers)) == len(numbers) == sum(listed.size for listed in demo_dialler.LISTS)
    assert all(kind_of(number) is not None for number in numbers)


def test_what_joins_rows_belongs_to_rows_that_there_are() -> None:
    ids = {row["id"] for _, row in ROWS}
    assert {owner for _, owner, _ in demo_dialler.links()} <= ids


def test_the_history_of_the_finished_campaign_hangs_together() -> None:
    rows = demo_dialled.history(NOW, "node1")
    attempts = [row for table, row in rows if table == "dial_attempts"]
    leads = [row for table, row in rows if table == "campaign_leads"]
    tries = Counter(row["lead_id"] for row in attempts)
    assert all(tries[lead["lead_id"]] == lead["attempts"] for lead in leads)
    assert len(leads) == demo_dialler.LISTS[0].size
    for row in attempts:
        assert row["claimed_at"] < row["dialed_at"] < row["ringing_at"] < row["ended_at"] < NOW
        assert (row.get("operator_id") is not None) == (row["outcome"] is Outcome.TALKED)
    people = sum(row["outcome"] in HUMAN for row in attempts)
    assert 0 < sum(row.get("abandoned", False) for row in attempts) < 0.06 * people
    assert len({row["id"] for row in attempts}) == len(attempts)
