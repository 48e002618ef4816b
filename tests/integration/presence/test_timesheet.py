"""The timesheet against a recount from what was seen, over midnights and a change of clocks."""

import csv
import io
import random
import zipfile
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from api.presence.model import Day, TimesheetQuery
from api.presence.service import PresenceService
from api.presence.store import PresenceStore
from engine.agents.statuses import Status
from engine.calls.model import Call, Leg
from engine.calls.states import LegState
from tests.integration.presence.conftest import LUNCH, TRAINING, Place
from tests.unit.agents.support import World

pytestmark = pytest.mark.feature("F-PBX-09")
ZONE = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 3, 28), date(2026, 3, 30)
"""The night before the 29th has 23 hours."""


class Watcher:
    """Notes, by ``on_change`` alone, who was in which status from when."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self.seen: dict[UUID, list[tuple[datetime, str, UUID | None]]] = defaultdict(list)
        node.presences.on_change.append(self._note)

    def _note(self, user_id: UUID) -> None:
        presence = self._node.presences.get(user_id)
        self.seen[user_id].append((self._node.clock.now(), presence.status, presence.reason_id))

    def recount(self, now: datetime) -> dict[tuple[date, UUID], dict[str, float]]:
        """Seconds by day, user and status (``break`` split by reason), cut at Berlin's midnights one by one."""
        found: dict[tuple[date, UUID], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for user_id, changes in self.seen.items():
            ends = [at for at, *_ in changes[1:]] + [now]
            for (start, status, reason), end in zip(changes, ends, strict=True):
                while status != "offline" and start < end:
                    day = start.astimezone(ZONE).date()
                    midnight = datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)
                    upto = min(end, midnight)
                    key = f"break {reason}" if status == "break" else status
                    found[day, user_id][key] += (upto - start).total_seconds()
                    start = upto
        return found


def _live(place: Place, node: Any, steps: int) -> None:
    """Operators work as chance has it."""
    rng, world = random.Random(7), World()
    world.clock, world.presences = place.clock, node.presences
    talking: list[tuple[Call, Leg]] = []
    for _ in range(steps):
        n = rng.randrange(3)
        user = place.users[n]
        match rng.randrange(6):
            case 0:
                status = rng.choice(
                    [Status.READY, Status.READY, Status.READY, Status.BREAK, Status.AWAY, Status.OFFLINE]
                )
                reason = rng.choice([LUNCH, TRAINING, None]) if status is Status.BREAK else None
                node.presences.set_status(user, status, reason_id=reason)
            case 1 if node.presences.available(user):
                call = world.call(wrap_s=rng.choice([0, 30]))
                node.presences.reserve(user, call.id, until=place.clock.now() + timedelta(seconds=40))
                if rng.random() < 0.7:
                    leg = world.ring(call, n)
                    node.pass_time(3.5)
                    world.move(call, leg, LegState.UP)
                    talking.append((call, leg))
            case 2 if talking:
                call, leg = talking.pop(rng.randrange(len(talking)))
                world.move(call, leg, LegState.DOWN)
        node.pass_time(rng.choice([0.25, 7, 61.125, 900]))
    for call, leg in talking:
        world.move(call, leg, LegState.DOWN)


async def test_every_second_is_where_a_recount_puts_it(place: Place) -> None:
    place.clock.at = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)  # midnight in Berlin
    node = await place.node(presence_away_limit_s=20_000)
    watcher = Watcher(node)
    _live(place, node, 900)
    now = place.clock.now()
    assert datetime(2026, 3, 30, tzinfo=ZONE) < now < datetime(2026, 4, 2, tzinfo=ZONE)
    await node.writer.flush()
    service = PresenceService(PresenceStore(place.pool), None, place.settings, place.clock)  # type: ignore[arg-type]
    last = now.astimezone(ZONE).date()
    sheet, _ = await service.timesheet(TimesheetQuery(from_=FIRST, to=last))
    expected = {key: value for key, value in watcher.recount(now).items() if value}
    assert {(item.day, item.user_id) for item in sheet.items} == set(expected)
    for item in sheet.items:
        counted = expected[item.day, item.user_id]
        for status in ("ready", "reserved", "on_call", "wrap_up", "away"):
            assert getattr(item, f"{status}_s") == pytest.approx(counted.get(status, 0.0), abs=1e-6)
        breaks = {f"break {kind.reason_id}": kind.seconds for kind in item.breaks}
        assert breaks == pytest.approx({k: v for k, v in counted.items() if k.startswith("break")}, abs=1e-6)
        assert item.worked_s == pytest.approx(sum(counted.values()), abs=1e-6)
        unpaid = counted.get("away", 0) + counted.get(f"break {LUNCH}", 0) + counted.get("break None", 0)
        assert item.paid_s == pytest.approx(item.worked_s - unpaid, abs=1e-6)
    one = await service.timesheet(TimesheetQuery(from_=FIRST, to=last, user_id=place.users[1]))
    assert one[0].items == [item for item in sheet.items if item.user_id == place.users[1]]


