"""What leaves: facts for webhooks, in the transaction that makes them facts; messages of a chain."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.dialer.messages import Letters, Messages
from engine.dialer.outcomes import Outcome
from engine.history.records import DialRow, PacingRow
from tests.integration.dialer.house import Desk, House, settings

EVENTS = ["attempt.ended", "attempt.disposition", "lead.done"]


async def webhook(pool: Any, events: list[str], **more: Any) -> UUID:
    hook = uuid4()
    await pool.execute(
        "insert into webhooks (id, name, url, secret, events, campaign_ids, enabled)"
        " values ($1, $2, 'https://crm.example', 'sealed', $3, $4, $5)",
        *(hook, str(hook), events, more.get("campaigns", []), more.get("enabled", True)),
    )
    return hook


async def deliveries(pool: Any, hook: UUID) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in await pool.fetch("select * from webhook_deliveries where webhook_id = $1 order by id", hook)
    ]


@pytest.mark.feature("F-DIAL-17")
async def test_facts_go_out_once_in_order_and_only_to_whom_they_concern(pool: Any, desk: Desk, tmp_path: Path) -> None:
    campaign = await desk.campaign([await desk.leads(1)])
    hook, off = await webhook(pool, EVENTS), await webhook(pool, EVENTS, enabled=False)
    others = await webhook(pool, EVENTS, campaigns=[uuid4()])
    some = await webhook(pool, ["lead.done"], campaigns=[campaign.id])
    house = await (await House(pool, tmp_path).start(campaign)).filled()
    claim = await house.next(campaign)
    assert claim is not None and await house.leads.begin(claim) is None
    house.end(claim, Outcome.TALKED, answers={"digit": "1"}, talk_s=12.5)
    await house.flush()
    house.journal.append(DialRow(id=claim.attempt_id, outcome="talked", ended_at=house.clock.now(), wrap_s=3.0))
    await house.flush()
    word = await pool.fetchval("select id from dispositions where code = 'success'")
    for _ in range(2):
        await pool.execute(
            "update dial_attempts set disposition_id = $2, disposition_at = coalesce(disposition_at, now()), note = 'n'"
            " where id = $1",
            *(claim.attempt_id, word),
        )
    rows = await deliveries(pool, hook)
    assert [row["event"] for row in rows] == ["attempt.ended", "lead.done", "attempt.disposition"]
    assert {row["key"] for row in rows} == {"c1"} and {row["state"] for row in rows} == {"waiting"}
    ended, done, said = (row["body"] for row in rows)
    assert ended["lead"]["external_id"] == "c1" and ended["answers"] == {"digit": "1"}
    assert (ended["attempt"]["outcome"], ended["attempt"]["talk_s"]) == ("talked", 12.5)
    assert ended["campaign"] == {"id": str(campaign.id), "name": campaign.name}
    assert (done["result"], done["attempts"]) == ("talked", 1)
    assert said["disposition"]["code"] == "success" and said["attempt"]["note"] == "n"
    assert await deliveries(pool, off) == await deliveries(pool, others) == []
    assert [row["event"] for row in await deliveries(pool, some)] == ["lead.done"]


@pytest.mark.feature("F-DIAL-14")
async def test_messages_of_a_chain_go_through_their_ports_and_what_has_none_is_told(
    pool: Any, desk: Desk, tmp_path: Path
) -> None:
    chain = [
        {"attempts": 1},
        {"channel": "sms", "text": "Call us"},
        {"channel": "email", "text": "{{name}}, you owe {{ debt }}"},
    ]
    campaign = await desk.campaign([await desk.leads(1)], settings(chain=chain, company="Acme"))
    await pool.execute(
        "insert into lead_contacts (lead_id, position, list_id, channel, address)"
        " select id, 2, list_id, 'sms', '79000000001' from leads union all"
        " select id, 3, list_id, 'email', 'client@example.org' from leads"
    )
    house = House(pool, tmp_path, smtp_host="mail.example.org")
    messages = Messages({"email": Letters(house.store, house.clock, house.settings)})
    house.leads.messages = messages
    await (await house.start(campaign)).filled()
    claim = await house.next(campaign)
    assert claim is not None and await house.leads.begin(claim) is None
    house.end(claim, Outcome.NO_ANSWER)
    for _ in range(3):
        await house.flush()
        await house.leads.look()
        assert house.leads.take(campaign.id) is None, "messages are no calls"
    await house.flush()
    rows = await pool.fetch("select channel, outcome, answers from dial_attempts order by claimed_at")
    assert [(row["channel"], row["outcome"]) for row in rows] == [
        *(("phone", "no_answer"), ("sms", "not_sent"), ("email", "sent")),
    ]
    assert "sms" in rows[1]["answers"]["not_sent"]
    letter = await pool.fetchrow("select recipient, subject, body from mails")
    assert dict(letter) == {"recipient": "client@example.org", "subject": "Acme", "body": "Client 1, you owe 1"}
    row = await pool.fetchrow("select state, result, attempts from campaign_leads")
    assert tuple(row) == ("done", "sent", 1)


@pytest.mark.feature("F-DIAL-05")
async def test_samples_are_written_once(pool: Any, desk: Desk, tmp_path: Path) -> None:
    campaign = await desk.campaign([])
    house = await House(pool, tmp_path).start(campaign)
    at = house.clock.now()
    counts = dict.fromkeys(("agents", "ready", "talking", "wrapping", "lines", "wanted"), 1)
    row = PacingRow(
        campaign_id=campaign.id, node_id="node1", at=at, mode="predictive", explanation={"why": 1}, **counts
    )
    house.journal.append(row, row, PacingRow(campaign_id=uuid4(), node_id="node1", at=at, mode="predictive", **counts))
    await house.flush()
    house.journal.append(row)
    await house.flush()
    assert await pool.fetchval("select count(*) from pacing_samples") == 1
