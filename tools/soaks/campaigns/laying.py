"""What a soak of campaigns needs in the product: operators with phones, their queue, a list of leads, the campaign."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from engine.dialer.campaign import Abandonment, CampaignSettings, Caps, Detection, Pacing, Retry
from engine.dialer.outcomes import Mode, Outcome
from engine.ivr import model as ivr
from tools.soaks.campaigns.behaviours import MIX, Kind, crowd
from tools.stack import demo_rows

if TYPE_CHECKING:
    from tools.stack.stand import Api, Stack

PASSWORD = "campaign-password-1"
FIRST_EXTENSION = 600
MOST_DIALS = 4
RETRIES = (
    Retry(outcome=Outcome.BUSY, interval_s=3, attempts=2),
    Retry(outcome=Outcome.NO_ANSWER, interval_s=3, attempts=2),
    Retry(outcome=Outcome.ABANDONED, interval_s=2, attempts=2),
    Retry(outcome=Outcome.INTERRUPTED, interval_s=2, attempts=2),
    Retry(outcome=Outcome.FAILED, interval_s=2, attempts=3),
)
"""Soon again, so that a soak comes to its end; outcomes that are not named end the lead's way."""
_ZONES = (
    "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok", "Pacific/Auckland",
    "Pacific/Honolulu", "America/Los_Angeles", "America/Chicago", "America/Sao_Paulo", "Atlantic/Azores",
)  # fmt: skip
_OPEN_HOURS, _NIGHT_HOURS = range(11, 18), range(0, 6)


@dataclass
class Team:
    """Operators and the queue that they are members of."""

    queue_id: str
    users: dict[str, str] = field(default_factory=dict)
    """User id by extension."""

    @property
    def extensions(self) -> dict[uuid.UUID, str]:
        return {uuid.UUID(user): extension for extension, user in self.users.items()}

    @property
    def passwords(self) -> dict[str, str]:
        return dict.fromkeys(self.users, PASSWORD)


@dataclass
class Laid:
    """A campaign that is ready to start. ``closed``: numbers of its list that may not be called now."""

    id: str
    list_id: str
    numbers: list[str]
    closed: frozenset[str]


class Order(NamedTuple):
    """What campaign is laid; ``first``: serial of its first number, so that campaigns of one stand share none."""

    mode: Mode
    leads: int
    first: int = 0
    detection: str = "off"
    mix: Mapping[Kind, float] = MIX
    retries: tuple[Retry, ...] = RETRIES


def zone_at(now: datetime, hours: Sequence[int]) -> str:
    """A time zone in which it is one of these hours now; there is one for any six hours in a row."""
    return next(zone for zone in _ZONES if now.astimezone(ZoneInfo(zone)).hour in hours)


async def lay_team(api: "Api", count: int, wrap_s: int = 1) -> Team:
    """``count`` operators with free extensions from `FIRST_EXTENSION` on, and a queue of them."""
    users: dict[str, str] = {}
    own = uuid.uuid4().hex[:6]
    taken = {one["number"] for one in (await api.get("/extensions", params={"limit": "500"}))["items"]}
    numbers = map(str, range(FIRST_EXTENSION, FIRST_EXTENSION + count + len(taken)))
    for i, extension in enumerate([number for number in numbers if number not in taken][:count]):
        await api.post("/extensions", json={"number": extension, "name": f"Caller {i}", "password": PASSWORD})
        user = {"login": f"campaign-{own}-{i}", "name": f"Caller {i}", "password": PASSWORD, "role": "operator"}
        users[extension] = (await api.post("/users", json={**user, "extension": extension}))["id"]
    members = [{"user_id": user} for user in users.values()]
    body = {
        "name": f"Campaign soak {own}",
        "strategy": "longest_idle",
        "ring_s": 10,
        "wrap_s": wrap_s,
        "members": members,
    }
    return Team((await api.post("/queues", json={**body, "transcribe": False}))["id"], users)


async def lay_menu(api: "Api") -> str:
    """What a robocall says: one key confirms."""
    words = (ivr.SoundPrompt("demo-thanks"),)
    definition = ivr.MenuDefinition(
        entry="main",
        language="ru",
        steps={
            "main": ivr.Menu(prompts=words, options={"1": "yes"}, timeout_s=5.0, on_timeout="bye", on_invalid="bye"),
            "yes": ivr.Play(prompts=(ivr.SoundPrompt("queue-thankyou"),), next="bye"),
            "bye": ivr.Hangup(prompts=(ivr.SoundPrompt("vm-goodbye"),)),
        },
    )
    body = {"name": f"Robocall {uuid.uuid4().hex[:6]}", "definition": msgspec.to_builtins(definition)}
    return str((await api.post("/menus", json=body))["id"])


def settings(order: Order, agents: int, menu_id: str | None = None) -> CampaignSettings:
    """Settings of a soak's campaign."""
    return CampaignSettings(
        company="Soak",
        retries=order.retries,
        caps=Caps(total=MOST_DIALS, day=MOST_DIALS, interval_s=1),
        pacing=Pacing(max_lines=max(8, 5 * agents), max_channels=max(8, 2 * agents), calls_per_s=20.0),
        detection=Detection(provider=order.detection),  # type: ignore[arg-type]
        abandonment=Abandonment(live_hours=1),
        ring_s=15,
        trunk_id=demo_rows.id_of("trunk"),
        caller_ids=(demo_rows.MENU_RU,),
        menu_id=uuid.UUID(menu_id) if menu_id else None,
        preview_s=30,
    )


async def lay_campaign(stack: "Stack", api: "Api", team: Team, order: Order) -> Laid:
    """A list of customers and a campaign for it; a twentieth of them may not be called now."""
    now = datetime.now(UTC)
    day, night = zone_at(now, _OPEN_HOURS), zone_at(now, _NIGHT_HOURS)
    numbers = list(crowd(order.leads, order.mix, seed=order.first + 1, first=order.first))
    closed_count = max(2, order.leads // 20)
    asleep, unwanted = numbers[: closed_count // 2], numbers[closed_count // 2 : closed_count]
    list_id = uuid.uuid4()
    async with stack.db() as db, db.transaction():
        await db.execute(
            "insert into lead_lists (id, name, timezone) values ($1, $2, $3)", list_id, f"Soak {list_id.hex[:6]}", day
        )
        rows = [(uuid.uuid4(), list_id, f"Lead {number}", night if number in asleep else day) for number in numbers]
        await db.copy_records_to_table("leads", records=rows, columns=("id", "list_id", "name", "timezone"))
        contacts = [(row[0], 1, list_id, number) for row, number in zip(rows, numbers, strict=True)]
        columns = ("lead_id", "position", "list_id", "address")
        await db.copy_records_to_table("lead_contacts", records=contacts, columns=columns)
        await db.executemany(
            "insert into do_not_call (id, address) values ($1, $2) on conflict do nothing",
            [(uuid.uuid4(), number) for number in unwanted],
        )
    menu_id = await lay_menu(api) if order.mode is Mode.ROBOCALL else None
    made = await api.post(
        "/campaigns",
        json={
            "name": f"Soak {order.mode} {list_id.hex[:6]}",
            "mode": order.mode,
            "queue_id": None if order.mode is Mode.ROBOCALL else team.queue_id,
            "settings": msgspec.to_builtins(settings(order, len(team.users), menu_id)),
            "lists": [{"list_id": str(list_id), "priority": 0}],
        },
    )
    return Laid(made["id"], str(list_id), numbers, frozenset({*asleep, *unwanted}))
