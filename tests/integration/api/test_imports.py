"""Lists filled from files: what columns are, what is there already, what is broken, what a crash leaves."""

import io

import openpyxl
import pytest

from tests.integration.api.conftest import until
from tests.integration.api.leads import bring, leads, make_list, over, upload

pytestmark = pytest.mark.feature("F-DIAL-07")
TABLE = '''ID;ФИО;Мобильный телефон;Рабочий телефон;Почта;Город;Сумма долга;Часовой пояс
1;Иванов Иван;8 (916) 123-45-67;8 343 212-34-56;Ivan@Example.com;Москва;1500;
2;"Петров ""Пётр""";+7 926 000-00-02;;;Омск;"a\\b	c
d";МСК+3
3;Без телефона;123;;;Казань;1;
4;Повтор номера;89161234567;;;;7;
;Без номера клиента;9260000003;;;;;Asia/Nowhere
1;Иванов Иван Иванович;8 916 123-45-67;;;Москва;1600;
'''


def figures(done):
    return {name: done[name] for name in ("read", "added", "updated", "duplicates", "errors")}


async def test_a_file_becomes_leads_and_its_faults_are_told_by_line(api, admin):
    made = await make_list(admin)
    path = f"/lead-lists/{made['id']}"
    status, up = await upload(admin, f"{path}/imports", TABLE.encode("cp1251"))
    assert status == 201 and up["import"]["state"] == "uploaded", up
    preview = up["preview"]
    assert (preview["encoding"], preview["delimiter"], preview["header"]) == ("cp1251", ";", True)
    assert preview["mapping"]["Мобильный телефон"] == {"field": "phone", "role": "mobile"}
    assert preview["mapping"]["Сумма долга"] == {"field": "data", "variable": "summa_dolga"}
    assert preview["columns"][1]["samples"][0] == "Иванов Иван" and len(preview["rows"]) == 6
    one = f"/lead-imports/{up['import']['id']}"
    wrong = await admin.send("POST", f"{one}/start", {"mapping": {"Нет такой": {"field": "name"}}})
    assert wrong.status == 422 and wrong.json["errors"][0]["path"] == "body.mapping"
    assert (await admin.send("POST", f"{one}/start", {})).status == 202
    done = await over(admin, up["import"]["id"])
    assert done["state"] == "done" and done["total"] == 6, done
    assert figures(done) == {"read": 6, "added": 3, "updated": 1, "duplicates": 1, "errors": 2}
    assert (await admin.send("POST", f"{one}/start", {})).status == 409
    found = {lead["external_id"]: lead for lead in await leads(admin, made["id"])}
    ivan, petr, nameless = found["1"], found["2"], found[None]
    assert (ivan["name"], ivan["data"]["summa_dolga"]) == ("Иванов Иван Иванович", "1600")
    assert [(c["channel"], c["address"], c["role"]) for c in ivan["contacts"]] == [("phone", "79161234567", "mobile")]
    assert (petr["name"], petr["data"]["summa_dolga"]) == ('Петров "Пётр"', "a\\b\tc\nd")
    assert (petr["timezone"], nameless["timezone"], nameless["name"]) == ("Etc/GMT-6", None, "Без номера клиента")
    errors = (await admin.get(f"{one}/errors"))["items"]
    assert [(error["line"], error["field"]) for error in errors] == [(5, "external_id"), (5, "phone"), (7, "timezone")]
    table = await admin.send("GET", f"{one}/errors.csv")
    assert table.status == 200 and "Asia/Nowhere" in table.raw.decode() and table.raw.count(b"\n") == 4
    assert (await admin.get(path))["mapping"]["ФИО"] == {"field": "name"}
    assert not list(api.settings.imports.iterdir())


async def test_several_phones_keep_roles_and_the_zones_that_they_tell(admin):
    made = await make_list(admin)
    text = "name,phone,phone 2\nA,8 916 000-00-01,8 343 212-34-56\nB,+1 212 555 2368 / +380 44 123 45 67,"
    await bring(admin, made["id"], text)
    first, second = await leads(admin, made["id"])
    assert [(c["address"], c["timezone"]) for c in first["contacts"]] == [
        ("79160000001", None),
        ("73432123456", "Asia/Yekaterinburg"),
    ]
    assert [c["timezone"] for c in second["contacts"]] == ["America/New_York", "Europe/Kyiv"]


