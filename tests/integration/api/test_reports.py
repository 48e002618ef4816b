"""Reports: exact against a recount of the same facts in plain Python, as JSON and as files."""

import csv
import io
from datetime import timedelta

import msgspec
import openpyxl
import pytest

from tests.integration.api import facts as made
from tests.integration.api.conftest import serving
from tests.integration.api.facts import HOURS, START

pytestmark = pytest.mark.feature("F-PBX-19", "F-ADM-08")
FIRST, LAST = START + timedelta(hours=3), START + timedelta(hours=HOURS - 5)
SHORT_S, DAYS = 5.0, 1


def period(**more):
    return {"from": FIRST.isoformat(), "to": LAST.isoformat(), "repeat_days": DAYS, **more}


def inside(facts, first=FIRST, last=LAST):
    return [visit for visit in facts.visits if first <= visit["entered_at"] < last]


def close(value):
    return None if value is None else pytest.approx(value, abs=2e-3)


def same(row, sums):
    """The row's counts, sums and figures against plain sums."""
    for name in ("offered", "waiting", "answered", "answered_in", "abandoned", "short", "lost", "left"):
        assert row[name] == sums[name], name
    for name in ("talk_s", "hold_s", "wrap_s"):
        assert row[name] == close(sums[name]), name
    answered, abandoned, short, lost = (sums[name] for name in ("answered", "abandoned", "short", "lost"))
    base = answered + abandoned - short + lost
    assert row["service_level"] == close(sums["answered_in"] / base if base else None)
    assert row["abandonment"] == close((abandoned - short) / base if base else None)
    assert row["asa_s"] == close(sums["wait_answered_s"] / answered if answered else None)
    handled = sums["talk_s"] + sums["hold_s"] + sums["wrap_s"]
    assert row["aht_s"] == close(handled / answered if answered else None)
    assert row["first_contact"] == close(1 - sums["repeated"] / sums["known"] if sums["known"] else None)


async def test_queues_and_intervals_are_exactly_what_a_recount_gives(api, admin):
    for seed in range(4):
        await check_visits(api, admin, made.make(seed, 60 + 120 * seed))


async def check_visits(api, admin, facts):
    await made.put(api.db, facts)
    count = {"short_s": SHORT_S, "days": DAYS}

    queues = await admin.get("/reports/queues", **period())
    visits = inside(facts)
    assert {row["queue_id"] for row in queues["rows"]} == {str(visit["queue_id"]) for visit in visits}
    for row in queues["rows"]:
        same(row, made.recount(facts, [v for v in visits if str(v["queue_id"]) == row["queue_id"]], **count))
    same(queues["total"], made.recount(facts, visits, **count))

    hours = await admin.get("/reports/hours", **period(interval="hour", timezone="Asia/Kathmandu"))
    begins = [made.datetime.fromisoformat(row["at"]) for row in hours["rows"]]
    assert begins[0].minute == 15
    for row, begun, end in zip(hours["rows"], begins, [*begins[1:], LAST], strict=True):
        begun = max(begun, FIRST)
        same(row, made.recount(facts, inside(facts, begun, end), **count))
        spent = made.seconds_in(facts, None, begun, end)
        free = sum(spent.values()) - spent["break"] - spent["away"]
        assert row["occupancy"] == close((spent["on_call"] + spent["wrap_up"]) / free if free else None)
        calls = [call for call in facts.calls if begun <= call["started_at"] < end]
        assert row["inbound"] == sum(call["direction"] == "inbound" for call in calls)
    same(hours["total"], made.recount(facts, visits, **count))


async def test_operators_numbers_waits_and_outcomes_are_what_a_recount_gives(api, admin):
    for seed in (11, 12):
        await check_the_others(api, admin, made.make(seed, 200))


async def check_the_others(api, admin, facts):
    await made.put(api.db, facts)
    calls = [call for call in facts.calls if FIRST <= call["started_at"] < LAST]

    operators = await admin.get("/reports/operators", **period())
    assert {row["user_id"] for row in operators["rows"]} == {str(user) for user in facts.operators}
    for row in operators["rows"]:
        mine = [call for call in calls if str(call["operator_id"]) == row["user_id"]]
        talked = [call for call in mine if call["outcome"] == "answered"]
        offers = [o for o in facts.offers if str(o["user_id"]) == row["user_id"] and FIRST <= o["offered_at"] < LAST]
        spent = made.seconds_in(facts, made.UUID(row["user_id"]), FIRST, LAST)
        assert row["offered"] == len(offers)
        assert row["taken"] == sum(o["result"] == "answered" for o in offers)
        assert row["missed"] == sum(o["result"] == "missed" for o in offers)
        assert (row["inbound"], row["outbound"]) == tuple(
            sum(call["direction"] == way for call in mine) for way in ("inbound", "outbound")
        )
        assert row["handled"] == len(talked)
        handled = sum(call["talk_s"] + call["hold_s"] for call in talked) + spent["wrap_up"]
        assert row["aht_s"] == close(handled / len(talked) if talked else None)
        assert [row[f"{name}_s"] for name in made._STATUSES] == [close(spent[name]) for name in made._STATUSES]
        free = sum(spent.values()) - spent["break"] - spent["away"]
        assert row["occupancy"] == close((spent["on_call"] + spent["wrap_up"]) / free)

    numbers = await admin.get("/reports/numbers", **period())
    inbound = [call for call in calls if call["direction"] == "inbound"]
    for row in numbers["rows"]:
        to = [call for call in inbound if call["called"] == row["number"]]
        assert (row["calls"], row["callers"]) == (len(to), len({call["caller"] for call in to}))
        assert row["answered"] == sum(call["outcome"] == "answered" for call in to)
    assert numbers["total"]["calls"] == len(inbound)

    waits = await admin.get("/reports/abandoned", **period())
    for row in waits["rows"]:
        band = [v for v in inside(facts) if row["from_s"] <= v["wait_s"] < (row["to_s"] or 1e9)]
        assert row["abandoned"] == sum(v["outcome"] == "abandoned" for v in band)
        assert row["answered"] == sum(v["answered_at"] is not None for v in band)

    outcomes = await admin.get("/reports/outcomes", **period())
    found = {(row["direction_name"], row["outcome_name"]): row["calls"] for row in outcomes["rows"]}
    keys = {(call["direction"], call["outcome"]) for call in calls}
    assert found == {key: sum((c["direction"], c["outcome"]) == key for c in calls) for key in keys}


