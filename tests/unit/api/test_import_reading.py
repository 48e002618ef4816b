"""Tables as people export them: any delimiter, quoting, encoding; what columns are; numbers and zones."""

import csv
import io
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.imports import guessing, parse, phones, preparing, reading
from api.imports.preparing import Mapper, Place
from api.imports.refresh import json_lines, next_time
from api.imports.table import Options, Target
from api.lists.model import Daily, Every

pytestmark = pytest.mark.feature("F-DIAL-07")
PLACE = Place("RU", "Europe/Moscow")
_letters = st.sampled_from("абвЯ\"' ,;\t|\nxyz0")
_cell = st.text(_letters, max_size=12)


@st.composite
def tables(draw):
    width = draw(st.integers(2, 5))
    row = st.lists(_cell, min_size=width, max_size=width).filter(any)
    return draw(st.lists(row, min_size=1, max_size=8))


@given(
    tables(), st.sampled_from(reading.DELIMITERS), st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"]),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_any_csv_is_read_back_as_it_was_written(tmp_path_factory, rows, delimiter, ending, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    found = reading.encoding_of(path)
    if encoding != "cp1251" or found != "utf-8":  # ASCII alone is both
        assert found == encoding.removesuffix("-sig")
    read = [line.cells for line in reading.csv_lines(path, found, delimiter)]
    assert read == rows


@given(st.integers(2, 6), st.integers(6, 30), st.sampled_from(reading.DELIMITERS))
@settings(max_examples=40, deadline=None)
def test_the_delimiter_is_the_one_that_makes_columns(width, count, delimiter):
    others = [other for other in reading.DELIMITERS if other != delimiter]
    noise = [others[n % 3] if n % 3 == 1 else "" for n in range(count)]
    text = "\n".join(delimiter.join(f"a{mark}{n}" for n in range(width)) for mark in noise)
    assert reading.delimiter_of(text) == delimiter


def test_a_quote_that_is_never_closed_costs_its_rows_and_no_more_memory(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('phone,name\n89160000001,"open\n' + "89160000002,x\n" * 20_000, encoding="utf-8")
    order = parse.Order(op="rows", path=str(path), options=Options(mapping={"phone": Target(field="phone")}))
    heads = [parse.HEAD.unpack(data[: parse.HEAD.size]) for data in parse.frames(order)]
    read, refused, broken = (sum(head[n] for head in heads) for n in range(3))
    assert broken >= 1 and refused >= 1 and read > 1


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("8 (916) 123-45-67", "RU", "79161234567"), ("+7 916 123 45 67", "RU", "79161234567"),
        ("9161234567", "RU", "79161234567"), ("+8 916 1234567", "RU", "79161234567"),
        ("79161234567.0", "RU", "79161234567"),
        ("'+79161234567", "RU", "79161234567"), ("8 495 123-45-67 доб. 12", "RU", "74951234567"),
        ("380441234567", "RU", "380441234567"), ("0441234567", "UA", "380441234567"),
        ("(212) 555-2368", "US", "12125552368"),
        ("8 800 555-35-35", "RU", "78005553535"), ("123", "RU", None), ("не звонить", "RU", None), ("", "RU", None),
        ("7.91612E+10", "RU", None), ("89161234567890", "RU", None), ("+7 000 000 00 00", "RU", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written, region, number):
    assert phones.normalise(written, region) == number


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reading_of_numbers(text):
    for part in phones.split(text):
        number = phones.normalise(part, "RU")
        assert number is None or (number.isascii() and number.isdigit() and 7 <= len(number) <= 15)


def test_what_columns_are_is_guessed_in_both_languages_and_without_headings():
    def fields(*names):
        return [(t.field, t.role or t.variable) for t in guessing.guess(guessing.headings(names), [], "RU")]

    russian = fields("№", "ФИО клиента", "Моб. телефон", "Рабочий тел.", "Эл. почта", "ID клиента", "Город", "Город")
    assert russian == [
        ("data", "column"), ("name", ""), ("phone", ""), ("phone", "work"), ("email", ""), ("external_id", ""),
        ("data", "gorod"), ("data", "gorod_2"),
    ]  # fmt: skip
    names = "customer_id", "First Name", "Last name", "Mobile", "Home phone", "Email", "Time zone", "Lang", "Total due"
    english = fields(*names)
    assert english == [
        ("external_id", ""), ("name", ""), ("name", ""), ("phone", "mobile"), ("phone", "home"), ("email", ""),
        ("timezone", ""), ("language", ""), ("data", "total_due"),
    ]  # fmt: skip
    rows = [["Анна Иванова", "8 916 123-45-67", "a@b.ru", "17"], ["Пётр", "+7 926 000-00-00", "c@d.ru", "18"]]
    assert not guessing.has_headings(rows[0], "RU")
    bare = guessing.guess(guessing.headings([""] * 4), rows, "RU")
    assert [t.field for t in bare] == ["name", "phone", "email", "data"]
    assert guessing.has_headings(["Имя", "Телефон"], "RU")


def test_a_row_becomes_a_lead_and_what_is_wrong_is_left_out():
    mapping = {
        "a": Target(field="name"), "b": Target(field="phone", role="mobile"), "c": Target(field="phone"),
        "d": Target(field="timezone"), "e": Target(field="language"), "f": Target(field="email"),
        "g": Target(field="messenger", role="telegram"), "h": Target(field="data", variable="sum"),
        "i": Target(field="skip"),
    }  # fmt: skip
    cells = ["Анна\x00 \nИ.", "8 916 123-45-67; 8 916 123-45-67", "12", "МСК+2", "Русский", "A@B.ru", "@anna", "5", "x"]
    lead, problems = Mapper(mapping, PLACE).row(7, [*zip("abcdefghi", cells, strict=True), ("Новый столбец", "z")])
    assert [(p.field, p.value) for p in problems] == [("phone", "12")]
    assert (lead.name, lead.timezone, lead.language, lead.broken) == ("Анна И.", "Etc/GMT-5", "ru", True)
    assert [way[:3] for way in lead.ways] == [
        ("phone", "79161234567", "mobile"), ("email", "a@b.ru", ""), ("messenger", "@anna", "telegram")
    ]  # fmt: skip
    assert lead.data == {"sum": "5", "novyy_stolbets": "z"}
    nothing, problems = Mapper(mapping, PLACE).row(8, [("a", "Без номера")])
    assert nothing is None and problems[0].field == "phone"


def test_a_resumed_file_gives_the_rows_that_were_left_and_each_line_its_number(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("phone\n" + "\n\n".join(str(89160000000 + n) for n in range(25)) + "\nx\n", encoding="utf-8")
    options = Options(mapping={"phone": Target(field="phone")}, delimiter=",")

    def lines(skip):
        order = parse.Order(op="rows", path=str(path), options=options, chunk=10, skip=skip)
        found = []
        for data in parse.frames(order):
            head = parse.HEAD.unpack(data[: parse.HEAD.size])
            leads = data[parse.HEAD.size :][: head[3]].decode()
            found += [int(line.split("\t")[1]) for line in leads.splitlines()]
        return found

    assert lines(0) == list(range(2, 52, 2))
    assert lines(10) == lines(0)[10:] and lines(25) == []


def test_ids_keep_the_order_of_rows():
    made = parse.new_ids(datetime(2026, 1, 1, tzinfo=UTC), 0)
    found = [next(made) for _ in range(3000)]
    assert found == sorted(found) and {item.version for item in found} == {7}


def test_rows_of_sources_are_flat_text():
    rows = [{"a": {"b": [1, None], "c": None}, "d": 1.5, "e": datetime(2026, 1, 1, tzinfo=UTC), "f": "x\0"}]
    flat = reading.flat(msgspec.json.decode(json_lines(rows)))
    assert flat == {"a.b": "[1,null]", "a.c": "", "d": "1.5", "e": "2026-01-01T00:00:00Z", "f": "x\0"}
    lead, _ = Mapper({}, PLACE).row(1, [*flat.items(), ("phone", "x")])
    assert lead is None
    lead, _ = Mapper({"phone": Target(field="phone")}, PLACE).row(1, [*flat.items(), ("phone", "89161234567")])
    assert lead.data["f"] == "x"


def test_copy_text_holds_what_would_break_it():
    ways = [preparing.Way("email", "a\\b@c", "", None)]
    lead = preparing.Prepared(1, name="a\\N\tb", data={"k": 'x"\\\n'}, ways=ways)
    made = preparing.chunk([lead], parse.new_ids(datetime.now(UTC), 0))
    name, data = made.leads.decode().rstrip("\n").split("\t")[4], made.leads.decode().split("\t")[7]
    assert name == "a\\\\N\\tb" and msgspec.json.decode(data.replace("\\\\", "\\")) == {"k": 'x"\\\n'}
    assert made.contacts.decode().split("\t")[3] == "a\\\\b@c"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.times(),
    st.sampled_from(["Europe/Moscow", "America/New_York", "Europe/Berlin", "Asia/Kamchatka"]),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_daily_refresh_comes_within_a_day_and_at_its_time(now, at, zone):
    now = now.replace(tzinfo=UTC)
    moment = next_time(Daily(at.replace(microsecond=0)), zone, now)
    assert now < moment
    assert (moment - now).total_seconds() <= 25 * 3600
    local = moment.astimezone(ZoneInfo(zone)).time()
    if moment.astimezone(ZoneInfo(zone)).utcoffset() == now.astimezone(ZoneInfo(zone)).utcoffset():
        assert local == at.replace(microsecond=0)
    assert next_time(Every(5), zone, now) > now


def test_an_old_workbook_and_nothing_are_no_tables(tmp_path: Path):
    path = tmp_path / "x"
    for data in (b"", b"\xd0\xcf\x11\xe0rest"):
        path.write_bytes(data)
        with pytest.raises(reading.NotATable):
            reading.format_of(path)
    assert time(3) == Daily(time(3)).at