async def _sheet_of_shifts(place: Place, node: Any) -> list[Day]:
    await node.writer.flush()
    service = PresenceService(PresenceStore(place.pool), None, place.settings, place.clock)  # type: ignore[arg-type]
    return (await service.timesheet(TimesheetQuery(from_=FIRST, to=LAST)))[0].items


async def test_lateness_absence_and_time_within_shifts(place: Place) -> None:
    late, absent, night = place.users
    place.clock.at = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)  # nine o'clock in Berlin
    node = await place.node(presence_away_limit_s=0)
    start = place.clock.now()
    await place.shift(late, start, 8)
    await place.shift(absent, start, 4)
    await place.shift(night, start + timedelta(hours=13), 8)  # 22:00 to 7:00, for the clocks change
    node.pass_time(600)
    node.presences.set_status(late, Status.READY)
    node.pass_time(3600)
    node.presences.set_status(late, Status.OFFLINE)
    node.pass_time(3600)
    node.presences.set_status(late, Status.READY)
    node.pass_time(5 * 3600)
    node.presences.set_status(late, Status.OFFLINE)
    place.clock.at = start + timedelta(hours=12)
    node.presences.set_status(night, Status.READY)
    node.pass_time(10 * 3600)
    node.presences.set_status(night, Status.OFFLINE)
    items = {(item.day, item.user_id): item for item in await _sheet_of_shifts(place, node)}
    one = items[FIRST, late]
    assert (one.planned_s, one.in_shift_s, one.worked_s) == (8 * 3600, 6 * 3600, 6 * 3600)
    assert (one.late_s, one.left_early_s, one.absent_s) == (600, 3600 - 600, 0)
    assert one.first_on == start + timedelta(seconds=600)
    assert one.last_off == start + timedelta(seconds=600 + 7 * 3600)
    missing = items[FIRST, absent]
    assert (missing.planned_s, missing.worked_s, missing.absent_s) == (4 * 3600, 0, 4 * 3600)
    before, after = items[FIRST, night], items[date(2026, 3, 29), night]
    assert (before.planned_s, before.worked_s, before.in_shift_s) == (2 * 3600, 3 * 3600, 2 * 3600)
    assert (after.planned_s, after.worked_s, after.in_shift_s) == (6 * 3600, 7 * 3600, 6 * 3600)
    assert before.late_s == after.left_early_s == 0


async def test_a_break_that_is_too_long_says_by_how_much(place: Place) -> None:
    place.clock.at = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    node, user = await place.node(), place.users[0]
    node.presences.set_status(user, Status.BREAK, reason_id=LUNCH)
    assert node.presences.get(user).until == place.clock.now() + timedelta(minutes=60)
    node.pass_time(75 * 60)
    item = (await _sheet_of_shifts(place, node))[0]
    assert (item.breaks[0].name, item.breaks[0].seconds, item.breaks[0].overrun_s) == ("Обед", 75 * 60, 15 * 60)
    assert (item.paid_s, item.last_off) == (0, None)  # still at lunch


async def test_files_hold_the_same_and_no_formula(place: Place) -> None:
    place.clock.at = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    user = place.users[0]
    await place.pool.execute("update users set name = '=HYPERLINK(\"http://x\")' where id = $1", user)
    reason = uuid4()
    await place.pool.execute("insert into break_reasons (id, name, name_en) values ($1, '+1', '@cmd')", reason)
    node = await place.node()
    node.presences.set_status(user, Status.READY)
    node.pass_time(5400)
    node.presences.set_status(user, Status.BREAK, reason_id=reason)
    node.pass_time(1800)
    node.presences.set_status(user, Status.OFFLINE)
    await node.writer.flush()
    service = PresenceService(PresenceStore(place.pool), None, place.settings, place.clock)  # type: ignore[arg-type]
    kind, data = await service.timesheet_file(TimesheetQuery(from_=FIRST, to=FIRST, format="csv"), "en")
    assert kind == "text/csv"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    record = dict(zip(rows[0], rows[1], strict=True))
    assert (record["Operator"], record["Worked, h"], record["Ready, h"]) == ('\'=HYPERLINK("http://x")', "2.0", "1.5")
    assert (record["First on"], record["'@cmd, h"]) == ("2026-03-28 09:00:00", "0.5")
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "-")]
    kind, data = await service.timesheet_file(TimesheetQuery(from_=FIRST, to=FIRST, format="xlsx"), "ru")
    assert "spreadsheetml" in kind
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
    assert "<f>" not in sheet and "HYPERLINK" in sheet + strings and "Отработано" in sheet + strings