async def test_filters_narrow_a_report(api, admin):
    facts = made.make(5, 150)
    await made.put(api.db, facts)
    queue, operator = next(iter(facts.targets)), facts.operators[0]
    count = {"short_s": SHORT_S, "days": DAYS}
    of_queue = await admin.get("/reports/hours", **period(queue_id=queue, interval="day"))
    same(of_queue["total"], made.recount(facts, [v for v in inside(facts) if v["queue_id"] == queue], **count))
    of_operator = await admin.get("/reports/queues", **period(user_id=operator))
    same(of_operator["total"], made.recount(facts, [v for v in inside(facts) if v["operator_id"] == operator], **count))
    generous = await admin.get("/reports/queues", **period(target_s=3600, service_level="answered"))
    assert generous["total"]["service_level"] == 1


async def test_a_report_is_the_same_as_a_file(api, admin):
    facts = made.make(6, 80)
    await made.put(api.db, facts)
    await api.db.execute("update queues set name = '=cmd|''/C calc''!A0' where id = $1", next(iter(facts.targets)))
    report = await admin.get("/reports/queues", **period())
    answer = await admin.send("GET", "/reports/queues", params=period(format="csv"))
    rows = list(csv.reader(io.StringIO(answer.raw.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Очередь", "Поступило"] and rows[-1][0] == "Итого"
    assert [row[1] for row in rows[1:]] == [str(row["offered"]) for row in [*report["rows"], report["total"]]]
    assert {row[0] for row in rows[1:]} & {"'=cmd|'/C calc'!A0"}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="queues-')

    english = await admin.send(
        "GET", "/reports/queues", params=period(format="xlsx"), headers={"Accept-Language": "en"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(english.raw)).active
    assert [cell.value for cell in sheet[1]][:2] == ["Queue", "Offered"]
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert sheet.max_row == len(report["rows"]) + 2


async def test_what_makes_no_sense_is_refused_in_words(api, admin):
    for wrong, path in (
        ({"to": START.isoformat(), "from": LAST.isoformat()}, "query.to"),
        ({"timezone": "Mars/Base"}, "query.timezone"),
        ({"interval": "15min", "from": "2020-01-01T00:00:00Z"}, "query.interval"),
    ):
        answer = await admin.send("GET", "/reports/hours", params=period() | wrong)
        assert answer.status == 422 and answer.json["errors"][0]["path"] == path
    operator = await api.user("operator")
    assert (await operator.send("GET", "/reports/queues")).status == 403


async def test_a_partner_sees_its_own_visits_alone(api):
    facts = made.make(7, 120)
    await made.put(api.db, facts)
    queue, partner = next(iter(facts.targets)), made.UUID(int=77)
    await api.insert("partners", id=partner, name="Партнёр")
    for table, column in (("queues", "id"), ("queue_visits", "queue_id")):
        await api.db.execute(f"update {table} set partner_id = $1 where {column} = $2", partner, queue)
    client = await api.user("partner", partner_id=partner)
    report = await client.get("/reports/queues", **period())
    assert [row["queue_id"] for row in report["rows"]] == [str(queue)]
    assert report["total"]["offered"] == sum(visit["queue_id"] == queue for visit in inside(facts))
    assert report["total"]["wrap_s"] == close(
        sum(made._wrap(facts, v) for v in inside(facts) if v["queue_id"] == queue and v["answered_at"])
    )
    for name in ("hours", "operators", "numbers", "abandoned", "outcomes"):
        assert (await client.send("GET", f"/reports/{name}", params=period())).status == 200


@pytest.mark.parametrize(
    ("path", "table"), [("/reports/queues", "queue_visits"), ("/campaign-report", "dial_attempts")]
)
async def test_counting_that_takes_too_long_says_what_to_do(api_settings, path, table):
    async with serving(msgspec.structs.replace(api_settings, report_statement_seconds=0.3)) as served:
        admin = await served.user("admin")
        async with served.db.transaction():
            await served.db.execute(f"lock table {table} in access exclusive mode")
            answer = await admin.send("GET", path)
        assert answer.status == 503
        assert answer.json["detail"].startswith("Counting takes longer than 0.3 s: ask for a shorter period")