async def test_rules_of_a_list_say_what_is_a_duplicate(admin):
    row = "name;phone\nОдин;89160000001\nДва;89160000002\n"
    first = await make_list(admin, "Первый")
    assert figures(await bring(admin, first["id"], row))["added"] == 2
    again = await bring(admin, first["id"], row.replace("Один", "Иной"), on_duplicate="skip")
    assert (again["added"], again["updated"], again["duplicates"]) == (0, 0, 2)
    again = await bring(admin, first["id"], row.replace("Один", "Иной"))
    assert (again["added"], again["updated"], again["duplicates"]) == (0, 1, 1)
    assert [lead["name"] for lead in await leads(admin, first["id"])] == ["Иной", "Два"]
    people = ("Один", 1), ("Два", 2), ("Три", 3), ("Три", 3)
    rows = [{"name": name, "contacts": [{"address": f"8916000000{n}"}]} for name, n in people]
    for dedup, added in (("all", 1), ("list", 3), ("none", 4)):
        other = await make_list(admin, dedup, dedup=dedup)
        done = await admin.post(f"/lead-lists/{other['id']}/leads/bulk", {"leads": rows}, 200)
        assert done["added"] == added, dedup
        await admin.send("DELETE", f"/lead-lists/{other['id']}")


async def test_a_chain_of_rows_that_share_phones_ends(admin):
    made = await make_list(admin)
    rows = [{"contacts": [{"address": str(89160000000 + n)}, {"address": str(89160000001 + n)}]} for n in range(70)]
    bulk = {"leads": rows, "on_duplicate": "skip"}
    done = await admin.post(f"/lead-lists/{made['id']}/leads/bulk", bulk, 200)
    assert done["added"] + done["duplicates"] == 70 and done["added"] >= 35
    numbers = [c["address"] for lead in await leads(admin, made["id"]) for c in lead["contacts"]]
    assert len(numbers) == len(set(numbers))


async def test_a_workbook_is_read_as_people_see_it(admin):
    book = openpyxl.Workbook()
    book.active.title = "Титул"
    sheet = book.create_sheet("Клиенты")
    sheet.append(["Телефон", "Имя", "Сумма"])
    sheet.append([79160000001, "Анна", 10.0])
    sheet.append([None, None, None])
    sheet.append(["8 916 000-00-02", "=1+1", 2.5])
    data = io.BytesIO()
    book.save(data)
    made = await make_list(admin)
    status, up = await upload(admin, f"/lead-lists/{made['id']}/imports", data.getvalue(), "book.xlsx")
    assert status == 201 and up["preview"]["sheets"] == ["Титул", "Клиенты"], up
    assert up["preview"]["sheet"] == "Клиенты"
    await admin.send("POST", f"/lead-imports/{up['import']['id']}/start", {})
    done = await over(admin, up["import"]["id"])
    assert figures(done)["added"] == 2, done
    first, second = await leads(admin, made["id"])
    assert (first["contacts"][0]["address"], first["data"]) == ("79160000001", {"summa": "10"})
    assert second["data"] == {"summa": "2.5"}


async def test_what_is_no_table_is_refused_with_what_to_do(api, admin):
    made = await make_list(admin)
    for data, word in ((b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"), (b"PK\x03\x04x", "workbook"), (b"\n\n", "no rows")):
        status, problem = await upload(admin, f"/lead-lists/{made['id']}/imports", data)
        assert status == 422 and word in problem["errors"][0]["message"], problem
    assert not list(api.settings.imports.iterdir())
    assert (await admin.get("/lead-imports"))["items"] == []


async def test_an_import_can_be_cancelled_before_and_while_it_runs(api, admin):
    made = await make_list(admin)
    status, up = await upload(admin, f"/lead-lists/{made['id']}/imports", TABLE)
    assert status == 201
    path = f"/lead-imports/{up['import']['id']}"
    assert (await admin.send("POST", f"{path}/cancel")).json["state"] == "cancelled"
    assert (await admin.send("POST", f"{path}/cancel")).status == 409
    assert (await admin.send("POST", f"{path}/start", {})).status == 409
    rows = "phone\n" + "\n".join(str(89160000000 + n) for n in range(40_000))
    status, up = await upload(admin, f"/lead-lists/{made['id']}/imports", rows)
    path = f"/lead-imports/{up['import']['id']}"
    await admin.send("POST", f"{path}/start", {})

    async def begun():
        return (await admin.get(path))["read"]

    await until(begun, 30)
    assert (await admin.send("POST", f"{path}/cancel")).status == 200
    left = await admin.get(path)
    assert left["state"] == "cancelled" and left["read"] < 40_000
    assert await api.db.fetchval("select count(*) from leads") == left["added"]
