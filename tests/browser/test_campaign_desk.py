"""A preview campaign at the desk: a client is shown, called by a key, talked to; the outcome is written down."""

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, expect

from engine.dialer.campaign import CampaignSettings, Caps, Detection
from tests.browser.operators import dismiss, hire, open_widget
from tools.browserphone import chromium
from tools.soaks.campaigns.behaviours import Kind, number_of
from tools.soaks.campaigns.customers import Customers
from tools.soaks.campaigns.laying import zone_at
from tools.soaks.campaigns.sounds import Sounds
from tools.soaks.check import eventually, server, trunk_reached
from tools.stack import demo_rows
from tools.stack.stand import Stack, run

pytestmark = [pytest.mark.timeout(180), pytest.mark.feature("F-DIAL-03", "F-DIAL-10a", "F-DIAL-11")]
NUMBER = "7306"
SETTINGS = CampaignSettings(
    company="Пример",
    caps=Caps(interval_s=0),
    detection=Detection(provider="off"),
    trunk_id=demo_rows.id_of("trunk"),
    caller_ids=(demo_rows.MENU_RU,),
    disposition_required=True,
    script="{{ name }}, ваш долг {{ Долг }}.",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(700) as opened:
        yield opened


@pytest.fixture
def staffed(ready_stack: Stack) -> Iterator[Stack]:
    """An operator who has done nothing yet."""
    run(hire(ready_stack, NUMBER))
    yield ready_stack
    run(dismiss(ready_stack, NUMBER))


@dataclass
class Laid:
    """A preview campaign with one client, whose ``number`` nobody has called."""

    stack: Stack
    id: str
    name: str
    number: str

    async def attempts(self) -> list[dict[str, Any]]:
        async with self.stack.db() as db:
            query = "select * from dial_attempts where campaign_id = $1 order by claimed_at"
            return [dict(row) for row in await db.fetch(query, uuid.UUID(self.id))]


@pytest.fixture
async def campaign(staffed: Stack) -> AsyncIterator[Laid]:
    list_id, lead_id = uuid.uuid4(), uuid.uuid4()
    zone = zone_at(datetime.now(UTC), range(11, 18))
    name = f"Должники {list_id.hex[:6]}"
    number = number_of(Kind.PERSON, list_id.int)
    async with staffed.api() as api, staffed.db() as db:
        (user,) = (await api.get("/users", params={"q": f"op-{NUMBER}"}))["items"]
        members = [{"user_id": user["id"]}]
        queue = await api.post("/queues", json={"name": f"Обзвон {name}", "wrap_s": 60, "members": members})
        await db.execute("insert into lead_lists (id, name) values ($1, $2)", list_id, name)
        await db.execute(
            "insert into leads (id, list_id, name, timezone, data) values ($1, $2, 'Мария Ким', $3, $4)",
            *(lead_id, list_id, zone, {"Долг": "900 ₽"}),
        )
        contact = "insert into lead_contacts (lead_id, position, list_id, address) values ($1, 1, $2, $3)"
        await db.execute(contact, lead_id, list_id, number)
        body = {"name": name, "mode": "preview", "queue_id": queue["id"], "lists": [{"list_id": str(list_id)}]}
        made = await api.post("/campaigns", json={**body, "settings": msgspec.to_builtins(SETTINGS)})
        yield Laid(staffed, made["id"], name, number)
        over = "update campaigns set state = 'finished', queue_id = null where id = $1"
        await db.execute(over, uuid.UUID(made["id"]))
        await db.execute("delete from queues where id = $1", uuid.UUID(queue["id"]))


async def test_a_client_is_shown_called_talked_to_and_the_outcome_is_written_down(
    campaign: Laid, browser: Browser
) -> None:
    stack = campaign.stack
    operator = await open_widget(browser, stack, NUMBER)
    page = operator.page
    port = stack.settings.port_base + demo_rows.NETWORK_PORT_OFFSET
    sounds, number = Sounds(stack.settings), campaign.number

    async def answered() -> bool:
        return customers.answered(number)

    async with (
        Customers(server(stack), port, sounds, speed=4, talking=lambda _number: True) as customers,
        stack.api() as api,
    ):
        assert await trunk_reached(stack)
        await page.get_by_role("button", name="Статус").click()
        await page.get_by_role("menuitemradio", name="Готов").click()
        await operator.until("desk.state.presence.status === 'ready'")
        await api.post(f"/campaigns/{campaign.id}/start")
        shown = page.locator("pl-preview article")
        await expect(shown).to_contain_text("Мария Ким", timeout=30_000)
        await expect(shown).to_contain_text("900 ₽")
        await expect(shown).to_contain_text("Мария Ким, ваш долг 900 ₽.")
        await expect(page.locator("pl-status")).to_contain_text(f"Обзвон: {campaign.name}")
        assert not customers.seen
        await page.reload()
        await operator.registered()
        await expect(shown).to_contain_text("Мария Ким")
        await page.keyboard.press("Enter")
        await expect(shown).to_have_count(0)
        assert await eventually(answered, 30)  # nobody has clicked: the call asked the phone to answer
        await operator.until("desk.state.cards.length === 1 && desk.state.cards[0].callId !== null")
        await operator.stage("talking")
        card = page.locator("pl-call")
        await expect(card).to_contain_text("Мария Ким")
        await expect(card.locator("pl-client")).to_contain_text("ваш долг 900 ₽.")
        assert [seen.number for seen in customers.seen] == [number]
        await operator.button("Завершить").click()
        await operator.no_calls()
    await expect(page.get_by_role("button", name="Закончить")).to_be_disabled()
    after = page.locator("pl-after-call")
    await after.get_by_role("button", name="Отказ").click()
    await after.get_by_label("Заметка").fill("не сейчас")
    await after.get_by_role("button", name="Сохранить").click()
    await expect(after).to_have_count(0)
    await page.get_by_role("button", name="Закончить").click()

    async def settled() -> Any:
        rows = await campaign.attempts()
        return rows if rows and rows[-1]["ended_at"] and rows[-1]["disposition_id"] else None

    rows = await eventually(settled, 30)
    assert rows and len(rows) == 1, rows
    assert (rows[0]["outcome"], rows[0]["note"]) == ("talked", "не сейчас")
    assert operator.complaints == []
