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
from tools.soaks.campaigns.customers import Customers, reached
from tools.soaks.campaigns.laying import zone_at
from tools.soaks.campaigns.sounds import Sounds
from tools.soaks.check import eventually, server
from tools.stack import demo_rows
from tools.stack.stand import Stack, run

pytestmark = [pytest.mark.timeout(180), pytest.mark.feature("F-DIAL-03", "F-DIAL-10a", "F-DIAL-11")]
NUMBER = "7306"
CLIENT = number_of(Kind.PERSON, 77_001)
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


@pytest.fixture(scope="module")
def staffed(stack: Stack) -> Iterator[Stack]:
    run(hire(stack, NUMBER))
    yield stack
    run(dismiss(stack, NUMBER))


@dataclass
class Laid:
    """A preview campaign with one client."""

    stack: Stack
    id: str

    async def attempts(self) -> list[dict[str, Any]]:
        async with self.stack.db() as db:
            query = "select * from dial_attempts where campaign_id = $1 order by claimed_at"
            return [dict(row) for row in await db.fetch(query, uuid.UUID(self.id))]


@pytest.fixture
async def campaign(staffed: Stack, ready_stack: Stack) -> AsyncIterator[Laid]:
    list_id, lead_id = uuid.uuid4(), uuid.uuid4()
    zone = zone_at(datetime.now(UTC), range(11, 18))
    async with ready_stack.api() as api, ready_stack.db() as db:
        (user,) = (await api.get("/users", params={"q": f"op-{NUMBER}"}))["items"]
        members = [{"user_id": user["id"]}]
        queue = await api.post("/queues", json={"name": "Обзвон", "wrap_s": 60, "members": members})
        await db.execute("insert into lead_lists (id, name) values ($1, 'Должники теста')", list_id)
        await db.execute(
            "insert into leads (id, list_id, name, timezone, data) values ($1, $2, 'Мария Ким', $3, $4)",
            *(lead_id, list_id, zone, {"Долг": "900 ₽"}),
        )
        contact = "insert into lead_contacts (lead_id, position, list_id, address) values ($1, 1, $2, $3)"
        await db.execute(contact, lead_id, list_id, CLIENT)
        body = {
            "name": "Должники теста",
            "mode": "preview",
            "queue_id": queue["id"],
            "lists": [{"list_id": str(list_id)}],
        }
        made = await api.post("/campaigns", json={**body, "settings": msgspec.to_builtins(SETTINGS)})
        yield Laid(ready_stack, made["id"])


async def test_a_client_is_shown_called_talked_to_and_the_outcome_is_written_down(
    campaign: Laid, browser: Browser
) -> None:
    stack = campaign.stack
    operator = await open_widget(browser, stack, NUMBER)
    page = operator.page
    port = stack.settings.port_base + demo_rows.NETWORK_PORT_OFFSET
    async with Customers(server(stack), port, Sounds(stack.settings), speed=4) as customers, stack.api() as api:
        assert await eventually(lambda: reached(stack), 20)
        await page.get_by_role("button", name="Статус").click()
        await page.get_by_role("menuitemradio", name="Готов").click()
        await api.post(f"/campaigns/{campaign.id}/start")
        shown = page.locator("pl-preview article")
        await expect(shown).to_contain_text("Мария Ким", timeout=20_000)
        await expect(shown).to_contain_text("900 ₽")
        await expect(shown).to_contain_text("Мария Ким, ваш долг 900 ₽.")
        await expect(page.locator("pl-status")).to_contain_text("Обзвон: Должники теста")
        assert not customers.seen
        await page.reload()
        await operator.registered()
        await expect(shown).to_contain_text("Мария Ким")
        await page.keyboard.press("Enter")
        await expect(shown).to_have_count(0)
        await operator.stage("talking")  # nobody has clicked: the call asked the phone to answer
        card = page.locator("pl-call")
        await expect(card).to_contain_text("Мария Ким")
        await expect(card.locator("pl-client")).to_contain_text("ваш долг 900 ₽.")
        assert [seen.number for seen in customers.seen] == [CLIENT]
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

    rows = await eventually(settled, 10)
    assert rows and len(rows) == 1, rows
    assert (rows[0]["outcome"], rows[0]["note"]) == ("talked", "не сейчас")
    assert operator.complaints == []
